"""A bad network on demand: a TCP relay between the phone and its configuration server.

It never sees inside TLS. It counts records, so that it knows where an answer begins and can break it there.
"""

import asyncio
import socket

_HOST = "127.0.0.1"
_PIECE = 16384  # bytes of one read, so that delay and rate are felt evenly
_SLICE_S = 0.1  # a slow line hands over that often
_CONNECTIONS = 64  # a phone has a handful; more would be a program gone wrong
_HANDSHAKE, _DATA = 22, 23  # content types of TLS records (RFC 8446 section 5.1)
_TLS13 = b"\x00\x2b\x00\x02\x03\x04"  # the extension supported_versions of a ServerHello that chose TLS 1.3

MODES = ("none", "drop", "silence", "truncate", "corrupt")


class Faults:
    """What the network does. ``mode``: one of ``MODES``; ``delay_ms`` each way; ``rate_bytes`` a second, 0 = any;
    ``after_bytes`` of an answer it is cut or falsified."""

    def __init__(self):
        self.mode = "none"
        self.delay_ms = 0
        self.rate_bytes = 0
        self.after_bytes = 200

    def as_dict(self):
        return {"mode": self.mode, "delay_ms": self.delay_ms, "rate_bytes": self.rate_bytes}

    def any(self):
        return self.mode != "none" or self.delay_ms > 0 or self.rate_bytes > 0


class Relay:
    """Listens on a port of its own and passes on to ``host``:``port``. ``tell(text)`` hears what it has broken."""

    def __init__(self, host, port, tell):
        self.faults = Faults()
        self.port = 0
        self._target = (host, port)
        self._tell = tell
        self._server = None
        self._links = set()

    async def start(self):
        """Starts to listen; ``port`` is where."""
        self._server = await asyncio.start_server(self._serve, _HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        self._server.close()
        for link in list(self._links):
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    def set(self, **values):
        """Changes the weather; connections that are open feel it at once."""
        for name, value in values.items():
            setattr(self.faults, name, value)
        if self.faults.mode == "drop":
            for link in list(self._links):
                link.cancel()

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._links.add(task)
        try:
            if self.faults.mode == "drop" or len(self._links) > _CONNECTIONS:
                self._tell("connection refused")
                return _reset(writer)
            await self._connection(reader, writer)
        except asyncio.CancelledError:
            self._tell("connection dropped")
            _reset(writer)
        except OSError:
            _reset(writer)
        finally:
            self._links.discard(task)
            writer.close()

    async def _connection(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            return _reset(writer)
        talk = _Talk()
        ways = [
            asyncio.create_task(self._pass(reader, far_writer, talk.asked)),
            asyncio.create_task(self._pass(far_reader, writer, talk.answered)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(ways, timeout=1)  # what is on its way in the other direction still arrives
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.close()

    async def _pass(self, reader, writer, look):
        faults = self.faults
        while True:
            data = await reader.read(_slice(faults.rate_bytes))
            if not data:
                break
            at = look(data)  # bytes of the answer before this piece, None for a request or a handshake
            while faults.mode == "silence":
                await asyncio.sleep(_SLICE_S)
            if faults.delay_ms:
                await asyncio.sleep(faults.delay_ms / 1000)
            if faults.rate_bytes:
                await asyncio.sleep(len(data) / faults.rate_bytes)
            if at is not None and faults.mode in ("truncate", "corrupt"):
                data, cut = self._broken(data, at)
                if cut:
                    writer.write(data)
                    break
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    def _broken(self, data, at):
        """(data as it goes on, whether it ends there)."""
        place = self.faults.after_bytes - at
        if not 0 <= place < len(data):
            return data, False
        if self.faults.mode == "truncate":
            self._tell("answer cut off after %d bytes" % self.faults.after_bytes)
            return data[:place], True
        self._tell("one byte of the answer changed")
        return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :], False


class _Talk:
    """Follows the records of one connection: whether a request is out, and how much of its answer has passed."""

    def __init__(self):
        self._up = _Records()
        self._encrypted = 0  # records of application data that the phone has sent
        self._first = 1  # ... of which the first is a request: TLS 1.3 sends one more, its Finished
        self._count = None
        self._hello = b""

    def asked(self, data):
        for kind in self._up.feed(data):
            if kind in (_DATA, None):
                self._encrypted += 1
        if self._encrypted >= self._first:
            self._count = 0
        return None

    def answered(self, data):
        if len(self._hello) < 512:  # it holds the ServerHello
            self._hello += data[:512]
            if self._hello[:1] == b"\x16" and _TLS13 in self._hello[:200]:
                self._first = 2
                if self._encrypted < 2:
                    self._count = None
        if self._count is None:
            return None
        at, self._count = self._count, self._count + len(data)
        return at


class _Records:
    """Content types of the TLS records in a stream of bytes in any split; None for each piece that is no TLS."""

    def __init__(self):
        self._skip = 0
        self._head = b""
        self._plain = None

    def feed(self, data):
        if self._plain is None and data:
            self._plain = data[0] != _HANDSHAKE
        if self._plain:
            return [None]
        found = []
        while data:
            if self._skip:
                taken = min(self._skip, len(data))
                self._skip -= taken
                data = data[taken:]
                continue
            wanted = 5 - len(self._head)
            self._head += data[:wanted]
            data = data[wanted:]
            if len(self._head) == 5:
                found.append(self._head[0])
                self._skip = int.from_bytes(self._head[3:], "big")
                self._head = b""
        return found


def _slice(rate):
    return max(1, min(_PIECE, int(rate * _SLICE_S))) if rate else _PIECE


def _reset(writer):
    """Closes so that the other side sees a broken connection, not an orderly end."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        linger = (1).to_bytes(4, "little") + bytes(4)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
