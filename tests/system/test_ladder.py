"""A phone that keeps ending soon after its start: what it leaves out, who is told, and how it comes back."""

import contextlib
import pathlib

from simulated import wait_for

BOOM = ["--crash-when", "softkey1 label=Boom"]


def _lives(phone, count):
    wait_for(phone.log, lambda log: log.count("ended unexpectedly (exit code 70)") >= count, 40, "%d ends" % count)


def _page(phone, text):
    """The status page, once the phone is up again and says ``text``."""

    def look():
        try:
            return phone.get("/sysinfo.html").text
        except OSError:
            return ""

    return wait_for(look, lambda page: text in page, 30, text)


def test_a_bad_local_setting_goes_back_by_itself(phones, server):
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Good\n"
    phone = phones("micropython", server.url, extra=BOOM)
    assert phone.post("/provis.html", {"https_block_http_post_xml": "1"}).status == 200
    with contextlib.suppress(OSError):  # it may end before it has answered
        phone.post("/softkeys.html", {"label1": "Boom"})
    _lives(phone, 3)
    page = _page(phone, "local settings of the time before")
    assert "ended soon after its start again and again" in page, "the log on the page"
    assert "Older local settings" in phone.lcd() and "Good" in phone.lcd()
    assert phone.status()["https"]["block"] is True, "what was set before that"
    assert "Boom" in pathlib.Path(phone.state, "local.cfg.bad").read_text()
    assert phone.post("/confirm.html", {"do": "seen"}).status == 200
    assert "kept ending" not in phone.get("/sysinfo.html").text and "Older local settings" not in phone.lcd()


def test_a_bad_file_of_the_server_ends_in_safe_mode(phones, server):
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Good\nuser password: secret\n"
    phone = phones("cpython", server.url, extra=BOOM)
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Boom\nuser password: secret\n"
    phone.post("/reset.html", {"resetOption": "0", "confirm": "1"})
    _lives(phone, 3)
    _page(phone, "safe mode")
    asked = len(server.paths())
    screen = phone.lcd()
    assert "Safe mode" in screen and "Boom" not in screen and "Good" not in screen
    assert len(server.paths()) == asked, "nothing is fetched"
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Mended\n"
    phone.press("goodbye", "options", "2", "2", "2", "2", "2", "2", "enter")
    assert "Start Problems" in phone.lcd()
    phone.press("1", "softkey1")
    wait_for(phone.lcd, lambda screen: "Mended" in screen, 30, "the whole configuration again")
    assert "kept ending" not in phone.get("/sysinfo.html").text
