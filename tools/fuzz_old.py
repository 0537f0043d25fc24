"""Hostile servers of SSL 3.0 and TLS 1.0 for tools/fuzz.py: changed bytes on the wire, and changed messages that are
framed, hashed and sealed as they should be, so that they come past the MAC.
"""

import time

from dialtone.errors import DialtoneError
from dialtone.tls.legacy import keys
from dialtone.tls.legacy.handshake import Handshake
from dialtone.tls.legacy.record import DATA, HANDSHAKE, Records
from old_server import E, N, OldServer, carry, lot

_VERSIONS = (0x0300, 0x0301)
_PIECES = (-1, -1, 30, 200)  # bytes of a handshake record, see OldServer
_SECONDS = 0.05  # of processor time that one input may cost
_OUT = 2048  # bytes: hello, key, Finished and an alert take far less
_HELD = 17 * 1024 + 12288 + 2048  # bytes: one record, one message, and what Python adds
WORDS = (
    b"\0", b"\xff", b"\x14\3\0\0\1\1", b"\x14\3\1\0\1\1", b"\x15\3\1\0\2\1\0", b"\x15\3\0\0\2\2\x28", b"\x16\3\1\0\4",
    b"\x16\3\0\0\0", b"\x17\3\1\0\0", b"\x17\3\0\x41\x14", b"\x17\3\1\x40\0", b"\0\0\0\0", b"\x0e\0\0\0", b"\2\0\0\x26",
    b"\x0b\0\0\3\0\0\0", b"\x0c\0\0\4abcd", b"\x0d\0\0\5\1\1\0\0\0", b"\x14\0\0\x0c", b"\0\x2f\0", b"\0\5\0",
    b"\0\xff\1\0",
    b"\3\0", b"\3\1", b"\3\3", b"\x15\0\2\1\0", b"\x16\0\4\0\0\0\0", b"\x17\0\0", b"\x17\x40\0", b"\x14\0\1\1",
)  # fmt: skip


class Client:
    """Our side: what a connection does with a handshake, and with the data after it."""

    def __init__(self, version):
        self.records = Records(version)
        self.talk = Handshake(self.records, lot(1), "")
        self.got = b""
        self.error = ""
        self.held = 0

    def advance(self):
        """As net/legacy.py does it."""
        records, talk = self.records, self.talk
        self.held = max(self.held, sum(map(len, records._pieces)) + len(talk._buffer))
        if not talk.done:
            talk.advance()
            if talk.chain:
                talk.answer(N, E)
        elif records.kind == DATA:
            room = bytearray(5000)
            while records.kind:
                self.got += bytes(room[: records.take(room)])
        elif records.kind:
            records.other()

    def take(self, data, cut):
        """Bytes of the server. ``cut(data)``: how many of them come at once."""
        try:
            carry((self.records, self._unless_closed), data, cut)
        except DialtoneError as error:
            self.error = error.text

    def _unless_closed(self):
        self.advance()
        if self.records.closed:
            raise _End

    def said(self):
        """What came of it all: the same for any split of the bytes."""
        return self.error, self.got, self.talk.done, self.records.closed, bytes(self.records.out)


class _End(DialtoneError):
    text = "closed"

    def __init__(self):
        super().__init__("closed")


class _Server(OldServer):
    """Sends ``flight`` instead of its own first messages, then ``records``: [(kind, data)], all sealed well."""

    def __init__(self, version, row, piece, flight, records):
        super().__init__(version, row, piece)
        self._own = flight
        self._more = records
        self._random = (flight[6:38] + bytes(32))[:32]

    def _flight(self, hello):
        self._client = hello[2:34]
        self._hash(self._own)
        size = self._piece if self._piece > 0 else 16000
        for at in range(0, len(self._own), size):
            self.records.send(HANDSHAKE, self._own[at : at + size])

    def _finish(self, message):
        super()._finish(message)
        for kind, data in self._more:
            self.records._seal(kind, data)


def _good_flight(version, row):
    server = OldServer(version, row, -1, hello_more=b"\0\5\xff\1\0\1\0")
    server.chain = (b"certificate" * 20, b"issuer" * 20)
    client = Client(version)
    server.feed(bytes(client.records.out))
    return server.take()[5:]


def _record(kind, data):
    return bytes((kind,)) + len(data).to_bytes(2, "big") + data


_AFTER = _record(23, b"HTTP/1.1 200 OK\r\n") + _record(23, b"") + _record(22, bytes(4)) + _record(21, b"\1\0")


def _message_seeds():
    """First byte: version, suite, size of the pieces; two bytes of length; the flight; the records after it."""
    for version in range(2):
        for row in range(4):
            flight = _good_flight(_VERSIONS[version], keys.SUITES[row])
            for piece in range(4):
                yield bytes((version | row << 1 | piece << 3,)) + len(flight).to_bytes(2, "big") + flight + _AFTER


def _parsed(data):
    """(version, suite, piece, flight, records) of a message input, whatever it looks like."""
    flags = data[0] if data else 0
    size = int.from_bytes(data[1:3], "big")
    rest, records = data[3 + size :], []
    while len(rest) >= 3 and len(records) < 60:
        size = int.from_bytes(rest[1:3], "big")
        records.append((rest[0], rest[3 : 3 + size]))
        rest = rest[3 + size :]
    flight = data[3 : 3 + int.from_bytes(data[1:3], "big")]
    return _VERSIONS[flags & 1], keys.SUITES[flags >> 1 & 3], _PIECES[flags >> 3 & 3], flight, records


def _talk(client, server, cut):
    """Carries bytes both ways until nothing moves, and puts what the client sent last back into its ``out``."""
    records = client.records
    while records.out and not client.error:
        out, records.out = bytes(records.out), bytearray()
        try:
            server.feed(out)
        except (AssertionError, DialtoneError):
            break  # the server has seen another handshake than the client has, or was told of an error
        client.take(server.take(), cut)


def run_messages(data, cut):
    version, row, piece, flight, records = _parsed(data)
    client = Client(version)
    _talk(client, _Server(version, row, piece, flight, records), cut)
    return client


def _wire_seeds():
    """First byte: the version; then all that a server sends, from hello to close_notify, as it lies on the wire."""
    for data in _MESSAGE_SEEDS:
        version, row, piece, flight, records = _parsed(data)
        client, sent = Client(version), []
        server = _Server(version, row, piece, flight, [one for one in records if one[0] != HANDSHAKE])
        take = client.take
        client.take = lambda wire, cut, take=take, sent=sent: (sent.append(wire), take(wire, cut))
        _talk(client, server, len)
        assert client.talk.done and client.got and client.records.closed, client.said()
        yield bytes((version & 1,)) + b"".join(sent)


def run_wire(data, cut):
    client = Client(_VERSIONS[data[0] & 1 if data else 0])
    client.take(data[1:], cut)
    return client


def _check(run, lots, data):
    """Ends in no time, holds and sends little, says the same in any split; its error stays."""
    start = time.process_time()
    client = run(data, len)
    spent = time.process_time() - start
    found = []
    if len(client.records.out) > _OUT or client.held > _HELD:
        found.append("holds %d bytes, sends %d" % (client.held, len(client.records.out)))
    if client.error and not client.records.closed:
        try:
            client.records.space()
            found.append("goes on after: " + client.error)
        except DialtoneError as error:
            if error.text != client.error:
                found.append("says another thing then: " + error.text)
    if not lots.randrange(4) and run(data, lambda rest: lots.choice((1, 3, 5, 16, 400))).said() != client.said():
        found.append("a split changes the reading")
    if spent > _SECONDS and min(_seconds(run, data) for _ in range(3)) > _SECONDS:  # not for a busy machine
        found.append("slow")
    return found


def _seconds(run, data):
    """Processor time."""
    start = time.process_time()
    run(data, len)
    return time.process_time() - start


def message_check(lots, data):
    """What a server may say at most, well sealed."""
    return _check(run_messages, lots, data)


def wire_check(lots, data):
    """What may lie on the wire at most."""
    return _check(run_wire, lots, data)


def refitted(lots, data, mutated):
    """A message input of which one message or record is changed by ``mutated(bytes)``, with lengths that fit again."""
    size = int.from_bytes(data[1:3], "big")
    flight, rest = data[3 : 3 + size], data[3 + size :]
    parts = []
    while flight:
        size = 4 + int.from_bytes(flight[1:4], "big")
        parts.append((flight[:1], flight[4:size], 3))
        flight = flight[size:]
    count = len(parts)
    while rest:
        size = 3 + int.from_bytes(rest[1:3], "big")
        parts.append((rest[:1], rest[3:size], 2))
        rest = rest[size:]
    at = lots.randrange(len(parts))
    parts[at] = parts[at][0], mutated(parts[at][1])[:60000], parts[at][2]
    parts = [kind + len(body).to_bytes(width, "big") + body for kind, body, width in parts]
    flight = b"".join(parts[:count])[:65535]
    return data[:1] + len(flight).to_bytes(2, "big") + flight + b"".join(parts[count:])


_MESSAGE_SEEDS = tuple(_message_seeds())
SEEDS = _MESSAGE_SEEDS, tuple(_wire_seeds())
