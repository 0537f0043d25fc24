"""The radio or the cable: joining the network that is configured, and opening one of our own for the set-up.

Loaded for that and dropped again. ``network`` is MicroPython's module, or what plays it on a PC.
"""

import json
import os
import time
from binascii import hexlify

from dialtone.errors import DialtoneError
from dialtone.log import clean
from dialtone.platform import hostname
from micropython import const

SET_UP = "setup"  # a file of the phone: the next start opens the set-up access point
_TRIES = const(3)  # at a start; then the phone comes up without a network and goes on trying behind
_JOIN_MS = const(20000)  # an access point that answers does so in 3 to 8 s
_TURN_MS = const(25000)  # from one try to the next: the access point may be restarting, too
_LOOK_MS = const(100)
_HELD_MS = const(2000)  # as in button.py
_SEEN = const(12)  # names that the set-up page offers: a person chooses from no longer list
_BY_HAND = "set_up"  # field of network.json: its other fields came from the set-up page
_WPA2 = const(3)  # WLAN.SEC_WPA2
_CLIENTS = const(2)  # the one who sets the phone up, and a second try of theirs
SURE = ("Not in reach", "The password is wrong")  # reasons that a person is told before all time is over
_GONE = "Its password or its name is another, or it does not answer"


def read(path):
    """The object in a JSON file, {} when there is no file. DialtoneError when it is damaged."""
    try:
        with open(path) as file:
            return json.load(file)
    except OSError:
        return {}
    except ValueError:
        raise DialtoneError(path + " is damaged", "Deploy it again: make deploy PORT=... ARGS='--network FILE'")


def keep(path, fields):
    """Puts the ``fields`` that the set-up page was given into network.json; "" takes one out. OSError: not kept."""
    known = read(path)
    for field, value in fields.items():
        known.pop(field, None)
        if value:
            known[field] = value
    known[_BY_HAND] = True
    _write(path, known)


def forget(path):
    """Factory default: what came from the set-up page goes, what the flash tool has brought stays."""
    known = read(path)
    if known.get(_BY_HAND):
        for field in (_BY_HAND, "ssid", "password", "config_server"):
            known.pop(field, None)
        _write(path, known)


def _write(path, known):
    with open(path + ".tmp", "w") as file:
        json.dump(known, file)
    if hasattr(os, "sync"):
        os.sync()
    os.rename(path + ".tmp", path)


def is_configured(settings):
    """Whether the phone knows a network: a cable, or a wireless one."""
    return bool(settings.get("ethernet") or settings.get("ssid"))


def open_up(network, settings, pin=None):
    """The interface, switched on and with the phone's name; adds ``mac`` to the settings. ``settings["ethernet"]``: see
    docs/hardware.md; ``pin``: machine.Pin, where there may be a cable.
    """
    wired = settings.get("ethernet")
    interface = _wired(network, wired, pin) if wired else network.WLAN(network.STA_IF)
    if not wired:
        interface.active(True)
    settings["mac"] = hexlify(interface.config("mac")).decode().upper()
    network.hostname(hostname(settings))  # what a DHCP server sees; a wired interface asks one as soon as it is on
    if wired:
        interface.active(True)
    return interface


def _wired(network, wired, pin):
    kind = wired.get("phy")
    if kind == "IP101":
        kind = network.PHY_IP101
    elif kind == "RTL8201":
        kind = network.PHY_RTL8201
    else:
        kind = network.PHY_LAN8720
    more = {"phy_addr": wired.get("address", 1), "phy_type": kind}
    for name in ("mdc", "mdio", "power", "reset", "ref_clk"):
        if name in wired:
            more[name] = pin(wired[name])
    return network.LAN(**more)


def begin(interface, settings):
    """One more try, that goes on behind. Joining by cable needs none."""
    if settings.get("ethernet"):
        return
    try:
        interface.disconnect()
    except OSError:
        pass  # was not connected
    try:
        interface.connect(settings["ssid"], settings.get("password") or None)
    except OSError:
        pass  # the driver is still busy with the last one: ``reason`` tells, and the next try comes


def reason(network, interface, settings):
    """Why it has not joined, in a few words for the display."""
    if settings.get("ethernet"):
        return "No cable, or no address by it"
    code = interface.status()
    if code == getattr(network, "STAT_NO_AP_FOUND", None):
        return SURE[0]
    if code == getattr(network, "STAT_WRONG_PASSWORD", None):
        return SURE[1]
    if code == getattr(network, "STAT_HANDSHAKE_TIMEOUT", None):
        return "The password may be wrong"
    if code == getattr(network, "STAT_BEACON_TIMEOUT", None):
        return "It is gone"
    return _GONE


def name(settings):
    """What the display calls the network."""
    return "Ethernet" if settings.get("ethernet") else clean(settings["ssid"], 24)


def join(network, interface, settings, show, button=None, wait=time.sleep_ms):
    """Tries three times; True when it has joined, else the phone starts without. ``show(rows)``: on the display.

    ``button()``: whether the BOOT button is pressed; None when it was held for two seconds: somebody wants the set-up.
    """
    held = 0
    for turn in range(_TRIES * (_TURN_MS // _LOOK_MS)):
        if interface.isconnected():
            return True
        at = turn % (_TURN_MS // _LOOK_MS) * _LOOK_MS
        if not at:
            show(("Network", name(settings), "Connecting ..."))
            begin(interface, settings)
        elif at == _JOIN_MS:
            show(("No network", name(settings), reason(network, interface, settings)))
        wait(_LOOK_MS)
        held = held + _LOOK_MS if button and button() and not settings.get("ethernet") else 0
        if held >= _HELD_MS:
            return None
    return interface.isconnected()


def seen(interface):
    """The names of the wireless networks in reach, the strongest first; [] when the radio cannot tell."""
    try:
        rows = [(-row[3], row[0]) for row in interface.scan() if row[0]]
    except OSError:
        return []
    names = []
    for _, data in sorted(rows):
        try:
            text = clean(str(data, "utf-8"), 32)
        except ValueError:
            continue
        if text not in names:
            names.append(text)
    return names[:_SEEN]


def open_point(network, ssid, password):
    """Our own access point with WPA2; None when this build's radio cannot do that, and never an open one."""
    point = network.WLAN(network.AP_IF)
    more = {"ssid": ssid, "key": password, "security": _WPA2, "max_clients": _CLIENTS}
    try:
        point.config(**more)  # first, where that is possible: it must not be open for a moment
    except OSError:
        pass
    try:
        point.active(True)
        point.config(**more)
        if point.config("security") == _WPA2:
            return point
    except (OSError, ValueError):
        pass
    point.active(False)
    return None
