"""MicroPython's ``esp32.Partition`` on files, for CPython and MicroPython's unix port, and the bootloader around it.

A flash is a folder: ``table.json`` and one file for each partition. ``attach(folder)`` switches the power on and plays
the bootloader of ESP-IDF (bootloader_utility.c, esp_ota_ops.c) as MicroPython's boards build it: with rollback. What is
faithful: otadata with its two entries, sequence numbers and states; each change of an entry erases it first; an image
must be whole before ``set_boot`` takes it; errors as MicroPython raises them. Not there: encryption, the factory reset.

Power cuts: ``attach(folder, step)`` calls ``step(what)`` before each thing that changes flash. What it raises leaves
flash as a cut there would: an erased block, the first half of a write.
"""

import json
import os
import struct
from binascii import crc32
from hashlib import sha256

BLOCK = 4096
NEW, PENDING, VALID, INVALID, ABORTED = 0, 1, 2, 3, 4  # esp_ota_img_states_t
UNDEFINED = 0xFFFFFFFF
_OTA = 0x10  # subtype of the first of the app partitions that take turns
_ENTRY = "<I20sII"  # esp_ota_select_entry_t: sequence number, label, state, CRC of the sequence number
_EMPTY = b"\xff" * 32
_ENOENT = 2
_INVALID_ARG, _INVALID_SIZE, _NOT_FOUND, _NOT_WHOLE, _FAIL = -0x102, -0x104, -0x105, -0x1503, 1
_PIECE = 256
_ERASED = b"\xff" * _PIECE
_power = []  # the Flash that has power, if any


def make(folder, rows, chip=0):
    """A new flash, all erased. ``rows``: (label, type, subtype, bytes), as in a partition table."""
    try:
        os.mkdir(folder)
    except OSError:
        pass
    table, address = [], 0x9000
    for label, kind, subtype, size in rows:
        table.append((kind, subtype, address, size, label))
        address += size
        with open(folder + "/" + label, "wb") as file:
            for _ in range(size // _PIECE):
                file.write(_ERASED)
    with open(folder + "/table.json", "w") as file:
        file.write(json.dumps({"chip": chip, "table": table}))


def attach(folder, step=None):
    """Switch the power on: the bootloader picks a slot. Its label is returned, "" when nothing can be started."""
    _power[:] = [_Flash(folder, step)]
    _power[0].boot()
    return _power[0].running


def detach():
    """Switch it off: no partition is there any more."""
    _power.clear()


def states():
    """[(sequence number, state)] of the two entries of otadata; for tests."""
    return [(entry[0], entry[2]) for entry in _flash().entries()]


def _flash():
    if not _power:
        raise OSError(_ENOENT)
    return _power[0]


class _Flash:
    def __init__(self, folder, step):
        with open(folder + "/table.json") as file:
            found = json.loads(file.read())
        self.chip = found["chip"]
        self.table = [tuple(row) for row in found["table"]]
        self.folder = folder
        self.step = step or _nothing
        self.running = ""
        self.views = {}  # of flashmap.py

    def row(self, label):
        for kind in (0, 1):
            for row in self.table:
                if row[4] == label and row[0] == kind:
                    return row
        return None

    def of(self, kind, subtype):
        for row in self.table:
            if row[:2] == (kind, subtype):
                return row
        return None

    def apps(self):
        """The app partitions that take turns, in their order."""
        found = []
        while self.of(0, _OTA + len(found)):
            found.append(self.of(0, _OTA + len(found)))
        return found

    # Bytes

    def readinto(self, row, at, view):
        if at < 0 or at + len(view) > row[3]:
            raise OSError(_INVALID_SIZE)
        with open(self.folder + "/" + row[4], "rb") as file:
            file.seek(at)
            file.readinto(view)

    def read(self, row, at, size):
        data = bytearray(size)
        self.readinto(row, at, data)
        return data

    def erase(self, row, at, size):
        if at % BLOCK or size % BLOCK or at + size > row[3]:
            raise OSError(_INVALID_SIZE)
        if row[4] == self.running:
            raise RuntimeError("the board aborts: it would erase what runs")
        for place in range(at, at + size, BLOCK):
            self.step("erase " + row[4])
            self._put(row, place, None, BLOCK)

    def write(self, row, at, data):
        if at + len(data) > row[3]:
            raise OSError(_INVALID_SIZE)
        if row[4] == self.running:
            raise RuntimeError("the board aborts: it would write over what runs")
        try:
            self.step("write " + row[4])
        except BaseException:
            self._put(row, at, data, len(data) // 2)
            raise
        self._put(row, at, data, len(data))

    def _put(self, row, at, data, size):
        """``size`` bytes of ``data``; None erases. In small pieces: a phone's heap is no matter on its own flash."""
        with open(self.folder + "/" + row[4], "r+b") as file:
            for place in range(0, size, _PIECE):
                piece = _ERASED
                if data is not None:
                    piece = bytearray(min(_PIECE, size - place))
                    file.seek(at + place)
                    file.readinto(piece)
                    for number in range(len(piece)):
                        piece[number] &= data[place + number]  # without an erase flash can only clear bits
                file.seek(at + place)
                file.write(piece)

    # The bootloader

    def entries(self):
        row = self.of(1, 0)
        if not row:
            return []
        return [list(struct.unpack(_ENTRY, self.read(row, BLOCK * number, 32))) for number in (0, 1)]

    def put_entry(self, number, sequence, state):
        row = self.of(1, 0)
        crc = crc32(struct.pack("<I", sequence), 0xFFFFFFFF)
        self.erase(row, BLOCK * number, BLOCK)
        self.write(row, BLOCK * number, struct.pack(_ENTRY, sequence, _EMPTY[:20], state, crc))

    def active(self, entries):
        """Number of the entry that counts, -1 without one."""
        best = -1
        for number, entry in enumerate(entries):
            if _is_good(entry) and entry[2] not in (INVALID, ABORTED) and (best < 0 or entry[0] > entries[best][0]):
                best = number
        return best

    def selected(self):
        """The row that otadata names, or the first there is."""
        entries, apps = self.entries(), self.apps()
        number = self.active(entries)
        if number >= 0 and apps:
            return apps[(entries[number][0] - 1) % len(apps)]
        return self.of(0, 0) or (apps[0] if apps else None)

    def boot(self):
        entries, apps = self.entries(), self.apps()
        for number, (sequence, _, state, _) in enumerate(entries):
            if state == PENDING:
                self.put_entry(number, sequence, ABORTED)
        entries = self.entries()
        number = self.active(entries)
        if number >= 0 and entries[number][2] == NEW:
            self.put_entry(number, entries[number][0], PENDING)
        first = self.selected()
        # one that cannot be loaded: backwards from it, then forwards
        factory = [self.of(0, 0)] if self.of(0, 0) else []
        order = factory + apps
        at = order.index(first) if first in order else 0
        for row in order[at::-1] + order[at + 1 :]:
            if _loads(self, row):
                if entries and row in apps and not _is_good(entries[0]) and not _is_good(entries[1]):
                    self.put_entry(0, row[1] - _OTA + 1, VALID)
                self.running = row[4]
                return


def _nothing(what):
    pass


def _is_good(entry):
    return entry[0] != UNDEFINED and entry[3] == crc32(struct.pack("<I", entry[0]), 0xFFFFFFFF)


def _whole(flash, row):
    """Whether an image for this chip is there, segments, checksum and hash included; its length. 0 without one."""
    head = flash.read(row, 0, 24)
    if head[0] != 0xE9 or not 0 < head[1] <= 16 or struct.unpack("<H", head[12:14])[0] != flash.chip:
        return 0
    at, total = 24, 0xEF
    for _ in range(head[1]):
        if at + 8 > row[3]:
            return 0
        size = struct.unpack("<I", flash.read(row, at + 4, 4))[0]
        at += 8
        if size > row[3] - at:
            return 0
        for piece in _pieces(flash, row, at, at + size):
            for byte in piece:
                total ^= byte
        at += size
    end = at + 16 - at % 16
    if end > row[3] or flash.read(row, end - 1, 1)[0] != total:
        return 0
    if not head[23]:
        return end
    digest = sha256()
    for piece in _pieces(flash, row, 0, end):
        digest.update(piece)
    return end + 32 if end + 32 <= row[3] and digest.digest() == flash.read(row, end, 32) else 0


def _pieces(flash, row, at, end):
    while at < end:
        yield flash.read(row, at, min(BLOCK, end - at))
        at += BLOCK


def _loads(flash, row):
    """What the bootloader asks for besides: an image that begins with a bootloader would be loaded over this one."""
    return row[3] >= 48 and _whole(flash, row) and flash.read(row, 32, 4) == b"\x32\x54\xcd\xab"


class Partition:
    """As in MicroPython's documentation of ``esp32``. No buffer: only what is called "romfs" would be one, and only as
    ``vfs.rom_ioctl`` gives it (ports/esp32/esp32_partition.c, 1.25 to 1.28).
    """

    BOOT = 0
    RUNNING = 1
    TYPE_APP = 0
    TYPE_DATA = 1

    def __init__(self, id, block_size=BLOCK):
        flash = _flash()
        row = {0: flash.selected(), 1: flash.row(flash.running)}.get(id) if isinstance(id, int) else flash.row(id)
        if not row:
            raise OSError(_ENOENT)
        self._on = flash
        self._row = row

    @staticmethod
    def find(type=0, subtype=0xFF, label=None, block_size=BLOCK):
        if not _power:
            return []
        rows = [row for row in _power[0].table if row[0] == type and subtype in (0xFF, row[1])]
        return [Partition(row[4]) for row in rows if label in (None, row[4])]

    def info(self):
        return self._row + (False,)

    def readblocks(self, block_num, buf, offset=0):
        self._on.readinto(self._row, block_num * BLOCK + offset, buf)

    def writeblocks(self, block_num, buf, offset=None):
        if offset is None:
            self._on.erase(self._row, block_num * BLOCK, len(buf))
        self._on.write(self._row, block_num * BLOCK + (offset or 0), buf)

    def ioctl(self, cmd, arg):
        if cmd == 4:
            return self._row[3] // BLOCK
        if cmd == 5:
            return BLOCK
        if cmd == 6:
            self._on.erase(self._row, arg * BLOCK, BLOCK)
        return 0 if cmd in (1, 2, 3, 6) else None

    def set_boot(self):
        flash, row = self._on, self._row
        if row[0] != self.TYPE_APP:
            raise OSError(_INVALID_ARG)
        if not _whole(flash, row):
            raise OSError(_NOT_WHOLE)
        entries, apps = flash.entries(), flash.apps()
        if not entries:
            raise OSError(_NOT_FOUND)
        if row not in apps:
            return flash.erase(flash.of(1, 0), 0, 2 * BLOCK)
        number, wanted = flash.active(entries), row[1] - _OTA + 1
        if number < 0:
            return flash.put_entry(0, wanted, NEW)
        sequence = wanted % len(apps)
        while sequence < entries[number][0]:
            sequence += len(apps)
        flash.put_entry(1 - number, sequence, NEW)

    def get_next_update(self):
        apps = self._on.apps()
        if not apps:
            raise OSError(_ENOENT)
        at = apps.index(self._row) + 1 if self._row in apps else 0
        return Partition(apps[at % len(apps)][4])

    @classmethod
    def mark_app_valid_cancel_rollback(cls):
        flash = _flash()
        entries = flash.entries()
        if not entries:
            raise OSError(_NOT_FOUND)
        number = flash.active(entries)
        if number < 0:
            raise OSError(_FAIL)
        if entries[number][2] != VALID:
            flash.put_entry(number, entries[number][0], VALID)
