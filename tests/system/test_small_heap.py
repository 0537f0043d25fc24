"""The 32-bit phone in its 112 KB heap: boot over verified HTTPS, two pages, a form save, a push, a softkey script."""

import json
import os

from host_images import firmware
from simulated import ADMIN, wait_for
from test_bad_input import lives
from test_files import give
from test_push import FORMS, RAW
from test_softkey import MENU, SOUP


def test_a_day_in_112_kilobytes(phones, server):
    config = "xml application post list: 127.0.0.1\nsoftkey1 type: xml\nsoftkey1 label: Lunch\nsoftkey1 value: %s\n"
    server.files["/aastra.cfg"] = (config % (server.url + "scripts/menu.xml")).encode()
    server.files["/scripts/menu.xml"] = MENU.format(server.url).encode()
    server.files["/scripts/soup.xml"] = SOUP.encode()
    phone = phones("micropython32", server.url)
    assert "/00085D123456.cfg" in server.paths()
    first = phone.status()
    for _ in range(3):
        assert phone.get("/sysinfo.html").status == 200
        page = phone.get("/provis.html")
        assert page.status == 200 and "</html>" in page.text
    saved = phone.post("/provis.html", {"https_block_http_post_xml": "1"})
    assert saved.status == 200 and "Provisioning complete" in saved.text
    assert phone.request("POST", "/", FORMS["bare document"][0].encode(), RAW).status == 200
    phone.wait_lcd("Pushed words")
    phone.press("goodbye", "goodbye")
    phone.press("softkey1")
    phone.wait_lcd("Soup")
    phone.press("enter")
    phone.wait_lcd("Tomato, one bowl")
    phone.press("goodbye", "goodbye", "goodbye")
    phone.press("options")
    last = phone.status()
    assert last["https"]["block"] is True and last["uptime_s"] >= first["uptime_s"]
    assert "MemoryError" not in phone.log(), phone.log()
    # Beside the open menu and this connection, once a sample has followed a collection
    wait_for(lambda: phone.status()["heap_free"], lambda free: free > 8_000, 5, "room for a connection")


def test_scripts_pages_and_menus_take_turns_for_ever(phones, server):
    """What each leaves behind in the heap must be nothing: two references too many once ended it at the second."""
    item = "<MenuItem><Prompt>Entry %d</Prompt><URI>http://192.0.2.1/menu.php?entry=%d</URI></MenuItem>"
    items = "".join([item % (number, number) for number in range(30)])
    server.files["/menu.xml"] = ("<AastraIPPhoneTextMenu>%s</AastraIPPhoneTextMenu>" % items).encode()
    config = "softkey1 type: xml\nsoftkey1 label: Lunch\nsoftkey1 value: %smenu.xml\n" % server.url
    server.files["/aastra.cfg"] = config.encode()
    phone = phones("micropython32", server.url)
    for _ in range(4):
        for after in (["goodbye"], ["goodbye", "options", "down", "goodbye"]):
            phone.press("softkey1")
            phone.wait_lcd("1.Entry 0", 15)
            phone.press(*after)
            if after == ["goodbye"]:
                assert lives(phone)
    assert "memory" not in phone.log(), phone.log()


def test_small_display_model_too(phones, server):
    phone = phones("micropython32", server.url, model="53i")
    assert phone.get("/configurationServer.html").status == 200
    assert "MemoryError" not in phone.log()


def _status(phone):
    try:
        return phone.status()
    except OSError:
        return None  # it starts


def test_firmware_and_a_long_file_leave_room_for_the_pages(phones, server):
    last = b"softkey1 type: xml\nsoftkey1 label: Last\n"
    server.files["/aastra.cfg"] = b"# a line that says nothing\n" * 10_000 + last
    server.files["/57i.st"] = firmware("micropython32", "9.9.9.9-SIP", filler=2_500_000)
    phone = phones("micropython32", server.url)
    assert phone.ready["version"] == "9.9.9.9-SIP", phone.log()
    wait_for(phone.log, lambda text: "has passed its self-test" in text, 60, "self-test")
    wait_for(phone.log, lambda text: "Starting the firmware in slot a.\n" in text, 10, "start with a fresh heap")
    wait_for(lambda: _status(phone), bool, 60, "listeners")
    assert "Last" in phone.lcd()
    assert "9.9.9.9-SIP" in phone.get("/sysinfo.html").text
    page = give(phone, b"# a comment of the usual length\nsip line1 auth name: somebody\n" * 500)
    assert "Dry Run of local.cfg" in page, page
    assert "MemoryError" not in phone.log() and "memory" not in phone.log(), phone.log()
    with open(os.path.join(phone.state, "boot.json"), "r+", encoding="utf-8") as file:
        record = json.load(file)
        record.pop("young", None)  # as after a minute
        file.seek(0)
        file.truncate()
        json.dump(record, file)
    image = firmware("micropython32", "9.9.9.10-SIP", filler=300_000)
    answer = phone.request("POST", "/api/firmware", image, {**ADMIN, "Content-Type": "application/octet-stream"})
    assert answer.status == 202 and "9.9.9.10-SIP is stored" in answer.text, answer.text
    wait_for(phone.log, lambda text: "Starting the firmware in slot b on trial.\n" in text, 30, "the other slot")
    wait_for(lambda: _status(phone), lambda found: found and found["version"] == "9.9.9.10-SIP", 60, "the new one runs")


PAGES = "sysinfo provis softkeys topsoftkey expmodule1page2 configurationServer actionURI reset certificates".split()
PAGES += "files trust tlsEvents xmllog preferences upgrade troubleshooting".split()


def keys(numbers, turn):
    """What a browser sends for some keys."""
    fields = {}
    for number in numbers:
        fields["type%d" % number] = "xml" if number < 8 else "none"
        fields["label%d" % number] = "Key %d.%d" % (number, turn)
        fields["value%d" % number] = "http://192.0.2.1/menu.php?key=%d" % number
        fields["line%d" % number] = "1"
        fields["states%d" % number] = "idle"
    return fields


def test_every_page_and_form_in_turn(phones, server):
    """Nothing that one page loads is in the next one's way; a certificate for another name is made meanwhile."""
    phone = phones("micropython32", server.url)
    ask, asked = phone.ask, []
    phone.ask = lambda *what, **how: asked.append(what) or ask(*what, **how)
    for turn in range(3):
        for page in PAGES:
            assert phone.get("/%s.html" % page).status == 200, page
        for name, part in (("/local.cfg", "# Settings"), ("/server.cfg", "https redirect"), ("/support.txt", "== log")):
            assert part in phone.get(name).text, name
        assert phone.post("/provis.html", {"hostname": "phone-%d" % turn}).status == 200
        assert phone.post("/configurationServer.html", {"https_path": "folder%d" % turn}).status == 200
        assert phone.post("/softkeys.html?page=2", keys(range(6, 11), turn)).status == 200
        assert "phone-%d" % turn in phone.get("/provis.html").text
    # Who comes while the certificate is made asks again: for how long is the machine's business, want of memory is not
    assert phone.log().count("no memory for") <= 5 and len(asked) <= 66 + 24, (asked, phone.log())
    wait_for(phone.log, lambda log: "certificate for phone-2" in log, 30, "the last name's certificate")
    assert "Traceback" not in phone.log() and "ended unexpectedly" not in phone.log()


def test_log_in_by_page_and_another_password(phones, server):
    """With hashes in flash, which take memory to check and to make."""
    server.files["/aastra.cfg"] = b"admin password: s3cret\n"
    phone = phones("micropython32", server.url)
    with open(os.path.join(phone.state, "server.rows"), encoding="utf-8") as file:
        rows = file.read()
    assert "$pbkdf2-sha256$" in rows and "s3cret" not in rows
    assert "Log In" in phone.get("/provis.html", headers={"Sec-Fetch-Mode": "navigate"}).text
    answer = phone.post("/login.html", {"name": "admin", "password": "s3cret", "to": "/provis.html"}, headers={})
    assert answer.status == 303 and answer.headers["location"] == "/provis.html"
    session = {"Cookie": answer.headers["set-cookie"].split(";")[0]}
    for page in PAGES:
        assert phone.get("/%s.html" % page, headers=session).status == 200, page
    fields = {"account": "admin", "current": "s3cret", "password": "n3w", "confirm": "n3w"}
    assert "Password Changed" in phone.post("/password.html", fields, headers=session).text
    assert phone.get("/api/status", headers=session).status == 401
    phone.press("options")
    assert "Traceback" not in phone.log() and "memory" not in phone.log(), phone.log()
