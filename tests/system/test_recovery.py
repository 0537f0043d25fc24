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
