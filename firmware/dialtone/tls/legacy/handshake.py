"""A client's handshake of SSL 3.0 (RFC 6101 section 5.6) and TLS 1.0 (RFC 2246 section 7): one version, RSA key
exchange, no resumption, no client certificate. Loaded for a handshake, and forgotten after it.
"""

import hashlib
from struct import pack

from dialtone.errors import DialtoneError, PeerError
from dialtone.tls.legacy import keys
from dialtone.tls.legacy.record import ALERT, CHANGE, HANDSHAKE, SETTINGS, differ
from micropython import const

_SSL3 = const(0x0300)
_LONGEST = const(12288)  # bytes of a message: a chain of six long certificates, or the names of many authorities
_CERTIFICATES = const(8)  # of a chain
# What a handshake waits for; the numbers are those of its messages
_HELLO = const(2)
_CERTIFICATE = const(11)
_REQUEST = const(13)
_DONE = const(14)
_FINISHED = const(20)
_ANSWER = const(100)  # ... for ``answer``
_CHANGE = const(101)  # ... for change_cipher_spec
_READY = const(102)


class Handshake:
    """Leads ``records`` (record.Records) to keys. ``random(n)`` gives n unpredictable bytes; ``host`` is the server's
    name, "" for an address.

    Send ``records.out``; after each ``records.received`` call ``advance``. Once ``chain`` (DER bytes, the server's own
    certificate first) is there, call ``settle``. ``done``: data may flow.
    ``suite`` is then its name. Errors are those of Records.
    """

    def __init__(self, records, random, host=""):
        self.chain = None
        self.done = False
        self.suite = ""
        self._records = records
        self._random = random
        self._client = random(32)
        self._server = b""
        self._row = self._secret = self._half = self._taken = None
        self._asked = False  # for a certificate of ours
        self._wait = _HELLO
        self._buffer = bytearray()
        # One pair for our Finished, one for the server's: a hash is final after digest() and cannot be copied
        self._hashes = [hashlib.md5(), hashlib.sha1(), hashlib.md5(), hashlib.sha1()]
        self._send(1, self._hello(host))

    def advance(self):
        """Take what ``records`` holds, if a record is complete."""
        records = self._records
        if records.kind == HANDSHAKE:
            while records.kind:
                self._buffer.extend(records.view())
                self._messages()
        elif records.kind == CHANGE:
            if self._wait != _CHANGE or self._buffer or bytes(records.view()) != b"\1" or records.kind:
                self._unexpected()
            records.reader, self._half = self._half, None
            self._wait = _FINISHED
        elif records.kind:
            self._unexpected()
        elif records.closed:
            self.ended()
        self.done = self._wait == _READY

    def ended(self):
        """The stream has ended."""
        self._records.fail(10, "The server closed the connection during the TLS handshake", SETTINGS)

    def settle(self, accept):
        """``chain`` is here: ``accept`` raises a DialtoneError when it will not do. Then ``answer``."""
        from dialtone.crypto import rsa
        from dialtone.x509 import certificate

        try:
            accept(self.chain)
            kind, *key = certificate.parse(self.chain[0]).public_key
            if kind != "rsa" or not rsa.usable(*key):
                text = "Bad Certificate: its key is no RSA key of 1024 to 4096 bits"
                raise PeerError(text, "The old methods need an RSA key; choose 2048 bits")
        except DialtoneError as error:
            self._records.abort(42, error)
        self.answer(*key)

    def answer(self, n, e):
        """The chain is good, and its key is the RSA key (``n``, ``e``): send it the secret, and our Finished."""
        from dialtone.crypto import rsa

        records = self._records
        version = records.version
        if self._asked:
            if version == _SSL3:
                records.send(ALERT, b"\1\x29")  # no_certificate
            else:
                self._send(_CERTIFICATE, b"\0\0\0")
        secret = pack(">H", version) + self._random(46)
        sealed = rsa.encrypt_pkcs1(n, e, secret, self._random)
        self._send(16, sealed if version == _SSL3 else pack(">H", len(sealed)) + sealed)
        self._secret = secret = keys.master(version, secret, self._client, self._server)
        writer, self._half = keys.halves(version, self._row, secret, self._client, self._server)
        records.send(CHANGE, b"\1")
        records.writer = writer
        md5, sha1 = self._hashes[:2]
        del self._hashes[:2]
        self._send(_FINISHED, keys.finished(version, secret, md5, sha1, False))
        self.chain = None
        self._wait = _CHANGE

    def _hello(self, host):
        version = self._records.version
        suites = b"".join([pack(">H", row[0]) for row in keys.SUITES])
        # The last one says that we know RFC 5746: a server can tell that nobody renegotiates between us
        hello = pack(">H", version) + self._client + b"\0" + pack(">H", len(suites) + 2) + suites + b"\0\xff\1\0"
        if version == _SSL3:
            return hello
        extensions = b"\0\1\0\1\4"  # max_fragment_length (RFC 6066): 4 KB, which spare memory if the server can
        if host:
            host = host.encode()
            size = len(host)
            extensions = pack(">HHHBH", 0, size + 5, size + 3, 0, size) + host + extensions
        return hello + pack(">H", len(extensions)) + extensions

    def _send(self, kind, body):
        message = pack(">BBH", kind, 0, len(body)) + body
        self._hash(message)
        self._records.send(HANDSHAKE, message)

    def _hash(self, message):
        for running in self._hashes:
            running.update(message)

    def _messages(self):
        """Take the messages that are complete."""
        buffer = self._buffer
        while len(buffer) >= 4:
            size = (buffer[1] << 16 | buffer[2] << 8 | buffer[3]) + 4
            if size > _LONGEST:
                self._records.fail(47, "The server's TLS message is too long", "Let it send fewer certificates")
            if len(buffer) < size:
                break
            kind = buffer[0]
            view = memoryview(buffer)
            if kind or size > 4:
                self._message(kind, view[4:size], view[:size])
            else:
                self._records.idle()  # HelloRequest: to be ignored now, and in no hash
            self._buffer = buffer = buffer[size:]
        if buffer and self._wait >= _ANSWER:
            self._unexpected()

    def _message(self, kind, body, message):
        wait = self._wait
        if wait == _DONE and kind == _REQUEST and not self._asked:
            self._asked = True
        elif kind != wait:
            self._unexpected()
        elif kind == _HELLO:
            self._take_hello(bytes(body))
        elif kind == _CERTIFICATE:
            self._take_chain(body)
        elif kind == _DONE:
            if len(body):
                self._damaged()
            self._wait = _ANSWER
        else:
            self._check_finished(bytes(body))
        self._hash(message)
        if self._wait == _ANSWER:
            self.chain, self._taken = self._taken, None

    def _take_hello(self, body):
        records = self._records
        if len(body) < 38 or len(body) < 38 + body[34] or body[34] > 32:
            self._damaged()
        version = body[0] << 8 | body[1]
        if version != records.version:
            records.wrong_version(version)
        self._server = body[2:34]
        at = 35 + body[34]
        self._row = keys.suite(body[at] << 8 | body[at + 1])
        if not self._row or body[at + 2]:
            records.fail(47, "The server chose a suite or compression that was not offered")
        self.suite = self._row[3]
        self._check_extensions(body[at + 3 :])
        self._wait = _CERTIFICATE

    def _check_extensions(self, data):
        """Only answers to what was asked, each once: renegotiation_info (empty), server_name, max_fragment_length."""
        if not data:
            return
        known = [b"\xff\1\0\1\0"]
        if self._records.version != _SSL3:
            known += [b"\0\0\0\0", b"\0\1\0\1\4"]
        at = 2
        while known and data[at:]:
            for one in known:
                if data[at : at + len(one)] == one:
                    known.remove(one)
                    at += len(one)
                    break
            else:
                break
        if len(data) != at or at != (data[0] << 8 | data[1]) + 2:
            self._records.fail(47, "The server answers what was not asked (a TLS extension)")

    def _take_chain(self, body):
        chain = []
        at = 3
        while at + 3 <= len(body) and len(chain) < _CERTIFICATES:
            end = at + 3 + (body[at] << 16 | body[at + 1] << 8 | body[at + 2])
            if end > len(body):
                break
            chain.append(bytes(body[at + 3 : end]))
            at = end
        if not chain or at != len(body) or at != 3 + (body[0] << 16 | body[1] << 8 | body[2]):
            self._damaged()
        self._taken = chain
        self._wait = _DONE

    def _check_finished(self, body):
        md5, sha1 = self._hashes
        good = keys.finished(self._records.version, self._secret, md5, sha1, True)
        self._hashes = []
        if differ(good, body):
            self._records.fail(51, "The server's Finished is wrong: the handshake was changed on the way")
        self._secret = None
        self._wait = _READY

    def _unexpected(self):
        self._records.fail(10, "The server sent a TLS message out of order")

    def _damaged(self):
        self._records.fail(50, "The server sent a damaged TLS message")
