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
    "d/e/ab.py": b"pass",
    "name-of-48-characters-%s.txt" % ("x" * 22): b"long",
    "z.py": b"last",
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
                assert slot.stat(path)[0] == 0x8000 and len(slot.stat(path)) == 10
            with slot.open(path, "rb") as file:
                found = file.read(len(data)) if name.endswith(".mpy") else file.read()
                assert found == data, (path, found)


def test_folders_and_what_is_not_there():
    slot = _slot()
    for path in ("", "/", "d", "/d", "d/", "d/e"):
        assert slot.stat(path)[0] == 0x4000, path
    for path in ("a", "ab", "b.py", "x.css", "d/b.mpy", "d/e/x.css", "e", "e/ab", "d/e/ab.mpy", "z", "y/z.py",
                 "d//ab.mpy", "d/e\nab", "\n", "d/e/ab.py/x"):  # fmt: skip
        with raises(OSError):
            slot.stat(path)
        with raises((OSError, MemoryError)):
            slot.open(path)
    with raises(OSError):
        slot.open("d")


def test_reading_in_pieces_ends_with_the_file():
    data = _FILES["d/x.css"]
    for size in (1, 7, 255, 256, 4096):
        found, room = b"", bytearray(size)
        with _slot().open("d/x.css") as file:
            while True:
                count = file.readinto(room)
                if not count:
                    break
                found += room[:count]
            assert found == data and file.read() == b"" and file.read(5) == b""
            assert file.seek(2300) == 2300 and file.read(100) == data[2300:]
            assert file.seek(5) == 5 and file.read(3) == data[5:8] and file.readinto(memoryview(room)[:1]) == 1
            assert file.seek(9999) == len(data) and file.read() == b""


def test_a_listing():
    slot = _slot()
    everything = set()
    for folder in ("", "d", "/d/e"):
        for name, kind, _ in slot.ilistdir(folder):
            if kind == 0x8000:
                everything.add((folder.strip("/") + "/" + name).strip("/"))
            else:
                assert kind == 0x4000 and name in ("d", "e")
    assert everything == set(_FILES)
    with raises(KeyError):
        list(slot.ilistdir("e"))


def test_only_its_root_is_a_current_folder():
    slot = _slot()
    slot.chdir("/")
    slot.chdir("")
    assert slot.getcwd() == "/"
    with raises(OSError):
        slot.chdir("/d")


def test_many_files_keep_three_bytes_and_a_name_each():
    files = {"d/%02x.mpy" % number: b"M%d" % number for number in range(250)}
    slot = _slot(files)
    for name, data in files.items():
        with slot.open(name) as file:
            assert file.read(len(data)) == data
    assert sum([len(names) + len(places) for names, places in slot._folders.values()]) <= 250 * 6 + 30


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
    assert slot.stat("nothing.mpy")[0] == 0x8000 and slot.stat("nothing.py")[0] == 0x8000
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
        except (OSError, IndexError, ValueError, MemoryError):
            pass
