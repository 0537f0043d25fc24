"""UDP under MicroPython, a part of the socket seam that is rarely needed. CPython's edition: cpython_datagram.py."""

import socket

from dialtone.net import seam


def connect(host, port):
    """A *raw* (see seam.py) that sends UDP to ``host`` and hears only what comes from there. OSError without such."""
    address = _address(host)
    raw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        raw.connect(socket.getaddrinfo(address, port)[0][-1])
        raw.setblocking(False)
        return raw
    except BaseException:
        raw.close()
        raise


def open():
    """A raw that may send to anybody, for ``send_to`` and ``first``."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    raw.setblocking(False)
    return raw


def bind(host, port, group="", address=""):
    """A raw that hears whoever asks at ``host`` and ``port``; with ``group`` also those who ask that multicast group
    on the network of ``address``, and what it sends to the group goes there. Others may hear there, too.

    It has ``recvfrom(bytes)``, ``sendto(data, peer)``, both without waiting, and ``close()``. OSError: the port is not
    to be had.
    """
    raw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        raw.setblocking(False)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        raw.bind(socket.getaddrinfo(host, port)[0][-1])
        if group:
            _enter(raw, _packed(group), _packed(address))
        return raw
    except BaseException:
        raw.close()
        raise


def _enter(raw, group, own):
    if hasattr(socket, "IP_ADD_MEMBERSHIP"):  # of the boards: lwIP sends by its only interface, with a TTL of 255
        raw.setsockopt(0, socket.IP_ADD_MEMBERSHIP, group + own)
    else:
        for option, value in ((35, group + own), (32, own), (33, 255)):  # Linux: membership, interface, TTL
            raw.setsockopt(0, option, value)


def _packed(address):
    return bytes([int(part) for part in address.split(".")])


def place(peer):
    """(address as text, port) of the ``peer`` that ``recvfrom`` gave."""
    if isinstance(peer, tuple):
        return peer[:2]
    packed = socket.sockaddr(peer)
    return ".".join([str(byte) for byte in packed[1]]), packed[2]


def target(host, port):
    """What ``sendto`` takes for an address."""
    return socket.getaddrinfo(host, port)[0][-1]


def send_to(raw, host, port, data):
    """Sends ``data`` to ``host``. OSError when it has no address."""
    raw.sendto(data, socket.getaddrinfo(_address(host), port)[0][-1])


def first(raw, host, view):
    """A datagram from ``host``, from whatever port: its bytes go into ``view`` and ``raw`` stays with that port.

    Returns their count; 0 for one from somebody else, None when there is none.
    """
    found = _take(raw.recvfrom, view)
    if found is None:
        return None
    data, peer = found
    text = peer[0] if isinstance(peer, tuple) else ".".join([str(byte) for byte in socket.sockaddr(peer)[1]])
    if text != _address(host):
        return 0
    raw.connect(peer)
    view[: len(data)] = data
    return len(data)


def receive(raw, view):
    """The next datagram into ``view``; its bytes, None when there is none. ``readinto`` would join several to one."""
    data = _take(raw.recv, view)
    if data is None:
        return None
    view[: len(data)] = data
    return len(data)


def _take(function, view):
    try:
        return function(len(view))
    except OSError as error:
        if error.errno == 11:  # EAGAIN
            return None
        raise


def _address(host):
    addresses = seam.resolve(host)
    if not addresses:
        raise OSError(2)
    return addresses[0]
