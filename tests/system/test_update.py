"""Updates of a running simulator: it fetches, restarts, runs what came, and goes back when that does not work."""

import json
import os

from host_images import firmware
from simulated import wait_for

from host import signing


def _record(phone):
    with open(os.path.join(phone.state, "boot.json"), encoding="utf-8") as file:
        return json.load(file)


def _proved(phone):
    wait_for(lambda: _record(phone), lambda found: "tries" not in found, 30, "self-test")


def test_an_update_runs_and_the_next_one_takes_the_other_slot(runtime, phones, server, tmp_path):
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", filler=500_000)
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] == "2.0.0.1-SIP" == phone.status()["firmware"]["running"]
    _proved(phone)
    assert "has passed its self-test" in phone.log()
    assert phone.post("/provis.html", {"hostname": "mine"}).status == 200
    phone.stop()
    server.files["/57i.st"] = firmware(runtime, "2.0.0.2-SIP")
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] == "2.0.0.2-SIP" and 'value="mine"' in phone.get("/provis.html").text
    _proved(phone)
    found = _record(phone)
    assert (found["run"], found["back"], found["before"]) == ("b", "a", "2.0.0.1-SIP")


def test_firmware_that_does_not_start_is_taken_back(runtime, phones, server, tmp_path):
    """It dies three times; the one before runs again, says why, and does not load it a second time."""
    changes = {"dialtone/prelude.py": b"def prepare():\n    raise SystemExit(3)\n"}  # it wins over a .mpy beside it
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", changes=changes)
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] != "2.0.0.1-SIP"
    why = "Firmware 2.0.0.1-SIP: it did not get through its self-test in 3 starts"
    assert phone.status()["firmware"]["error"].startswith(why)
    assert why in phone.get("/sysinfo.html").text and "2.0.0.1-SIP" in phone.lcd()
    assert _record(phone)["bad"] == "2.0.0.1-SIP" and why in phone.log()
    asked = len([line for line in phone.log().splitlines() if "Starting the firmware in slot a" in line])
    assert asked == 3, phone.log()


def test_firmware_of_somebody_else_is_not_taken(runtime, phones, server, tmp_path):
    stranger = signing.new(tmp_path / "key.pem")
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", key=stranger)
    phone = phones(runtime, server.url)
    assert "unknown key" in phone.status()["firmware"]["error"]
    assert not os.path.exists(os.path.join(phone.state, "slots"))
