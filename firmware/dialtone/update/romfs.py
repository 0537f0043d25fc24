"""Reads a ROMFS image (MicroPython's docs/reference/romfs): files by path, offset and size. Pure.

Only what ``mpremote romfs build`` writes: directories, and files whose data lie in them.
"""

from micropython import const

from dialtone.errors import PeerError

MAGIC = b"\xd2\xcd\x31"
_PADDING = const(1)
_VERBATIM = const(2)
_FOLDER = const(4)
_FILE = const(5)
_DEPTH = const(6)  # folders in folders: ours have three
_NAME = const(48)  # bytes of one name
_NUMBER = const(5)  # bytes of a number: 35 bits
_DAMAGED = "Firmware image's file system is damaged"


def files(file, length):
    """Yields (path, offset, size) of each file of the image that the open ``file`` starts with, ``length`` bytes.

    ``file`` needs ``seek`` and ``read``; its position may change between two files. Raises PeerError.
    """
    file.seek(0)
    if file.read(3) != MAGIC:
        raise PeerError("Firmware image holds no ROMFS")
    at, size = _number(file, 3)
    if at + size > length:
        raise PeerError(_DAMAGED)
    stack = [(at, at + size, "")]
    while stack:
        at, end, folder = stack.pop()
        while at < end:
            kind, at, stop = _record(file, at, end)
            if kind == _FOLDER or kind == _FILE:
                name, at = _name(file, at, stop)
                if kind == _FOLDER:
                    stack.append((stop, end, folder))
                    if len(stack) > _DEPTH:
                        raise PeerError(_DAMAGED)
                    end, folder = stop, folder + name + "/"
                    continue
                found = _data(file, at, stop)
                yield folder + name, found[0], found[1]
            elif kind != _PADDING:
                raise PeerError(_DAMAGED)
            at = stop


def _data(file, at, end):
    while at < end:
        kind, at, stop = _record(file, at, end)
        if kind == _VERBATIM:
            return at, stop - at
        if kind != _PADDING:
            break
        at = stop
    raise PeerError(_DAMAGED)


def _record(file, at, end):
    file.seek(at)
    at, kind = _number(file, at)
    at, size = _number(file, at)
    if at + size > end:
        raise PeerError(_DAMAGED)
    return kind, at, at + size


def _name(file, at, end):
    at, size = _number(file, at)
    if not 0 < size <= min(_NAME, end - at):
        raise PeerError(_DAMAGED)
    try:
        return str(file.read(size), "utf-8"), at + size
    except ValueError:
        raise PeerError(_DAMAGED)


def _number(file, at):
    """(offset behind it, value) of the number at the file's position, ``at``."""
    value = 0
    for count in range(1, _NUMBER + 1):
        byte = file.read(1)
        if not byte:
            break
        value = value << 7 | byte[0] & 0x7F
        if not byte[0] & 0x80:
            return at + count, value
    raise PeerError(_DAMAGED)
