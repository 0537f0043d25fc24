"""System images on the PC: taken out of MicroPython's own files, for the right board. esptool reads the same."""

import hashlib
import struct
import subprocess
import sys

import pytest
from flash_rig import esp_image

from host.firmtool import payload, system


def _whole_flash(app, start):
    """A file for the whole flash: something like a bootloader, a table, the app at 0x10000."""
    flash = bytearray(b"\xff" * 0x10000)
    flash[start : start + 300] = esp_image(magic=0x50)[:300]
    rows = ((1, 2, 0x9000, 0x6000, b"nvs"), (0, 0, 0x10000, 0x1F0000, b"factory"))
    table = b"".join(struct.pack("<HBBII16sI", 0x50AA, *row, 0) for row in rows)
    flash[0x8000 : 0x8000 + len(table)] = table
    return bytes(flash[start:]) + app


def test_an_app_is_read_and_cut_to_its_length():
    app = esp_image("v1.27.0-3-gabc", chip=9)
    found = system.read(app + b"\xff" * 100)
    assert found.data == app and found.chip == "esp32s3" and found.project == "micropython"
    assert found.version == "v1.27.0-3-gabc" and system.version_of(found) == "1.27.0-SIP"
    assert system.read(esp_image(hashed=False)).data == esp_image(hashed=False)
    with pytest.raises(payload.PayloadError, match="no version"):
        system.version_of(system.read(esp_image("unknown")))


@pytest.mark.parametrize("start", [0x1000, 0])
def test_a_file_for_the_whole_flash_has_it_inside(start):
    assert system.read(_whole_flash(esp_image(), start)).data == esp_image()


@pytest.mark.parametrize("data", [b"", b"MZ" * 500, esp_image()[:200], b"\xe9" + bytes(500), esp_image(magic=5)])
def test_what_is_no_micropython(data):
    with pytest.raises(payload.PayloadError, match="no MicroPython"):
        system.read(data)


def test_what_is_damaged():
    good = esp_image()
    for data in (good[:400], good[:-33], good[:-1], good[:5000] + b"\0\0" + good[5002:], good[:-1] + b"\0"):
        with pytest.raises(payload.PayloadError, match="damaged|ends inside"):
            system.read(data)


def test_esptool_reads_the_same(tmp_path):
    """The images of the unit tests are those that ESP-IDF makes: the maker's tool checks checksum and hash."""
    path = tmp_path / "app.bin"
    path.write_bytes(esp_image("v1.27.0"))
    command = [sys.executable, "-m", "esptool", "--chip", "esp32", "image-info", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    words = " ".join(done.stdout.split())
    digest = hashlib.sha256(path.read_bytes()[:-32]).hexdigest()
    assert "Project name: micropython" in words and "App version: v1.27.0" in words, words
    assert digest in words and words.count("(valid)") == 2, words


def test_a_system_is_for_its_board(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "ROOT", tmp_path)
    folder = tmp_path / "boards/MINE"
    folder.mkdir(parents=True)
    (folder / "board.toml").write_text('[board]\nchip = "esp32s3"\npartitions = "p.csv"\n')
    table = "# Name, Type\nota_0, app, ota_0, 0x10000, %d\nota_1, app, ota_1, 0x20000, %d\n"
    found = system.read(esp_image(chip=9))
    (folder / "p.csv").write_text(table % (0x10000, 0x10000))
    system.check_board(found, "MINE")
    for text, words in (
        (table % (0x1000, 0x10000), "have 4096 bytes"),
        ("factory, app, factory, 0x10000, 0x10000\n", "it has one"),
    ):
        (folder / "p.csv").write_text(text)
        with pytest.raises(payload.PayloadError, match=words):
            system.check_board(found, "MINE")
        system.check_board(found, "MINE", anyway=True)
    with pytest.raises(payload.PayloadError, match="for esp32; MINE has esp32s3"):
        system.check_board(system.read(esp_image()), "MINE", anyway=True)
    with pytest.raises(payload.PayloadError, match="no board"):
        system.check_board(found, "YOURS")
