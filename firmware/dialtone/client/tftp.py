"""Reads one file over TFTP (RFC 1350) with the options blksize and tsize (RFC 2347, 2348, 2349). Read-only.

Nothing protects such a transfer: what it brings is never trusted (``verified`` is False). Loaded for a tftp:// URL.
"""

import asyncio

from dialtone.client.link import Broken
from dialtone.errors import PeerError
from dialtone.http.forms import percent_decode
from dialtone.log import clean
from dialtone.net import datagram, seam
from micropython import const

_READ = const(1)
_DATA = const(3)
_ACK = const(4)
_ERROR = const(5)
_OPTIONS = const(6)
_PLAIN = const(512)  # bytes of a block without options
_BLOCK = const(1428)  # bytes asked for: with all headers it fits into one Ethernet frame
_HEAD = const(4)
_FIRST_MS = const(1000)  # until a packet is sent again; doubled each time
_TRIES = const(5)  # of one packet: 31 s in all, then the server is away
_STRAY = const(64)  # packets in a row that belong to nothing: somebody floods the port
_TEXT = const(60)  # characters of a server's own words
_NETWORK = "Check the TFTP server, its address and the network"
_FILE = "Check the file on the TFTP server"
_STATUS = ((1, 404), (2, 403))  # "file not found" and "access violation", as HTTP says it


async def open(target, table, buffer):
    """A Transfer of the file that the Url ``target`` names; its first block is there, or its ``status`` is 403 or 404.

    ``table``: the net.table.Table whose sweeper ends the waits. A block and 4 bytes must fit into ``buffer``.
    PeerError when the server does not answer or refuses.
    """
    transfer = Transfer(target, table, buffer)
    try:
        await transfer.begin()
        return transfer
    except BaseException:
        transfer.end()
        raise


class Transfer:
    """The same attributes and methods as exchange.Exchange. ``length``: bytes of the file if the server told."""

    verified = False
    validator = None

    def __init__(self, target, table, buffer):
        self.url = target
        self.status = 200
        self.length = None
        self._view = memoryview(buffer)
        self._table = table
        self._raw = datagram.open()
        self._met = False  # whether the server has answered, from the port that it keeps for this transfer
        self._size = _PLAIN
        self._number = 0  # of the block that is here
        self._count = 0  # its bytes; 0 = none, or given out
        self._last = False
        self._got = 0
        self._piece = b""
        self._packet = b""

    def header(self, name, default=None):
        """TFTP has none."""
        return default

    async def begin(self):
        """Ask for the file, with options; without them if the server does not like them (error 8)."""
        name = percent_decode(self.url.target[1:].encode())
        if not name or name.find(b"\0") >= 0:
            raise PeerError("A TFTP address needs a file name", _FILE)
        ask = b"\0\1" + name + b"\0octet\0"
        size = min(_BLOCK, len(self._view) - _HEAD)
        self._packet = ask + b"blksize\0%d\0tsize\x000\0" % size
        kind = await self._answer()
        if kind == _ERROR and self._code() == 8:
            self._met = False
            self._raw.close()
            self._raw = datagram.open()
            self._packet = ask
            kind = await self._answer()
        if kind == _ERROR:
            self._refused()
        elif kind == _OPTIONS:
            self._agreed(size)
            self._packet = b"\0\4\0\0"
            await self._next()
        else:
            self._take()

    async def view(self):
        """The next piece of the file, valid until the next call; b"" at its end. PeerError."""
        piece, self._piece = self._piece, b""
        if len(piece):
            return piece  # what ``readinto`` left
        if not self._count and not self._last and self.status == 200:
            self._packet = bytes((0, _ACK, self._number >> 8, self._number & 255))
            await self._next()
        piece = self._view[_HEAD : _HEAD + self._count]
        self._got += self._count
        self._count = 0
        if self._last:
            self._finish()
        return piece

    async def readinto(self, view):
        """Fill ``view`` with up to its length of the file. Returns the count, 0 at its end."""
        piece = await self.view()
        count = min(len(piece), len(view))
        view[:count] = piece[:count]
        self._piece = piece[count:]
        return count

    async def close(self):
        """End the transfer; a server that has more to send is told so. Safe to call twice."""
        self.end()

    def end(self):
        """``close`` without waiting."""
        raw, self._raw = self._raw, None
        if raw:
            if self._met and not self._last and self.status == 200:
                _send(raw, b"\0\5\0\0enough\0")
            raw.close()

    def _finish(self):
        if self._raw:
            _send(self._raw, bytes((0, _ACK, self._number >> 8, self._number & 255)))
            self._raw.close()
            self._raw = None
            if self.length is not None and self.length != self._got:
                raise PeerError("%s sent %d of %d bytes" % (self.url.host, self._got, self.length), _FILE)

    async def _next(self):
        """The block after the present one is here."""
        kind = await self._answer()
        if kind == _ERROR:
            raise PeerError("%s ended the transfer: %s" % (self.url.host, self._words()), _FILE)
        self._take()

    def _take(self):
        self._number = self._view[2] << 8 | self._view[3]
        self._count = self._length - _HEAD
        self._last = self._count < self._size
        if self._count > self._size:
            raise PeerError("%s sent a block that is too long" % self.url.host, _NETWORK)

    async def _answer(self):
        """Send ``_packet`` until its answer is in the buffer; returns the kind. A late copy of a block is no answer."""
        ms = _FIRST_MS
        for _ in range(_TRIES):
            self._post()
            kind = await self._wait(ms)
            if kind:
                return kind
            ms *= 2
        raise Broken("TFTP server %s does not answer" % self.url.host, _NETWORK)

    def _post(self):
        try:
            if self._met:
                _send(self._raw, self._packet)
            else:
                datagram.send_to(self._raw, self.url.host, self.url.port, self._packet)
        except OSError:
            raise Broken("TFTP server %s cannot be reached" % self.url.host, _NETWORK)

    async def _wait(self, ms):
        """The kind of the answer that came within ``ms``; 0 without one."""
        entry = self._table.watch()
        entry.deadline(ms)
        try:
            for _ in range(_STRAY):
                kind = self._receive()
                if kind:
                    return kind
                if kind is None:
                    await seam.readable(self._raw)
            raise PeerError("TFTP server %s sends packets without sense" % self.url.host, _NETWORK)
        except asyncio.CancelledError:
            if not entry.expired:
                raise
            if entry.stopped:
                raise PeerError("Stopped at the keys")
            return 0
        except OSError:
            raise Broken("TFTP server %s cannot be reached" % self.url.host, _NETWORK)
        finally:
            self._table.drop(entry)

    def _receive(self):
        """The kind of what has come if it answers ``_packet``; 0 if it does not, None when nothing has come."""
        if self._met:
            count = datagram.receive(self._raw, self._view)
        else:
            count = datagram.first(self._raw, self.url.host, self._view)
            self._met = bool(count)
        if count is None:
            return None
        kind = self._view[1] if count >= _HEAD and not self._view[0] else 0
        self._length = count
        block = self._view[2] << 8 | self._view[3] if count >= _HEAD else 0
        asked = self._packet[1] == _READ
        if kind == _DATA:
            return kind if block == (1 if asked else self._number + 1 & 0xFFFF) else 0
        if kind == _OPTIONS:
            return kind if asked and self._packet.find(b"blksize") > 0 else 0
        return kind if kind == _ERROR else 0

    def _agreed(self, size):
        words = bytes(self._view[2 : self._length]).split(b"\0")
        for at in range(0, len(words) - 1, 2):
            name, value = words[at].lower(), words[at + 1]
            if not value.isdigit() or len(value) > 9:
                raise PeerError("%s answers with a damaged option" % self.url.host, _NETWORK)
            if name == b"blksize":
                self._size = int(value)
            elif name == b"tsize":
                self.length = int(value)
        if not 8 <= self._size <= size:
            raise PeerError("%s wants blocks of %d bytes" % (self.url.host, self._size), _NETWORK)

    def _refused(self):
        code = self._code()
        for known, status in _STATUS:
            if code == known:
                self.status = status
                return
        raise PeerError("%s: %s" % (self.url.host, self._words()), _FILE)

    def _code(self):
        return self._view[2] << 8 | self._view[3]

    def _words(self):
        text = bytes(self._view[_HEAD : min(self._length, _HEAD + _TEXT)]).split(b"\0")[0]
        return clean("".join([chr(byte) for byte in text]), _TEXT) or "error %d" % self._code()


def _send(raw, packet):
    try:
        raw.write(packet)
    except OSError:
        pass  # the server has gone, or nobody was there: waiting for its answer will tell
