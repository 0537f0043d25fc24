"""The slots of a built board: a ROMFS each in the partitions ``romfs_a`` and ``romfs_b``, executed where it lies.

A MicroPython that was built with ROMFS maps them into memory; others have none of it. No update replaces this file,
like choose.py, which mounts what is found.
"""

_MAGIC = b"\xd2\xcd\x31"


def find(slot):
    """The partition of the slot "a" or "b" when there is a ROMFS in it, and not too long for it; else None."""
    try:
        from esp32 import Partition
        from vfs import VfsRom  # noqa: F401

        part = Partition("romfs_" + slot)
        head = bytearray(8)
        part.readblocks(0, head, 0)
    except (ImportError, OSError):
        return None
    size, at, more = 0, 3, 0x80
    while more and at < 8:
        size, more = size << 7 | head[at] & 0x7F, head[at] & 0x80
        at += 1
    return part if head[:3] == _MAGIC and not more and at + size <= part.info()[3] else None
