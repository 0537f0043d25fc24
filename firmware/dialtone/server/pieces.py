"""A body that comes in pieces, through one bounded buffer. Loaded for each page, gone before the next."""

from dialtone.server.answer import length_of, put
from micropython import const

_HEAD = const(544)  # room for the head before the first piece: the usual fields take 450; a longer one goes alone
_SIZE = const(6)  # "%04x\r\n": leading zeros are legal (RFC 9112 section 7.1) and keep the place fixed
_TAIL = const(7)  # CRLF after the chunk and the last chunk "0\r\n\r\n"; the rest, 768 B, is one chunk


async def send(stream, answer, buffer, keep_alive, chunked):
    """Sends ``answer``, whose body is an iterable of str and bytes; whether the connection can carry another one."""
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
    """In the buffer head, chunk size and data lie side by side, so that each flush is one write."""

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
        count = min(len(piece), len(self._buffer) - _TAIL - end)
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
            size = length_of(head)
            if size <= start:
                start -= size
                put(self._buffer, start, head)
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
