"""Emulated board: a network, by radio or cable, that is this computer's loopback; the file /address gives it another
address. Every name is in reach but "nowhere", and every password right but "wrong password".
"""

STA_IF, AP_IF = 0, 1
PHY_LAN8720, PHY_IP101, PHY_RTL8201 = 2, 3, 4
STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 201, 202  # as on an ESP32
_joined = []
_refused = []
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
        return 1010 if _joined else _refused[-1] if _refused else 1000

    def connect(self, ssid, password=None):
        if ssid == "nowhere" or password == "wrong password":
            _refused.append(STAT_NO_AP_FOUND if ssid == "nowhere" else STAT_WRONG_PASSWORD)
        else:
            _joined.append(ssid)

    def disconnect(self):
        _joined.clear()
        _refused.clear()

    def scan(self):
        return [(b"test", b"", 6, -50, 3, False)]

    def ifconfig(self):
        return _addresses() if _joined or self._interface == AP_IF else ("0.0.0.0",) * 4

    def config(self, name=None, **settings):
        if not name:
            return _point.update(settings)
        if name == "mac":
            return b"\x00\x08\x5d\x12\x34\x56"
        return _point[name]


class LAN:
    """The cable is in. Its arguments are those of MicroPython's on an ESP32 (documentation of network.LAN)."""

    def __init__(self, *, mdc, mdio, phy_type, phy_addr, ref_clk=None, power=None, reset=None):
        if phy_type not in (PHY_LAN8720, PHY_IP101, PHY_RTL8201) or not 0 <= phy_addr <= 31:
            raise ValueError(phy_type, phy_addr)
        self._on = False

    def active(self, on=None):
        if on is not None:
            self._on = on
        return self._on

    def isconnected(self):
        return self._on

    def status(self):
        return 5 if self._on else 0

    def ifconfig(self):
        return _addresses()

    def config(self, name):
        if name != "mac":
            raise ValueError(name)
        return b"\x00\x08\x5d\x12\x34\x57"


def _addresses():
    try:
        with open("/address") as file:
            address = file.read()
    except OSError:
        address = "127.0.0.1"
    return address, "255.0.0.0", "127.0.0.1", "127.0.0.1"
