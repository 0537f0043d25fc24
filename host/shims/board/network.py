"""Emulated board: a wireless interface that is this computer's loopback; the file /address gives it another address."""

STA_IF = 0
_joined = []
_radio = [False]


def hostname(name=None):
    return "emulated" if name is None else None


class WLAN:
    def __init__(self, interface=STA_IF):
        pass

    def active(self, on=None):
        if on is not None:
            _radio[0] = on
        return _radio[0]

    def isconnected(self):
        return bool(_joined)

    def connect(self, ssid, password=None):
        _joined.append(ssid)

    def disconnect(self):
        _joined.clear()

    def ifconfig(self):
        try:
            with open("/address") as file:
                address = file.read()
        except OSError:
            address = "127.0.0.1"
        return address, "255.0.0.0", "127.0.0.1", "127.0.0.1"

    def config(self, name):
        if name != "mac":
            raise ValueError(name)
        return b"\x00\x08\x5d\x12\x34\x56"
