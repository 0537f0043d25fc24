"""Multicast DNS answers; tests/host/test_mdns_oracle.py has dnspython and zeroconf read them."""

import random

from dialtone.net import responder
from support import seed

TEXTS = (("mac", "00085D123456"), ("model", "57i"))
OWN = responder.records("57i-123456", "Aastra 57i 123456", "192.0.2.7", 443, TEXTS)
SERVICE = b"\x06_https\x04_tcp\x05local\0"
TYPES = b"\x09_services\x07_dns-sd\x04_udp\x05local\0"
HOST = b"\x0a57i-123456\x05local\0"
MINE = b"\x11Aastra 57i 123456" + SERVICE
A, PTR, TXT, AAAA, SRV, ANY = 1, 12, 16, 28, 33, 255


def ask(*questions, known=b"", count=0, ident=b"\0\0", unicast=False):
    data = ident + b"\0\0\0" + bytes([len(questions), 0, count]) + b"\0\0\0\0"
    for name, kind in questions:
        data += name + bytes([0, kind, 0x80 if unicast else 0, 1])
    return data + known


def told(data, legacy=False):
    """{(name, type): (class, seconds, data)} of an answer; of all its sections."""
    questions = data[4] << 8 | data[5]
    at = 12
    for _ in range(questions):
        at = responder._name(data, at)[1] + 4
    found = {}
    for _ in range(sum([data[at] << 8 | data[at + 1] for at in (6, 8, 10)])):
        name, at = responder._name(data, at)
        kind, group = data[at] << 8 | data[at + 1], data[at + 2] << 8 | data[at + 3]
        seconds, size = int.from_bytes(data[at + 4 : at + 8], "big"), data[at + 8] << 8 | data[at + 9]
        found[name, kind] = group, seconds, data[at + 10 : at + 10 + size]
        at += 10 + size
    assert at == len(data)
    return found


def test_the_address_of_the_host_name():
    data, unicast, numbers = responder.answer(ask((HOST, A)), OWN)
    assert told(data) == {(HOST, A): (0x8001, 120, b"\xc0\0\2\7")} and not unicast
    assert data[:4] == b"\0\0\x84\0" and data[4:6] == b"\0\0", "an answer without id and question"


def test_names_are_found_however_they_are_written():
    for name in (HOST.upper(), HOST.lower()):
        assert responder.answer(ask((name, A)), OWN)
    assert responder.answer(ask((b"\x0a57i-123457\x05local\0", A)), OWN) is None
    pointing = ask((HOST, A))[:-4] + bytes([0, A, 0, 1])
    assert responder.answer(pointing[:5] + b"\2" + pointing[6:] + b"\xc0\x0c" + bytes([0, AAAA, 0, 1]), OWN)


def test_the_service_brings_all_that_is_asked_for_next():
    data, _, _ = responder.answer(ask((SERVICE, PTR)), OWN)
    found = told(data)
    mine = MINE.lower()
    assert found[SERVICE, PTR] == (1, 4500, MINE), "shared: others have it, too"
    assert found[mine, SRV] == (0x8001, 120, b"\0\0\0\0\x01\xbb" + HOST)
    assert found[mine, TXT] == (0x8001, 4500, b"\x10mac=00085D123456\x09model=57i")
    assert found[HOST, A][2] == b"\xc0\0\2\7"
    assert data[6:12] == b"\0\1\0\0\0\3", "one answer, three that come along"
    assert told(responder.answer(ask((TYPES, PTR)), OWN)[0]) == {(TYPES, PTR): (1, 4500, SERVICE)}
    assert (HOST, A) in told(responder.answer(ask((MINE, SRV)), OWN)[0])
    assert len(told(responder.answer(ask((MINE, ANY)), OWN)[0])) == 3


def test_what_there_is_not_is_said():
    """Else whoever wants an IPv6 address waits for seconds."""
    data, _, _ = responder.answer(ask((HOST, AAAA)), OWN)
    assert told(data) == {(HOST, 47): (0x8001, 120, HOST + b"\0\1\x40")}
    assert responder.answer(ask((SERVICE, AAAA)), OWN) is None, "of what is shared nobody knows that"


def test_what_the_asker_knows_is_not_told_again():
    def known(seconds):
        return SERVICE + bytes([0, PTR, 0, 1, 0, 0, seconds >> 8, seconds & 255, 0, 20]) + MINE[:18] + b"\xc0\x0c"

    assert responder.answer(ask((SERVICE, PTR), known=known(2250), count=1), OWN) is None
    assert responder.answer(ask((SERVICE, PTR), known=known(2249), count=1), OWN), "it is to forget it soon"
    assert responder.answer(ask((SERVICE, PTR), (HOST, A), known=known(4500), count=1), OWN)[2] == [0]
    assert responder.answer(ask((SERVICE, PTR), known=known(4500)[:-3], count=1), OWN), "cut: then it knows nothing"


def test_unicast_where_all_questions_allow_it():
    assert responder.answer(ask((HOST, A), unicast=True), OWN)[1]
    mixed = ask((HOST, A), (SERVICE, PTR), unicast=True)
    assert not responder.answer(mixed[:-2] + b"\0\1", OWN)[1]


def test_who_is_no_peer_gets_an_ordinary_answer():
    query = ask((HOST, A), ident=b"\x12\x34")
    data, unicast, _ = responder.answer(query, OWN, True)
    assert data[:2] == b"\x12\x34" and data[12 : len(query)] == query[12:] and unicast
    assert told(data) == {(HOST, A): (1, 10, b"\xc0\0\2\7")}, "no flush bit, and not for long"


def test_announcement_and_goodbye():
    found = told(responder.announcement(OWN))
    assert len(found) == 5 and found[HOST, A][:2] == (0x8001, 120) and found[SERVICE, PTR][0] == 1
    assert {row[1] for row in told(responder.announcement(OWN, 0)).values()} == {0}


def test_what_is_no_question_is_not_answered():
    query = ask((HOST, A))
    for wrong in (
        b"",
        query[:11],
        query[:2] + b"\x84" + query[3:],  # an answer
        query[:2] + b"\x28" + query[3:],  # an update
        query[:5] + b"\x0d" + query[6:],  # too many
        query[:-3],
        ask((b"\xc0\x0c", A)),  # a name that points at itself
        ask((b"\x80a\0", A)),
        ask((b"\x3fa" * 40, A)),
        query[:-2] + b"\0\3",  # of another class
    ):
        assert responder.answer(wrong, OWN) is None, wrong


def test_no_packet_brings_more_than_an_answer():
    numbers = random.Random(seed()) if hasattr(random, "Random") else random
    if numbers is random:
        random.seed(seed())
    good = ask((SERVICE, PTR), (HOST, A), known=MINE + bytes([0, SRV, 0, 1, 0, 0, 0, 120, 0, 8]) + bytes(8), count=1)
    for _ in range(300):
        data = bytearray(good[: numbers.randrange(len(good) + 1)])
        for _ in range(3):
            if data:
                data[numbers.randrange(len(data))] = numbers.randrange(256)
        found = responder.answer(bytes(data), OWN)
        assert found is None or len(found[0]) < 600
