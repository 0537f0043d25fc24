"""Emulated board: a wireless interface that is this computer's loopback; the file /address gives it another address."""

STA_IF, AP_IF = 0, 1
_joined = []
_radio = [False, False]
_point = {}


def hostname(name=None):
    return "emulated" if name is None else None


class WLAN:
    def __init__(self, interface=STA_IF):
        self._interface = interface

    def active(self, on=None):
        if on is not None:
            _radio[self._interface] = on
        return _radio[self._interface]

    def isconnected(self):
        return bool(_joined)

    def status(self):
        return 1010 if _joined else 1000

    def connect(self, ssid, password=None):
        _joined.append(ssid)

    def disconnect(self):
        _joined.clear()

    def scan(self):
        return [(b"test", b"", 6, -50, 3, False)]

    def ifconfig(self):
        try:
            with open("/address") as file:
                address = file.read()
        except OSError:
            address = "127.0.0.1"
        return address, "255.0.0.0", "127.0.0.1", "127.0.0.1"

    def config(self, name=None, **settings):
        if not name:
            return _point.update(settings)
        if name == "mac":
            return b"\x00\x08\x5d\x12\x34\x56"
        return _point[name]
