"""A phone among its neighbours: multicast on loopback."""

import asyncio
import os

from dialtone.net import datagram, neighbours, responder
from log_support import Log
from net_support import House, until
from support import run
from test_net_responder import A, PTR, SERVICE, ask, told

GROUP = "224.0.0.251"
HOST = b"\x04desk\x05local\0"


class Platform:
    bind_host = "127.0.0.1"
    hostname = "desk.example"
    model, mac = "57i", "00085D123456"

    def __init__(self, port):
        self.announced = "%s:%d" % (GROUP, port)
        self.unloaded = []
        self.own = "127.0.0.1"

    def address(self):
        return self.own

    def mask(self):
        return "255.0.0.0"

    def random(self, count):
        return os.urandom(count)


class Phone:
    neighbours = None
    https_port = 443
    reserved = False

    def __init__(self, house, port):
        self.platform = Platform(port)
        self.supervisor = house.supervisor
        self.store = self.heap = self
        self.log = Log()

    def get(self, name):
        return ""

    def unload(self, *names):
        pass


def free_port():
    return 20000 + int.from_bytes(os.urandom(2), "big") % 12000


def among(work):
    """Runs ``work(phone, ear, hear, say)``: the phone has announced itself; ``hear()`` gives what the group hears."""

    async def main():
        house = House()
        port = free_port()
        ear = datagram.bind(GROUP, port, GROUP, "127.0.0.1")
        phone = Phone(house, port)

        async def hear(raw=ear, ms=3000):
            found = []

            def look():
                try:
                    found.append(raw.recvfrom(1000)[0])
                except OSError:
                    return False
                return bool(found[-1][2] & 0x80) or found.pop() == b""

            return found[0] if await until(look, ms) else None

        def say(data, raw=ear):
            raw.sendto(data, datagram.target(GROUP, port))

        try:
            neighbours.begin(phone)
            return await work(phone, hear, say)
        finally:
            await house.close()
            ear.close()

    return run(main())


def test_it_announces_itself_answers_and_says_goodbye():
    """In one life, since each begins with a second of announcements."""

    async def work(phone, hear, say):
        first = await hear()
        assert told(first)[HOST, A] == (0x8001, 120, b"\x7f\0\0\1")
        assert await hear() == first, "twice, for multicast gets lost"
        await asyncio.sleep_ms(1050)
        await nobody_else(phone, hear, say)
        say(ask((HOST, A)))
        assert told(await hear()) == {(HOST, A): (0x8001, 120, b"\x7f\0\0\1")}
        await asyncio.sleep_ms(420)
        say(ask((HOST, A)))
        assert await hear(ms=250) is None, "all have heard it within this second"
        say(ask((SERVICE, PTR)))
        found = told(await hear())
        assert b"\x09model=57i" in found[b"\x11aastra 57i 123456" + SERVICE, 16][2]
        await asyncio.sleep_ms(420)
        await no_peer(say, hear)
        phone.neighbours.cancel()
        assert {row[1] for row in told(await hear()).values()} == {0}, "goodbye"

    among(work)


async def no_peer(say, hear):
    """Who asks from another port than the group's gets an answer of his own."""
    other = datagram.bind("127.0.0.1", free_port())
    try:
        say(ask((HOST, A), ident=b"\x77\1"), other)
        answer = await hear(other)
    finally:
        other.close()
    assert answer[:2] == b"\x77\1" and told(answer)[HOST, A] == (1, 10, b"\x7f\0\0\1")


async def nobody_else(phone, hear, say):
    """What is not about us loads nothing, and who is of another network gets no answer."""
    loads = []
    phone.unload = lambda *names: loads.append(names)
    say(ask((b"\x05other\x05local\0", A)))
    say(responder.announcement(responder.records("desk", "x", "127.0.0.1", 443, ())))
    say(b"short")
    assert (await hear(ms=100))[12:24] == HOST, "the one above: an answer"
    assert await hear(ms=100) is None and not loads
    phone.platform.own = "192.0.2.7"
    say(ask((HOST, A)))
    assert await hear(ms=500) is None and loads == [neighbours.MODULES]
    phone.platform.own = "127.0.0.1"
    phone.reserved = True
    say(ask((HOST, A)))
    assert await hear(ms=150) is None and len(loads) == 1, "the heap has been promised to other work"
    phone.reserved = False


def test_a_port_of_somebody_elses():
    async def main():
        house = House()
        port = free_port()
        import socket

        taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # without SO_REUSEADDR, as the system's own responder
        taken.bind(socket.getaddrinfo("0.0.0.0", port)[0][-1])
        phone = Phone(house, port)
        phone.platform.bind_host = "0.0.0.0"
        try:
            await neighbours.run(phone)
            assert "not announced" in phone.log.lines[0]
        finally:
            taken.close()
            await house.close()

    run(main())
