"""The 112 KB phone after a flood, while an HTTPS client goes on asking twice a second: it comes back by itself."""

import http.client
import random
import threading
import time

import pytest
from simulated import ADMIN, wait_for

SMALL = "micropython32"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TEXT = b"<AastraIPPhoneTextScreen><Title>T</Title><Text>%s</Text></AastraIPPhoneTextScreen>"
_ITEM = b"<MenuItem><Prompt>p%d</Prompt><URI>http://127.0.0.1:1/?%d</URI></MenuItem>"
_SET = b"<ConfigurationItem><Parameter>softkey1 label</Parameter><Value>%s</Value></ConfigurationItem>"
PUSHES = [
    _TEXT % b"hello",
    _TEXT % (b"x" * 9000),
    _TEXT % ("中".encode() * 2500),
    _TEXT % b"&#xD800;",
    b"<AastraIPPhoneTextMenu>%s</AastraIPPhoneTextMenu>" % b"".join([_ITEM % (at, at) for at in range(60)]),
    b"<a>" * 20,
    b'<!DOCTYPE a [<!ENTITY a "aaaa">]><AastraIPPhoneTextScreen>&a;</AastraIPPhoneTextScreen>',
    b'<AastraIPPhoneExecute><ExecuteItem URI="http://127.0.0.1:1/"/></AastraIPPhoneExecute>',
    b"\xff\xfe<\0",
    b"",
    b"<AastraIPPhoneStatus><Session>a</Session><Message index='0'>%s</Message></AastraIPPhoneStatus>" % (b"m" * 500),
    b"<AastraIPPhoneTextScreen %s/>" % b" ".join([b'a%d="x"' % at for at in range(100)]),
    b"<AastraIPPhoneConfiguration>%s</AastraIPPhoneConfiguration>" % (_SET % "中".encode()),
]


def flood(seconds, seed, ask):
    """Four senders that do ``ask(lot)`` as fast as they can; what the phone answered, counted by status."""
    end = time.monotonic() + seconds
    told = {}

    def send(number):
        lot = random.Random(seed + number)
        while time.monotonic() < end:
            try:
                status = ask(lot).status
            except (OSError, http.client.HTTPException):
                status = 0  # turned away
            told[status] = told.get(status, 0) + 1

    senders = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return told


def serves(phone, seconds):
    """Asks twice a second, each time on a connection of its own, as who has no mind to wait: with its 8 tries of half
    a second ``status`` fails when the phone turns everybody away for 4 s.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert phone.status()["heap_free"] > 0
        time.sleep(0.5)


@pytest.mark.parametrize("flooded, after", [(3, 8), pytest.param(25, 60, marks=pytest.mark.long)])
def test_a_flood_of_pushes(phones, server, flooded, after):
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\n"
    phone = phones(SMALL, server.url)

    def push(lot):
        return phone.ask("POST", "/", b"xml=" + lot.choice(PUSHES), FORM, secure=False, timeout=5)

    told = flood(flooded, random.randrange(1 << 30), push)
    assert told.get(200), told
    serves(phone, after)
    wait_for(lambda: phone.press("goodbye"), lambda shown: "Ready" in shown, 10, "the idle screen")
    assert phone.get("/provis.html", headers=ADMIN).status == 200


_LARGE = ("/softkeys.html", "/provis.html", "/sysinfo.html", "/support.txt", "/local.cfg", "/certificates.html")


@pytest.mark.long
def test_a_flood_of_large_pages(phones, server):
    phone = phones(SMALL, server.url)
    told = flood(10, random.randrange(1 << 30), lambda lot: phone.ask("GET", lot.choice(_LARGE), timeout=5))
    assert told.get(200), told
    serves(phone, 20)
    for page in _LARGE:
        assert phone.get(page).status == 200, page


@pytest.mark.long
def test_a_flood_of_uploads(phones, server):
    phone = phones(SMALL, server.url)
    lines = b"# a comment of the usual length\nsip line1 auth name: somebody\n" * 300
    bodies = (("/files.html", lines), ("/certificates.html", b"x" * 9000), ("/provis.html", b"hostname=" + b"x" * 3000))
    headers = {**ADMIN, **FORM}

    def upload(lot):
        return phone.ask("POST", *lot.choice(bodies), headers, timeout=5)

    assert max(flood(10, random.randrange(1 << 30), upload)) >= 200
    serves(phone, 20)
    assert phone.get("/provis.html").status == 200


@pytest.mark.long
def test_a_long_file_fetched_again_while_a_page_is_polled(phones, server):
    phone = phones(SMALL, server.url)
    last = b"softkey1 type: xml\nsoftkey1 label: Last\n"
    server.files["/aastra.cfg"] = b"# a line that says nothing\n" * 10_000 + last
    assert phone.request("POST", "/api/resync", b"", {**ADMIN, **FORM}).status == 202
    end = time.monotonic() + 60
    while "Last" not in phone.lcd():
        assert time.monotonic() < end, phone.log()
        try:
            phone.ask("GET", "/sysinfo.html", timeout=5)
        except (OSError, http.client.HTTPException):
            pass  # nobody is let in while files are read
        time.sleep(0.5)
    serves(phone, 20)
    assert phone.get("/sysinfo.html").status == 200
