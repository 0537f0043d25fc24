import json

from dialtone import joining
from dialtone.errors import DialtoneError
from fake_radio import Network
from support import raises, tmp_dir

HOME = {"ssid": "Home", "password": "correct horse", "model": "57i"}


def joined(network, settings, button=None):
    """(whether it joined, the screens, milliseconds that it waited)."""
    screens, waits = [], []
    station = joining.open_up(network, settings, lambda number: "pin %d" % number)
    done = joining.join(network, station, settings, screens.append, button, waits.append)
    return done, screens, sum(waits)


def test_a_network_in_reach_is_joined():
    settings = dict(HOME)
    done, screens, waited = joined(Network({"Home": "correct horse"}, 30), settings)
    assert done and waited == 3100 and screens == [("Network", "Home", "Connecting ...")]
    assert settings["mac"] == "00085D123456"


def test_one_that_is_not_there_ends_after_three_tries():
    for air, why in (({}, "Not in reach"), ({"Home": "battery"}, "The password is wrong")):
        network = Network(air)
        done, screens, waited = joined(network, HOME)
        assert not done and waited == 75000
        assert screens[1::2] == [("No network", "Home", why)] * 3
        assert "horse" not in repr(screens)
        assert [what[0] for what in network.done].count("connect") == 3
        assert not network.point.on, "what is merely out of reach opens no access point"


def test_the_button_is_heard_meanwhile():
    pressed = [False] * 20 + [True] * 19 + [False] * 5 + [True] * 30
    done, screens, waited = joined(Network({}), HOME, lambda: pressed.pop(0))
    assert done is None and waited == 100 * (20 + 19 + 5 + 20) and len(screens) == 1


def test_other_reasons():
    network = Network()
    for code, why in ((204, "The password may be wrong"), (200, "It is gone"), (1001, joining._GONE)):
        network.station.code = code
        assert joining.reason(network, network.station, HOME) == why
    assert "cable" in joining.reason(network, network.station, {"ethernet": {"phy": "LAN8720"}})


def test_a_driver_that_is_busy_is_asked_again_later():
    network = Network({"Home": "correct horse"})
    network.station.busy = True
    done, _, _ = joined(network, HOME)
    assert not done


def test_a_cable():
    network = Network()
    settings = {"ethernet": {"phy": "LAN8720", "address": 1, "power": 16}, "hostname": "desk"}
    assert joining.is_configured(settings) and joining.name(settings) == "Ethernet"
    done, screens, _ = joined(network, settings)
    assert network.done[1:3] == [("hostname", "desk"), ("active", True)], "the name first: it is told to DHCP"
    assert not done and ("LAN", {"phy_addr": 1, "phy_type": 3, "power": "pin 16"}) in network.done
    assert "connect" not in [what[0] for what in network.done]
    assert not joining.is_configured({"ssid": ""})


def test_networks_in_reach_the_strongest_first():
    network = Network()
    assert joining.seen(network.station) == ["Home", "Cafe \xe9"]
    network.station.names = [b"N%d" % number for number in range(40)]
    assert len(joining.seen(network.station)) == 12
    network.station.names = [b"a\nb"]
    assert joining.seen(network.station) == ["a?b"]


def test_our_own_network_has_wpa2_or_is_not_there():
    network = Network()
    for refuses in (False, True):
        network.point.refuses = refuses
        point = joining.open_point(network, "dialtone-123456", "k3m9xw2p7q")
        assert point.on and point.settings["security"] == 3 and point.settings["key"] == "k3m9xw2p7q"
        point.on = False
    network.point.weak = True
    assert joining.open_point(network, "dialtone-123456", "k3m9xw2p7q") is None and not network.point.on


def test_what_the_set_up_keeps_and_factory_default_forgets():
    path = tmp_dir() + "/network.json"
    assert joining.read(path) == {}
    joining.keep(path, {"ssid": "Home", "password": "correct horse", "config_server": ""})
    assert joining.read(path) == {"ssid": "Home", "password": "correct horse", "set_up": True}
    joining.forget(path)
    assert joining.read(path) == {}


def test_what_the_flash_tool_has_brought_stays():
    path = tmp_dir() + "/network.json"
    brought = {"ssid": "Office", "password": "x" * 8, "watchdog_s": 60, "config_server": "https://a/"}
    with open(path, "w") as file:
        json.dump(brought, file)
    joining.forget(path)
    assert joining.read(path) == brought
    joining.keep(path, {"ssid": "Home", "password": "", "config_server": "https://b/"})
    known = joining.read(path)
    assert known == {"ssid": "Home", "watchdog_s": 60, "config_server": "https://b/", "set_up": True}


def test_a_damaged_file_says_what_to_do():
    path = tmp_dir() + "/network.json"
    with open(path, "w") as file:
        file.write("{x")
    with raises(DialtoneError) as caught:
        joining.read(path)
    assert "damaged" in caught.value.text and "make deploy" in caught.value.advice
