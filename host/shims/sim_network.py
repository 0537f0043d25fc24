"""Plays MicroPython's module ``network`` for a simulated phone: its radio, and the wireless networks in reach."""

import time
from binascii import unhexlify

_JOIN_MS = 400  # an access point needs a moment, so that people see the display tell of it


class Network:
    """``air``: {name: password} of the networks in reach; ``address``: what each of them gives the phone."""

    STA_IF, AP_IF = 0, 1
    STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
    STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 201, 202

    def __init__(self, air, address, mac):
        self._faces = _Station(air, address, unhexlify(mac)), _Point(address)

    def hostname(self, name):
        pass  # nobody gives out addresses here

    def WLAN(self, which):
        return self._faces[which]

    def at_port(self, port):
        """What the page of the set-up calls the phone's address: a board's own pages are at port 443."""
        self._faces[self.STA_IF]._address += ":%d" % port


class _Radio:
    def __init__(self, address):
        self._address = address
        self._on = False

    def active(self, on=None):
        if on is not None:
            self._on = on
        return self._on

    def ifconfig(self):
        return self._address, "255.0.0.0", self._address, self._address


class _Station(_Radio):
    def __init__(self, air, address, mac):
        super().__init__(address)
        self._air = air
        self._mac = mac
        self._code = Network.STAT_IDLE
        self._since = 0

    def config(self, name):
        return {"mac": self._mac}[name]

    def scan(self):
        return [(name.encode(), self._mac, 6, -50, 3, False) for name in self._air] if self._on else []

    def connect(self, ssid, password=None):
        if ssid not in self._air:
            self._code = Network.STAT_NO_AP_FOUND
        elif self._air[ssid] != (password or ""):
            self._code = Network.STAT_WRONG_PASSWORD
        else:
            self._code, self._since = Network.STAT_CONNECTING, time.ticks_ms()

    def disconnect(self):
        self._code = Network.STAT_IDLE

    def status(self):
        if self._code == Network.STAT_CONNECTING and time.ticks_diff(time.ticks_ms(), self._since) > _JOIN_MS:
            self._code = Network.STAT_GOT_IP
        return self._code

    def isconnected(self):
        return self.status() == Network.STAT_GOT_IP


class _Point(_Radio):
    def __init__(self, address):
        super().__init__(address)
        self._settings = {}

    def config(self, name=None, **settings):
        if name:
            return self._settings[name]
        self._settings.update(settings)
