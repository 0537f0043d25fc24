"""The phone on a real board: network, clock and the serial console, then the phone itself until it restarts.

Read from flash: ``/board.json`` (from the board's folder) and ``/network.json`` (from the person who deploys, or from
the set-up page): ssid, password, hostname, config_server, time_server, watchdog_s. The console shows each LCD frame as
text and takes key names, one or more on a line, or ``screen`` for the frame of now. Display, keypad, LEDs, the BOOT
button and Ethernet: see docs/hardware.md.
"""

import asyncio
import sys
import time

import machine
import network
from dialtone.errors import DialtoneError
from dialtone.net import carrying, seam
from dialtone.platform import Platform
from micropython import const

_STATE = "/phone"
_ANCHORS = "anchors.pem"
_ROOTS = "/roots.bin"  # see host/roots.py
_WIFI_JSON = "/network.json"
_RETRY_S = const(30)  # between two tries to join, or to start at all: an access point may be restarting too
_LOST_S = const(5)  # the driver's own new try takes less: after that long the display says that there is no network
_LINE = const(200)  # characters of a console line
_EPOCH_2000 = const(946684800)  # seconds from 1970 to 2000, where the clock of most boards begins
_CRASH_S = const(10)  # time to read the error, or to press Ctrl-C, before the board starts again
_FEED_MS = const(1000)
_TRIAL_S = const(120)  # of the watchdog of new firmware on a board that wants none: main.py has started it
_PROMPT_MS = const(86400000)  # a person at the prompt, or a deploy, feeds none; and it cannot be stopped
_NO_ADDRESS = "0.0.0.0"
_TENDING = ("dialtone.tending", "dialtone.joining")


class BoardPlatform(Platform):
    """``settings``: both files' fields with those of ``Platform``; ``station``: the network interface.

    ``display``: see display.py, None without. ``panel`` and ``leds`` are added when they are there.
    """

    panel = leds = None
    announced = "224.0.0.251:5353"

    def __init__(self, settings, station, display=None):
        self._epoch = _EPOCH_2000 if time.gmtime(0)[0] == 2000 else 0
        super().__init__(settings, print, self._epoch)
        self.over = asyncio.Event()
        # With a watchdog, a start that hangs comes back by it: after a power cut nothing is wrong
        self.cold = bool(settings.get("watchdog_s")) and machine.reset_cause() == machine.PWRON_RESET
        self.station = station
        self.wireless = not settings.get("ethernet")
        self.system_heap = carrying.find_heap()
        self._display = display
        if display:
            self.lines = display.lines

    def address(self):
        """The board's address on the network."""
        return self.station.ifconfig()[0]

    def mask(self):
        """Which part of it the network has."""
        return self.station.ifconfig()[1]

    def set_time(self, now_s):
        """See ``Platform.set_time``: the board's own clock, since the TLS library looks at that one."""
        year, month, day, hour, minute, second, weekday = time.gmtime(now_s - self._epoch)[:7]
        machine.RTC().datetime((year, month, day, weekday, hour, minute, second, 0))
        super().set_time(now_s)

    def on_screen(self, rows, softkeys):
        """The LCD shows another frame."""
        frame(rows, softkeys, 16 if len(rows) < 4 else 24)
        panel = self.panel
        if panel and self._display:
            self._display.show(rows, softkeys, panel.hints, panel.picture, self.top_labels)
        if self.leds:
            self.leds.show(self.lamps)

    def random(self, count):
        """``count`` bytes for keys and salts. An ESP32's generator is a true one only while its radio is on, so on a
        wired board the radio is switched on for it (facts page of the board).
        """
        radio = network.WLAN(network.STA_IF)
        if not radio.active():
            radio.active(True)
        return super().random(count)

    def restart(self):
        """Ends the phone; the board is reset afterwards."""
        self.over.set()


def frame(rows, softkeys, columns=24, display=None):
    """One LCD frame on the console, in the form that ``make lcd`` reads, and on ``display``."""
    if display:
        display.show(rows, softkeys)
    edge = "+" + "-" * columns + "+"
    print(edge)
    for row in rows:
        print("|" + row + " " * (columns - len(row)) + "|")
    print(edge)
    print("softkeys: " + " | ".join([label.replace("|", "/") for label in softkeys]))


async def obey(phone):
    """Takes key names from the console."""
    line = ""
    while True:
        await seam.readable(sys.stdin)
        char = sys.stdin.read(1)
        if char not in "\r\n":
            line = (line + char)[:_LINE]
            continue
        for word in line.split():
            if word == "screen":
                phone.panel.changed()
            else:
                press(phone, word)
        line = ""


def press(phone, key):
    """A key from the console or the keypad; one that this model does not have is told on the console."""
    try:
        phone.press(key)
    except DialtoneError as error:
        print(error)


async def attend(phone, settings):
    """Keeps the watchdog quiet for as long as the loop runs, and looks after the network."""
    platform = phone.platform
    address = platform.address()
    lost_s = 0
    while True:
        platform.feed()
        if platform.system_heap:
            phone.heap.figures = platform.system_heap()
        await asyncio.sleep_ms(_FEED_MS)
        if not platform.station.isconnected():
            lost_s += 1
            if lost_s % _RETRY_S == _LOST_S:
                from dialtone import tending

                tending.rejoin(phone, network, settings)
                tending = None
                phone.unload(*_TENDING)
            continue
        now = platform.address()
        if now != _NO_ADDRESS and (now != address or lost_s >= _LOST_S):
            from dialtone import tending

            tending.network_is_here(phone, now, now != address)
            address = now
            tending = None
            phone.unload(*_TENDING)
        lost_s = 0


def controls(phone, platform, settings):
    """Starts what the phone's keys come from, and its LEDs."""
    start = phone.supervisor.start
    keypad, keys = settings.get("keypad"), settings.get("keys", "both")
    if keypad and keys != "console":
        from dialtone.keypad import open_keypad

        keypad = open_keypad(keypad)
        start("keypad", lambda: keypad.run(lambda key: press(phone, key)), restart=True)
    if not keypad or keys != "keypad":
        start("console", lambda: obey(phone), restart=True)
    if settings.get("leds"):
        from dialtone.leds import open_leds

        platform.leds = open_leds(settings["leds"])
        start("leds", platform.leds.run, restart=True)


def button_of(settings):
    """Tells whether the BOOT button is pressed, which joins its pin with ground; None on a board without one."""
    if settings.get("button") is None:
        return None
    pin = machine.Pin(settings["button"], machine.Pin.IN, machine.Pin.PULL_UP)
    return lambda: not pin.value()


def watch(phone, settings, act):
    """Starts the BOOT button; see button.py."""
    down = button_of(settings)
    if down:
        from dialtone.button import Button

        phone.supervisor.start("button", Button(down, act).run, restart=True)


def act(phone, what):
    """The button was held long enough for ``what``, see button.py."""
    from dialtone import tending

    tending.pressed(phone, what, _WIFI_JSON)


def want_feeding(platform, settings):
    """Starts the watchdog, which from now on wants to be fed."""
    seconds = settings.get("watchdog_s") or settings.get("trial") and _TRIAL_S
    if seconds:
        platform.feed = machine.WDT(timeout=seconds * 1000).feed


async def phone_life(platform, settings):
    """The phone from its start until somebody asks for a restart."""
    from dialtone.phone import Phone

    phone = Phone(platform)
    platform.panel = phone.panel
    controls(phone, platform, settings)
    watch(phone, settings, lambda what: act(phone, what))
    want_feeding(platform, settings)
    phone.supervisor.start("attendant", lambda: attend(phone, settings))
    await phone.start()
    if phone.http_port:  # else it restarts with new firmware
        info = phone.ready_info()
        print("phone ready: %s %s certificate %s" % (info["https"], info["http"], info["certificate_sha256"]))
    await platform.over.wait()
    await asyncio.sleep_ms(500)  # the page that asked for the restart is still on its way
    await phone.stop()
    if phone.heap.relieve:
        phone.heap.relieve()  # nobody is connected any more: what served them makes room
    from dialtone.provisioning import ladder

    ladder.lasted(phone)


async def set_up(platform, settings, waits):
    """Asks for a network by an access point of our own: see setup/mode.py. The board is reset afterwards."""
    from dialtone import joining
    from dialtone.setup.mode import SetUp

    setup = SetUp(platform, network, platform.station, lambda fields: joining.keep(_WIFI_JSON, fields), waits)
    platform.panel = setup
    controls(setup, platform, settings)
    watch(setup, settings, lambda what: what == "set-up" and setup.press(what))
    want_feeding(platform, settings)
    await setup.run()
    await setup.stop()


def start(trial):
    """Everything once; returns when the board is to be reset. ``trial``: see ``Platform``."""
    from dialtone import joining

    settings = {"http_port": 80, "https_port": 443, "bind": _NO_ADDRESS, "state": _STATE, "model": "57i"}
    settings.update(joining.read("/board.json"))
    settings.update(joining.read(_WIFI_JSON))
    display = None
    if settings.get("display"):
        from dialtone.display import find_display

        display = find_display(settings["display"])
    station = joining.open_up(network, settings, machine.Pin)
    settings.update({"trust_anchor": _ANCHORS, "roots": _ROOTS, "trial": trial})
    platform = BoardPlatform(settings, station, display)
    if not platform.storage.exists(_ANCHORS):
        platform.trust_anchor = ""
    knows = joining.is_configured(settings)
    try:
        if platform.storage.remove(joining.SET_UP) or not knows:
            return asyncio.run(set_up(platform, settings, not knows))
        button = button_of(settings)
        joined = joining.join(network, station, settings, lambda rows: frame(rows, (), 24, display), button)
        if joined is None:
            return asyncio.run(set_up(platform, settings, False))
        joining = None
        platform.unload("dialtone.joining")
        asyncio.run(phone_life(platform, settings))
    except KeyboardInterrupt:  # a person at the console has ended it
        from dialtone.update import record

        if settings.get("watchdog_s") or trial:
            machine.WDT(timeout=_PROMPT_MS)
        record.lasted(platform.storage, False)
        raise


def run(trial=0):
    """``main.py`` on a board. Ctrl-C leaves to the prompt; an error is shown, then the board starts again."""
    try:
        start(trial)
    except DialtoneError as error:
        print("phone not started: %s" % error)
        time.sleep(_RETRY_S)
    except Exception as error:
        sys.print_exception(error)
        print("phone ended: %r" % error)
        time.sleep(_CRASH_S)
    machine.reset()
