"""What a running board does about its network and its BOOT button. Loaded for that and dropped again."""

from dialtone import joining
from micropython import const

_ERROR = const(3)  # place in Phone.outcome
_NO_NETWORK = "No network"


def rejoin(phone, network, settings):
    """The network is gone, or was never there: says so on the display, and tries once more behind."""
    station, idle = phone.platform.station, phone.panel.idle
    name, why = joining.name(settings), joining.reason(network, station, settings)
    joining.begin(station, settings)
    if idle.warning != _NO_NETWORK:
        phone.log.warning("network", "%s cannot be joined: %s" % (name, why))
    idle.warning, idle.advice = _NO_NETWORK, "%s: %s" % (name, why)
    phone.panel.changed()


def network_is_here(phone, address, is_new):
    """The network is there (again), perhaps with another address."""
    idle = phone.panel.idle
    idle.address = address
    if idle.warning == _NO_NETWORK:
        idle.warning = idle.advice = ""
    phone.log.info("network", "the address is %s now" % address)
    if is_new:
        phone.identity()
    if phone.neighbours:
        from dialtone.net import neighbours

        neighbours.begin(phone)
    if phone.outcome[_ERROR] and phone.http_port:  # the last round has failed, maybe for want of a network
        phone.refresh()
    phone.panel.changed()


def pressed(phone, what, path):
    """What the BOOT button says, see button.py. ``path``: of network.json."""
    if what in ("hint", ""):
        return phone.panel.progress("Let go: Wi-Fi set-up" if what else None)
    phone.log.info("phone", "%s by the button" % what)
    if what == "set-up":
        phone.storage.write_atomic(joining.SET_UP, ("1",))
    else:
        from dialtone.storage import defaults

        defaults.erase(phone.storage)
        joining.forget(path)
    phone.restart()
