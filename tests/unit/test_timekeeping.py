"""The clock's floor, its saved copy, and which time servers are asked."""

from dialtone import timekeeping
from dialtone.config.store import Store
from dialtone.platform import Platform
from dialtone.storage.files import Storage
from dialtone.version import BUILT
from net_support import House
from support import run, tmp_dir
from test_net_sntp import _1900, listening

from dialtone.net import seam


class _Platform(Platform):
    """A platform whose clock a test can put anywhere."""

    def __init__(self, now=None, state=None, **settings):
        settings.update(state=state or tmp_dir(), model="57i", mac="", http_port=0, https_port=0, bind="")
        self.lines = []
        super().__init__(settings, self.lines.append)
        if now is not None:
            self.clock.set(now)


def _ask(platform, seconds, **values):
    """What ``settle`` says with a time server on loopback that answers ``seconds``; None = it says nothing."""

    async def main():
        store = Store("57i")
        house = House()
        sock, raw, port = listening()
        for name in values:
            store.set_local(name.replace("_", " "), values[name], "lcd")

        async def serve():
            while True:
                await seam.readable(raw)
                data, peer = sock.recvfrom(100)
                stamp = ((seconds + _1900) & 0xFFFFFFFF).to_bytes(4, "big")
                sock.sendto(b"\x24\x02" + bytes(22) + data[40:48] + bytes(8) + stamp + bytes(4), peer)

        house.supervisor.start("server", serve)
        try:
            return await timekeeping.settle(store, platform, house.table, port)
        finally:
            await house.close()
            raw.close()

    return run(main())


def test_no_clock_before_the_build_date():
    platform = _Platform(946684800)
    assert timekeeping.raise_to_floor(platform) is True
    assert BUILT <= platform.clock.time() <= BUILT + 2
    assert timekeeping.raise_to_floor(platform) is False


def test_no_clock_before_the_last_saved_time():
    first = _Platform(BUILT + 5000000)
    timekeeping.save(first)
    again = _Platform(BUILT + 100, first.storage.path("x")[:-2])
    assert timekeeping.raise_to_floor(again) is True
    assert BUILT + 5000000 <= again.clock.time() <= BUILT + 5000002
    later = _Platform(BUILT + 6000000, first.storage.path("x")[:-2])
    assert timekeeping.raise_to_floor(later) is False


def test_a_damaged_or_absurd_saved_time_counts_as_none():
    storage = Storage(tmp_dir())
    assert timekeeping.floor(storage) == BUILT
    for text in ("", "x", "12", "-5", "9" * 19, "9" * 40, "%d" % (BUILT + 0x40000000)):
        storage.write_atomic(timekeeping.NAME, [text])
        assert timekeeping.floor(storage) == BUILT, text
    storage.write_atomic(timekeeping.NAME, ["%d" % (BUILT + 7)])
    assert timekeeping.floor(storage) == BUILT + 7


def test_a_time_server_sets_the_clock_and_it_is_saved():
    platform = _Platform(BUILT + 10)
    assert _ask(platform, BUILT + 90000, time_server1="127.0.0.1") is True
    assert 0 <= platform.clock.time() - (BUILT + 90000) <= 2
    assert 0 <= timekeeping.floor(platform.storage) - (BUILT + 90000) <= 2
    assert any("set by 127.0.0.1" in line for line in platform.lines)


def test_a_clock_that_is_ahead_is_put_back_but_never_below_the_floor():
    platform = _Platform(BUILT + 900000)
    assert _ask(platform, BUILT + 90000, time_server1="127.0.0.1") is True
    assert platform.clock.time() < BUILT + 90003
    assert _ask(platform, BUILT + 80000, time_server1="127.0.0.1") is False
    assert platform.clock.time() >= BUILT + 90000
    assert any("has passed" in line for line in platform.lines)
    assert _ask(platform, BUILT + 0x3C000001, time_server1="127.0.0.1") is False


def test_the_second_server_is_asked_when_the_first_is_none():
    platform = _Platform(BUILT + 10)
    values = {"time_server1": "no.such.name.invalid", "time_server3": "127.0.0.1"}
    assert _ask(platform, BUILT + 90000, **values) is True
    assert any("no.such.name.invalid" in line for line in platform.lines)


def test_no_server_is_asked_when_they_are_disabled():
    platform = _Platform(BUILT + 10)
    assert _ask(platform, BUILT + 90000, time_server1="127.0.0.1", time_server_disabled="1") is False
    assert platform.clock.time() < BUILT + 20


def test_which_servers():
    store = Store("57i")
    platform = _Platform()
    assert timekeeping.servers(store, platform) == ["pool.ntp.org"]
    given = _Platform(time_server="ntp.example")
    assert timekeeping.servers(store, given) == ["ntp.example"]
    platform.simulated = True
    assert timekeeping.servers(store, platform) == []  # the PC's clock is right, and its owner's business
    store.set_local("time server2", "b.example", "lcd")
    assert timekeeping.servers(store, platform) == ["b.example"]
    store.set_local("time server1", "a.example", "lcd")
    assert timekeeping.servers(store, given) == ["a.example", "b.example"]
