"""The DNS of the set-up access point; tests/host/test_mdns_oracle.py has dnspython read its answers."""

import socket

from dialtone.net import datagram, lookups
from net_support import House
from support import run
from test_net_sntp import listening

ADDRESS = "192.168.4.1"
NAME = b"\x0dconnectivity-\x05check\x03com\0"
OPT = b"\0\0\x29\x10\0\0\0\0\0\0\0"  # EDNS


def query(name=NAME, kind=1, group=1, first=b"\x12\x34\x01\0", counts=b"\0\1\0\0\0\0\0\0", more=b""):
    return first + counts + name + bytes([0, kind, 0, group]) + more


def test_every_name_is_ours():
    for name in (NAME, b"\x01a\0", b"\0"):
        told = lookups.answer(query(name), ADDRESS)
        assert told[:4] == b"\x12\x34\x85\x80" and told[4:12] == b"\0\1\0\1\0\0\0\0"
        assert told[12:] == query(name)[12:] + b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\xc0\xa8\4\1"
    with_opt = query(counts=b"\0\1\0\0\0\0\0\1", more=OPT)
    assert lookups.answer(with_opt, ADDRESS) == lookups.answer(query(), ADDRESS), "EDNS is not understood"


def test_other_records_there_are_none():
    for kind in (28, 65, 12, 16):
        told = lookups.answer(query(kind=kind), ADDRESS)
        assert told[6:8] == b"\0\0" and told[3] & 15 == 0 and told[12:] == query(kind=kind)[12:]
    assert lookups.answer(query(group=3), ADDRESS)[6:8] == b"\0\0"


def test_what_is_no_question_gets_nothing():
    for wrong in (
        b"",
        query()[:-1],
        query()[:12],
        query(first=b"\x12\x34\x81\0"),
        query(first=b"\x12\x34\x29\0"),
        query(counts=b"\0\2\0\0\0\0\0\0"),
        query(counts=bytes(8)),
        query(b"\xc0\x0c"),
        query(b"\x40" + b"a" * 64 + b"\0"),
        query(b"\x3f" + b"a" * 63 + (b"\x3f" + b"a" * 63) * 4 + b"\0"),
        query(more=bytes(600)),
    ):
        assert lookups.answer(wrong, ADDRESS) is None, wrong


def test_answers_over_a_socket():
    async def main():
        house = House()
        taken, _, port = listening()
        taken.close()
        house.supervisor.spawn("names", lookups.serve("127.0.0.1", port))
        sock, raw, _ = listening()
        try:
            from dialtone.net import seam
            import asyncio

            await asyncio.sleep_ms(20)
            for packet in (b"nonsense", query()):
                sock.sendto(packet, socket.getaddrinfo("127.0.0.1", port)[0][-1])
            await seam.readable(raw)
            return sock.recvfrom(100)
        finally:
            raw.close()
            await house.close()

    told, peer = run(main())
    assert told == lookups.answer(query(), "127.0.0.1") and datagram.place(peer)[0] == "127.0.0.1"
