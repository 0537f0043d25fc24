"""Where scripts may lead the phone."""

import asyncio

from dialtone.client import guard
from dialtone.client.http_client import Client
from dialtone.errors import PeerError
from dialtone.net import seam
from dialtone.net.table import Table
from scripted_server import Platform, Scripted, answer
from support import raises, run


class _Where:
    def __init__(self, address, simulated):
        self._address = address
        self.simulated = simulated

    def address(self):
        return self._address


BOARD = _Where("10.0.0.9", False)
SIMULATED = _Where("127.0.0.1", True)
PORTS = (8080, 8443)


def test_a_board_is_kept_from_itself_and_its_link():
    for address in ("10.0.0.9", "127.0.0.1", "127.255.0.3", "0.0.0.0", "0.1.2.3", "169.254.0.1", "169.254.169.254"):
        assert not guard.allowed(address, 80, BOARD, PORTS), address
    for address in ("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "", "::1", "x.y"):
        assert not guard.allowed(address, 80, BOARD, PORTS), address
    for address in ("10.0.0.8", "192.168.1.1", "169.253.1.1", "169.25.4.1", "172.16.0.1", "8.8.8.8", "1.27.0.1"):
        assert guard.allowed(address, 80, BOARD, PORTS), address
        assert guard.allowed(address, 8080, BOARD, PORTS), address


def test_a_simulated_phone_may_use_loopback_but_not_its_own_ports():
    for address in ("127.0.0.1", "127.0.0.2"):
        assert guard.allowed(address, 80, SIMULATED, PORTS)
        assert not guard.allowed(address, 8080, SIMULATED, PORTS)
        assert not guard.allowed(address, 8443, SIMULATED, PORTS)
    assert not guard.allowed("0.0.0.0", 80, SIMULATED, PORTS)
    assert not guard.allowed("169.254.1.1", 80, SIMULATED, PORTS)
    assert guard.allowed("10.0.0.1", 8080, SIMULATED, PORTS)


def test_names_are_looked_up_and_one_that_passes_is_the_one_to_connect_to():
    def look_up(host, port, platform=SIMULATED):
        return guard.look_up(platform, PORTS, host, port)

    assert look_up("localhost", 80) == "127.0.0.1"
    with raises(PeerError) as e:
        look_up("localhost", 8080)
    assert e.value.text == "Scripts may not lead to 127.0.0.1"
    with raises(PeerError):
        look_up("localhost", 80, BOARD)
    with raises(PeerError) as e:
        look_up("no-such-name.invalid", 80)
    assert "not found" in e.value.text


class _Store:
    layers = ()

    def get(self, name):
        return ""

    def flag(self, name):
        return False


def test_each_redirect_is_checked_and_the_name_is_not_looked_up_again():
    async def session():
        first = await Scripted({}).start()
        second = await Scripted({"/x": answer(b"secret")}).start()
        asked = []
        resolve = seam.resolve

        def known(host):
            asked.append(host)
            return ["127.0.0.1"] if host == "only.guard.knows" else resolve(host)

        seam.resolve = guard.resolve = known
        platform = Platform()
        platform.simulated = True
        platform.address = lambda: "127.0.0.1"
        first.answers["/a"] = answer(status="302 Found", fields=(("Location", second.url + "/x"),))
        first.answers["/b"] = answer(b"fine")
        client = Client(platform, _Store(), Table())
        client.guarded = (second.port, 0)
        try:
            # A name that the resolver does not know: who looked it up again would fail
            exchange = await client.open("http://only.guard.knows:%d/b" % first.port)
            assert bytes(await exchange.view()) == b"fine"
            await exchange.close()
            with raises(PeerError) as e:
                await client.open("http://only.guard.knows:%d/a" % first.port)
            assert e.value.text == "Scripts may not lead to 127.0.0.1"
            assert asked.count("only.guard.knows") == first.connections
            assert second.requests == []
        finally:
            seam.resolve = guard.resolve = resolve
            await client.aclose()
            first.stop()
            second.stop()
            await asyncio.sleep(0)

    run(session())
