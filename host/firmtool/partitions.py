"""Partition tables of ESP32 boards: the CSV of a board folder, the form in flash, and what is wrong with one.

Both forms are those of Espressif's ESP-IDF programming guide, "Partition Tables".
"""

import hashlib
import struct
from collections import namedtuple

AT = 0x8000  # where the table itself lies
BYTES = 0xC00  # its room there
_FIRST = 0x9000
_TYPES = {"app": 0, "data": 1}
_SUBTYPES = {
    "app": {"factory": 0, "test": 0x20, **{"ota_%d" % number: 0x10 + number for number in range(16)}},
    "data": {
        "ota": 0, "phy": 1, "nvs": 2, "coredump": 3, "nvs_keys": 4, "efuse": 5, "undefined": 6,
        "fat": 0x81, "spiffs": 0x82, "littlefs": 0x83,
    },
}  # fmt: skip
_ALIGNED = {"app": 0x10000, "data": 0x1000}
_ENTRY = struct.Struct("<HBBII16sI")
_MAGIC, _SUM = 0x50AA, 0xEBEB
_NAME_BYTES = 15  # and an end mark
_UNITS = {"K": 1024, "M": 1024 * 1024}
_VFS = ("vfs", "ffat")  # what MicroPython looks for

Partition = namedtuple("Partition", "name kind subtype offset size")


class TableError(Exception):
    """A partition table is wrong; the text says what, and which entry."""


def read_csv(path):
    """The list of Partition in a CSV file. An empty offset is the next one that is free."""
    rows, free = [], _FIRST
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = [field.strip() for field in line.partition("#")[0].split(",")]
        if fields == [""]:
            continue
        if len(fields) < 5 or fields[1] not in _TYPES:
            raise TableError("%s line %d is no entry: name, app or data, subtype, offset, size" % (path.name, number))
        name, kind, subtype = fields[:3]
        try:
            code = _SUBTYPES[kind][subtype] if subtype in _SUBTYPES[kind] else int(subtype, 0)
            step = _ALIGNED[kind]
            offset = _number(fields[3]) if fields[3] else -(-free // step) * step
            size = _number(fields[4])
        except ValueError as error:
            raise TableError("%s line %d: %s" % (path.name, number, error)) from None
        rows.append(Partition(name, kind, code, offset, size))
        free = offset + size
    return rows


def _number(text):
    unit = _UNITS.get(text[-1:].upper())
    return int(text[:-1], 0) * unit if unit else int(text, 0)


def check(rows, flash_bytes):
    """Raises TableError when the entries do not fit together, or not into a flash of that size."""
    if not rows:
        raise TableError("there is no partition")
    seen, end, before = set(), _FIRST, "the table itself"
    for row in sorted(rows, key=lambda row: row.offset):
        if row.name in seen:
            raise TableError("%s is there twice" % row.name)
        seen.add(row.name)
        if not row.name or len(row.name.encode()) > _NAME_BYTES:
            raise TableError("%r: a name has 1 to %d bytes" % (row.name, _NAME_BYTES))
        if row.offset % _ALIGNED[row.kind]:
            raise TableError("%s begins at 0x%X, no multiple of 0x%X" % (row.name, row.offset, _ALIGNED[row.kind]))
        if row.size <= 0 or row.size % 0x1000:
            raise TableError("%s has 0x%X bytes, no multiple of 0x1000" % (row.name, row.size))
        if row.offset < end:
            raise TableError("%s begins at 0x%X, inside %s" % (row.name, row.offset, before))
        end, before = row.offset + row.size, row.name
    if end > flash_bytes:
        raise TableError("%s ends at 0x%X, behind the flash of 0x%X bytes" % (before, end, flash_bytes))
    _pairs(rows)


def _pairs(rows):
    """Slots come in pairs of one size: what fits into one must fit into the other."""
    places = {(row.kind, row.subtype): row for row in rows}
    pairs = [("ota_0", "ota_1", [places.get(("app", code)) for code in (0x10, 0x11)])]
    names = {row.name: row for row in rows}
    pairs.append(("romfs_a", "romfs_b", [names.get("romfs_a"), names.get("romfs_b")]))
    for first, second, pair in pairs:
        if any(pair) and (not all(pair) or pair[0].size != pair[1].size):
            raise TableError("%s and %s must both be there, and of one size" % (first, second))
    if ("app", 0x10) in places and ("data", 0) not in places:
        raise TableError("ota_0 needs a partition of type data, subtype ota, which says what starts")


def to_binary(rows):
    """The table as it lies in flash."""
    data = b""
    for row in rows:
        fields = _TYPES[row.kind], row.subtype, row.offset, row.size, row.name.encode(), 0
        data += _ENTRY.pack(_MAGIC, *fields)
    data += struct.pack("<H", _SUM) + b"\xff" * 14 + hashlib.md5(data).digest()
    if len(data) > BYTES:
        raise TableError("%d partitions do not fit into the table" % len(rows))
    return data.ljust(BYTES, b"\xff")


def from_binary(data):
    """The list of Partition in a table from flash. Raises TableError when it is none, or damaged."""
    names = {number: name for name, number in _TYPES.items()}
    rows = []
    for at in range(0, min(len(data), BYTES) - _ENTRY.size + 1, _ENTRY.size):
        magic, kind, subtype, offset, size, name, _ = _ENTRY.unpack_from(data, at)
        if magic == _SUM:
            if hashlib.md5(data[:at]).digest() != data[at + 16 : at + 32]:
                raise TableError("the table's checksum is wrong")
            break
        if magic != _MAGIC or kind not in names:
            break
        rows.append(Partition(name.rstrip(b"\0").decode("utf-8", "replace"), names[kind], subtype, offset, size))
    if not rows:
        raise TableError("there is no partition table")
    return rows


def application(rows):
    """The Partition that MicroPython's program goes to."""
    for row in rows:
        if row.kind == "app":
            return row
    raise TableError("there is no partition for MicroPython")


def file_system(rows, flash_bytes):
    """(offset, bytes) of the files: of the partition vfs, else of all that is left behind the last one.

    That is what MicroPython 1.25 and later do with a table without one, up to the end of the flash that is there.
    """
    for row in rows:
        if row.name in _VFS:
            return row.offset, row.size
    end = max(row.offset + row.size for row in rows)
    if end >= flash_bytes:
        raise TableError("there is no room for files behind the last partition")
    return end, flash_bytes - end
