"""Two firmware slots as files of the storage, and the record that says which of them holds a whole image.

The record is the only thing that makes a slot good. It loses a slot's line before the first byte is written there and
gets it back, in one atomic write, after the finished file was read back and hashed: power may fail at any byte.
Boards replace this class by one over flash partitions with the same four verbs (a later issue).
"""

import hashlib
from binascii import hexlify

from micropython import const

from dialtone.errors import CallerError, DeviceError, PeerError

_RECORD = "slots/record"
_RECORD_LIMIT = const(512)  # two lines of at most 140 characters
_FORM = "dialtone slots 1"
_BLOCK = const(1024)  # read-back unit: small beside the 8 KB that a download may add to the heap
_FULL_ADVICE = "Free some flash; the firmware in use is not touched"


class Slot:
    """One good slot: ``name`` "a" or "b", ``version``, payload ``length`` in bytes and ``digest`` (SHA-256 in hex)."""

    def __init__(self, name, version, length, digest):
        self.name = name
        self.version = version
        self.length = length
        self.digest = digest


class Slots:
    """``storage`` is a storage.files.Storage. Write with begin, write, finish; any failure in between needs abort."""

    def __init__(self, storage):
        self._storage = storage
        self._header = None
        self._file = None

    def active(self):
        """The ``Slot`` that the next start runs, None when it is the firmware that the phone came with."""
        slots = self._load()
        return slots[0] if slots else None

    def sweep(self):
        """Remove slot files that the record does not know: what an interrupted download left behind."""
        good = [slot.name for slot in self._load()]
        for name in ("a", "b"):
            if name not in good and self._storage.exists(_path(name)):
                self._storage.remove(_path(name))

    def begin(self, header):
        """Open the slot that is not active for the payload of an image.Header. Raises DeviceError."""
        if self._header:
            raise CallerError("A firmware download is already running")
        slots = self._load()
        if len(slots) > 1:
            slots.pop()
            self._save(slots)
        self._name = "b" if slots and slots[0].name == "a" else "a"
        self.sweep()
        self._hash = hashlib.sha256()
        self._left = header.payload_length
        self._header = header
        self._file = self._storage.open(_path(self._name), "wb")

    def write(self, view):
        """Append the next piece of the payload. Raises PeerError when it is too long, DeviceError for a full flash."""
        self._left -= len(view)
        if self._left < 0:
            raise PeerError("Firmware image is longer than its header says", "Build the image again")
        self._hash.update(view)
        try:
            written = self._file.write(view)
        except OSError as error:
            raise _flash(error)
        if written is not None and written != len(view):  # MicroPython writes short on a full disk
            raise _flash(OSError(28))

    def finish(self):
        """Verify what was received and what was stored, then make this slot the active one. Returns its ``Slot``."""
        header = self._header
        if self._left:
            raise PeerError("Firmware image is shorter than its header says", "Build the image again")
        if self._hash.digest() != header.digest:
            raise PeerError("Firmware image has a wrong SHA-256", "The file is damaged: copy it to the server again")
        try:
            self._close()
            good = self._read_back()
        except OSError as error:
            raise _flash(error)
        if good != header.digest:
            raise DeviceError("Firmware read back from flash differs", "Try again; if it stays, the flash is worn out")
        slot = Slot(self._name, header.version, header.payload_length, str(hexlify(good), "utf-8"))
        self._save([slot] + self._load()[:1])
        self._header = None
        return slot

    def abort(self):
        """Give up: close and remove the half-written slot. Safe to call at any time, also after ``finish``."""
        if self._header is not None:
            self._header = None
            try:
                self._close()
            except OSError:
                pass  # a full disk fails again while flushing; the file goes anyway
            self.sweep()

    def _close(self):
        file, self._file = self._file, None
        if file:
            file.close()

    def _read_back(self):
        block = bytearray(_BLOCK)
        view = memoryview(block)
        check = hashlib.sha256()
        with self._storage.open(_path(self._name), "rb") as file:
            while True:
                count = file.readinto(block)
                if not count:
                    return check.digest()
                check.update(view[:count])

    def _load(self):
        """Good slots, the active one first. A record that cannot be read means none."""
        slots = []
        try:
            lines = str(self._storage.read(_RECORD, _RECORD_LIMIT) or b"", "utf-8").split("\n")
            if lines[0] == _FORM:
                for line in lines[1:3]:
                    name, version, length, digest = line.split(" ")
                    if name in ("a", "b"):
                        slots.append(Slot(name, version, int(length), digest))
        except ValueError:
            pass  # a line with other fields ends the list
        return slots

    def _save(self, slots):
        lines = ["%s %s %d %s\n" % (slot.name, slot.version, slot.length, slot.digest) for slot in slots]
        self._storage.write_atomic(_RECORD, [_FORM + "\n"] + lines)


def _path(name):
    return "slots/%s.img" % name


def _flash(error):
    if error.args and error.args[0] == 28:  # ENOSPC
        return DeviceError("Not enough flash for the firmware image", _FULL_ADVICE)
    return DeviceError("Flash error %s" % (error.args[0] if error.args else ""), _FULL_ADVICE)
