"""Slots in partitions: what counts as one, and that a module of it is run where it lies."""

import os
import sys

import choose
import esp32
import romslot
from firmware_images import FILES, pack
from flash_rig import KB, ROMS, board, flashed, vfs
from support import raises, tmp_dir

HEAP = "160k"  # images are made here, too

_IMAGE = pack(dict(FILES, **{"in_rom.py": b"HERE = __file__\nSIZE = 5\n"}))


def _board(*images):
    """A board with these in its partitions."""
    it = board(tmp_dir(), ROMS, images)
    esp32.attach(it.flash)
    return it


@flashed
def test_what_is_a_slot():
    _board(("romfs_a", _IMAGE))
    found = romslot.find("a")
    assert bytes(found[: len(_IMAGE)]) == _IMAGE and len(found) == 8 * KB
    assert not romslot.find("b"), "an erased one is none"
    assert not romslot.find("c") and not romslot.find("")
    for head in (b"\xd2\xcd\x32", b"\xd2\xcd\x31\xff\xff\xff\xff\xff\xff", b"\xd2\xcd\x31\xc0\x00", b""):
        _board(("romfs_a", head))
        assert not romslot.find("a"), head
    _board(("romfs_a", b"\xd2\xcd\x31\xbf\x7b"))
    assert romslot.find("a"), "it is full to its last byte"
    _board(("romfs_a", b"\xd2\xcd\x31\xbf\x7c"))
    assert not romslot.find("a")


@flashed
def test_other_boards_have_none():
    esp32.detach()
    assert not romslot.find("a")
    it = board(tmp_dir(), (("factory", 0, 0, 16 * KB),))
    esp32.attach(it.flash)
    assert not romslot.find("a")


@flashed
def test_a_micropython_that_maps_no_partition_has_none():
    _board(("romfs_a", _IMAGE))
    for name, lacks in (("vfs", "VfsRom"), ("flashmap", "view")):
        known = sys.modules.get(name)
        sys.modules[name] = os
        try:
            assert not hasattr(os, lacks) and not romslot.find("a"), name
        finally:
            del sys.modules[name]
            if known:
                sys.modules[name] = known
    assert romslot.find("a")


@flashed
def test_a_partition_is_no_memory():
    """As on a board: there only boards/flashmap.c makes some of it."""
    _board(("romfs_a", _IMAGE))
    with raises(TypeError):
        memoryview(esp32.Partition("romfs_a"))


@flashed
def test_the_boot_code_takes_it():
    it = _board(("romfs_b", _IMAGE))
    it.storage.write_atomic("boot.json", ['{"run": "b", "back": "a"}'])
    assert it.start() == ("b", 0)
    esp32.Partition("romfs_b").ioctl(6, 0)
    it.storage.write_atomic("slots/b.romfs", [_IMAGE])
    assert it.start() == ("b", 0), "what was deployed as a file"
    it.storage.remove("slots/b.romfs")
    assert it.start() == ("", 0) and "not in flash" in it.record()["why"]


@flashed
def test_modules_are_found_in_it():
    if not vfs.VfsRom:
        return  # CPython has no file systems of its own to mount
    _board(("romfs_b", _IMAGE))
    folder, path = os.getcwd(), sys.path[:]
    try:
        choose.enter("/nowhere/b.romfs")
        assert "in_rom.py" in os.listdir() and "dialtone" in os.listdir()
        sys.path.insert(0, "")
        import in_rom

        assert in_rom.SIZE == 5 and in_rom.HERE == "in_rom.py"
    finally:
        sys.path[:] = path
        os.chdir(folder)
        vfs.umount("/app")
