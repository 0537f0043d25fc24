"""What the page Configuration Files does with a POST: a file or URL to look at, then yes or no.

The body is read while it comes (server/streaming.py). A file may be longer than the heap: it waits in flash for the
code that looks at it (provisioning/looking.py), and unreadable, for there may be passwords in it.
"""

from cryptolib import aes
from dialtone.errors import CallerError, DeviceError, PeerError
from dialtone.provisioning import plan
from dialtone.server.answer import Answer, problem
from dialtone.server.streaming import Body
from micropython import const

_TAKEN = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Configuration Files</title><link rel="stylesheet" href="/style.css"><body class="door">'
    '<header id="header"><a class="brand" href="/">dialtone</a></header>'
    '<main id="content"><h1>Configuration Files</h1><p class="note warn" role="status"><b>%s</b> '
    '<a href="/files.html">The page</a> opens again by itself in a moment.</p></main></html>\n'
)
_AGAIN = ("Refresh", "4;url=/files.html")  # a board reads a file of usual length within some 3 s
_KINDS = {b"local": "local.cfg", b"server": plan.MERGED}
_MOST = const(524288)  # bytes of a file: three times what the vendor's longest has, and half of what flash has free
_HEAD = const(1024)  # bytes in front of a file in a form, browsers send some 200; and of a form without a file
_PIECE = const(192)  # bytes taken at once: where memory is scarce it lies in small pieces
_CBC = const(2)  # cryptolib's number of the mode


async def take(context):
    """The Answer to a POST; the work begins when it is on its way. CallerError for what cannot be meant."""
    if not context.connection:
        raise _no_file()
    body = Body(context.connection, context.request)
    try:
        answer = await _taken(context, body)
    except (CallerError, DeviceError, MemoryError):
        await body.drain()
        raise
    await body.drain()
    context.phone.platform.unload("dialtone.server.streaming")
    return answer


async def _taken(context, body):
    phone = context.phone
    if not context.secure:
        from dialtone.server.refusals import https_url

        return problem(403, "Files are taken over HTTPS only. Use " + https_url(phone, context.request))
    if phone.round or phone.safe:
        text = "The phone is busy with another file or its server, or waits for somebody in its menus. Try again later"
        return problem(409, "The phone is in safe mode: leave that first" if phone.safe else text)
    who = "%s at %s" % (context.role, context.peer)
    first = await _until(body, b"\r\n")
    if (context.request.header("content-type") or "").startswith("multipart/form-data"):
        what = await _uploaded(phone, body, b"\r\n" + first[0])
    else:
        from dialtone.http.forms import parse_form

        fields = dict(parse_form(first[0]))
        if fields.get("do") == "undo":
            plan.forget(phone.storage)
            return Answer(303, b"", fields=(("Location", "/files.html"),))
        if fields.get("do") == "apply":
            phone.take(fields.get("plan", ""), who)
            return Answer(202, _TAKEN % "The file is being put in force.", fields=(_AGAIN,))
        what = fields.get("url", "").strip(" "), None
        if not what[0]:
            raise _no_file()
    phone.take(what[0], what[1], who)
    return Answer(202, _TAKEN % "The file is being looked at.", fields=(_AGAIN,))


async def _uploaded(phone, body, mark):
    """(name, key) of the file in a form, which is in flash then; ``mark`` stands behind each part."""
    file = kind = what = None
    phone.round = phone  # nothing may come between
    try:
        head, more = await _until(body, b"\r\n\r\n")
        while more:
            if head.find(b' name="file"') >= 0 and not file:
                file = _File(phone, head)
                _, more = await _until(body, mark, file.write)
            else:
                value, more = await _until(body, mark)
                kind = value if head.find(b' name="as"') >= 0 else kind
            if not more:
                raise _no_file()  # its end is missing
            head, more = await _until(body, b"\r\n\r\n")
        if not file or not file.size:
            raise _no_file()
        what = file.end(kind, phone.platform)
        return what
    finally:
        phone.round = None
        if file and not what:
            file.drop()


async def _until(body, mark, write=None):
    """(what comes before ``mark``, True), and passes over that; (the rest, False) where there is none.

    ``write`` takes it instead, of any length.
    """
    data = b""
    while True:
        piece = await body.view()
        data += piece[:_PIECE]
        at = data.find(mark)
        more = at >= 0
        # What is behind the mark, or behind what was taken: all of it lies at the end of the piece
        body.give_back(piece[min(len(piece), _PIECE) - (len(data) - at - len(mark) if more else 0) :])
        if not more:
            if not len(piece):
                at = len(data)
            elif write:
                at = max(0, len(data) - len(mark) + 1)
            elif len(data) > _HEAD:
                raise PeerError("The form is too long", "", 413)
            else:
                continue
        if write:
            write(data[:at])
        if more or not len(piece):
            return data[:at], more
        data = data[at:]


class _File:
    """The file on its way into flash."""

    def __init__(self, phone, head):
        name = head[head.find(b'filename="') + 10 :] if b'filename="' in head else b""
        self._name = name[: name.find(b'"')].replace(b"\\", b"/").split(b"/")[-1]
        self._key = phone.platform.random(32)
        self._aes = aes(self._key[:16], _CBC, self._key[16:])
        self._rest = b""
        self.size = 0
        self._storage = phone.storage
        plan.begin(phone.storage)
        self._file = phone.storage.open(plan.FILE, "wb")

    def write(self, data, last=False):
        self.size += len(data)
        if self.size > _MOST:
            raise PeerError("The file is longer than %d KB" % (_MOST >> 10), "Name its address instead", 413)
        data = self._rest + data
        end = len(data) & ~15  # AES has blocks of 16 bytes
        self._rest = data[end:]
        try:
            if end and self._file.write(self._aes.encrypt(data[:end])) != end:
                raise OSError(28)
            if last:
                self._file.close()
        except OSError:
            raise DeviceError("Cannot keep the file: storage is full", "Shorten it, or free some flash")

    def end(self, kind, platform):
        """(name, key); ``kind`` is what the form says of it."""
        try:
            name = _KINDS.get(kind) or self._name.decode()
        except UnicodeError:
            name = "?"
        if plan.layer_of(name, platform) is None:
            raise CallerError('"%s" is no file of a phone\'s configuration' % name[:40], "Go back, choose what it is")
        self.write(b"\n" * (16 - len(self._rest)), True)
        return name, self._key

    def drop(self):
        """Nothing comes of it."""
        try:
            self._file.close()
        except OSError:
            pass  # flash is full
        plan.forget(self._storage)


def _no_file():
    return CallerError("There is no file in it", "Choose a file, or name its address")
