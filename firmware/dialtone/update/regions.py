"""Where the payload of an image goes on boards that have a partition of flash for it: block by block, in place.

A *built* board has two partitions with a ROMFS each, ``romfs_a`` and ``romfs_b``, for application images; a board of
8 MB or more has two slots for MicroPython itself, for system images (system.py). All others take a file.
"""

import struct

from dialtone.errors import DeviceError, PeerError
from micropython import const

_APPLICATION = const(1)  # as in image.py
_BLOCK_BYTES = const(4096)
_DATA = const(1)  # TYPE_DATA
_ANY = const(0xFF)
_ADVICE = "Make it from the .app-bin file of a MicroPython for this board"


class Region:
    """A partition as an open file that is read anywhere and written in blocks. ``part``: an esp32.Partition."""

    def __init__(self, part):
        self.part = part
        self.size = part.info()[3]
        self._at = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def seek(self, at):
        self._at = at

    def readinto(self, view):
        view = memoryview(view)[: max(0, self.size - self._at)]
        if len(view):
            self.part.readblocks(self._at // _BLOCK_BYTES, view, self._at % _BLOCK_BYTES)
            self._at += len(view)
        return len(view)

    def read(self, count):
        data = bytearray(count)
        return bytes(memoryview(data)[: self.readinto(data)])

    def write(self, view):
        """From the beginning of a block on, which is erased; what follows it must not reach over its end."""
        number, at = self._at // _BLOCK_BYTES, self._at % _BLOCK_BYTES
        if len(view):
            if not at:
                self.part.ioctl(6, number)  # erase
            self.part.writeblocks(number, view, at)
            self._at += len(view)
        return len(view)

    def flush(self):
        pass

    def close(self):
        pass


class SystemRegion(Region):
    """The slot that does not run. DeviceError where there is none."""

    def __init__(self):
        from dialtone.update import running

        self.mine = running.running()
        try:
            part = self.mine.get_next_update()
        except OSError:
            part = self.mine
        if part.info()[4] == self.mine.info()[4]:
            raise running.one_slot()
        super().__init__(part)
        head = running.head(self.mine)
        self._chip, self._project = head[12:14], head[80:112]

    def write(self, view):
        if self._at == 0:  # the system before is whole until then
            self.check(view)
        return super().write(view)

    def check(self, head):
        """Raise PeerError unless the image that begins with ``head`` may run here."""
        head = bytes(head[:112])
        if head[:1] != b"\xe9":
            raise PeerError("System image is not one of an ESP32", _ADVICE)
        if head[12:14] != self._chip:
            chips = struct.unpack("<HH", head[12:14] + self._chip)
            raise PeerError("System image is for chip %d, this is chip %d" % chips, _ADVICE)
        if head[32:36] != b"\x32\x54\xcd\xab":
            raise PeerError("System image has no application descriptor", _ADVICE)
        if head[80:] != self._project:
            raise PeerError("System image is another program than the one that runs", _ADVICE)


def find(storage, header):
    """The Region for the payload of ``header``, None where that is a file.

    Raises DeviceError when this board has no place for such an image, or not enough. stage.py asks on boards that have
    partitions only.
    """
    if header.kind != _APPLICATION:
        region = SystemRegion()
    else:
        region = _application(storage)
    if region and header.payload_length > region.size:
        raise DeviceError("Firmware image is larger than its partition", "Take one that was made for this phone")
    return region


def _application(storage):
    from dialtone.update import record
    from esp32 import Partition

    try:
        from flashmap import view  # noqa: F401  boards/flashmap.c
    except ImportError:
        return None  # what runs maps no partition: one could be written and not started

    slot = "b" if record.load(storage).get("run") == "a" else "a"
    parts = Partition.find(_DATA, _ANY, "romfs_" + slot)
    return Region(parts[0]) if parts else None
