"""One connection of the client: connect, TLS and its checks, one request out, one response in, each with a deadline."""

import asyncio
from time import ticks_diff, ticks_ms

from micropython import const

from dialtone.errors import PeerError
from dialtone.net import seam
from dialtone.net.stream import Stream

_CREDIT = const(512)  # bytes that earn a full stall deadline again: one byte now and then does not keep a line open
_SERVER_ADVICE = "Check the file on the web server"
_NETWORK_ADVICE = "Check the server, its address and the network"


class Broken(PeerError):
    """The connection failed in a way that a new one may cure: refused, reset, ended early; ``late``: timed out."""

    late = False


class Link:
    """A connection to ``origin`` (scheme, host, port), watched by the connection ``table``, received into ``buffer``.

    ``verified``: TLS 1.2 or later whose certificate is good in each way. ``terms``: the settings of its handshake.
    ``heard``: bytes of the current answer have come. ``idle``: the last answer is complete, and another request may
    follow. ``address``: where to connect to, when the host's name was looked up already.
    """

    def __init__(self, origin, table, buffer, stall_ms):
        self.origin = origin
        self.name = "%s:%d" % (origin[1], origin[2])
        self.verified = False
        self.terms = None
        self.address = None
        self.heard = False
        self.idle = False
        self.inbound = None  # made when the handshake is over, which needs the room of its code
        self._buffer = buffer
        self._stream = None
        self._table = table
        self._entry = table.watch()
        self._stall_ms = self._budget = stall_ms
        self._credit = 0

    async def connect(self, ms, judge=None, identity=None):
        """Open the connection; over TLS with a ``net.trust.Judge``, and ``identity`` for its ``wrap``."""
        secured = None
        opening = seam.connect(self.address or self.origin[1], self.origin[2])
        raw = await self._wait(opening, ms, "%s cannot be reached in time")
        try:
            if judge:
                secured = judge.wrap(raw, identity)
            self._stream = Stream(raw, secured, self.name, self._entry)
        except BaseException:
            raw.close()
            raise
        if judge:
            from dialtone.net.trust import handshake

            await self._wait(handshake(judge, raw), ms, "%s did not finish the TLS handshake in time")
            self.verified = judge.verified

    async def ask(self, head, ms, no_body):
        """Send a request head and return the Response; ``ms`` bounds the time until its head is complete."""
        if self.inbound:
            self.check_end()
        else:
            from dialtone.http.inbound import CLIENT, Inbound

            self.inbound = Inbound(CLIENT, self._buffer)
        self.heard = self.idle = False
        if no_body:
            self.inbound.expect_no_body()
        self._entry.begin()
        response = await self._wait(self._ask(head), ms, "%s did not answer in time")
        self._budget = self._stall_ms
        self._credit = 0
        return response

    async def _ask(self, head):
        await self._stream.write(head)
        inbound = self.inbound
        while True:
            try:
                response = inbound.head()
            except PeerError as error:
                raise self._wrong(error)
            if response:
                return response
            count = await self._stream.readinto(inbound.space())
            if not count:
                raise Broken("%s closed the connection without an answer" % self.name, "Look into the server's log")
            self.heard = True
            inbound.received(count)

    async def fill(self):
        """Receive more of a body. Returns the number of bytes, 0 at the end of the stream."""
        count = self.fill_now()
        while count is None:
            start = ticks_ms()
            await self._wait(self._stream.wait(), self._budget, "Transfer from %s stalled")
            self._budget = max(self._budget - ticks_diff(ticks_ms(), start), 1)
            count = self.fill_now()
        return count

    def fill_now(self):
        """Like ``fill``, but None instead of a wait."""
        inbound = self.inbound
        space = inbound.space()
        wanted = inbound.wanted
        if 0 < wanted < len(space):  # MicroPython reads until it is full, and a reset met so would cost all of it
            space = space[:wanted]
        count = self._read(space)
        if count is not None:
            inbound.received(count)
        return count

    def piece_now(self):
        """The next piece of the body if it is here, b"" at its end, None: ``fill``. No deadline, no task switch."""
        inbound = self.inbound
        view = inbound.direct()
        if view is None:
            try:
                return inbound.body()
            except PeerError as error:
                raise self._wrong(error)
        count = self._read(view)
        if count:
            return inbound.took(count)
        return None if count is None else self.ended()

    def ended(self):
        """The other side has closed before the body was complete."""
        raise Broken("%s ended the transfer too early" % self.name, _SERVER_ADVICE)

    def _read(self, view):
        """Bytes received into ``view``, 0 at the end of the stream, None when there are none now."""
        if self._stream is None:
            raise Broken("Connection to %s was closed" % self.name, "Try again")
        if self._entry.stopped:
            self._go_on()
        try:
            count = self._stream.read_now(view)
        except OSError as error:
            raise self._broken(error)
        if count:
            self._credit += count
            if self._credit >= _CREDIT:
                self._credit = 0
                self._budget = self._stall_ms
        return count

    def _wrong(self, error):
        return PeerError("%s: %s" % (self.name, error.text), "Check the web server")

    def check_end(self):
        """Raise PeerError when bytes lie here that belong to no answer: the last Content-Length was too small."""
        if self.inbound.buffered:
            raise PeerError("%s sent more than its Content-Length says" % self.name, _SERVER_ADVICE)

    async def _wait(self, awaitable, ms, text):
        entry = self._entry
        entry.deadline(0 if entry.stopped else ms)
        try:
            return await awaitable
        except asyncio.CancelledError:
            if not entry.expired:
                raise
            self._go_on()
            error = Broken(text % self.name, _NETWORK_ADVICE)
            error.late = True
            raise error
        except OSError as error:
            raise self._broken(error)
        finally:
            entry.deadline(None)

    def _go_on(self):
        if self._entry.stopped:
            raise PeerError("Stopped at the keys")

    def _broken(self, error):
        return Broken(_os_text(error.args[0] if error.args else "", self.name), _NETWORK_ADVICE)

    def close(self):
        """Close the connection, with close_notify where the platform sends it. Safe to call twice."""
        self._table.drop(self._entry)
        stream, self._stream = self._stream, None
        if stream:
            stream.close()


def _os_text(number, name):
    if number == -2:  # net.legacy.TRUNCATED
        return "%s cut the connection: what it sent may be incomplete" % name
    if number == 111:
        return "%s refused the connection" % name
    if number in (104, 32):
        return "%s broke the connection" % name
    return "%s cannot be reached (error %s)" % (name, number)
