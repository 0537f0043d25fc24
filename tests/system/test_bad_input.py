"""What the issue calls bad input, from outside: each gets a diagnostic or a clear text, and the phone lives on.

Also on the 32-bit phone, where a bad day costs the most memory.
"""

import http.client
import json
import os
import random
import socket
import threading
import time

import pytest
from config_server import ConfigServer, hangs, raw, send
from host_images import ABIS, image
from simulated import READY_SECONDS, SimPhone, wait_for
from test_push import FORM, FORMS, RAW

RUNTIMES = ("cpython", "micropython", "micropython32")
each_runtime = pytest.mark.everywhere


def lives(phone, path="/sysinfo.html"):
    """The page answers: at once, but the 112 KB heap may turn a reader away while it is full, who then tries again."""

    def page():
        try:
            return phone.get(path).status
        except (OSError, http.client.HTTPException) as error:
            return error

    patience = 15 if "micropython32" in phone.command else 0
    return wait_for(page, lambda seen: seen == 200, patience, "a page of the phone")


BAD_LINES = (
    (b"this line has no colon", "no colon behind the name"),
    (b"https redirekt http get: 0", "Did you mean <code>https redirect http get</code>"),
    (b"https port: 99999", "1 to 65535"),
    (b"softkey1 label: bad\x07value", "control character"),
    (b"softkey2 label: " + b"x" * 1_000_000, "longer than"),
    (b"\x80\xff\x00\xfe binary \x01\x02: \x03", ""),
    (b"https redirect http get: maybe", "0 or 1"),
    (b'softkey3 label: "no end', "quote"),
)


def _lines_of_the_page(text):
    return [row for row in text.split("<tr>") if "aastra.cfg line" in row]


@each_runtime
def test_each_bad_line_is_named_with_file_and_line(anywhere, phones, server):
    server.files["/aastra.cfg"] = b"\n".join(line for line, _ in BAD_LINES) + b"\nhttps block http post xml: 1\n"
    phone = phones(anywhere, server.url)
    assert phone.status()["https"]["block"] is True, "the good line applies"
    rows = _lines_of_the_page(phone.get("/sysinfo.html").text)
    for number, (_, words) in enumerate(BAD_LINES, 1):
        mine = [row for row in rows if "aastra.cfg line %d," % number in row]
        assert mine and words in mine[0], (number, words, rows)
        assert "aastra.cfg:%d:" % number in phone.log(), number
    assert not [char for char in phone.log() if ord(char) < 32 and char != "\n"]


@each_runtime
def test_a_file_of_binary_garbage(anywhere, phones, server):
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Kept\n" + bytes(range(256)) * 400
    server.files["/57i.cfg"] = os.urandom(60_000)
    server.files["/00085D123456.cfg"] = b"\x00" * 30_000 + b"\nsoftkey2 type: xml\nsoftkey2 label: Mine\n"
    phone = phones(anywhere, server.url)
    screen = phone.lcd()
    assert "Kept" in screen and "Mine" in screen, screen
    assert phone.get("/sysinfo.html").status == 200 and "MemoryError" not in phone.log()


def _slow(link):
    """One byte of the file each second, for ever."""
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(120):
        link.sendall(b"#")
        time.sleep(1)


def _stalls(link):
    """Half of a file, then silence."""
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nhttps block http post xml: 1\n")
    time.sleep(90)


def _long_head(link):
    link.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(3000):
        link.sendall(b"y" * 1000)


def _endless(link):
    link.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        link.sendall(b"400\r\n" + b"#" * 1023 + b"\n\r\n")


SERVERS = {
    "hangs": hangs,
    "stalls": _stalls,
    "long head": _long_head,
    "endless file": _endless,
    "shorter than told": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhttps block http post xml: 1\n"),
    "longer than told": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhttps block http post xml: 1\n"),
    "negative length": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
    "two lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
    "bad chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
    "redirect loop": raw(b"HTTP/1.1 302 Found\r\nLocation: /57i.cfg\r\nContent-Length: 0\r\n\r\n"),
    "redirect to plain": raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/x\r\nContent-Length: 0\r\n\r\n"),
    "nothing at all": raw(b""),
}


def _cases():
    """(fault, runtime): all of them in the exhaustive form, else each fault on the runtime that the seed gives it."""
    if os.environ.get("DIALTONE_LONG"):
        return [(fault, runtime) for fault in sorted(SERVERS) for runtime in RUNTIMES]
    faults = sorted(SERVERS)
    random.Random(int(os.environ["DIALTONE_SEED"])).shuffle(faults)
    return [(fault, RUNTIMES[number % len(RUNTIMES)]) for number, fault in enumerate(faults)]


@pytest.mark.parametrize("fault,anywhere", _cases())
def test_a_bad_server_changes_nothing_and_is_named(anywhere, fault, phones, server, tmp_path):
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: First\n"
    phones(anywhere, server.url, state=tmp_path / "s").stop()
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Second\n"
    server.files["/57i.cfg"] = SERVERS[fault]
    phone = phones(anywhere, server.url, state=tmp_path / "s")
    report = phone.status()["configuration"]
    assert report["result"] == "kept" and ". " in report["error"], report  # a sentence and its advice
    screen = phone.lcd()
    assert "First" in screen and "Second" not in screen and "!" in screen, screen
    assert "MemoryError" not in phone.log(), phone.log()
    phone.stop()
    server.files["/57i.cfg"] = b"softkey2 type: xml\nsoftkey2 label: Third\n"
    screen = phones(anywhere, server.url, state=tmp_path / "s").lcd()
    assert "Second" in screen and "Third" in screen, "the next start finds the server well again"


@each_runtime
def test_a_server_that_takes_connections_and_never_speaks_tls(anywhere, phones, authority):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = "https://127.0.0.1:%d/" % silent.getsockname()[1]
        phone = phones(anywhere, url)
        assert phone.status()["configuration"]["error"]
        assert phone.get("/sysinfo.html").status == 200


def test_goodbye_ends_the_wait_for_a_server(phones, tmp_path):
    keys = SimPhone("micropython32", tmp_path / "s")  # another hand on the phone that starts below

    def goodbye():
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                if "Checking" in keys.lcd():
                    keys.press("goodbye")
                    return
            except AssertionError:
                pass  # nobody runs yet

    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=goodbye, daemon=True).start()
        url = "http://127.0.0.1:%d/" % silent.getsockname()[1]
        phone = phones("micropython32", url, state=tmp_path / "s")
    assert phone.status()["configuration"]["error"].startswith("Stopped at the keys")
    assert phone.get("/sysinfo.html").status == 200


def test_a_byte_a_second_is_not_waited_for_for_ever(runtime, phones, server):
    server.files["/57i.cfg"] = _slow
    phone = phones(runtime, server.url)
    assert phone.status()["configuration"]["result"] == "kept"


@each_runtime
def test_damaged_files_in_flash_cost_what_is_damaged(anywhere, phones, server, tmp_path):
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: First\n"
    phone = phones(anywhere, server.url, state=tmp_path / "s")
    phone.post("/provis.html", {"https_block_http_post_xml": "1"})
    phone.stop()
    folder = tmp_path / "s"
    for name in ("server.rows", "local.cfg"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data + os.urandom(3000) + b"\nsoftkey2 type: xml\nsoftkey2 label: \x00\x1b[2J\n")
    (folder / "boot.json").write_bytes(os.urandom(300))
    (folder / "local.cfg.tmp").write_bytes(b"half")
    server.close()
    phone = phones(anywhere, server.url, state=folder)
    assert "First" in phone.lcd() and phone.status()["https"]["block"] is True
    assert not (folder / "local.cfg.tmp").exists()
    assert phone.get("/sysinfo.html").status == 200


def full(phone, name):
    """The next write of the file ``name`` finds a full disk: /dev/full is where it is written aside."""
    os.symlink("/dev/full", os.path.join(phone.state, name + ".tmp"))


@each_runtime
def test_full_disk_when_a_page_is_saved(anywhere, phones, server, tmp_path):
    phone = phones(anywhere, server.url, state=tmp_path / "s")
    assert phone.post("/provis.html", {"hostname": "first"}).status == 200
    full(phone, "local.cfg")
    answer = phone.post("/provis.html", {"hostname": "second", "https_block_http_post_xml": "1"})
    assert answer.status == 503 and "storage is full" in answer.text and "Provisioning complete" not in answer.text
    assert phone.status()["https"]["block"] is False, "what could not be stored is not in force either"
    assert 'value="first"' in phone.get("/provis.html").text
    assert phone.post("/provis.html", {"hostname": "third"}).status == 200, "there is room again"
    phone.stop()
    assert 'value="third"' in phones(anywhere, server.url, state=tmp_path / "s").get("/provis.html").text


@each_runtime
def test_full_disk_when_the_lcd_saves(anywhere, phones, server, tmp_path):
    from test_settings import _menu_keys, open_admin

    phone = phones(anywhere, server.url, state=tmp_path / "s")
    open_admin(phone, "HTTPS", "HTTPS Server", "Block")
    phone.press("softkey1")
    full(phone, "local.cfg")
    screen = _menu_keys(phone, "On")
    assert "Not saved" in screen and "full" in screen, screen
    phone.press("goodbye")
    assert lives(phone) and phone.status()["https"]["block"] is False


@each_runtime
def test_full_disk_when_the_configuration_is_kept(anywhere, phones, server, tmp_path):
    server.files["/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: First\n"
    phone = phones(anywhere, server.url, state=tmp_path / "s")
    phone.stop()

    def fills_the_disk(link):
        full(phone, "server.rows")
        send(link, b"softkey1 type: xml\nsoftkey1 label: Second\n")

    server.files["/aastra.cfg"] = fills_the_disk
    phone.start()
    report = phone.status()["configuration"]
    assert report["result"] == "applied" and "Cannot write server.rows: storage is full" in report["error"], report
    screen = phone.lcd()
    assert "Second" in screen and "storage is full" in " ".join(screen.split()), "it works until the next start"
    phone.stop()
    server.close()
    assert "First" in phone.start().lcd(), "the older copy was not lost"


# A small file system would need root: a limit of 64 blocks of 512 bytes on each file gives the same failed write.
LIMITED = ["/bin/sh", "-c", 'ulimit -f 64; trap \'\' XFSZ; exec "$0" "$@"']


@each_runtime
def test_full_disk_when_firmware_comes(anywhere, phones, server, tmp_path):
    phone = phones(anywhere, server.url, state=tmp_path / "s")
    phone.stop()
    server.files["/57i.st"] = image(os.urandom(300_000), "9.9.9.9-SIP", ["57i"], abi=ABIS[anywhere])
    phone.command = LIMITED + phone.command
    phone.start()
    firmware = phone.status()["firmware"]
    assert "Free some flash" in firmware["error"] and not firmware["pending"], firmware
    assert "run" not in json.loads((tmp_path / "s" / "boot.json").read_text())
    assert "9.9.9.9" not in phone.lcd() and phone.get("/sysinfo.html").status == 200


@each_runtime
def test_text_from_the_network_has_no_control_characters(anywhere, phones, server):
    evil = "red\x1b[31m bell\x07 c1\x9b2J"
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\n"
    phone = phones(anywhere, server.url)
    document = FORMS["bare document"][0]
    answer = phone.request("POST", "/", document.encode(), {**RAW, "User-Agent": evil.encode("latin-1")})
    assert answer.status in (200, 400)
    words = document.replace("News", "a&#x9b;31mb").replace("Pushed words", "Seen&#27; &#x85;here")
    assert phone.request("POST", "/", words.encode(), RAW).status == 200
    time.sleep(1)
    for text in (phone.lcd(), phone.log()):
        assert not [char for char in text if char < " " and char != "\n" or "\x7f" <= char <= "\x9f"], repr(text)


@each_runtime
def test_pushes_that_are_no_script(anywhere, phones, server):
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\n"
    phone = phones(anywhere, server.url)
    for text in (
        b"<AastraIPPhoneTextScreen><Text>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<a" * 500,
        b"<a>" * 900,
        b"\x00\x01\x02",
        b"\xff\xfe<\x00a\x00/\x00>\x00",
        b"<AastraIPPhoneTextMenu>" + b"<MenuItem><Prompt>x</Prompt></MenuItem>" * 80 + b"</AastraIPPhoneTextMenu>",
    ):
        for headers, body in ((FORM, b"xml=" + text), (RAW, text)):
            status = phone.request("POST", "/", body, headers).status
            assert status in (200, 400, 403, 413, 503), (text[:40], status)
    phone.press("goodbye", "goodbye")
    assert phone.request("POST", "/", FORMS["bare document"][0].encode(), RAW).status == 200
    phone.wait_lcd("Pushed words")
    assert lives(phone, "/api/status")
    if anywhere == "micropython32":
        phone.press("goodbye", "goodbye")  # the status page does not fit beside a script on the screen
    assert lives(phone)


@each_runtime
def test_a_server_that_is_away_while_a_person_works(anywhere, phones, server):
    """The softkey's server is gone, hangs, comes back; the pages answer all the while."""
    scripts = ConfigServer(None, {"/a.xml": FORMS["bare document"][0].encode()})
    config = "softkey1 type: xml\nsoftkey1 label: Go\nsoftkey1 value: %sa.xml\n" % scripts.url
    server.files["/aastra.cfg"] = config.encode()
    phone = phones(anywhere, server.url)
    phone.press("softkey1")
    phone.wait_lcd("Pushed words")
    phone.press("goodbye", "goodbye")
    scripts.files["/a.xml"] = hangs
    phone.press("softkey1")
    if anywhere != "micropython32":  # a small heap has no room for a client that waits and a TLS session beside it
        assert lives(phone)
    phone.press("goodbye")
    assert lives(phone)
    scripts.close()
    phone.press("softkey1")
    screen = wait_for(phone.lcd, lambda text: "refused" in text or "reach" in text, 20, "the error's name")
    assert "Loading" not in screen
    phone.press("goodbye", "goodbye")
    assert lives(phone)


@each_runtime
def test_fifty_rude_connections_and_one_polite_one(anywhere, phones, server):
    phone = phones(anywhere, server.url)

    def rude(number):
        said = (b"\x16\x03\x01\xff\xff" + os.urandom(200), os.urandom(300), b"GET / HTTP/1.1\r\nHost: a\r\n")
        try:
            phone.raw(said[number % 3], timeout=3)
        except OSError:
            pass  # closed on us, which is its right

    threads = [threading.Thread(target=rude, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lives(phone)
    assert "ended unexpectedly" not in phone.log()
