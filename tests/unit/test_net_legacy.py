"""SSL 3.0 and TLS 1.0 as a wrapped socket, over a line that blocks, splits and breaks as lines do."""

import net_identity as ids
from old_server import CERTIFICATE, OldServer, lot
from support import raises

from dialtone.errors import DeviceError, PeerError
from dialtone.net import legacy
from dialtone.tls.legacy import keys
from dialtone.tls.legacy.record import DATA

HEAP = "160k"  # the old server of the tests lives in the same heap

METHODS = (("SSLv3", 0x0300), ("TLSv1", 0x0301))


class Line:
    """A raw socket whose other end is an OldServer. ``step`` bytes pass at once; each other call would block."""

    def __init__(self, server, step=1 << 20, blocks=False):
        self.server = server
        self.step = step
        self.cut = self.broken = False
        self.sent = 0
        self._blocks = blocks
        self._turn = 0
        self._data = b""

    def _would_block(self):
        self._turn += 1
        return self._blocks and self._turn % 2

    def readinto(self, view):
        if self.broken:
            raise OSError(104)
        self._data += self.server.take()
        count = min(len(view), len(self._data), self.step)
        if not count and self.cut:
            return 0
        if not count or self._would_block():
            return None
        view[:count] = self._data[:count]
        self._data = self._data[count:]
        return count

    def write(self, data):
        if self.broken:
            raise OSError(32)
        if self._would_block():
            return None
        count = min(len(data), self.step)
        self.sent += count
        try:
            self.server.feed(bytes(data[:count]))
        except PeerError:
            pass  # an alert of the client: kept in the server's records
        return count


def connect(method, server, accept=None, line=None):
    """(Secured, Line) after the handshake."""
    line = line or Line(server)
    seen = []
    secured = legacy.wrap(line, "localhost", method, lot(1), accept or seen.append)
    assert secured.getpeercert(True) is None
    for _ in range(20000):
        assert secured.readinto(bytearray(1)) is None
        if secured.getpeercert(True) is not None:
            if not accept:
                assert seen == [list(server.chain)]
            return secured, line
    raise AssertionError("no end of the handshake")


def received(secured, size):
    """``size`` bytes of data, in small reads."""
    got = b""
    room = bytearray(100)
    for _ in range(20000):
        count = secured.readinto(room)
        got += bytes(room[: count or 0])
        if len(got) >= size:
            return got
    raise AssertionError("nothing more comes")


def send(secured, data):
    """All of ``data``, as stream.py does it."""
    at = 0
    for _ in range(20000):
        at += secured.write(data[at:]) or 0
        if at == len(data):
            return
    raise AssertionError("nothing more goes")


def test_requests_and_answers():
    for method, version in METHODS:
        for row in keys.SUITES:
            for step, blocks in ((1 << 20, False), (1, False), (13, True)):
                server = OldServer(version, row)
                secured, _ = connect(method, server, line=Line(server, step, blocks))
                assert secured.cipher() == (row[3], method)
                request = lot(3)(1500)
                send(secured, request)
                assert server.got == request
                answer = lot(4)(2600)
                server.records._seal(DATA, b"")
                server.records.send(DATA, answer)
                assert received(secured, 2600) == answer
                assert secured.readinto(bytearray(9)) is None


def test_the_end_of_a_stream_is_told_from_a_cut():
    for method, version in METHODS:
        server = OldServer(version)
        secured, line = connect(method, server)
        server.records.send(DATA, b"all")
        server.records.end()
        assert received(secured, 3) == b"all"
        line.cut = True
        assert secured.readinto(bytearray(9)) == 0
        assert secured.readinto(bytearray(9)) == 0
        server = OldServer(version)
        secured, line = connect(method, server)
        server.records.send(DATA, b"some of it")
        assert received(secured, 10) == b"some of it"
        line.cut = True
        with raises(OSError) as e:
            secured.readinto(bytearray(9))
        assert e.value.args[0] == legacy.TRUNCATED
        server = OldServer(version)
        secured, line = connect(method, server)
        server.records.send(DATA, b"half a record")
        line._data = server.take()[:-9]
        line.cut = True
        with raises(OSError) as e:
            received(secured, 13)
        assert e.value.args[0] == legacy.TRUNCATED


def test_a_cut_during_the_handshake():
    for method, version in METHODS:
        line = Line(OldServer(version, change=lambda kind, body: []))
        line.cut = True
        with raises(PeerError) as e:
            connect(method, line.server, line=line)
        assert "during the TLS handshake" in e.value.text and e.value.advice
        line.broken = True
        with raises(OSError):
            connect(method, line.server, line=line)


def test_close_says_so_once_and_not_inside_a_record():
    for method, version in METHODS:
        server = OldServer(version)
        secured, line = connect(method, server)
        secured.close()
        assert server.closed
        server = OldServer(version)
        secured, line = connect(method, server)
        room = [3, 0, 0]
        line.write = lambda data, room=room: room.pop(0) or None
        assert secured.write(b"request") is None and len(room) == 1
        secured.close()
        assert len(room) == 1, "the alert would lie inside the record"
        server = OldServer(version)
        secured, line = connect(method, server)
        line.broken = True
        secured.close()
        server = OldServer(version)
        legacy.wrap(Line(server), "h", method, lot(1), None).close()  # before the handshake there is nothing to end
        assert not server.closed


def test_what_the_decision_says_is_raised_and_told():
    for method, version in METHODS:
        server = OldServer(version)
        error = DeviceError("No trusted certificate is installed", "Install one")

        def decide(chain, error=error):
            raise error

        with raises(DeviceError) as e:
            connect(method, server, decide)
        assert e.value is error
        assert "alert 42" in _said(server), _said(server)


def _said(server):
    return server.records._error.text


def test_keys_that_cannot_be_used():
    for method, version in METHODS:
        for der, text in ((ids.LEAF, "is no RSA key"), (b"\x30\3nothing", ""), (CERTIFICATE[:-1], "")):
            server = OldServer(version)
            server.chain = (der,)
            with raises(PeerError) as e:
                connect(method, server)
            assert text in e.value.text and "alert 42" in _said(server), e.value.text


def test_an_alert_is_sent_for_what_is_wrong_afterwards():
    for method, version in METHODS:
        server = OldServer(version)
        secured, _ = connect(method, server)
        server.records.send(DATA, b"data")
        wire = bytearray(server.take())
        wire[-1] ^= 1
        server.take = lambda wire=wire: bytes(wire)
        with raises(PeerError) as e:
            secured.readinto(bytearray(9))
            secured.readinto(bytearray(9))
        assert "damaged" in e.value.text and "alert 20" in _said(server)
        with raises(PeerError):
            secured.readinto(bytearray(9))


def test_server_name_is_sent_for_names_only():
    for host, there in (("server.example", True), ("192.0.2.7", False), ("", False), ("2001:db8::1", False)):
        server = OldServer(0x0301)
        legacy.wrap(Line(server), host, "TLSv1", lot(1), len).readinto(bytearray(1))
        assert (b"\0\0" + bytes((0, len(host) + 5)) in server.hello[47:] and host.encode() in server.hello) == there


def test_hello_request_is_declined_and_data_goes_on():
    for method, version in METHODS:
        server = OldServer(version)
        secured, _ = connect(method, server)
        server.records.send(22, bytes(4))
        server.records.send(DATA, b"more")
        assert received(secured, 4) == b"more"
        server.records.send(22, b"\2\0\0\0")
        with raises(PeerError) as e:
            received(secured, 1)
        assert "another handshake" in e.value.text
