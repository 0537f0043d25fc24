import os

from dialtone.errors import CallerError, DeviceError
from dialtone.storage.files import Storage
from support import raises, tmp_dir


def full_disk(folder):
    """A Storage whose file ``x.cfg`` cannot be written: its temporary file is the device that is always full."""
    storage = Storage(folder)
    os.system("ln -s /dev/full %s/x.cfg.tmp" % folder)
    return storage


def names(folder):
    return sorted(os.listdir(folder))


def test_write_and_read():
    storage = Storage(tmp_dir())
    assert storage.read("a.cfg", 100) is None
    storage.write_atomic("a.cfg", ("one\n", b"two\n", "ä", ""))
    assert storage.read("a.cfg", 100) == b"one\ntwo\n\xc3\xa4"
    storage.write_atomic("a.cfg", iter(["new"]))
    assert storage.read("a.cfg", 3) == b"new"
    storage.write_atomic("a.cfg", ())
    assert storage.read("a.cfg", 0) == b""


def test_a_file_that_is_too_long_is_not_read():
    storage = Storage(tmp_dir())
    storage.write_atomic("a.cfg", ["12345"])
    with raises(DeviceError) as e:
        storage.read("a.cfg", 4)
    assert "longer than 4 bytes" in e.value.text


def test_exists_size_and_remove():
    storage = Storage(tmp_dir())
    assert not storage.exists("a") and storage.size("a") == -1 and storage.remove("a") is False
    storage.write_atomic("a", ["123"])
    assert storage.exists("a") and storage.size("a") == 3
    assert storage.remove("a") is True
    assert not storage.exists("a")


def test_folders_are_made_on_demand():
    folder = tmp_dir() + "/state"
    storage = Storage(folder)
    storage.write_atomic("slots/a.img", ["x"])
    with storage.open("deep/er/b.img", "wb") as file:
        file.write(b"y")
    assert storage.read("slots/a.img", 9) == b"x"
    assert storage.read("deep/er/b.img", 9) == b"y"
    assert names(folder) == ["deep", "slots"]


def test_lines():
    storage = Storage(tmp_dir())
    assert list(storage.lines("a")) == []
    storage.write_atomic("a", ["one\n\ntwo", "\r\nthree"])
    assert list(storage.lines("a")) == [b"one\n", b"\n", b"two\r\n", b"three"]


def test_an_overlong_line_comes_in_pieces():
    storage = Storage(tmp_dir())
    storage.write_atomic("a", ["x" * 5000, "\nend\n"])
    pieces = list(storage.lines("a"))
    assert max([len(piece) for piece in pieces]) <= 1100
    assert b"".join(pieces) == b"x" * 5000 + b"\nend\n"


def test_unfit_names():
    storage = Storage(tmp_dir())
    for name in (
        "",
        "..",
        "../x",
        "a/../b",
        "/etc/passwd",
        "a//b",
        "a/",
        ".hidden",
        "a/.b",
        "a b",
        "a\0b",
        "a\\b",
        "a.tmp",
        "ä",
        "x" * 65,
    ):
        for use in (storage.exists, storage.remove, storage.path, lambda name: storage.read(name, 1)):
            with raises(CallerError):
                use(name)
        with raises(CallerError):
            storage.write_atomic(name, ["x"])


def test_a_full_disk_keeps_the_old_file():
    folder = tmp_dir()
    storage = Storage(folder)
    storage.write_atomic("x.cfg", ["old"])
    full_disk(folder)
    for pieces in (["new"], ["new"] * 1000, ["x" * 9000]):
        with raises(DeviceError) as e:
            storage.write_atomic("x.cfg", pieces)
        assert e.value.text == "Cannot write x.cfg: storage is full"
        assert storage.read("x.cfg", 9) == b"old"
        assert names(folder) == ["x.cfg"]
        full_disk(folder)
    assert storage.sweep() == 1
    storage.write_atomic("x.cfg", ["new"])
    assert storage.read("x.cfg", 9) == b"new"


def test_an_exception_of_the_pieces_keeps_the_old_file():
    folder = tmp_dir()
    storage = Storage(folder)
    storage.write_atomic("x.cfg", ["old"])

    def pieces():
        yield "half"
        raise ValueError("no more")

    with raises(ValueError):
        storage.write_atomic("x.cfg", pieces())
    assert storage.read("x.cfg", 9) == b"old"
    assert names(folder) == ["x.cfg"]


def test_a_folder_in_the_way_is_a_device_error():
    folder = tmp_dir()
    storage = Storage(folder)
    storage.write_atomic("x/y", ["1"])
    with raises(DeviceError):
        storage.write_atomic("x", ["1"])
    with raises(DeviceError):
        storage.write_atomic("x/y/z", ["1"])
    with raises(DeviceError):
        storage.read("x", 10)
    with raises(DeviceError):
        list(storage.lines("x"))
    with raises(DeviceError):
        storage.open("x", "wb")
    with raises(DeviceError):
        storage.open("missing", "rb")
    assert storage.read("x/y", 9) == b"1"


def test_sweep_removes_what_an_interrupted_write_left():
    folder = tmp_dir()
    storage = Storage(folder)
    assert storage.sweep() == 0
    storage.write_atomic("a/b/c", ["1"])
    storage.write_atomic("d", ["1"])
    for name in ("d.tmp", "a/x.tmp", "a/b/c.tmp"):
        with open(folder + "/" + name, "wb") as file:
            file.write(b"half")
    assert storage.sweep() == 3
    assert storage.read("a/b/c", 9) == b"1" and storage.read("d", 9) == b"1"
    assert storage.sweep() == 0
    assert Storage(folder + "/none").sweep() == 0
