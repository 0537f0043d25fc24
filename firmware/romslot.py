"""The slots of a built board: a ROMFS each in the partitions ``romfs_a`` and ``romfs_b``, executed where it lies.

A MicroPython that was built from one of our board folders maps them into memory (boards/flashmap.c); others do not. No
update replaces this file, like choose.py, which mounts what is found.
"""

_MAGIC = b"\xd2\xcd\x31"


def find(slot):
    """The partition of the slot "a" or "b", as memory, when there is a ROMFS in it that ends there; else None."""
    try:
        from flashmap import view
        from vfs import VfsRom  # noqa: F401

        part = view("romfs_" + slot)
    except (ImportError, OSError):
        return None
    size, at, more = 0, 3, 0x80
    while more and at < 8:
        size, more = size << 7 | part[at] & 0x7F, part[at] & 0x80
        at += 1
    return part if bytes(part[:3]) == _MAGIC and not more and at + size <= len(part) else None
