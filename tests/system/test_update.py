"""Updates of a running simulator: fetched or sent, they run after a restart, and go back when that fails."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import threading
import urllib.parse

import pytest
from host_images import firmware, module
from simulated import ADMIN, unverified, wait_for

from host import signing

_BINARY = {**ADMIN, "Content-Type": "application/octet-stream"}


def _record(phone):
    with open(os.path.join(phone.state, "boot.json"), encoding="utf-8") as file:
        return json.load(file)


def _proved(phone):
    wait_for(lambda: _record(phone), lambda found: "tries" not in found, 30, "self-test")


def _lasted(phone):
    """Stops the phone, which then is as after a start of a minute."""
    phone.stop()
    found = _record(phone)
    assert found.pop("young") == 1
    with open(os.path.join(phone.state, "boot.json"), "w", encoding="utf-8") as file:
        json.dump(found, file)


def _version(phone):
    try:
        return phone.status()["version"]
    except OSError:
        return ""


def _runs(phone, version, seconds=60):
    wait_for(lambda: _version(phone), lambda found: found == version, seconds, "it runs " + version)


def test_an_update_runs_and_the_next_one_takes_the_other_slot(runtime, phones, server, tmp_path):
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", filler=500_000)
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] == "2.0.0.1-SIP" == phone.status()["firmware"]["running"]
    _proved(phone)
    wait_for(phone.log, lambda text: "has passed its self-test" in text, 10, "word of it")
    assert phone.post("/provis.html", {"hostname": "mine"}).status == 200
    phone.stop()
    server.files["/57i.st"] = firmware(runtime, "2.0.0.2-SIP")
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] == "2.0.0.1-SIP", "nothing newer, until a start of it has lasted"
    _lasted(phone)
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] == "2.0.0.2-SIP" and 'value="mine"' in phone.get("/provis.html").text
    _proved(phone)
    found = _record(phone)
    assert (found["run"], found["back"], found["before"]) == ("b", "a", "2.0.0.1-SIP")


def test_firmware_that_does_not_start_is_taken_back(runtime, phones, server, tmp_path):
    """It dies three times; the one before runs again, says why until somebody has read it, and loads it no more."""
    changes = module(runtime, "dialtone/prelude", "def prepare():\n    raise SystemExit(3)\n")
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", changes=changes)
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.ready["version"] != "2.0.0.1-SIP"
    why = "Firmware 2.0.0.1-SIP: it did not get through its self-test in 3 starts"
    assert phone.status()["firmware"]["error"] == why
    assert why in phone.get("/sysinfo.html").text and "2.0.0.1-SIP" in phone.lcd()
    assert _record(phone)["bad"] == "2.0.0.1-SIP" and why in phone.log()
    asked = len([line for line in phone.log().splitlines() if "Starting the firmware in slot a" in line])
    assert asked == 3, phone.log()
    if runtime == "cpython":
        assert phone.post("/confirm.html", {"do": "seen"}).status == 200
    else:
        phone.press("options", *"222222", "enter")
        assert "Start Problems" in phone.lcd()
        phone.press("1", "softkey1")
    assert "2.0.0.1-SIP" not in phone.lcd() and phone.status()["firmware"]["error"] == ""
    assert why not in phone.get("/upgrade.html").text.split("<pre>")[0]
    phone.stop()
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.status()["firmware"] == {"running": phone.ready["version"], "pending": "", "error": ""}
    assert "Allow 2.0.0.1-SIP Again" in phone.get("/upgrade.html").text and "2.0.0.1-SIP" not in phone.lcd()


@pytest.mark.long  # each of three starts is asked for ten seconds
def test_firmware_that_hangs_is_ended_by_the_watchdog(runtime, phones, server, tmp_path):
    """In its self-test; in an image for MicroPython, whose modules have other names, at its start."""
    changes = {"dialtone/update/waiting.py": b"async def run(phone):\n    while True:\n        pass\n"}
    if runtime != "cpython":
        changes = module(runtime, "dialtone/prelude", "def prepare():\n    while True:\n        pass\n")
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", changes=changes)
    phone = phones(runtime, server.url, state=tmp_path / "s", extra=["--watchdog-s", "1"])
    assert phone.ready["version"] != "2.0.0.1-SIP" and phone.log().count("Its watchdog ends it") == 3
    assert "did not get through its self-test" in phone.status()["firmware"]["error"]


@pytest.mark.long
def test_firmware_that_passes_its_self_test_and_does_not_last_goes_back_first(phones, server, tmp_path):
    """Before any setting is left out."""
    ends = b"import os\nfrom asyncio import sleep_ms\n\n\nasync def last(phone):\n    while phone.platform.trial:\n"
    ends += b"        await sleep_ms(100)\n    await sleep_ms(1000)\n    os._exit(3)\n"
    changes = {"dialtone/provisioning/steady.py": ends}
    server.files["/57i.st"] = firmware("cpython", "2.0.0.1-SIP", changes=changes)
    phone = phones("cpython", server.url, state=tmp_path / "s")
    assert phone.ready["version"] == "2.0.0.1-SIP"
    why = "Firmware 2.0.0.1-SIP: it ended soon after its start 3 times"
    wait_for(phone.log, lambda log: why in log, 60, why)
    wait_for(lambda: _version(phone), lambda found: found not in ("", "2.0.0.1-SIP"), 30, "the firmware before")
    assert phone.status()["firmware"]["error"] == why and phone.log().count("ended unexpectedly (exit code 3)") == 3
    assert "kept ending" not in phone.get("/sysinfo.html").text


def test_firmware_of_somebody_else_is_not_taken(runtime, phones, server, tmp_path):
    stranger = signing.new(tmp_path / "key.pem")
    server.files["/57i.st"] = firmware(runtime, "2.0.0.1-SIP", key=stranger)
    phone = phones(runtime, server.url)
    assert "unknown key" in phone.status()["firmware"]["error"]
    assert not os.path.exists(os.path.join(phone.state, "slots"))


class _Halting:
    """A server's ``/57i.st``, of which one half comes, and the other one when ``go`` is set."""

    def __init__(self, server, image):
        self.server, self.image = server, image
        self.go = threading.Event()
        self.starts = []

    def __call__(self, link):
        line, fields = self.server.requests[-1]
        start = int(fields.get("range", "bytes=0-")[6:-1])
        head = b"HTTP/1.1 200 OK\r\n"
        if start:
            head = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %d-%d/%d\r\n"
            head = head % (start, len(self.image) - 1, len(self.image))
        link.sendall(head + b'ETag: "1"\r\nContent-Length: %d\r\n\r\n' % (len(self.image) - start))
        if line.startswith("GET"):
            self.starts.append(start)
            half = max(start, len(self.image) // 2)
            link.sendall(self.image[start:half])
            self.go.wait(30)
            link.sendall(self.image[half:])


@pytest.mark.slow
def test_a_power_cut_in_the_middle_costs_no_more_than_what_is_missing(runtime, phones, server):
    """Pages and display are there while it loads, and tell how far it is."""
    phone = phones(runtime, server.url)
    image = firmware(runtime, "2.0.0.1-SIP", filler=300_000)
    halting = server.files["/57i.st"] = _Halting(server, image)
    assert phone.post("/api/resync", b"").status == 202
    wait_for(phone.lcd, lambda text: re.search(r"Loading 57i.st 4\d%", text), 20, "nearly half of it")
    assert re.search(r"The phone is busy:</b> Firmware Loading 57i.st 4\d%", phone.get("/upgrade.html").text)
    with open("/proc/%d/task/%d/children" % (phone.process.pid, phone.process.pid), encoding="ascii") as file:
        os.kill(int(file.read()), signal.SIGKILL)
    halting.go.set()
    _runs(phone, "2.0.0.1-SIP")
    assert len(halting.starts) == 3 and halting.starts[0] == 0, "its head, its payload, and what was missing"
    assert halting.starts[1] < 40_000 and 0 <= len(image) // 2 - halting.starts[2] < 40_000, halting.starts


def _begin(phone, image, count):
    """A connection over which so many bytes of an upload have been sent, and what is left to send."""
    url = urllib.parse.urlsplit(phone.ready["https"])
    link = unverified().wrap_socket(socket.create_connection((url.hostname, url.port), 30))
    head = "POST /api/firmware HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n"
    link.sendall((head % (ADMIN["Authorization"], len(image))).encode() + image[:count])
    return link, image[count:]


def test_an_upload_in_112_kilobytes_one_at_a_time(phones, server):
    phone = phones("micropython32", server.url)
    image = firmware("micropython32", "2.0.0.1-SIP", filler=300_000)
    assert phone.request("POST", "/api/firmware", image[:-5000] + bytes(5000), _BINARY).status == 400
    link, rest = _begin(phone, image, 200_000)
    phone.wait_lcd("Loading 2.0.0.1-SIP")
    with contextlib.suppress(OSError, http.client.HTTPException):  # without memory for a second one it may only close
        assert phone.ask("POST", "/api/firmware", image, _BINARY).status in (409, 503)
    link.sendall(rest)
    answer = link.recv(4096)
    assert answer.startswith(b"HTTP/1.1 202") and b"is stored" in answer, answer
    link.close()
    _runs(phone, "2.0.0.1-SIP")
    assert "Not enough memory" not in phone.log(), phone.log()


@pytest.mark.long
def test_without_memory_the_firmware_stays_and_it_is_said(phones, server):
    """In 10 KB less than the smallest phone has neither way gets through."""
    image = firmware("micropython32", "2.0.0.1-SIP")
    server.files["/57i.st"] = image
    phone = phones("micropython32", server.url, extra=["--heap", "102k"])
    told = phone.status()["firmware"]
    assert told["error"].startswith("Not enough memory") and not told["pending"], told
    assert phone.ask("POST", "/api/firmware", image, _BINARY).status == 503
    assert phone.status()["version"] == phone.ready["version"] and "run" not in _record(phone)


def test_an_upload_from_the_page(phones, server, browser):
    from test_browser import open_page, shoot

    phone = phones("micropython", server.url)
    image = firmware("micropython", "2.0.0.1-SIP", filler=3_000_000)
    page = open_page(browser, phone, "/upgrade.html", script=True)
    problems = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    choose = page.get_by_label("Firmware image")
    go = page.get_by_role("button", name="Upload and Install")
    state = page.locator("#upload [role=status]")
    link, _ = _begin(phone, image, 200_000)
    phone.wait_lcd("Loading 2.0.0.1-SIP")
    assert json.loads(phone.post("/api/resync", b"").text) == {"resync": "busy"}
    other = phone.request("POST", "/api/firmware", image, _BINARY)
    assert other.status == 409 and "under way" in other.text
    choose.set_input_files({"name": "57i.st", "mimeType": "application/octet-stream", "buffer": image[:300_000]})
    go.click()
    page.get_by_text("under way").wait_for()
    shoot(page, "upload-busy")
    link.close()
    wait_for(phone.log, lambda log: "has broken off" in log or "ended too early" in log, 20, "the end of the first one")
    bad = image[:600_000] + b"damaged" + image[600_007:]
    choose.set_input_files({"name": "57i.st", "mimeType": "application/octet-stream", "buffer": bad})
    go.click()
    page.get_by_text("damaged in block").wait_for()
    shoot(page, "upload-refused")
    assert page.locator("progress").is_hidden() and state.get_attribute("class") == "err"
    assert not [line for line in problems if "400" not in line and "409" not in line], problems
    choose.set_input_files({"name": "57i.st", "mimeType": "application/octet-stream", "buffer": image})
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2_000_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.evaluate(
        "window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector('progress').value))"
        ".observe(document.querySelector('#upload [role=status]'), {childList: true})"
    )
    go.click()
    page.wait_for_timeout(800)
    shoot(page, "upload-half")
    state.get_by_text("is stored").wait_for()
    shoot(page, "upload-taken")
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen) and seen[-1] == 100 and len(set(seen)) > 3, seen
    page.wait_for_url("**/sysinfo.html", timeout=60_000)
    assert "2.0.0.1-SIP" in page.content()
