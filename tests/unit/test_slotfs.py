"""A slot's file as a file system: what is in there is found and read, and nothing else is."""

import random

import choose
import firmware_images
from dialtone.storage.files import Storage
from support import long, raises, seed, tmp_dir

_FILES = {
    "ab.mpy": b"M one",
    "b.mpy": b"M two",
    "b": b"without an ending",
    "d/ab.mpy": b"M three",
    "d/x.css": bytes(range(256)) * 9,
    "d/e/ab": b"",
    "d/e/ab.txt": b"pass",
    "name-of-48-characters-%s.txt" % ("x" * 22): b"long",
    "z.txt": b"last",
}


def _file(data):
    storage = Storage(tmp_dir())
    storage.write_atomic("a.romfs", [data])
    return storage.path("a.romfs")


def _slot(files=_FILES):
    return choose.look(_file(firmware_images.pack(files)))


def test_all_files_are_found_and_read():
    slot = _slot()
    for name, data in _FILES.items():
        for path in (name, "/" + name):
            if "." in name:  # others are not asked for by imports, and it is slow to look for them
                found = slot.stat(path)
                assert found[0] == 0x8000 and len(found) == 10
                assert found[6] == len(data)
            with slot.open(path, "rb") as file:
                start = file.tell()
                assert file.read(len(data)) == data, path
                file.seek(start + len(data) // 2)
                assert file.read(len(data) - len(data) // 2) == data[len(data) // 2 :]


def test_folders_and_what_is_not_there():
    slot = _slot()
    for path in ("", "/", "d", "/d", "d/", "d/e"):
        assert slot.stat(path)[0] == 0x4000, path
    for path in ("a", "ab", "b.py", "x.css", "d/b.mpy", "d/e/x.css", "e", "e/ab", "d/e/ab.mpy", "z", "y/z.txt",
                 "d//ab.mpy", "d/e\nab", "\n", "d/e/ab.txt/x", "d/e/ab.py", "ab.py"):  # fmt: skip
        with raises(OSError):
            slot.stat(path)
        with raises((OSError, MemoryError)):
            slot.open(path)
    with raises(OSError):
        slot.open("d")


def test_it_can_be_mounted_and_left():
    """Only its root is ever the current folder."""
    slot = _slot()
    slot.mount(False, False)
    slot.chdir("/")
    assert slot.getcwd() == "/"
    slot.umount()


def test_many_files_keep_less_than_two_bytes_each():
    files = {"d/%02x.mpy" % number: b"M%d" % number for number in range(250)}
    slot = _slot(files)
    for name, data in files.items():
        with slot.open(name) as file:
            assert file.read(len(data)) == data
    assert len(slot._marks) + len(slot._places) <= 400


def test_folders_and_padding_between_the_files():
    record = firmware_images._record
    inner = b""
    for number in range(20):
        inner += record(5, b"\x02%c%c" % (97 + number, 97) + record(1, b"p") + record(2, b"%d" % number))
        inner += record(1, bytes(number))
        inner += record(4, b"\x02%c%c" % (97 + number, 98) + record(5, b"\x05x.txt" + record(2, b"in %d" % number)))
    slot = choose.look(_file(b"\xd2\xcd\x31" + firmware_images._sized(inner)))
    for number in range(20):
        text = b"%d" % number
        assert slot.open("%ca" % (97 + number)).read(len(text)) == text
        text = b"in %d" % number
        name = "%cb/x.txt" % (97 + number)
        assert slot.open(name).read(slot.stat(name)[6]) == text


def test_whole():
    good = firmware_images.pack(_FILES)
    assert choose._whole(_file(good)) and choose._whole(_file(good + b"more"))
    for bad in (b"", good[:3], good[:4], good[:-1], b"x" + good, b"\xd2\xcd\x32" + good[3:], b"\xff" * 99):
        assert not choose._whole(_file(bad)), bad[:9]
    assert not choose._whole(tmp_dir() + "/none")


def test_a_memory_error_is_told_when_the_file_is_opened():
    """MicroPython takes any error of ``stat`` for "no such module": it must not be told so for want of memory."""
    slot = _slot()

    def find(path):
        raise MemoryError()

    slot._find = find
    assert slot.stat("nothing.mpy")[0] == 0x8000
    with raises(MemoryError):
        slot.open("nothing.mpy")
    slot._find = lambda path: -1
    for name in ("nothing.mpy", "nothing.py"):
        with raises(MemoryError):
            slot.open(name)
    with raises(OSError):
        slot.open("style.css")


def test_damage_ends_in_an_error():
    good = firmware_images.pack(_FILES)
    random.seed(seed())
    path = _file(good)
    for _ in range(5000 if long() else 150):
        data = bytearray(good)
        for _ in range(3):
            data[random.getrandbits(16) % len(data)] = random.getrandbits(8)
        with open(path, "wb") as file:
            file.write(data)
        try:
            slot = choose.look(path)
            for name in _FILES:
                with slot.open(name) as file:
                    assert len(file.read(99)) <= 99
        except (OSError, IndexError, ValueError, MemoryError, OverflowError):
            pass
