"""The question for configuration servers, its answers, and what the network may make of them."""

import random

from dialtone.net import mdns, seam
from net_support import House
from support import long, run, seed
from test_net_sntp import listening

_IDENT = b"\x12\x34"


def name(text):
    return b"".join([bytes([len(part)]) + part.encode() for part in text.split(".")]) + b"\0"


def record(owner, kind, data):
    return owner + bytes([0, kind, 0, 1, 0, 0, 0, 120]) + len(data).to_bytes(2, "big") + data


def answer(instance="Office", port=69, text=b"\x0dprotocol=tftp", address=b"\x0a\0\0\x07", ident=_IDENT):
    """As Avahi and others send it: PTR as the answer, SRV, TXT and A with it, names compressed."""
    service = name("_aastra-cfg._tcp.local")
    ptr = bytes([len(instance)]) + instance.encode() + b"\xc0\x0c"
    data = ident + b"\x84\0\0\0\0\1\0\0\0\3" + record(service, 12, ptr)
    here = b"\xc0" + bytes([12 + len(service) + 10])
    target = name("pbx.local")
    data += record(here, 33, b"\0\0\0\0" + port.to_bytes(2, "big") + target) + record(here, 16, text)
    return data + record(target, 1, address)


def test_the_question():
    assert mdns.question(_IDENT) == (
        b"\x12\x34\0\0\0\1\0\0\0\0\0\0\x0b_aastra-cfg\x04_tcp\x05local\0\0\x0c\0\1"
    )  # fmt: skip


def test_an_answer_with_all_records():
    assert mdns.services(answer(), _IDENT) == [("10.0.0.7", 69, {"protocol": "tftp"})]
    text = b"\x0eprotocol=https\x0bPATH=phones\0\x04flag"
    assert mdns.services(answer(port=8443, text=text), _IDENT) == [
        ("10.0.0.7", 8443, {"protocol": "https", "path": "phones", "": "", "flag": ""})
    ]


def test_without_an_address_the_name_counts():
    assert mdns.services(answer(address=b"\0" * 16), _IDENT)[0][0] == "pbx.local"


def test_what_is_no_answer_to_this_question():
    good = answer()
    assert mdns.services(good, b"\0\0") == []
    assert mdns.services(good[:2] + b"\x04" + good[3:], _IDENT) == [], "a question"
    assert mdns.services(good[:3] + b"\x03" + good[4:], _IDENT) == [], "an error"
    assert mdns.services(good.replace(b"_aastra", b"_printe"), _IDENT) == []


def test_any_bytes_are_survived():
    chance = random.Random(seed()) if hasattr(random, "Random") else random
    good = answer()
    for end in range(len(good)):
        mdns.services(good[:end], _IDENT)
    for _ in range(20000 if long() else 600):
        data = bytearray(good)
        for _ in range(chance.getrandbits(3) + 1):
            data[2 + chance.getrandbits(8) % (len(data) - 2)] = chance.getrandbits(8)
        mdns.services(bytes(data), _IDENT)
    loop = _IDENT + b"\x84\0\0\1\0\0\0\0\0\0\xc0\x0c"
    assert mdns.services(loop, _IDENT) == []


def _found(answers, ms=300):
    async def main():
        house = House()
        sock, raw, port = listening()
        asked = []

        async def serve():
            while True:
                await seam.readable(raw)
                data, peer = sock.recvfrom(200)
                asked.append(data)
                for each in answers:
                    sock.sendto(each, peer)

        house.supervisor.spawn("server", serve())
        try:
            return await mdns.find(_IDENT, ms, "127.0.0.1", port), asked
        finally:
            await house.close()
            sock.close()

    return run(main())


def test_those_who_answer_in_time_are_found_once():
    other = answer("Other", 8080, b"\x0dprotocol=http", b"\x0a\0\0\x08")
    found, asked = _found([answer(), b"\0" * 40, answer(), other])
    assert found == [("10.0.0.7", 69, {"protocol": "tftp"}), ("10.0.0.8", 8080, {"protocol": "http"})]
    assert asked == [mdns.question(_IDENT)]


def test_nobody_there():
    assert _found([])[0] == []
    found, asked = _found([], 1100)
    assert found == [] and len(asked) == 2


def test_a_crowd_is_bounded():
    crowd = [answer("N%d" % number, 1000 + number, b"\0") for number in range(20)]
    assert len(_found(crowd)[0]) == 8
