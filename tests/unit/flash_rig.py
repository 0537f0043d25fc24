"""A board with partitions: its flash is files (host/shims/esp32.py), and the power may fail at each step on it, too."""

import struct
from hashlib import sha256

import esp32
import firmware_images
from dialtone.update import system
from update_rig import Phone

try:
    import vfs
except ImportError:  # CPython: nothing is mounted there
    import sys

    class vfs:
        VfsRom = None

    sys.modules["vfs"] = vfs

_APP, _DATA = 0, 1
KB = 1024
SYSTEMS = (  # as a board of 8 MB has them, but smaller
    ("nvs", _DATA, 2, 4 * KB),
    ("otadata", _DATA, 0, 8 * KB),
    ("ota_0", _APP, 0x10, 16 * KB),
    ("ota_1", _APP, 0x11, 16 * KB),
)
TIGHT = SYSTEMS[:2] + tuple([(label, _APP, kind, 8 * KB) for label, _, kind, _ in SYSTEMS[2:]])
ROMS = (("factory", _APP, 0, 16 * KB), ("romfs_a", _DATA, 0x8F, 8 * KB), ("romfs_b", _DATA, 0x8F, 8 * KB))


def esp_image(version="v1.27.0", chip=0, project="micropython", fill=7000, hashed=True, magic=0xABCD5432):
    """An image as ESP-IDF's tools make it: head, two segments, checksum and hash. ``fill``: bytes of the second."""
    descriptor = struct.pack("<II8x32s32s", magic, 0, version.encode(), project.encode()) + bytes(256 - 80)
    segments = (descriptor, bytes(range(250)) * (fill // 250) + bytes(fill % 250 & ~3))
    data = struct.pack("<BBBBI4xHBHH4xB", 0xE9, len(segments), 2, 0x20, 0x40080000, chip, 0, 0, 399, hashed)
    total = 0xEF
    for at, segment in enumerate(segments):
        data += struct.pack("<II", 0x3F400020 + 0x10000 * at, len(segment)) + segment
        for byte in segment:
            total ^= byte
    data += bytes(15 - len(data) % 16) + bytes([total])
    return data + sha256(data).digest() if hashed else data


class Board(Phone):
    """``root``: its folder, with the flash in it. The phone is its own platform here."""

    def __init__(self, root):
        super().__init__(root)
        self.flash = root + "/flash"
        self.platform = self
        self.trial = 0
        self.restarts = 0

    def heap_free(self):
        return -1

    def restart(self):
        self.restarts += 1

    def on(self, power=None):
        """Switch it on: the label of the system that runs; a trial begins, if there is one."""
        label = esp32.attach(self.flash, power and (lambda what: power.use()))
        self.trial = 0
        if self.storage.exists(system.PENDING):
            system.begin(self)
        return label

    def lives(self, power=None):
        """A start that passes the self-test."""
        label = self.on(power)
        if self.trial:
            system.confirm(self)
        return label

    def digest(self, label):
        """SHA-256 of a whole partition."""
        found, block = sha256(), bytearray(esp32.BLOCK)
        part = esp32.Partition(label)
        for number in range(part.ioctl(4, 0)):
            part.readblocks(number, block)
            found.update(block)
        return found.digest()

    def partition(self, label, size):
        """What is in flash there."""
        data = bytearray(size)
        esp32.Partition(label).readblocks(0, data, 0)
        return bytes(data)


def board(root, rows, systems=()):
    """A board as it leaves the flash tool: ``systems`` by label, {} of the boot record."""
    it = Board(root)
    esp32.make(it.flash, rows)
    for label, data in systems:
        with open(it.flash + "/" + label, "r+b") as file:
            file.write(data)
    it.storage.write_atomic("local.cfg", [b"mine: 1\n"])
    firmware_images.trust(it.storage)
    return it




def flashed(test):
    """For tests with a Board: its flash is gone behind them."""

    def run():
        try:
            test()
        finally:
            esp32.detach()

    return run
