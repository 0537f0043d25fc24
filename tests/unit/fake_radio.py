"""As much of MicroPython's module ``network`` as joining a network and opening one need; tests say what happens."""


class Network:
    """``air``: {name: password}. ``point`` and ``station``: its two faces. ``done``: what they were asked, in order."""

    STA_IF, AP_IF = 0, 1
    STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD, STAT_HANDSHAKE_TIMEOUT, STAT_BEACON_TIMEOUT = 201, 202, 204, 200
    PHY_LAN8720 = 3

    def __init__(self, air=None, looks=0):
        self.air = air or {}
        self.looks = looks  # of isconnected() until it is
        self.done = []
        self.station, self.point = Station(self), Point(self)

    def WLAN(self, which):
        return (self.station, self.point)[which]

    def LAN(self, **settings):
        self.done.append(("LAN", settings))
        return self.station

    def hostname(self, name):
        self.done.append(("hostname", name))


class Station:
    code = 1000
    busy = False
    address = "192.0.2.7"

    def __init__(self, owner):
        self.owner = owner
        self._left = None
        self.names = [b"Home", b"Cafe \xc3\xa9", b"", b"Home", b"\xff"]

    def active(self, on=None):
        self.owner.done.append(("active", on))

    def config(self, name):
        return {"mac": b"\x00\x08\x5d\x12\x34\x56"}[name]

    def connect(self, ssid, password):
        self.owner.done.append(("connect", ssid))
        if self.busy:
            raise OSError(1)
        known = self.owner.air.get(ssid)
        self.code = 201 if known is None else 202 if known != (password or "") else 1001
        self._left = self.owner.looks if self.code == 1001 else None

    def disconnect(self):
        self.owner.done.append(("disconnect",))
        self._left = None
        if self.busy:
            raise OSError(1)

    def isconnected(self):
        if self._left is None:
            return False
        self._left -= 1
        return self._left < 0

    def status(self):
        return self.code

    def ifconfig(self):
        return (self.address if self._left is not None else "0.0.0.0"), "255.255.255.0", "192.0.2.1", "192.0.2.1"

    def scan(self):
        rows = [(name, b"", 1, -40 - 10 * at, 3, False) for at, name in enumerate(self.names)]
        return rows[::-1]


class Point:
    """``refuses``: settings are not taken before it is on; ``weak``: it knows no WPA2."""

    refuses = weak = False

    def __init__(self, owner):
        self.owner = owner
        self.on = False
        self.settings = {}

    def active(self, on):
        self.owner.done.append(("point", on))
        self.on = on

    def config(self, name=None, **settings):
        if name:
            return 0 if self.weak else self.settings[name]
        if self.refuses and not self.on:
            raise OSError(1)
        self.settings.update(settings)

    def ifconfig(self):
        return "127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1"
