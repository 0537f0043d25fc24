"""For the front panel: every request that the phone makes or answers, and the detour of its connections.

Loaded only when a front panel is open. The firmware knows nothing of it: answered requests are read off ``Stream``,
through which all bytes pass; failures are heard from the client; ``seam.connect`` leads through the relay.
"""

from asyncio import CancelledError
from binascii import hexlify
from time import ticks_diff, ticks_ms

from dialtone.errors import DialtoneError
from dialtone.net import seam
from dialtone.net.stream import Stream
from micropython import const

_LINE = const(300)  # bytes of a request line that are kept
_INCOMING = const(0)  # places in a stream's tap: whether requests come in, the request line, when it began (None: it
_HEAD = const(1)  # has its answer)
_SINCE = const(2)


def install(phone, emit, routes):
    """``emit(event, **fields)`` gets one "request" event for each. ``routes``: "host:port" -> port on this machine.

    And one "module" event for each key of an expansion module that becomes another: its label, None when it is gone.
    """
    connect = seam.connect
    make = phone.client

    def tell(incoming, peer, line, status, tls, since, error=None):
        took = 0 if since is None else ticks_diff(ticks_ms(), since)
        side = "server" if incoming else "client"
        emit("request", side=side, peer=peer, line=line, status=status, tls=tls, ms=took, error=error)

    async def tapped_connect(host, port, *more):
        there = routes.get("%s:%d" % (host, port))
        return await (connect("127.0.0.1", there, *more) if there else connect(host, port, *more))

    def client(**more):
        made = make(**more)
        ask = made.ask

        async def tapped_ask(target, fields, method):
            begin = ticks_ms()
            try:
                return await ask(target, fields, method)
            except (DialtoneError, OSError, CancelledError) as error:
                text = "given up" if isinstance(error, CancelledError) else str(error)
                tell(False, "%s:%d" % target.origin[1:], "%s %s" % (method, target.target), 0, None, begin, text)
                raise

        made.ask = tapped_ask
        return made

    def changed(names):
        for key in {name[: name.rfind(" ")] for name in names if name[:6] == "expmod"}:
            kind = phone.store.get(key + " type")
            label = "" if kind in ("none", "empty") else phone.store.get(key + " label") or kind
            emit("module", key=key, label=None if kind == "none" else label)

    seam.connect = tapped_connect
    phone.client = client
    phone.store.watch(changed)
    _tap(tell)


def _tap(tell):
    read_now, write_now = Stream.read_now, Stream.write_now
    Stream.tap = None

    def see(stream, data, incoming):
        tap = stream.tap
        if tap is None:
            tap = stream.tap = [incoming, b"", ticks_ms()]
        if tap[_INCOMING] == incoming:
            if tap[_SINCE] is None:
                tap[_SINCE] = ticks_ms()
                tap[_HEAD] = b""
            if len(tap[_HEAD]) < _LINE and b"\n" not in tap[_HEAD]:
                tap[_HEAD] += bytes(data[:_LINE])
        elif tap[_SINCE] is not None and len(data) > 11 and bytes(data[:5]) == b"HTTP/" and bytes(data[9:10]) != b"1":
            since, tap[_SINCE] = tap[_SINCE], None  # a shorter piece is what a self-test reads of an answer
            line = tap[_HEAD].split(b"\r")[0].decode()
            tell(tap[_INCOMING], stream.peer, line, int(bytes(data[9:12])), stream.describe(), since)

    def tapped_read(self, view):
        try:
            count = read_now(self, view)
        except OSError as error:
            if self.tap is None and self.secure and ":" not in self.peer:  # a client's name has a port
                self.tap = [True, b"", None]
                tell(True, self.peer, "", 0, None, None, "TLS not set up: %s" % error.args[-1])
            raise
        if count:
            see(self, view[:count], True)
        return count

    def tapped_write(self, data):
        see(self, data, False)
        return write_now(self, data)

    Stream.read_now, Stream.write_now = tapped_read, tapped_write


def look(panel):
    """What else a renderer must know of the panel's frame, as JSON can carry it; see ``lcd.pixels.Picture.draw``."""
    more = {}
    if panel.hints:
        more["hints"] = list(panel.hints.items())
    if panel.picture:
        more["picture"] = (hexlify(panel.picture[0]).decode(),) + tuple(panel.picture[1:])
    if panel.idle.notes:
        more["messages"] = len(panel.idle.notes)  # of Status objects: the panel's message LED
    return more
