"""What a handler gives back, and how it becomes bytes on a stream.

A body is bytes or text, or an iterable of short pieces (str or bytes) that is streamed through one bounded buffer, so
that the length of a page costs no memory. A tuple of bytes leaves in one write where it fits.
"""

from micropython import const

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"

_BUFFER = const(1325)  # what one TCP segment of a page view has, see pieces.py

# "Aragorn" is what the real phone's server calls itself (facts page, 7.1).
_FOR_ALL = b"Server: Aragorn\r\nX-Content-Type-Options: nosniff\r\n"
_FRESH = b"Cache-Control: no-store\r\n"
_END = b"\r\n"
_WHOLE = (bytes, bytearray, tuple)
# Most answers of all: the status for who polls it. Only the digits between are new each time.
_OK = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: "
_PLAIN = b"\r\nContent-Type: application/json\r\n" + _FOR_ALL + _FRESH + _END
# What a browser may show has these, too. With "no-referrer" browsers would send Origin: null from our own forms.
_SHOWN = (
    b"X-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n"
    b"Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    b"frame-ancestors 'none'; base-uri 'none'"
)
_CLOSED = b"\r\n\r\n"
SCRIPTED = b"; script-src 'self'; connect-src 'self'\r\n\r\n"  # the one page with a script, a file of ours


class Answer:
    """One response. ``fields`` (pairs of str) are added to those that every response has.

    ``kind``: its Content-Type, a constant, for it is not checked. ``fresh`` answers (all but static files) say
    ``Cache-Control: no-store``. ``after`` is called, without arguments, when the answer is on its way. ``started``
    tells that bytes have left: too late for another answer. ``policy``: how the content security policy ends.
    """

    after = None
    started = False
    fields = ()  # what most answers leave as it is lies in the class: each attribute of its own is an allocation
    fresh = True
    policy = _CLOSED

    def __init__(self, status, body=b"", kind=HTML, fields=(), fresh=True):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.kind = kind
        if fields:
            self.fields = fields
        if not fresh:
            self.fresh = False

    def head(self, length, chunked, keep_alive):
        """The head as a tuple of bytes objects.

        ``length`` None and not ``chunked``: the close ends the body, or there is none.
        """
        kind = self.kind
        if kind is JSON and self.status == 200 and keep_alive and length is not None and self.fresh and not self.fields:
            return _OK, b"%d" % length, _PLAIN
        from dialtone.http.encode import response_parts

        parts = response_parts(self.status, self.fields, length, chunked, keep_alive)
        if self.status not in (204, 304):
            parts += (b"Content-Type: ", kind.encode(), _END)
        parts += (_FOR_ALL, _FRESH if self.fresh else b"")
        return parts + ((_END,) if kind == JSON else (_SHOWN, self.policy))

    def whole(self, keep_alive, buffer):
        """A view of head and body in ``buffer``; None when they do not fit, or the body is streamed or not sent."""
        body = self.body
        if not isinstance(body, _WHOLE) or self.status in (204, 304):
            return None
        if not isinstance(body, tuple):
            body = (body,)
        length = length_of(body)
        head = self.head(length, False, keep_alive)
        length += length_of(head)
        if length > len(buffer):
            return None
        self.started = True
        put(buffer, put(buffer, 0, head), body)
        return buffer[:length]


def problem(status, text, fields=()):
    """An answer that explains itself to a person at a browser."""
    from dialtone.http.encode import error_page

    return Answer(status, error_page(status, text), fields=fields)


def send_buffer():
    """What ``send`` works in; it may serve one answer after the other."""
    return memoryview(bytearray(_BUFFER))


def length_of(parts):
    """Bytes in all ``parts``."""
    size = 0
    for part in parts:
        size += len(part)
    return size


def put(buffer, at, parts):
    """Copies ``parts`` to ``buffer`` from ``at`` on; where they end."""
    for part in parts:
        end = at + len(part)
        buffer[at:end] = part
        at = end
    return at


async def send(stream, answer, buffer, head_only=False, keep_alive=True, chunked=True):
    """Writes the whole answer; gives True when the connection can carry another one.

    ``chunked`` False (an HTTP/1.0 client) ends a streamed body by closing. Errors of the body's generator come out;
    ``answer.started`` then says whether another answer can still be given.
    """
    body = answer.body
    streamed = not isinstance(body, (bytes, bytearray))
    if head_only or answer.status in (204, 304):
        length = None if streamed or answer.status in (204, 304) else len(body)
        head = b"".join(answer.head(length, streamed and chunked, keep_alive))
        answer.started = True
        await stream.write(head)
        return keep_alive
    if streamed:
        from dialtone.server import pieces

        try:
            return await pieces.send(stream, answer, buffer, keep_alive, chunked)
        finally:
            if hasattr(body, "close"):
                body.close()  # MicroPython runs no finalisers of generators, and one may hold a file open
    whole = answer.whole(keep_alive, buffer)
    if whole is None:
        head = b"".join(answer.head(len(body), False, keep_alive))
        answer.started = True
        await stream.write(head)
        whole = body
    await stream.write(whole)
    return keep_alive
