"""An image on its way into the phone: its head in a file, the checked blocks of its payload in the slot's own.

What is there survives a broken transfer and a power cut: the head is signed, each block has its hash in it, so nothing
else needs to be remembered. The list of hashes (32 bytes for 4 KiB) stays in flash; one block is in the heap.
The payload is what runs later, as it is, and the slot (a file, or a region of flash: regions.py) holds nothing else.
"""

import os
from hashlib import sha256

from micropython import const

from dialtone.errors import DeviceError, PeerError

HEAD = "slots/next.head"
TAG = "slots/next.tag"  # what If-Range may carry
_SYSTEM = "slots/system.new"  # see system.py
_APPLICATION = const(1)
_HEADER_BYTES = const(256)  # as in image.py, which is needed to load a head, and then leaves the heap
_BLOCK_BYTES = const(4096)
_HASH_BYTES = const(32)
_SIGNATURE_BYTES = const(64)
_TAG_BYTES = const(128)
_PIECE = const(512)
_ROOM = const(128)  # bytes of each of the pieces that a block lies in where memory is scarce: half of it are holes
_FLUSH = const(8)  # blocks between two commits of littlefs: a power cut costs 32 KB, a commit some 10 ms
_SPARE = const(32768)  # bytes of flash that settings, certificates and the boot record may need meanwhile
_FULL_ADVICE = "Free some flash; the firmware in use is not touched"
_AGAIN = "Copy the image again, to the server or the phone"


class Stage:
    """``storage``: a storage.files.Storage. One at a time works on the files; ``close`` it.

    In order: ``begin``, ``write_head`` and ``end_head``, or ``load`` for a head that is there. When its signature has
    proved right (proof.py): ``ready``, ``resume`` behind as many blocks, ``write``, ``finish``; then install.py.
    """

    def __init__(self, storage):
        self._storage = storage
        self._file = None
        self._hashes = None
        self._block = ()  # room for one, in pieces of one length
        self._fill = self._at = 0
        self.header = self._region = None
        self.payload = ""  # file of the slot that the image goes to, where that is one

    def load(self):
        """The Header of the head in flash, None unless it is whole. Not verified. The caller unloads image, record."""
        from dialtone.update import image

        self.header = self._region = None
        if not self._aim():
            return None
        try:
            with self._storage.open(HEAD, "rb") as file:
                header = image.parse_header(file.read(_HEADER_BYTES))
        except (DeviceError, PeerError):
            return None
        if self._storage.size(HEAD) == header.head_length:
            self.header = header
        return self.header

    def digest(self):
        """(SHA-256 of what is signed, the signature), of the head in flash."""
        sum = sha256()
        piece = bytearray(_PIECE)
        view = memoryview(piece)
        left = self.header.signed_length
        with self._storage.open(HEAD, "rb") as file:
            while left:
                count = file.readinto(view[: min(left, _PIECE)])
                if not count:
                    break
                sum.update(view[:count])
                left -= count
            return sum.digest(), file.read(_SIGNATURE_BYTES)

    def begin(self, header):
        """Take a new head: ``write_head`` its bytes, header included. Until it has proved to be one the slot stays."""
        if not self._aim():
            raise DeviceError("Another firmware waits for the restart", "Restart the phone")
        self.header, self._region = header, None
        self._room(header)
        self.forget_tag()
        self._file = self._storage.open(HEAD, "wb")

    def write_head(self, view):
        self._write(view)

    def end_head(self, tag):
        """The head is complete. ``tag``: the server's validator of the file, or None."""
        self.close()
        if tag and len(tag.encode()) <= _TAG_BYTES:
            self._storage.write_atomic(TAG, [tag])

    def tag(self):
        """The validator that came with the head, "" without."""
        return str(self._storage.read(TAG, _TAG_BYTES) or b"", "utf-8")

    def forget_tag(self):
        self._storage.remove(TAG)

    def ready(self, feed=None):
        """How many blocks need not come any more. From now on nothing can be gone back to in this slot.

        Raises DeviceError when the record cannot be written. The caller unloads record.py.
        """
        from dialtone.update import record

        now = record.load(self._storage)
        application = self.header.kind == _APPLICATION  # a system has slots of its own
        if now.get("back") and application and record.file_of(now["back"]) == self.payload:
            now["back"] = now["before"] = ""
            record.save(self._storage, now)
        if application and self.region():
            self._storage.remove(self.payload)  # it would be taken for what is in the region
        count = self.good(feed)
        there = 0 if self.region() else self._storage.size(self.payload)
        # littlefs cuts no file short, and copies what lies behind a place that is written: better begin anew
        if there > self.header.payload_length or there - count * _BLOCK_BYTES > _FLUSH * _BLOCK_BYTES:
            return 0
        return count

    def region(self):
        """The Region of flash that is the slot, None where that is a file. DeviceError where there is none for it."""
        if self._region is None:
            try:
                from esp32 import Partition

                self._region = Partition.find(1, 0x8F)  # of the type for data, and MicroPython's number for ROMFS
            except ImportError:
                self._region = ()
            if self._region or self.header.kind != _APPLICATION:
                from dialtone.update import regions

                self._region = regions.find(self._storage, self.header) or ()
        return self._region or None

    def open(self, mode="rb"):
        """The payload as an open file."""
        region = self.region()
        if not region:
            return self._storage.open(self.payload, mode)
        region.seek(0)
        return region

    def good(self, feed=None):
        """How many blocks from the first on are in flash as the head says: after the last one, the read-back."""
        room = memoryview(bytearray(_PIECE))
        count = 0
        try:
            with self.open() as file:
                self._open_hashes(0)
                while count < self.header.blocks and self._has(file, room, self._size(count)):
                    count += 1
                    if feed:
                        feed()
        except (DeviceError, OSError):
            pass  # no payload yet, or a flash that cannot be read and is one to write anew
        finally:
            self.close()
        return count

    def _has(self, file, room, left):
        """Whether the next ``left`` bytes of ``file`` are the block that comes next."""
        sum = sha256()
        while left:
            got = file.readinto(room[: min(left, _PIECE)])
            if not got:
                return False
            sum.update(room[:got])
            left -= got
        return sum.digest() == self._hashes.read(_HASH_BYTES)

    def resume(self, count):
        """Go on behind the first ``count`` blocks, which ``ready`` has told."""
        self._block = _block()
        self._at, self._fill = count, 0
        try:
            self._file = self.open("r+b" if count else "wb")
            self._file.seek(count * _BLOCK_BYTES)
        except OSError as error:
            raise failed(error)
        self._open_hashes(count)

    def write(self, view):
        """The next piece of the payload: each block is checked when it is whole, then written."""
        view = memoryview(view)
        while len(view):
            if self._at >= self.header.blocks:
                raise PeerError("Firmware image is longer than its header says", _AGAIN)
            size, room = self._size(self._at), len(self._block[0])
            start = self._fill % room
            part = view[: min(size - self._fill, room - start)]
            self._block[self._fill // room][start : start + len(part)] = part
            self._fill += len(part)
            view = view[len(part) :]
            if self._fill == size:
                self._put()

    def finish(self, feed=None):
        """All has come: raises PeerError or DeviceError unless all of it is in flash."""
        if self._at != self.header.blocks:
            raise PeerError("Firmware image is shorter than its header says", _AGAIN)
        self._commit()
        self.close()
        if self.good(feed) != self.header.blocks:
            raise DeviceError("Firmware read back from flash differs", "Try again; if it stays, the flash is worn out")

    def close(self):
        """Close the files. Blocks that are whole stay for the next time."""
        for file in (self._file, self._hashes):
            if file:
                try:
                    file.close()
                except OSError:
                    pass  # a full disk fails again while flushing
        self._file, self._hashes, self._block = None, None, ()  # the block's room is that of a handshake

    def clear(self):
        """Remove the head: without it the rest is nothing. What is in the slot may be that of another firmware."""
        self.close()
        for name in (HEAD, TAG):
            self._storage.remove(name)

    def _aim(self):
        """Whether there is a slot to write to: not while the next start runs what has yet to run or prove itself."""
        from dialtone.update import record

        now = record.load(self._storage)
        self.payload = record.file_of(record.spare(now))
        return "tries" not in now and not self._storage.exists(_SYSTEM)

    def _size(self, number):
        return min(_BLOCK_BYTES, self.header.payload_length - number * _BLOCK_BYTES)

    def _open_hashes(self, number):
        self._hashes = self._storage.open(HEAD, "rb")
        self._hashes.seek(_HEADER_BYTES + number * _HASH_BYTES)

    def _parts(self):
        """The block that is whole, in its pieces."""
        left = self._fill
        for piece in self._block:
            if left > 0:
                yield piece if left >= len(piece) else memoryview(piece)[:left]
            left -= len(piece)

    def _put(self):
        sum = sha256()
        for view in self._parts():
            sum.update(view)
        if sum.digest() != self._hashes.read(_HASH_BYTES):
            self.forget_tag()  # the server's file may be another one by now: the next try begins with its head
            raise PeerError("Firmware image is damaged in block %d" % self._at, _AGAIN)
        for view in self._parts():
            self._write(view)
        self._at += 1
        self._fill = 0
        if not self._at % _FLUSH:
            self._commit()

    def _write(self, view):
        try:
            if self._file.write(view) not in (None, len(view)):  # MicroPython writes short on a full disk
                raise OSError(28)
        except OSError as error:
            raise failed(error)

    def _commit(self):
        try:
            self._file.flush()
        except OSError as error:
            raise failed(error)

    def _room(self, header):
        """A flash that is too small is told before the first byte, as far as the port can say."""
        if self.region() or not hasattr(os, "statvfs"):
            return
        found = os.statvfs(self._storage.path("x")[:-2])
        needed = header.payload_length + _SPARE - max(0, self._storage.size(self.payload))
        if found[1] * found[4] < needed:  # f_frsize, f_bavail
            raise failed(OSError(28))


def _block():
    """Room for one block: a worn heap may have it in small pieces only."""
    try:
        return (bytearray(_BLOCK_BYTES),)
    except MemoryError:
        return [bytearray(_ROOM) for _ in range(_BLOCK_BYTES // _ROOM)]


def failed(error):
    """What an OSError while writing means to people."""
    if error.args and error.args[0] == 28:  # ENOSPC
        return DeviceError("Not enough flash for the firmware image", _FULL_ADVICE)
    return DeviceError("Flash error %s" % (error.args[0] if error.args else ""), _FULL_ADVICE)
