"""SNTP against a time server on loopback that answers what a test tells it to."""

import asyncio
import os
import socket

from dialtone.errors import PeerError
from dialtone.net import seam, sntp
from net_support import House
from support import raises, run

_NONCE = b"12345678"
_1900 = 2208988800


def packet(seconds, nonce=_NONCE, first=0x24, stratum=2):
    return bytes([first, stratum]) + bytes(22) + nonce + bytes(8) + (seconds & 0xFFFFFFFF).to_bytes(4, "big") + bytes(4)


def listening():
    """A non-blocking UDP raw on a free port of loopback."""
    while True:
        port = 20000 + int.from_bytes(os.urandom(2), "big") % 12000
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        except OSError:
            sock.close()
            continue
        sock.setblocking(False)
        return sock, (seam.Raw(sock) if hasattr(seam, "Raw") else sock), port


def ask(answers, ms=2000):
    """What a client makes of a server that answers with these packets, and the question that the server saw."""

    async def main():
        house = House()
        sock, raw, port = listening()
        seen = []

        async def serve():
            await seam.readable(raw)
            data, peer = sock.recvfrom(100)
            seen.append(data)
            for answer in answers:
                sock.sendto(answer, peer)

        house.supervisor.spawn("server", serve())
        try:
            return await sntp.ask("127.0.0.1", house.table, _NONCE, ms, port), seen
        finally:
            assert house.table.entries == []
            raw.close()
            await house.close()

    return run(main())


def test_the_transmit_time_counts_from_1970():
    now, seen = ask([packet(1767225600 + _1900)])
    assert now == 1767225600
    assert seen == [b"\x23" + bytes(39) + _NONCE]


def test_the_counter_begins_anew_in_2036():
    assert ask([packet(2085978497 + _1900)])[0] == 2085978497
    assert ask([packet(4000000000 + _1900)])[0] == 4000000000


def test_only_an_answer_to_our_own_question_counts():
    good = packet(1800000000 + _1900)
    others = [packet(1, b"87654321"), b"", good[:47], packet(1, bytes(8))]
    assert ask(others + [good])[0] == 1800000000
    assert ask([good + b"a digest of 20 bytes"])[0] == 1800000000


def test_servers_that_do_not_know_the_time():
    for wrong in (
        packet(0),
        packet(1800000000 + _1900, first=0xE4),  # leap indicator 3
        packet(1800000000 + _1900, stratum=0),  # kiss of death
        packet(1800000000 + _1900, stratum=16),
        packet(1800000000 + _1900, first=0x23),  # a question
    ):
        with raises(PeerError) as caught:
            ask([wrong])
        assert "does not know the time" in caught.value.text and caught.value.advice


def test_silence_ends_and_names_the_server():
    with raises(PeerError) as caught:
        ask([], 1)
    assert caught.value.text == "Time server 127.0.0.1 does not answer"


def test_nobody_there_and_no_such_name():
    async def main(host):
        house = House()
        sock, raw, port = listening()
        raw.close()
        try:
            await sntp.ask(host, house.table, _NONCE, 1000, port)
        finally:
            assert house.table.entries == []
            await house.close()

    for host in ("127.0.0.1", "no.such.name.invalid"):
        with raises(PeerError) as caught:
            run(main(host))
        assert host in caught.value.text


def test_a_cancel_from_outside_stays_one():
    async def main():
        house = House()
        sock, raw, port = listening()
        task = asyncio.create_task(sntp.ask("127.0.0.1", house.table, _NONCE, 60000, port))
        await seam.readable(raw)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        finally:
            raw.close()
            await house.close()

    assert run(main()) is True
