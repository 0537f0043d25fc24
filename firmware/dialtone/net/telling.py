"""What this phone tells its neighbours by multicast DNS, and how it gets there: see neighbours.py and responder.py.

The TXT record of its service has ``mac`` (12 hexadecimal digits), ``model`` and ``version``, as /api/status has them.
"""

import time
from asyncio import sleep_ms

from dialtone.net import datagram, responder
from dialtone.version import VENDOR, VERSION
from micropython import const

_OFTEN_MS = const(1000)  # RFC 6762 section 6: no record goes to all twice within that time
_WAIT_MS = const(20)  # the same: who shares a record waits for 20 to 120 ms, so that not all answer at once
_SPREAD_MS = const(100)
_SHARED = (1, 2)  # numbers of such records
_ANY = "0.0.0.0"
_LOOPBACK = "255.0.0.0"  # of a simulator, which has no network of its own


def begin(phone):
    """The open raw; None, with a line in the log, when somebody else has the port."""
    platform = phone.platform
    group, port = _group(platform)
    try:
        # A simulator that listens on loopback must not be asked from elsewhere: a socket on the group hears no unicast
        where = _ANY if platform.bind_host == _ANY else group
        return datagram.bind(where, port, group, platform.address())
    except OSError as error:
        # MicroPython's ESP32 images have a responder of their own in the way, which knows the host name only
        phone.log.info("mdns", "not announced, port %d is not to be had: %s" % (port, error))
        return None


def host(phone):
    """The phone's name in .local, in lower case."""
    name = (phone.store.get("hostname") or phone.platform.hostname).lower()
    return name[: (name + ".").find(".")]


def announce(phone, raw, seconds=None):
    """Tells everybody; with ``seconds`` 0 that the phone goes."""
    _send(raw, responder.announcement(_records(phone), seconds), datagram.target(*_group(phone.platform)))


async def reply(phone, raw, data, peer, said):
    """Answers a question from ``peer`` if it is about this phone and comes from its network."""
    platform = phone.platform
    asker, port = datagram.place(peer)
    group = _group(platform)
    if not _near(asker, platform.address(), platform.mask() if hasattr(platform, "mask") else _LOOPBACK):
        return
    found = responder.answer(data, _records(phone), port != group[1])
    if not found:
        return
    told, unicast, numbers = found
    if not unicast:
        now = time.ticks_ms()
        if said and time.ticks_diff(now, said[0]) < _OFTEN_MS:
            if not [number for number in numbers if number not in said[1]]:
                return
        said[:] = [now, numbers]
        if [number for number in numbers if number in _SHARED]:
            await sleep_ms(_WAIT_MS + platform.random(1)[0] * _SPREAD_MS // 256)
        peer = datagram.target(*group)
    _send(raw, told, peer)


def _group(platform):
    group, _, port = platform.announced.partition(":")
    return group, int(port)


def _records(phone):
    platform = phone.platform
    instance = "%s %s %s" % (VENDOR, platform.model, platform.mac[-6:])
    texts = ("mac", platform.mac), ("model", platform.model), ("version", VERSION)
    return responder.records(host(phone), instance, platform.address(), phone.https_port, texts)


def _near(one, other, mask):
    """Whether two addresses are on the same network: others are not answered (RFC 6762 section 11)."""
    parts = [text.split(".") for text in (one, other, mask)]
    for at in range(4):
        if (int(parts[0][at]) ^ int(parts[1][at])) & int(parts[2][at]):
            return False
    return True


def _send(raw, data, peer):
    try:
        raw.sendto(data, peer)
    except OSError:
        pass  # the network is gone, or busy: whoever asked asks again
