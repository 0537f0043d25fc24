"""Asks the local network once for configuration servers: DNS-SD over multicast DNS (RFC 6762, 6763).

A one-shot question from a port of its own (RFC 6762 section 6.7, "legacy unicast"): the answers come back to that port,
so no multicast group is joined and nothing listens when the question is over.
"""

from asyncio import sleep_ms

from dialtone.net import datagram
from micropython import const

SERVICE = "_aastra-cfg._tcp.local"  # facts page, section 2.1
GROUP = "224.0.0.251"
PORT = 5353
_BYTES = const(1024)  # of one answer; a service with a name, a text and an address has some 200
_LOOK_MS = const(50)
_AGAIN_MS = const(1000)  # the question is asked twice: multicast over Wi-Fi is lost more often than other traffic
_MOST = const(8)  # services that are remembered: a person chooses from no longer list
_RECORDS = const(40)  # of one answer that are looked at
_JUMPS = const(16)  # compression pointers of one name: no more labels fit twice
_A, _PTR, _TXT, _SRV = const(1), const(12), const(16), const(33)


async def find(ident, ms=2000, host=GROUP, port=PORT):
    """[(address or host name, port, {"protocol": ..., ...}), ...] of those who answered within ``ms``, without doubles.

    ``ident``: 2 random bytes; an answer that does not repeat them is none. Never raises for what the network does.
    """
    found = []
    raw = datagram.open()
    try:
        view = memoryview(bytearray(_BYTES))
        for at in range(0, ms, _LOOK_MS):
            if at % _AGAIN_MS == 0:
                datagram.send_to(raw, host, port, question(ident))
            await sleep_ms(_LOOK_MS)
            while len(found) < _MOST:
                count = datagram.receive(raw, view)
                if not count:
                    break
                for service in services(bytes(view[:count]), ident):
                    if service not in found:
                        found.append(service)
    except OSError:
        pass  # no network, or the group cannot be reached
    finally:
        raw.close()
    return found[:_MOST]


def question(ident):
    """The bytes of the question, a PTR query."""
    name = b""
    for label in SERVICE.split("."):
        name += bytes([len(label)]) + label.encode()
    return ident + b"\0\0\0\1\0\0\0\0\0\0" + name + b"\0\0\x0c\0\1"


def services(data, ident):
    """The complete services in an answer, [] for anything that is none: see ``find``."""
    try:
        if data[:2] != ident or not data[2] & 0x80 or data[3] & 0x0F:
            return []
        return _services(data)
    except (IndexError, ValueError):
        return []  # a damaged packet


def _services(data):
    counts = [_number(data, at) for at in (4, 6, 8, 10)]
    at = 12
    for _ in range(counts[0]):
        at = _name(data, at)[1] + 4
    pointers, places, texts, addresses = [], {}, {}, {}
    for _ in range(min(sum(counts[1:]), _RECORDS)):
        name, at = _name(data, at)
        kind, size = _number(data, at), _number(data, at + 8)
        at += 10
        if at + size > len(data):
            raise IndexError
        if kind == _PTR and name == SERVICE:
            pointers.append(_name(data, at)[0])
        elif kind == _SRV:
            places[name] = _name(data, at + 6)[0], _number(data, at + 4)
        elif kind == _TXT:
            texts[name] = _pairs(data[at : at + size])
        elif kind == _A and size == 4:
            addresses[name] = ".".join([str(byte) for byte in data[at : at + 4]])
        at += size
    found = []
    for name in pointers:
        if name in places:
            target, port = places[name]
            found.append((addresses.get(target, target), port, texts.get(name, {})))
    return found


def _number(data, at):
    return data[at] << 8 | data[at + 1]


def _name(data, at):
    """(the name at ``at`` in lower case with dots, the place behind it)."""
    labels = []
    end = jumps = 0
    while True:
        size = data[at]
        if size & 0xC0 == 0xC0:
            end = end or at + 2
            at = (size & 0x3F) << 8 | data[at + 1]
            jumps += 1
            if jumps > _JUMPS:
                raise ValueError
        elif size & 0xC0:
            raise ValueError
        elif size:
            if at + 1 + size > len(data) or len(labels) > 2 * _JUMPS:
                raise ValueError
            labels.append(str(data[at + 1 : at + 1 + size], "utf-8"))
            at += 1 + size
        else:
            return ".".join(labels).lower(), end or at + 1


def _pairs(data):
    """The ``key=value`` texts of a TXT record."""
    pairs = {}
    at = 0
    while at < len(data):
        key, _, value = str(data[at + 1 : at + 1 + data[at]], "utf-8").partition("=")
        pairs[key.lower()] = value
        at += 1 + data[at]
    return pairs
