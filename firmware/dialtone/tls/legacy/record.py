"""The record layer of SSL 3.0 (RFC 6101 section 5) and TLS 1.0 (RFC 2246 section 6). Stays while a connection lives.

A record's MAC is known only at its end, so a whole record is kept before a byte of it is given out. It lies in pieces
of 1 KB, because a worn heap has room for seventeen of them where it has none for 16 KB at once.
"""

from struct import pack

from dialtone.errors import DeviceError, PeerError
from micropython import const

CHANGE = const(20)
ALERT = const(21)
HANDSHAKE = const(22)
DATA = const(23)
_SSL3 = const(0x0300)
_PIECE = const(1024)  # a multiple of AES's block
_PLAIN = const(16384)  # bytes of a record, RFC 2246 section 6.2.1
_SEALED = const(16660)  # ... with a SHA-1 MAC (20) and the longest padding (256): no compression, so no more
_IDLE = const(32)  # records one after the other that bring nothing (empty, warnings): no server sends that many
_ADVICE = "The server may be damaged, or somebody is on the line"
SETTINGS = "Check https client method and the server's TLS settings"


class Half:
    """Keys and counter of one direction. ``cipher`` as from cryptolib, ``block`` its block size in bytes, 0 = stream.

    ``make`` is the hash of the MAC; ``inner`` and ``outer`` are what it begins with: pads and key.
    """

    def __init__(self, version, cipher, block, make, inner, outer):
        self.cipher = cipher
        self.block = block
        self.size = len(make(b"").digest())
        self._version = version
        self._make = make
        self._inner = inner
        self._outer = outer
        self._count = 0

    def mac(self, kind, size, pieces):
        """Of the next record: ``size`` bytes in ``pieces``."""
        inner = self._make(self._inner)
        inner.update(pack(">QB", self._count, kind))
        if self._version != _SSL3:
            inner.update(pack(">H", self._version))
        inner.update(pack(">H", size))
        self._count += 1
        for piece in pieces:
            inner.update(piece)
        outer = self._make(self._outer)
        outer.update(inner.digest())
        return outer.digest()


class Records:
    """Both directions of a connection in ``version`` (0x0300 or 0x0301).

    Read into ``space()``, tell it by ``received(count)``. ``kind``: content type of the record that is here, 0 = none
    yet. Then take all of it before going on. ``out``: bytes to send. ``closed``: the peer has ended the stream.
    Every error is a PeerError whose alert lies in ``out``, or a DeviceError; it comes again with every later call.
    """

    def __init__(self, version):
        self.version = version
        self.out = bytearray()
        self.kind = 0
        self.closed = False
        self.reader = self.writer = None  # Half, None before the keys are there
        self._error = None
        self._head = bytearray(5)
        self._pieces = []
        self._got = self._size = self._at = self._idle = 0

    def space(self):
        """Where the next bytes go."""
        if self._error:
            raise self._error
        got = self._got
        if got < 5:
            return memoryview(self._head)[got:]
        got -= 5
        pieces = self._pieces
        if got == len(pieces) * _PIECE:
            try:
                pieces.append(bytearray(_PIECE if got < _PLAIN else self._size - got))
            except MemoryError:
                self._error = DeviceError("Not enough memory for the server's TLS", "Let it send shorter TLS records")
                raise self._error
        return memoryview(pieces[got // _PIECE])[got % _PIECE : min(_PIECE, got % _PIECE + self._size - got)]

    def received(self, count):
        """``count`` bytes have come into ``space()``."""
        self._got += count
        if self._got == 5:
            self._begin()
        if self._got == self._size + 5:
            self._got = 0
            self._complete()

    def view(self):
        """The next piece of the record that is here, good until the next call of anything; b"" when there is none."""
        if not self.kind:
            return b""
        piece = next(self._parts(self._at, self._size))
        self._skip(len(piece))
        return piece

    def take(self, view):
        """Move up to len(view) bytes of the record that is here into ``view``; returns their count."""
        count = 0
        for piece in self._parts(self._at, min(self._size, self._at + len(view))):
            view[count : count + len(piece)] = piece
            count += len(piece)
        self._skip(count)
        return count

    def _skip(self, count):
        self._at += count
        if self._at == self._size:
            self.kind = 0

    def idle(self):
        """A record brought nothing: few such are normal, many are an attack."""
        self._idle += 1
        if self._idle > _IDLE:
            self.fail(10, "The server sends empty TLS records without end")

    def send(self, kind, data):
        """Put ``data`` (up to 16 KB, not empty) into ``out``."""
        writer = self.writer
        if kind == DATA and writer.block and len(data) > 1:
            self._seal(kind, data[:1])  # 1/n-1: what the next record's IV is, nobody knew who chose the data (BEAST)
            data = data[1:]
        self._seal(kind, data)

    def end(self):
        """Put close_notify into ``out``: nothing is sent after it."""
        if not self._error:
            self._seal(ALERT, b"\1\0")

    def fail(self, alert, text, advice=_ADVICE):
        """Put a fatal ``alert`` into ``out`` and raise the PeerError of ``text``."""
        self.abort(alert, PeerError(text, advice))

    def abort(self, alert, error):
        """Put a fatal ``alert`` into ``out`` and raise ``error``, now and from now on."""
        if self.version == _SSL3 and alert not in (10, 20, 42, 47):
            alert = 40  # the others came with TLS
        self._seal(ALERT, bytes((2, alert)))
        self._error = error
        raise error

    def wrong_version(self, version):
        """The server answers with ``version``, which was not offered."""
        text = "The server chose %s, not %s" % (name(version), name(self.version))
        self.fail(70, text, SETTINGS)

    def other(self):
        """What is here instead of data, after the handshake: handshakes are never begun anew."""
        if self.kind == HANDSHAKE and self._size == 4 and bytes(self.view()) == b"\0\0\0\0":
            if self.version != _SSL3:
                self._seal(ALERT, b"\1\x64")  # no_renegotiation
            self.idle()
        else:
            self.fail(10, "The server wants another handshake in the middle")

    def _begin(self):
        kind, major, minor, high, low = self._head
        size = self._size = high << 8 | low
        version = major << 8 | minor
        if major != 3 or not CHANGE <= kind <= DATA:
            self.fail(10, "The server does not speak %s" % name(self.version), "Check the port and the server")
        if version != self.version and (self.reader or kind != ALERT):  # a server that refuses says so in its own one
            self.wrong_version(version)
        if size > (_SEALED if self.reader else _PLAIN):
            self.fail(22, "The server sent a TLS record that is too long")
        del self._pieces[_PLAIN // _PIECE :]  # the last one is as long as its record needs it

    def _complete(self):
        kind = self._head[0]
        if self.reader:
            self._open(kind)
        self._at = 0
        if kind == ALERT:
            self._alert()
        elif self._size:
            self.kind = kind
            if kind == DATA:
                self._idle = 0
        elif kind == DATA:
            self.idle()
        else:
            self.fail(10, "The server sent a damaged TLS record")

    def _alert(self):
        if self._size != 2:
            self.fail(50, "The server sent a damaged TLS record")
        level, code = self._pieces[0][:2]
        if level == 1 and code == 0:
            self.closed = True
        elif level == 1:
            self.idle()
        else:
            self._error = PeerError("The server ended %s (alert %d)" % (name(self.version), code), SETTINGS)
            raise self._error

    def _open(self, kind):
        """Decrypt in place; ``_size`` becomes that of the plaintext. Whatever is wrong is the same error, and always
        after the MAC was computed, unless the length alone tells.
        """
        reader = self.reader
        size = self._size
        ssl3 = self.version == _SSL3
        pad = wrong = 0
        if size < reader.size + (1 if reader.block else 0) or reader.block and size % reader.block:
            self.fail(20, "The server's data was damaged on the way")
        for piece in self._parts(0, size):
            reader.cipher.decrypt(piece, piece)
        if reader.block:
            tail = self._copy(max(0, size - 256), size)
            pad = tail[-1] + 1
            if pad > (reader.block if ssl3 else 256) or pad + reader.size > size:
                wrong = pad = 1
            elif not ssl3:  # SSL 3.0 leaves the padding to chance: that is POODLE
                for byte in tail[-pad:]:
                    wrong |= byte ^ pad - 1
        size -= pad + reader.size
        good = reader.mac(kind, size, self._parts(0, size))
        if differ(good, self._copy(size, size + reader.size)) or wrong:
            self.fail(20, "The server's data was damaged on the way")
        if size > _PLAIN:
            self.fail(22, "The server sent a TLS record that is too long")
        self._size = size

    def _seal(self, kind, data):
        writer = self.writer
        body = bytearray(data)
        if writer:
            body.extend(writer.mac(kind, len(data), (data,)))
            if writer.block:
                pad = writer.block - 1 - len(body) % writer.block
                body.extend(bytes((pad,)) * (pad + 1))
            writer.cipher.encrypt(body, body)
        self.out.extend(pack(">BHH", kind, self.version, len(body)))
        self.out.extend(body)

    def _parts(self, start, end):
        """Views of the record's bytes from ``start`` to ``end``."""
        while start < end:
            at = start % _PIECE
            size = min(_PIECE - at, end - start)
            yield memoryview(self._pieces[start // _PIECE])[at : at + size]
            start += size

    def _copy(self, start, end):
        out = bytearray()
        for part in self._parts(start, end):
            out.extend(part)
        return out


def name(version):
    """Of a version number, as people write it."""
    if version == _SSL3:
        return "SSL 3.0"
    return "TLS 1.%d" % (version - 0x0301) if 0 < version - _SSL3 < 5 else "version %x" % version


def differ(one, two):
    """Whether two byte strings differ, in a time that depends on their lengths alone."""
    wrong = len(one) ^ len(two)
    for at in range(min(len(one), len(two))):
        wrong |= one[at] ^ two[at]
    return wrong != 0
