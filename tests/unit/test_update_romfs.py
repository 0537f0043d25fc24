"""ROMFS reader: what mpremote writes is found; of damaged bytes nothing but a PeerError comes."""

import io
import random

import firmware_images
from dialtone.errors import PeerError
from dialtone.update import romfs
from support import long, raises, seed

_FILES = {"a.py": b"one", "d/x.mpy": bytes(300), "d/e/y": b"", "d/e/z": b"three", "z": b"last"}


def _read(data, length=None):
    file = io.BytesIO(data)
    return {name: data[at : at + size] for name, at, size in romfs.files(file, length or len(data))}


def test_all_files_are_found():
    assert _read(firmware_images.pack(_FILES)) == _FILES
    assert _read(firmware_images.pack({})) == {}
    assert _read(firmware_images.pack(_FILES) + bytes(50)) == _FILES, "what follows is not its business"


def test_reader_may_be_interrupted_between_files():
    file = io.BytesIO(firmware_images.pack(_FILES))
    names = []
    for name, _, _ in romfs.files(file, len(file.getvalue())):
        file.seek(0)
        names.append(name)
    assert sorted(names) == sorted(_FILES)


def test_padding_is_passed_over_and_other_records_are_not():
    inner = firmware_images._record(1, b"xx") + firmware_images._record(
        5, b"\x01a" + firmware_images._record(1, b"") + firmware_images._record(2, b"data")
    )
    assert _read(romfs.MAGIC + firmware_images._sized(inner)) == {"a": b"data"}
    for bad in (
        firmware_images._record(9, b""),
        firmware_images._record(5, b"\x01a" + firmware_images._record(3, b"\x01\x01")),
        firmware_images._record(5, b"\x01a"),
        firmware_images._record(5, b"\x00" + firmware_images._record(2, b"x")),
        firmware_images._record(5, b"\x31" + b"a" * 49 + firmware_images._record(2, b"x")),
        firmware_images._record(5, b"\x01\xff" + firmware_images._record(2, b"x")),
    ):
        with raises(PeerError):
            _read(romfs.MAGIC + firmware_images._sized(bad))


def test_depth_is_bounded():
    deep = firmware_images._record(5, b"\x01a" + firmware_images._record(2, b"x"))
    for _ in range(10):
        deep = firmware_images._record(4, b"\x01d" + deep)
    with raises(PeerError):
        _read(romfs.MAGIC + firmware_images._sized(deep))


def test_damage_anywhere():
    good = firmware_images.pack(_FILES)
    draw = random.getrandbits
    random.seed(seed())
    for _ in range(20000 if long() else 400):
        data = bytearray(good)
        data[draw(16) % len(data)] = draw(8)
        data = bytes(data[: len(data) - draw(16) % 4])
        try:
            found = _read(data)
        except PeerError:
            continue
        for content in found.values():
            assert len(content) <= len(data)
