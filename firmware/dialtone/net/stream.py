"""One connection as a pair of awaitable calls, in the clear or over TLS.

Both try first and wait on the *raw* socket only when there is nothing to do: MicroPython polls a TLS object once a
millisecond, a socket at once (a factor of 250).
"""

import asyncio
from time import ticks_diff, ticks_ms

from dialtone.net import seam
from dialtone.net.limits import PACE_BYTES, PACE_MS
from micropython import const

_EPIPE = const(32)


class Stream:
    """``tls``: the wrapped object, or None for plain. ``peer``: address as text. ``entry``: see table.py, may be None.

    ``drained``: the last read has taken all that was there, so that whoever wants more may wait before it tries.
    Not for two tasks at once. Every error of the network is an OSError.
    """

    def __init__(self, raw, tls, peer, entry):
        self._raw = raw
        self._io = tls or raw
        self.secure = tls is not None
        self.peer = peer
        self.entry = entry
        self.drained = False
        self._takes_all = tls is None or seam.READS_ALL
        self._writing = False
        self._sent = 0  # of what is being written
        self._bytes = 0  # since this task last let others run
        self._since = ticks_ms()  # ... at that time; None while it waits

    async def readinto(self, view):
        """Bytes read into ``view``; 0 = the peer has ended the stream."""
        count = self.read_now(view)
        while count is None:
            await self.wait()
            count = self.read_now(view)
        return count

    def read_now(self, view):
        """Like ``readinto``, but gives None instead of waiting; ``wait()`` then, and try again."""
        if self._since is None:
            self._since = ticks_ms()
        elif self._bytes > PACE_BYTES or ticks_diff(ticks_ms(), self._since) > PACE_MS:  # _is_due, without its call
            return None
        count = self._io.readinto(view)
        if count:
            self._bytes += count
        self.drained = self._takes_all and count != len(view)
        return count

    def wait(self):
        """Awaitable: until ``read_now`` may give more."""
        if self._is_due():
            return self._pause()
        self._bytes = 0
        self._since = None  # others have their turn now: the clock runs from the end of the wait
        return seam.readable(self._raw)

    async def write(self, data):
        """Sends all of ``data``. OSError also after a write that was cancelled half-way."""
        if self._is_due():
            await self._pause()
        if not self.write_now(data):
            await self.finish(data)

    def write_now(self, data):
        """Sends ``data`` when all of it goes at once; else gives False, and ``await finish(data)`` must follow.

        Who sends only so must read or wait in between: others do not get their turn here.
        """
        if self._writing:
            raise OSError(_EPIPE)
        self._writing = True  # stays so after a cancel: what came next would tear a TLS record
        self._sent = 0
        length = len(data)
        if length > PACE_BYTES:
            return False
        self._bytes += length
        self._sent = self._io.write(data) or 0
        self._writing = self._sent != length
        return not self._writing

    async def finish(self, data):
        """Sends what ``write_now`` left of ``data``."""
        view = memoryview(data)
        at = self._sent
        while at < len(view):
            if self._is_due():
                await self._pause()
            end = min(at + PACE_BYTES, len(view))
            await self._write_rest(view[:end], at)
            self._bytes += end - at
            at = end
        self._writing = False

    def send_now(self, data):
        """Last words before a close: one attempt that never waits, and none inside an unfinished write."""
        if not self._writing:
            self._writing = True
            try:
                self._writing = self._io.write(data) != len(data)
            except OSError:
                pass  # nobody listens

    def describe(self):
        """(version, suite) of the finished handshake; None in the clear."""
        if self.secure:
            suite, version = self._io.cipher()[:2]
            return version, suite
        return None

    def close(self):
        """Closes at once; over TLS with a close_notify where the platform can send one."""
        raw = self._raw
        if raw is None:
            return
        self._raw = None
        try:
            if self.secure:
                if not self._writing:
                    seam.close_notify(self._io)
                self._io.close()
        except OSError:
            pass  # the session is lost, and so is the need to end it well
        finally:
            raw.close()

    async def _write_rest(self, view, at):
        # TLS keeps the record that it could not send, and takes the next call for a repetition of the same bytes:
        # so every call goes on to the same end, and nothing is ever added behind it.
        while at < len(view):
            count = self._io.write(view[at:])
            if count:
                at += count
            else:
                await seam.writable(self._raw)

    def _is_due(self):
        """Others have waited long enough."""
        if self._since is None:
            self._since = ticks_ms()
        return self._bytes > PACE_BYTES or ticks_diff(ticks_ms(), self._since) > PACE_MS

    async def _pause(self):
        await asyncio.sleep_ms(0)
        self._bytes = 0
        self._since = ticks_ms()
