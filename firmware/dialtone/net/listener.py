"""Accepts connections on one port, bounds them, and hands each to a handler.

On a TLS port the first byte is looked at before the TLS wrap: a connection that says nothing costs no TLS memory, and
plain HTTP can be told where it went wrong.
"""

import asyncio
import time

from dialtone.errors import DeviceError
from dialtone.net import seam
from dialtone.net.limits import COLLECT_MS, Limits
from dialtone.net.stream import Stream
from micropython import const

_TLS_HANDSHAKE = const(0x16)  # content type of the record that holds a ClientHello
_BURST = const(4)  # accepted in one go; more would wait in the table, unable to make room for each other
_GLANCE = const(64)  # looked at in one go: what is dead is closed, and behind the burst a peer at its cap is turned
# away, both without a task, so that a flood does not fill the system's queue: who finds it full waits for seconds
_WAITS = const(30)  # looks for memory before a TLS client is turned away: an answer in the making takes less ...
_WAIT_MS = const(50)  # ... than 8 times that, another certificate on a PC 20 times; a handshake may take 10 s anyway
_RETRY_MS = const(100)  # after accept failed for want of descriptors or memory


class Listener:
    """``name``: of its tasks and log lines. ``handler``: ``async handler(stream, entry)``, duties at table.Entry.

    ``context``: a TLS server context (may be replaced while running), or None for a plain port.
    ``admit``: called before work begins; False = there is no memory for another connection: somebody has to go.
    ``refusal``: bytes for a plain client that is turned away at once. ``carries(n)``: whether TLS has memory for one
    session beside ``n`` others.
    """

    def __init__(
        self, name, host, port, handler, supervisor, table, context=None, limits=None, admit=None, refusal=b"",
        carries=None,
    ):  # fmt: skip
        self.name = name
        self.port = port
        self.context = context
        self._host = host
        self._handler = handler
        self._supervisor = supervisor
        self._table = table
        self._limits = limits or Limits()
        self._admit = admit
        self._refusal = refusal
        self._carries = carries
        self._secure = context is not None
        self._raw = None
        self._task = None
        self._collected = time.ticks_ms()

    def start(self):
        """Listens from now on; ``.port`` is the port it got. DeviceError when the port cannot be had. After a
        MemoryError it may be called again."""
        if self._raw is None:
            try:
                self._raw, self.port = seam.listen(self._host, self.port, self._limits.backlog)
            except OSError as error:
                raise DeviceError("Port %d cannot be used: %s" % (self.port, error), "Choose another one")
        if self._task is None:
            self._task = self._supervisor.spawn(self.name, self._accept())

    async def stop(self):
        """Closes the port, ends idle connections, and the others after ``drain_ms`` or their answer."""
        if self._raw is None:
            return
        await asyncio.sleep_ms(0)  # a task cancelled before its first step would never reach its finally
        self._task.cancel()
        self._raw = self._task = None
        end = time.ticks_add(time.ticks_ms(), self._limits.drain_ms)
        while self._end_idle():
            await asyncio.sleep_ms(10)
            if time.ticks_diff(end, time.ticks_ms()) < 0:
                break
        for entry in self._entries():
            entry.expire()
        await asyncio.sleep_ms(0)

    def _entries(self):
        return [entry for entry in self._table.entries if entry.owner is self]

    def _end_idle(self):
        """Ends what is idle; how many connections are left."""
        entries = self._entries()
        for entry in entries:
            entry.closing = True
            if entry.is_idle:
                entry.expire()
        return len(entries)

    async def _accept(self):
        raw = self._raw
        try:
            while True:
                await seam.readable(raw)
                try:
                    self._take(raw)
                except (OSError, MemoryError):
                    await asyncio.sleep_ms(_RETRY_MS)
        finally:
            raw.close()

    def _take(self, raw):
        let_in = 0
        for _ in range(_GLANCE):
            accepted = seam.accept(raw)
            if not accepted:
                return
            let_in += self._enter(accepted[0], accepted[1], let_in >= _BURST)

    def _enter(self, raw, peer, crowded):
        """Starts a task for the new connection, or turns it away: True or False. ``raw`` is its own from now on."""
        entry = None
        try:
            first = seam.peek(raw)
            if first != b"":
                # On the TLS port memory is a matter of the wrap: before its first byte a connection costs little.
                entry = self._table.admit(self, peer, self._limits, None if self._secure else self._admit, crowded)
            if entry:
                seam.nodelay(raw)
                self._supervisor.spawn(self.name, self._serve(raw, entry, first))
                return True
            if first != b"" and self._refusal and not self._secure:
                raw.write(self._refusal)
        except (OSError, MemoryError):  # gone already, or there is no room for a task
            if entry:
                self._table.drop(entry)
        raw.close()
        return False

    def _crowded(self):
        """Whether there are as many TLS sessions as this board takes, or as its memory carries."""
        count = len([entry for entry in self._table.entries if entry.owner is self and entry.secure])
        return count >= self._limits.sessions or self._carries and not self._carries(count)

    def _has_room(self):
        return not self._crowded() and (self._admit is None or self._admit())

    async def _memory(self, peer):
        """Whether there is a place and memory for a TLS session, if need be those of somebody else's connection."""
        if self._has_room():
            return True
        if self._crowded():
            from dialtone.net import carrying

            carrying.end_idle(self._entries())
        else:
            self._table.make_room(peer)
        for _ in range(_WAITS):  # whoever has to go, or is just going, frees its memory meanwhile
            await asyncio.sleep_ms(_WAIT_MS)
            if self._has_room():
                return True
        return False

    async def _serve(self, raw, entry, first):
        stream = None
        try:
            entry.begin()
            while first is None:
                await seam.readable(raw)
                first = seam.peek(raw)
            stream = await self._open(raw, first, entry)
            if stream:
                await self._handler(stream, entry)
        except OSError:
            pass  # broken connections and failed handshakes are everyday life
        finally:
            self._table.drop(entry)
            if stream:
                stream.close()
            else:
                raw.close()
            if stream and stream.secure:
                stream = None
                self._collect()

    async def _open(self, raw, first, entry):
        """The stream that suits the first byte, or None: the end, TLS on the plain port, or no memory for TLS."""
        if not first:
            return None
        wrapped = None
        if first[0] == _TLS_HANDSHAKE:
            if not self._secure or not await self._memory(entry.peer) or not self.context:  # paused for a round
                return None
            from dialtone.net import tls

            entry.secure = True
            entry.deadline(self._limits.handshake_ms)
            wrapped = tls.wrap_server(self.context, raw)
        return Stream(raw, wrapped, entry.peer, entry)

    def _collect(self):
        now = time.ticks_ms()
        if time.ticks_diff(now, self._collected) > COLLECT_MS:
            self._collected = now
            seam.collect()
