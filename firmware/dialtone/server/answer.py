"""What a handler gives back, and how it becomes bytes on a stream.

A body is bytes or text, or an iterable of short pieces (str or bytes) that is streamed through one bounded buffer, so
that the length of a page costs no memory. A tuple of bytes leaves in one write where it fits.
"""

from micropython import const

from dialtone.http.encode import error_page, response_parts

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"

_HEAD = const(544)  # room for the head before the first piece: the fields below take 450; a longer one goes alone
_SIZE = const(6)  # "%04x\r\n": leading zeros are legal (RFC 9112 section 7.1) and keep the place fixed
_DATA = const(768)  # one chunk: with the head it is one TCP segment of the first page view
_TAIL = const(7)  # CRLF after the chunk and the last chunk "0\r\n\r\n"

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
        length = _size(body)
        head = self.head(length, False, keep_alive)
        length += _size(head)
        if length > len(buffer):
            return None
        self.started = True
        _put(buffer, _put(buffer, 0, head), body)
        return buffer[:length]


def problem(status, text, fields=()):
    """An answer that explains itself to a person at a browser."""
    return Answer(status, error_page(status, text), fields=fields)


def send_buffer():
    """What ``send`` works in; it may serve one answer after the other."""
    return memoryview(bytearray(_HEAD + _SIZE + _DATA + _TAIL))


def _size(parts):
    size = 0
    for part in parts:
        size += len(part)
    return size


def _put(buffer, at, parts):
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
        try:
            return await _send_pieces(stream, answer, buffer, keep_alive, chunked)
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


async def _send_pieces(stream, answer, buffer, keep_alive, chunked):
    out = _Pieces(stream, answer, buffer, keep_alive, chunked)
    for piece in answer.body:
        if isinstance(piece, str):
            piece = piece.encode()
        while piece:
            piece = out.take(piece)
            if piece:
                await out.flush(False)
    await out.flush(True)
    return out.keep_alive


class _Pieces:
    """In the bounded buffer head, chunk size and data lie side by side, so that each flush is one write."""

    def __init__(self, stream, answer, buffer, keep_alive, chunked):
        self._stream = stream
        self._answer = answer
        self.keep_alive = keep_alive
        self._chunked = chunked
        self._buffer = buffer
        self._end = _HEAD + _SIZE

    def take(self, piece):
        """Copies what fits; gives the rest."""
        end = self._end
        count = min(len(piece), _HEAD + _SIZE + _DATA - end)
        self._buffer[end : end + count] = piece if count == len(piece) else piece[:count]
        self._end = end + count
        return piece[count:] if count < len(piece) else b""

    async def flush(self, last):
        answer = self._answer
        first = not answer.started
        length = self._end - _HEAD - _SIZE
        whole = first and last  # it all fitted: an ordinary answer with a length
        start = self._end - length
        if not whole:
            if self._chunked:
                start = self._frame(length, last)
            else:
                self.keep_alive = False
        if first:
            head = answer.head(length if whole else None, self._chunked and not whole, self.keep_alive)
            answer.started = True
            size = _size(head)
            if size <= start:
                start -= size
                _put(self._buffer, start, head)
            else:
                await self._stream.write(b"".join(head))
        await self._stream.write(self._buffer[start : self._end])
        self._end = _HEAD + _SIZE

    def _frame(self, length, last):
        """Puts the chunk's size before and the line end behind the data; gives where the chunk starts."""
        buffer = self._buffer
        end = self._end
        start = _HEAD + _SIZE
        if length:
            start = _HEAD
            buffer[_HEAD : _HEAD + _SIZE] = b"%04x\r\n" % length
            buffer[end : end + 2] = b"\r\n"
            end += 2
        if last:
            buffer[end : end + 5] = b"0\r\n\r\n"
            end += 5
        self._end = end
        return start
