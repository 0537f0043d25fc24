"""The phone on a real board: network, clock and the serial console, then the phone itself until it restarts.

Read from flash: ``/board.json`` (from the board's folder) and ``/network.json`` (from the person who deploys): ssid,
password, hostname, config_server, time_server, watchdog_s. The console shows each LCD frame as text and takes key
names, one or more on a line, or ``screen`` for the frame of now. Display, keypad and LEDs: see docs/hardware.md.
"""

import asyncio
import json
import sys
import time
from binascii import hexlify

import machine
import network
from dialtone.errors import DialtoneError
from dialtone.log import clean
from dialtone.net import seam
from dialtone.platform import Platform, hostname
from micropython import const

_STATE = "/phone"
_ANCHORS = "anchors.pem"
_ROOTS = "/roots.bin"  # see host/roots.py
_JOIN_S = const(20)  # an access point that answers does so in 3 to 8 s
_RETRY_S = const(30)  # between two tries when it does not: it may be restarting too
_LINE = const(200)  # characters of a console line
_EPOCH_2000 = const(946684800)  # seconds from 1970 to 2000, where the clock of most boards begins
_CRASH_S = const(10)  # time to read the error, or to press Ctrl-C, before the board starts again
_FEED_MS = const(1000)
_NO_ADDRESS = "0.0.0.0"


class BoardPlatform(Platform):
    """``settings``: both files' fields with those of ``Platform``; ``station``: the network interface.

    ``display``: see display.py, None without. ``panel`` and ``leds`` are added when they are there.
    """

    panel = leds = None

    def __init__(self, settings, station, display=None):
        self._epoch = _EPOCH_2000 if time.gmtime(0)[0] == 2000 else 0
        super().__init__(settings, print, self._epoch)
        self.over = asyncio.Event()
        self.feed = _nothing
        # With a watchdog, a start that hangs comes back by it: after a power cut nothing is wrong
        self.cold = bool(settings.get("watchdog_s")) and machine.reset_cause() == machine.PWRON_RESET
        self._station = station
        self._display = display
        if display:
            self.lines = display.lines

    def address(self):
        """The board's address on the network."""
        return self._station.ifconfig()[0]

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


def _nothing():
    pass


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


def read_json(path):
    """The object in a JSON file, {} when there is no file. DialtoneError when it is damaged."""
    try:
        with open(path) as file:
            return json.load(file)
    except OSError:
        return {}
    except ValueError:
        raise DialtoneError(path + " is damaged", "Deploy it again: make deploy PORT=... ARGS='--network FILE'")


def find_display(settings):
    """The Display that the board folder names, None without; one that does not answer is told on the console."""
    if not settings.get("display"):
        return None
    from dialtone.display import open_display

    try:
        return open_display(settings["display"])
    except DialtoneError as error:
        print(error)
        return None


def join(settings, display=None):
    """Joins the wireless network, however long that takes; returns the interface. Adds ``mac`` to the settings."""
    ssid = settings.get("ssid")
    if not ssid:
        raise DialtoneError("network.json names no network", "Deploy one: make deploy PORT=... ARGS='--network FILE'")
    station = network.WLAN(network.STA_IF)
    station.active(True)
    settings["mac"] = hexlify(station.config("mac")).decode().upper()
    network.hostname(hostname(settings))  # what a DHCP server sees, and NAME.local
    while True:
        if not station.isconnected():
            frame(["Network", clean(ssid, 24), "Connecting ..."], (), 24, display)
            station.connect(ssid, settings.get("password") or None)
        for _ in range(_JOIN_S * 10):
            if station.isconnected():
                return station
            time.sleep_ms(100)
        station.disconnect()
        rows = ["No network", clean(ssid, 24), "Check name and password", "Next try in %d s" % _RETRY_S]
        frame(rows, (), 24, display)
        time.sleep(_RETRY_S)


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


async def attend(phone):
    """Keeps the watchdog quiet for as long as the loop runs, and looks whether the network gave another address."""
    platform = phone.platform
    address = platform.address()
    while True:
        platform.feed()
        await asyncio.sleep_ms(_FEED_MS)
        now = platform.address()
        if now != address and now != _NO_ADDRESS:
            address = phone.panel.idle.address = now
            phone.log.info("network", "the address is %s now" % now)
            phone.identity()


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


async def phone_life(platform, settings):
    """The phone from its start until somebody asks for a restart."""
    from dialtone.phone import Phone

    phone = Phone(platform)
    platform.panel = phone.panel
    controls(phone, platform, settings)
    watchdog_s = settings.get("watchdog_s")
    if watchdog_s:
        platform.feed = machine.WDT(timeout=watchdog_s * 1000).feed
    phone.supervisor.start("attendant", lambda: attend(phone))
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


def start(trial):
    """Everything once; returns when the board is to be reset. ``trial``: see ``Platform``."""
    settings = {"http_port": 80, "https_port": 443, "bind": "0.0.0.0", "state": _STATE, "model": "57i"}
    settings.update(read_json("/board.json"))
    settings.update(read_json("/network.json"))
    display = find_display(settings)
    station = join(settings, display)
    settings["trust_anchor"] = _ANCHORS
    settings["roots"] = _ROOTS
    settings["trial"] = trial
    platform = BoardPlatform(settings, station, display)
    if not platform.storage.exists(_ANCHORS):
        platform.trust_anchor = ""
    try:
        asyncio.run(phone_life(platform, settings))
    except KeyboardInterrupt:  # a person at the console has ended it
        from dialtone.storage import boots

        boots.lasted(platform.storage)
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
