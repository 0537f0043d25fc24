"""A body that its handler reads while it comes, because it may be longer than the heap."""

from time import ticks_diff, ticks_ms

from dialtone.errors import PeerError
from micropython import const

_MOST = const(0x1100000)  # bytes: firmware for the largest flash that we know, with its hashes
_WHOLE_MS = const(1200000)  # 20 minutes: a board writes 2 MB in five, and nothing else is updated meanwhile


class Body:
    """The body of a connection's present request. ``left``: what may still come, at the most.

    ``view()``: the next piece, good until the next call, empty behind the last; ``readinto(view)``: the number of bytes
    put there, 0 behind the last. Each piece has the time of a whole request. PeerError when the sender breaks off, or
    takes too long.
    """

    def __init__(self, connection, request):
        self._connection = connection
        self._request = request
        self._piece = b""
        self._begin = ticks_ms()
        self.left = _MOST

    async def view(self):
        """See above."""
        piece, self._piece = self._piece, b""
        while not len(piece):
            piece = await self._next()
            if piece is None:
                return b""
        if len(piece) > self.left:
            piece, self._piece = piece[: self.left], piece[self.left :]
        self.left -= len(piece)
        return piece

    async def readinto(self, view):
        """See above."""
        piece = await self.view()
        count = min(len(piece), len(view))
        view[:count] = piece[:count]
        self.give_back(piece[count:])
        return count

    def give_back(self, piece):
        """``piece``, the end of what ``view()`` gave, comes once more."""
        self._piece = piece
        self.left += len(piece)

    async def drain(self):
        """Throws the rest away, so that its sender gets to read the answer."""
        self.left = _MOST
        while len(await self.view()):
            pass

    async def _next(self):
        connection, request = self._connection, self._request
        inbound = connection._inbound
        if request:
            self._request = None
            if request.expect_continue and not inbound.buffered:
                await connection._stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while True:
            piece = inbound.body()
            if piece is not None:
                return piece if len(piece) else None
            if ticks_diff(ticks_ms(), self._begin) > _WHOLE_MS:
                raise PeerError("The request took too long", "", 408)
            entry = connection._entry
            entry.deadline(entry.limits.request_ms)
            try:
                await connection._fill()
            except OSError:  # as TLS of MicroPython tells a connection that was reset
                raise PeerError("The upload has broken off")
