"""What the tests of net/ share: a log that keeps its lines, a running listener, and a client."""

import asyncio
import io
import time

import net_identity

from dialtone.errors import PeerError
from dialtone.net import seam, tls
from dialtone.net.listener import Listener
from dialtone.net.stream import Stream
from dialtone.net.supervisor import Supervisor
from dialtone.net.table import Table


class Log:
    def __init__(self):
        self.lines = []

    def warning(self, area, text):
        self.lines.append("warning " + area + " " + str(text))

    def error(self, area, text):
        self.lines.append("error " + area + " " + str(text))


class House:
    """A supervisor, a table with its sweeper, and listeners, all ended by ``close``."""

    def __init__(self):
        self.log = Log()
        self.supervisor = Supervisor(self.log)
        self.table = Table()
        self.supervisor.start("sweeper", self.table.sweep)
        self.listeners = []

    def listen(self, handler, secure=False, limits=None, admit=None, refusal=b"", carries=None):
        context = tls.server_context(net_identity.LEAF, net_identity.KEY) if secure else None
        listener = Listener(
            "test", "127.0.0.1", 0, handler, self.supervisor, self.table, context, limits, admit, refusal, carries
        )
        listener.start()
        self.listeners.append(listener)
        return listener

    async def close(self):
        for listener in self.listeners:
            await listener.stop()
        await self.supervisor.stop()


async def echo(stream, entry):
    """A handler that sends back what it gets, marked with S or P for secure or plain."""
    buffer = memoryview(bytearray(256))
    while True:
        entry.idle()
        count = await stream.readinto(buffer)
        if not count:
            return
        entry.busy()
        await stream.write((b"S" if stream.secure else b"P") + bytes(buffer[:count]))


# what gmtime makes of seconds; MicroPython's does not reach so far on 32 bits
STAMPS = {1577836799: "20191231235959", 1577836800: "20200101000000", 4102444801: "21000101000001"}


class Owner:
    """As much of a platform as a Judge asks for. ``anchors``: PEM bytes; ``now``: seconds since 1970."""

    trust_anchor = "anchors.pem"

    def __init__(self, anchors=None, now=1800000000, roots=""):
        self.storage = self.clock = self
        self.roots = roots
        self._anchors = anchors
        self._now = now

    def size(self, name):
        return len(self._anchors or b"") if name == self.trust_anchor else -1

    def open(self, name, mode):
        return io.BytesIO(self._anchors)

    def time(self):
        return self._now

    def stamp(self):
        return STAMPS.get(self._now, "20270115080000")


def judge(host="localhost", anchors=None, tolerated=(), method="TLS", now=1800000000, **more):
    """A Judge for ``host`` with these ``anchors`` (PEM; else the tests' own authority)."""
    from dialtone.net import trust  # here: most tests have no use for it, and no room

    owner = Owner(net_identity.pem(net_identity.CA) if anchors is None else anchors, now)
    return trust.Judge(owner, host, method, tolerated, **more)


async def dial(port, method=None, host="localhost", judged=None):
    """A Stream to 127.0.0.1; over TLS with ``method`` or by the Judge ``judged``, its handshake done."""
    raw = await seam.connect("127.0.0.1", port)
    if method is None and judged is None:
        return Stream(raw, None, "127.0.0.1", None)
    judged = judged or judge(host, method=method)
    stream = Stream(raw, judged.wrap(raw), "127.0.0.1", None)
    try:
        from dialtone.net.trust import handshake

        await handshake(judged, raw)
        return stream
    except BaseException as error:
        stream.close()  # the secured one, too: left to the collector, it would close somebody else's socket later
        if not isinstance(error, PeerError) or error.text:
            raise
        from dialtone.net.appeal import Case

        raise Case(judged.plain()).reason()


async def ask(stream, data=b"hello"):
    """Sends ``data``; what comes back, b"" when the other side has closed or reset."""
    buffer = memoryview(bytearray(256))
    try:
        await stream.write(data)
        return bytes(buffer[: await stream.readinto(buffer)])
    except OSError:
        return b""


async def ended(stream, within_ms):
    """True when the other side ends the stream within that time; bytes that come first are passed over."""
    buffer = memoryview(bytearray(256))
    since = time.ticks_ms()
    try:
        while await stream.readinto(buffer):
            pass
    except OSError:
        pass
    return time.ticks_diff(time.ticks_ms(), since) <= within_ms


async def until(condition, within_ms=2000):
    """True as soon as ``condition()`` is; False when the time is up."""
    since = time.ticks_ms()
    while not condition():
        if time.ticks_diff(time.ticks_ms(), since) > within_ms:
            return False
        await asyncio.sleep_ms(5)
    return True
