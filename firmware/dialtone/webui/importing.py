"""What the page Configuration Files does with a POST: a file or URL to look at, then yes or no."""

from dialtone.errors import CallerError
from dialtone.provisioning import plan
from dialtone.server.answer import Answer, problem

_TAKEN = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Configuration Files</title><link rel="stylesheet" href="/style.css">'
    '<header id="header"><a class="brand" href="/">dialtone</a></header><nav id="sidebar"></nav>'
    '<main id="content"><h1>Configuration Files</h1><p class="note warn" role="status"><b>%s</b> '
    '<a href="/files.html">The page</a> opens again by itself in a moment.</p></main></html>\n'
)
_AGAIN = ("Refresh", "4;url=/files.html")  # a board reads a file of usual length within some 3 s
_KINDS = {b"local": "local.cfg", b"server": plan.MERGED}


def take(context):
    """The Answer to a POST; the work begins when it is on its way. CallerError for what cannot be meant."""
    phone = context.phone
    if not context.secure:
        from dialtone.server.refusals import https_url

        return problem(403, "Files are taken over HTTPS only. Use " + https_url(phone, context.request))
    kind = context.request.header("content-type") or ""
    fields = {} if kind.startswith("multipart/form-data") else _fields(context)
    if phone.round or phone.safe:
        text = "The phone is in safe mode: leave that first" if phone.safe else "The phone is busy with another file"
        return problem(409, text + ", or asks its server. Try again in a moment" * (not phone.safe))
    if fields.get("do") == "undo":
        plan.forget(phone.storage)
        return Answer(303, b"", fields=(("Location", "/files.html"),))
    who = "%s at %s" % (context.role, context.peer)
    place = fields.get("url", "").strip(" ")
    what = (place, None) if place or fields.get("do") == "apply" else _uploaded(context)
    context.body = None
    if fields.get("do") == "apply":
        phone.take(fields.get("plan", ""), who)
        return Answer(202, _TAKEN % "The file is being put in force.", fields=(_AGAIN,))
    phone.take(what[0], what[1], who)
    return Answer(202, _TAKEN % "The file is being looked at.", fields=(_AGAIN,))


def _fields(context):
    from dialtone.http.forms import parse_form

    return dict(parse_form(context.body))


def _uploaded(context):
    """(name, view of the content) of the uploaded file."""
    body = context.body
    start, head = _part(body, b"file")
    end = body.find(b"\r\n" + body[: body.find(b"\r\n")], start)
    if start < 0 or end <= start:
        raise CallerError("There is no file in it", "Choose a file, or name its address")
    name = head[head.find(b'filename="') + 10 :] if b'filename="' in head else b""
    name = name[: name.find(b'"')].replace(b"\\", b"/").split(b"/")[-1]
    at = _part(body, b"as")[0]
    kind = bytes(body[at : body.find(b"\r", at)]) if at >= 0 else b""
    try:
        name = _KINDS.get(kind) or name.decode()
    except UnicodeError:
        name = "?"
    if plan.layer_of(name, context.phone.platform) is None:
        raise CallerError('"%s" is no file of a phone\'s configuration' % name[:40], "Say below what it is")
    return name, memoryview(body)[start:end]


def _part(body, name):
    """(where the content of a part of the form begins or -1, its head)."""
    at = body.find(b'name="' + name + b'"')
    start = body.find(b"\r\n\r\n", at) + 4
    return (start, bytes(body[at:start])) if at >= 0 and start > 3 else (-1, b"")
