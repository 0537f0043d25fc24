"""What a board does around its phone, with a machine and a radio that tests speak for."""

import asyncio
import json
import sys

import dialtone
from fake_radio import Network
from log_support import Log
from support import raises, run, tmp_dir


class Pin:
    IN, PULL_UP = 0, 2
    level = 1

    def __init__(self, number, mode=0, pull=None):
        pass

    def value(self):
        return Pin.level


class Machine:
    PWRON_RESET = 1
    Pin = Pin

    @staticmethod
    def reset_cause():
        return 1

    class WDT:
        def __init__(self, timeout):
            Machine.timeout = timeout

        def feed(self):
            Machine.timeout -= 1

    class RTC:
        def datetime(self, fields):
            Machine.clock = fields


class Esp32:
    HEAP_DATA = 4

    @staticmethod
    def idf_heap_info(kind):
        assert kind == 4
        return [(100, 5000, 4000, 1), (200, 90000, 65536, 1), (300, 10, 10, 1)]


sys.modules["machine"] = Machine
sys.modules["network"] = Network()

from dialtone import board, button, joining, tending  # noqa: E402

for _name in ("machine", "network"):
    del sys.modules[_name]  # other tests of this process have others


class Idle:
    warning = advice = address = ""


class Phone:
    """As much of a phone as its board looks at. ``done``: what was asked of it."""

    outcome = ("kept", "", (), None, "", None)
    http_port = 80
    neighbours = None

    def __init__(self, platform):
        self.platform = platform
        self.storage = platform.storage
        self.log = Log()
        self.panel = self.heap = self
        self.idle = Idle()
        self.done = []

    def changed(self):
        pass

    def unload(self, *names):
        pass

    def identity(self):
        self.done.append("identity")

    def refresh(self):
        self.done.append("refresh")

    def restart(self):
        self.done.append("restart")


def platform(network, folder=None):
    settings = {"state": folder or tmp_dir(), "model": "57i", "mac": "00085D123456", "http_port": 0, "https_port": 0}
    settings["bind"] = ""
    return board.BoardPlatform(settings, network.station)


def test_figures_of_network_and_system_heap():
    network = Network({"Home": ""})
    made = platform(network)
    assert made.address() == "0.0.0.0" and made.mask() == "255.255.255.0"
    network.station.connect("Home", "")
    assert made.address() == "192.0.2.7"
    before = sys.modules.get("esp32")
    sys.modules["esp32"] = Esp32
    try:
        assert platform(network).system_heap() == (95010, 65536)
    finally:
        if before:
            sys.modules["esp32"] = before
        else:
            del sys.modules["esp32"]


def attended(network, phone, settings, seconds, between=None):
    """Lets the attendant run for so many of its seconds; how often the watchdog was fed."""
    fed = []
    phone.platform.feed = lambda: fed.append(1)
    before, board.network = board.network, network
    sleep, left = asyncio.sleep_ms, [seconds]

    async def hurry(milliseconds):
        left[0] -= 1
        if between:
            between(seconds - left[0])
        if left[0] < 0:
            raise asyncio.CancelledError
        await sleep(0)

    board.asyncio.sleep_ms = hurry
    try:
        run(board.attend(phone, settings))
    except asyncio.CancelledError:
        pass
    finally:
        board.asyncio.sleep_ms = sleep
        board.network = before
    return len(fed)


def test_a_phone_without_its_network_says_so_and_goes_on_trying():
    network = Network({})
    phone = Phone(platform(network))
    phone.platform.system_heap = lambda: (98304, 65536)
    settings = {"ssid": "Home", "password": "correct horse"}

    def between(second):
        if second == 6:
            assert phone.idle.warning == "No network" and phone.idle.advice.startswith("Home: ")
        if second == 40:
            network.air["Home"] = "correct horse"

    fed = attended(network, phone, settings, 80, between)
    assert fed == 81, "the watchdog is fed by the loop, network or not"
    assert phone.figures == (98304, 65536)
    assert [what[0] for what in network.done].count("connect") == 3, "after 5, 35 and 65 s"
    assert phone.idle.warning == "" and phone.idle.address == "192.0.2.7" and phone.done == ["identity"]
    assert len(phone.log.lines) == 2, "gone, and here again: not once for each try"
    assert "horse" not in repr(phone.log.lines)


def test_a_round_that_failed_for_want_of_a_network_is_made_again():
    network = Network({"Home": ""})
    network.station.connect("Home", "")
    phone = Phone(platform(network))
    phone.outcome = ("kept", "", (), "an error", "", None)
    tending.network_is_here(phone, "192.0.2.7", False)
    assert phone.done == ["refresh"]


def test_the_watchdog_is_started_where_it_is_wanted():
    made = platform(Network())
    board.want_feeding(made, {})
    made.feed()
    assert not hasattr(Machine, "timeout")
    board.want_feeding(made, {"watchdog_s": 60})
    made.feed()
    assert Machine.timeout == 59999
    board.want_feeding(made, {"watchdog_s": 0, "trial": 2})
    made.feed()
    assert Machine.timeout == 119999, "main.py has started one for new firmware: it cannot be stopped"
    del Machine.timeout


def test_who_ends_the_phone_at_the_console_is_not_thrown_out_by_the_watchdog():
    def interrupted():
        raise KeyboardInterrupt

    for settings, trial, wanted in (({}, 0, None), ({"watchdog_s": 60}, 0, 86400000), ({}, 1, 86400000)):
        for known in ({}, {"ssid": "Home"}):  # in the set-up, and when it runs
            known.update(settings)
            with raises(KeyboardInterrupt):
                start(known, Network(), trial, interrupted)
            assert getattr(Machine, "timeout", None) == wanted
            if wanted:
                del Machine.timeout


def test_a_network_that_drops_out_for_a_moment_is_not_told():
    network = Network({"Home": ""})
    network.station.connect("Home", "")
    phone = Phone(platform(network))

    def between(second):
        network.station._left = None if second in (10, 11, 12) else 0

    attended(network, phone, {"ssid": "Home"}, 20, between)
    assert phone.log.lines == [] and phone.done == []


def test_the_button():
    folder = tmp_dir()
    path = folder + "/network.json"
    joining.keep(path, {"ssid": "Home", "password": "correct horse"})
    phone = Phone(platform(Network(), folder))
    phone.storage.write_atomic("local.cfg", ["x"])
    before, board._WIFI_JSON = board._WIFI_JSON, path
    phone.progress = phone.done.append
    board.act(phone, "hint")
    board.act(phone, "")
    assert phone.done == ["Let go: Wi-Fi set-up", None]
    phone.done.clear()
    board.act(phone, "set-up")
    assert phone.storage.exists(joining.SET_UP) and phone.done == ["restart"]
    assert joining.read(path)["ssid"] == "Home", "only another start, and what is typed there, changes it"
    board.act(phone, "defaults")
    assert joining.read(path) == {} and not phone.storage.exists("local.cfg")
    assert not phone.storage.exists(joining.SET_UP) and phone.done == ["restart"] * 2
    board._WIFI_JSON = before


def test_the_button_is_at_its_pin():
    phone, seen = Phone(platform(Network())), []
    phone.supervisor = phone
    phone.start = lambda name, factory, restart: phone.done.append((name, factory, restart))
    board.watch(phone, {"button": 0}, seen.append)
    name, run_button, restart = phone.done[0]
    assert name == "button" and restart
    sleep, left = asyncio.sleep_ms, [130]

    async def hurry(milliseconds):
        left[0] -= 1
        Pin.level = int(not 100 > left[0] > 2)
        if left[0] < 0:
            raise asyncio.CancelledError
        button.time.ticks_ms = lambda: 100 * (130 - left[0])

    before, button.sleep_ms, ticks = button.sleep_ms, hurry, button.time
    button.time = Ticks()
    try:
        run(run_button())
    except asyncio.CancelledError:
        pass
    finally:
        button.sleep_ms, button.time, asyncio.sleep_ms = before, ticks, sleep
    assert seen == ["hint", "", "set-up"]


class Ticks:
    def ticks_diff(self, end, start):
        return end - start

    def ticks_ms(self):
        return 0


def start(settings, network, trial=0, then=lambda: None, **files):
    """What ``board.start`` makes of a flash: "phone" or "set-up". ``then()``: what happens in there."""
    folder = tmp_dir()
    for name, content in files.items():
        with open(folder + "/" + name, "w") as file:
            file.write(content)
    known = {"/board.json": {"button": 0}, "/network.json": settings}
    came = []

    async def set_up(platform, settings, waits):
        came.append(("set-up", waits))
        then()

    async def phone_life(platform, settings):
        came.append(("phone", settings.get("ssid") or "cable"))
        then()

    sys.modules["dialtone.joining"] = dialtone.joining = joining  # a start forgets it once it has joined
    names = "network", "set_up", "phone_life", "_STATE"
    before = [getattr(board, name) for name in names]
    read, wait = joining.read, joining.join
    joining.read = lambda path: known[path]
    joining.join = lambda *what: came.append("join") or (None if network.looks else False)
    board.network, board.set_up, board.phone_life, board._STATE = network, set_up, phone_life, folder
    try:
        board.start(trial)
    finally:
        joining.read, joining.join = read, wait
        for number, name in enumerate(names):
            setattr(board, name, before[number])
    return came, folder


def test_which_start_it_is():
    network = Network()
    assert start({}, network)[0] == [("set-up", True)], "from the box"
    assert start({"ssid": "Home"}, network)[0] == ["join", ("phone", "Home")], "joined or not"
    assert start({"ethernet": {"phy": "LAN8720"}}, network)[0] == ["join", ("phone", "cable")]
    assert start({"ssid": "Home"}, Network({}, 1))[0] == ["join", ("set-up", False)], "the button, while it tries"
    came, folder = start({"ssid": "Home"}, network, setup="1")
    assert came == [("set-up", False)] and joining.read(folder + "/setup") == {}, "once"
    assert ("hostname", "57i-123456") in network.done


def test_json_of_the_settings():
    path = tmp_dir() + "/network.json"
    joining.keep(path, {"ssid": 'a"b\\', "password": "\u00e9" * 8})
    with open(path) as file:
        assert json.load(file)["ssid"] == 'a"b\\'
