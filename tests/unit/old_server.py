"""An SSL 3.0 or TLS 1.0 server of the engine's own parts, for faults on purpose. Independent servers are in
tests/system/test_old_methods.py; key derivation has vectors of another implementation in test_tls_legacy_keys.py.
"""

import hashlib
from binascii import unhexlify
from struct import pack

from dialtone.tls.legacy import keys
from dialtone.tls.legacy.record import CHANGE, DATA, HANDSHAKE, Records

# RSA-1024, for tests only
N = int(
    "cfa8cd8d3db17f1818923b831cf3aaa15ea31aac8d125acfdd36c3229bcc473634a1a8ba09bd548a2dfa3b960100b417ce38"
    "6ea1ac6cd5ae432f3fb3ba0238674441937174f4e1cae3379a3bf6378fefb6c22dc53408b137d0087e15330b34c5dcfa067f"
    "27e8b42656fc463d0b6bbb0d44b1eaea85963b01d18525efe20dd2b5",
    16,
)
E = 65537
D = int(
    "2dbc3dd957b71a08d290926ee4177e831ff6c84f2c9ad84963ad45f8ff5b546bc9d7b8f390659493026154724b323e77e7c1"
    "620c558f7ad8708f9d7616079b282d82b335c403164269bdb1b5734627b7d9dd061fb94b3fac32ee042ca90b366d659f68f5"
    "d89401b1032cf76e5011b06cf106191eabc81167ae694acb5de1a819",
    16,
)
# Its own certificate, for localhost and 127.0.0.1, from 2020 to 2049; signed with itself and SHA-256
CERTIFICATE = unhexlify(
    "308201b030820119a003020102020107300d06092a864886f70d01010b0500300e310c300a06035504030c036f6c64301e17"
    "0d3230303130313030303030305a170d3439313233313030303030305a300e310c300a06035504030c036f6c6430819f300d"
    "06092a864886f70d010101050003818d0030818902818100cfa8cd8d3db17f1818923b831cf3aaa15ea31aac8d125acfdd36"
    "c3229bcc473634a1a8ba09bd548a2dfa3b960100b417ce386ea1ac6cd5ae432f3fb3ba0238674441937174f4e1cae3379a3b"
    "f6378fefb6c22dc53408b137d0087e15330b34c5dcfa067f27e8b42656fc463d0b6bbb0d44b1eaea85963b01d18525efe20d"
    "d2b50203010001a31e301c301a0603551d110413301182096c6f63616c686f737487047f000001300d06092a864886f70d01"
    "010b05000381810091cab06e5dce201253c3879133e41f1b038a6be82aae466d0592cc1d58d7c22d60caf4aa91c3202e8d05"
    "43f96205b009ed981fb1db1f7ae119a7c01e44c860bab4ec5df64368af41b17ce98acd6308b0da3d7a5c5dfd3a3fdfe3a577"
    "ab1d7050269dab99fdc4f65791ef8308e62831c424452505b6d7de4f6b127437270caf83"
)

_opened = {}  # what the key made of secrets: the same lot gives the same ones again, and this is slow


def lot(start):
    """A ``random(n)`` that gives the same bytes each time."""
    state = [start]

    def random(count):
        out = b""
        while len(out) < count:
            state[0] += 1
            out += hashlib.sha256(pack(">I", state[0])).digest()
        return out[:count]

    return random


class OldServer:
    """``feed`` it the client's bytes, send its ``records.out``. ``row``: the suite to choose, of keys.SUITES.

    ``piece``: bytes of a handshake record; 0 = each message in its own, -1 = all of a flight in one.
    ``change(kind, body)``: may give another body for a message of the server, or a list of whole messages.
    """

    def __init__(self, version, row=keys.SUITES[0], piece=0, change=None, ask=False, hello_more=b""):
        self.records = Records(version)
        self.got = b""  # application data
        self.done = self.closed = False
        self.chain = (CERTIFICATE, b"its issuer's" * 30)
        self.hello = None
        self.client_certificate = None
        self._row = row
        self._piece = piece
        self._change = change
        self._ask = ask
        self._hello_more = hello_more
        self._random = lot(1000)(32)
        self._buffer = b""
        self._secret = None
        self._reader = None
        self._hashes = [hashlib.md5(), hashlib.sha1(), hashlib.md5(), hashlib.sha1()]

    def feed(self, data):
        """Take bytes of the client."""
        records = self.records
        data = memoryview(data)
        while len(data):
            space = records.space()
            count = min(len(space), len(data))
            space[:count] = data[:count]
            data = data[count:]
            records.received(count)
            kind = records.kind
            body = b""
            while records.kind:
                body += bytes(records.view())
            if kind == HANDSHAKE:
                self._buffer += body
                self._messages()
            elif kind == CHANGE:
                assert body == b"\1"
                records.reader = self._reader
            elif kind == DATA:
                self.got += body
            self.closed = records.closed

    def take(self):
        """What is to be sent, which is then forgotten."""
        out = bytes(self.records.out)
        self.records.out = bytearray()
        return out

    def _messages(self):
        while len(self._buffer) >= 4:
            size = 4 + int.from_bytes(self._buffer[1:4], "big")
            if len(self._buffer) < size:
                return
            message, self._buffer = self._buffer[:size], self._buffer[size:]
            if message[0] == 20:
                self._finish(message)
                continue
            self._hash(message)
            if message[0] == 1:
                self._flight(message[4:])
            elif message[0] == 16:
                self._key(message[4:])
            else:
                assert message[0] == 11, message[0]
                self.client_certificate = message[4:]

    def _hash(self, message):
        for running in self._hashes:
            running.update(message)

    def _flight(self, hello):
        version = self.records.version
        assert hello[:2] == pack(">H", version)
        self.hello = hello
        suites = hello[37 : 37 + int.from_bytes(hello[35:37], "big")]
        assert pack(">H", self._row[0]) in [suites[at : at + 2] for at in range(0, len(suites), 2)]
        self._client = hello[2:34]
        body = pack(">H", version) + self._random + b"\4sess" + pack(">HB", self._row[0], 0) + self._hello_more
        chain = b"".join([pack(">BH", 0, len(der)) + der for der in self.chain])
        messages = [(2, body), (11, pack(">BH", 0, len(chain)) + chain)]
        if self._ask:
            messages.append((13, b"\2\1\2" + (b"\0\0" if version == 0x0300 else b"\0\2\0\0")))
        messages.append((14, b""))
        self._send(messages)

    def _key(self, body):
        version = self.records.version
        if version != 0x0300:
            assert body[:2] == pack(">H", 128)
            body = body[2:]
        body = bytes(body)
        if body not in _opened:
            _opened[body] = pow(int.from_bytes(body, "big"), D, N).to_bytes(128, "big")
        plain = _opened[body]
        secret = plain[-48:]
        assert plain[:2] == b"\0\2" and b"\0" not in plain[2:79] and plain[79] == 0, "PKCS #1"
        assert secret[:2] == pack(">H", version)
        self._secret = keys.master(version, secret, self._client, self._random)
        self._reader, self._writer = keys.halves(version, self._row, self._secret, self._client, self._random)

    def _finish(self, message):
        version = self.records.version
        md5, sha1 = self._hashes[:2]
        del self._hashes[:2]
        good = keys.finished(version, self._secret, md5, sha1, False)
        assert message[4:] == good, "client's Finished"
        self._hash(message)
        self.records.send(CHANGE, b"\1")
        self.records.writer = self._writer
        md5, sha1 = self._hashes
        self._hashes = []
        self._send([(20, keys.finished(version, self._secret, md5, sha1, True))])
        self.done = True

    def _send(self, messages):
        flight = []
        for kind, body in messages:
            if self._change:
                body = self._change(kind, body)
            made = body if isinstance(body, list) else [pack(">BBH", kind, 0, len(body)) + body]
            flight += made
        for message in flight:
            self._hash(message)
        if self._piece:
            flight = b"".join(flight)
            size = len(flight) if self._piece < 0 else self._piece
            flight = [flight[at : at + size] for at in range(0, len(flight), size)]
        for message in flight:
            self.records.send(HANDSHAKE, message)


def carry(client, data, take=len):
    """Bring ``data`` to the client's ``records``, ``take(data)`` bytes at most at once; ``client()`` after each."""
    records, advance = client
    data = memoryview(data)
    while len(data):
        space = records.space()
        count = min(len(space), len(data), max(1, take(data)))
        space[:count] = data[:count]
        data = data[count:]
        records.received(count)
        if records.kind or records.closed:
            advance()
