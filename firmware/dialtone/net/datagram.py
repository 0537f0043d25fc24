"""UDP under MicroPython, a part of the socket seam that is rarely needed. CPython's edition: cpython_datagram.py."""

import socket

from dialtone.net import seam


def connect(host, port):
    """A *raw* (see seam.py) that sends UDP to ``host`` and hears only what comes from there. OSError without such."""
    addresses = seam.resolve(host)
    if not addresses:
        raise OSError(2)
    raw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        raw.connect(socket.getaddrinfo(addresses[0], port)[0][-1])
        raw.setblocking(False)
        return raw
    except BaseException:
        raw.close()
        raise
