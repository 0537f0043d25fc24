"""A system image on a running simulator, whose flash is files: fetched or sent, tried by the bootloader, kept."""

import json
import os
import struct
import urllib.parse

import esp32
import pytest
from flash_rig import SYSTEMS, esp_image
from simulated import wait_for
from test_browser import open_page, shoot
from test_phones import phones_command

from host.images import ABIS, build_image, image


def _image(runtime, version):
    return _packed(runtime, esp_image("v" + version), version)


def _packed(runtime, payload, version):
    return build_image(payload, version + "-SIP", ["57i"], abi=ABIS[runtime], kind=image.SYSTEM)


def _start(runtime, phones, server, folder):
    """The phone, and its flash."""
    flash = str(folder / "flash")
    esp32.make(flash, SYSTEMS)
    with open(flash + "/ota_0", "r+b") as file:
        file.write(esp_image("v1.26.1"))
    return phones(runtime, server.url, state=folder / "s", extra=("--flash", flash)), flash


def _states(flash):
    with open(flash + "/otadata", "rb") as file:
        data = file.read()
    return [struct.unpack_from("<I20xI", data, at) for at in (0, esp32.BLOCK)]


@pytest.mark.parametrize(
    "runtime", ["micropython32", *[pytest.param(other, marks=pytest.mark.long) for other in ("cpython", "micropython")]]
)
def test_a_system_is_tried_and_stays(runtime, phones, server, tmp_path):
    server.files["/57i.st"] = _image(runtime, "1.27.0")
    phone, flash = _start(runtime, phones, server, tmp_path)
    assert "System 1.27.0-SIP is in slot ota_1" in phone.log()
    wait_for(lambda: os.path.exists(phone.state + "/slots/system"), bool, 30, "self-test")
    wait_for(phone.log, lambda text: "has passed its self-test" in text, 10, "log line")
    assert _states(flash) == [(1, esp32.VALID), (2, esp32.VALID)]
    assert not os.path.exists(phone.state + "/slots/system.new")
    assert phone.status()["firmware"]["error"] == ""


test_a_system_is_tried_and_stays.own_runtimes = True


def _from_the_page(browser, phone, runtime):
    """Uploads by a person: of what is for another chip, of an older one, then of one that is taken."""
    page = open_page(browser, phone, "/upgrade.html", script=True)
    wrong = _packed(runtime, esp_image("v1.29.0", chip=9), "1.29.0")
    for name, data, words in (
        ("chip", wrong, "is for chip 9, this is chip 0"),
        ("older", _image(runtime, "1.27.0"), "1.27.0-SIP is older than 1.28.0-SIP"),
        ("taken", _image(runtime, "1.29.0"), "1.29.0-SIP is stored"),
    ):
        file = {"name": "esp32.st", "mimeType": "application/octet-stream", "buffer": data}
        page.get_by_label("Firmware image").set_input_files(file)
        page.get_by_role("button", name="Upload and Install").click()
        page.locator("#upload [role=status]").get_by_text(words).wait_for()
        shoot(page, "system-upload-" + name)
    page.wait_for_url("**/sysinfo.html", timeout=60_000)
    page.context.close()


@pytest.mark.slow
def test_a_system_that_is_sent_and_one_that_is_asked_for_at_the_keys(runtime, phones, server, browser, tmp_path):
    """`dialtone phones update` waits until it stays; then *Check Firmware* on the LCD finds the next one, and the page
    takes the one behind that.
    """
    phone, flash = _start(runtime, phones, server, tmp_path)
    port = urllib.parse.urlsplit(phone.ready["https"]).port
    (tmp_path / "hosts").write_text("127.0.0.1:%d %s\n" % (port, phone.fingerprint()))
    (tmp_path / "system.st").write_bytes(_image(runtime, "1.27.0"))
    done = phones_command("update", tmp_path / "hosts", tmp_path / "system.st", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)[0]["running"] == "1.27.0-SIP", done
    assert _states(flash) == [(1, esp32.VALID), (2, esp32.VALID)]
    server.files["/57i.st"] = _image(runtime, "1.28.0")
    phone.press("options", *"222222", "enter", "up", "up", "up")  # the last but two
    assert [row for row in phone.lcd().splitlines() if ">" in row and ".Check Firmware" in row]
    phone.press("enter")
    phone.wait_lcd("Nothing new")
    phone.press("softkey1")
    wait_for(lambda: _states(flash), lambda found: found == [(3, esp32.VALID), (2, esp32.VALID)], 40, "the next one")
    assert phone.status()["firmware"]["error"] == ""
    del server.files["/57i.st"]  # it would be older than the next one
    _from_the_page(browser, phone, runtime)
    wait_for(lambda: _states(flash), lambda found: found == [(3, esp32.VALID), (4, esp32.VALID)], 40, "the last one")
    assert phone.status()["firmware"]["error"] == ""
