"""A system image on a running simulator, whose flash is files: fetched, tried by the bootloader, kept or taken back."""

import os
import struct

import esp32
import pytest
from flash_rig import SYSTEMS, esp_image
from simulated import wait_for

from host.images import ABIS, build_image, image


def _start(runtime, phones, server, folder, **how):
    """The phone behind its update, and its flash."""
    flash = str(folder / "flash")
    esp32.make(flash, SYSTEMS)
    with open(flash + "/ota_0", "r+b") as file:
        file.write(esp_image("v1.26.1"))
    server.files["/57i.st"] = build_image(
        esp_image("v1.27.0"), "1.27.0-SIP", ["57i"], abi=ABIS[runtime], kind=image.SYSTEM
    )
    return phones(runtime, server.url, state=folder / "s", extra=("--flash", flash), **how), flash


def _states(flash):
    with open(flash + "/otadata", "rb") as file:
        data = file.read()
    return [struct.unpack_from("<I20xI", data, at) for at in (0, esp32.BLOCK)]


@pytest.mark.parametrize(
    "runtime", ["micropython32", *[pytest.param(other, marks=pytest.mark.long) for other in ("cpython", "micropython")]]
)
def test_a_system_is_tried_and_stays(runtime, phones, server, tmp_path):
    phone, flash = _start(runtime, phones, server, tmp_path)
    assert "System 1.27.0-SIP is in slot ota_1" in phone.log()
    wait_for(lambda: os.path.exists(phone.state + "/slots/system"), bool, 30, "self-test")
    wait_for(phone.log, lambda text: "has passed its self-test" in text, 10, "log line")
    assert _states(flash) == [(1, esp32.VALID), (2, esp32.VALID)]
    assert not os.path.exists(phone.state + "/slots/system.new")
    assert phone.status()["firmware"]["error"] == ""


test_a_system_is_tried_and_stays.own_runtimes = True
