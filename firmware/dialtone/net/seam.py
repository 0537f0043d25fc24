"""Sockets and readiness under MicroPython's asyncio. CPython's edition is host/shims/cpython/cpython_seam.py.

A *raw* object is a non-blocking TCP socket with ``readinto(view) -> n or None``, ``write(view) -> n or None`` and
``close()``; None means that it would have blocked. Operating-system errors are OSError throughout.
"""

import gc
import os
import socket
import sys
from asyncio import core

from dialtone.errors import PeerError
from micropython import const

_IPPROTO_TCP = const(6)
_TCP_NODELAY = const(1)
_PORT_TRIES = const(50)  # MicroPython cannot ask which port it got, so port 0 means: try that many by lot
# lwIP numbers this flag otherwise than POSIX, and 1.25 does not name it
_PEEK = getattr(socket, "MSG_PEEK", 1 if sys.platform == "esp32" else 2)
READS_ALL = True  # ``readinto`` goes on until the view is full or nothing is left, of a TLS object, too
_WOULD_BLOCK = (11, 115, 119)  # EAGAIN; EINPROGRESS of Linux and of lwIP, from connect


def readable(raw):
    """Awaitable: until ``raw`` (a socket or any pollable stream, such as ``sys.stdin``) can be read or has failed."""
    core._io_queue.queue_read(raw)
    yield


def writable(raw):
    """Awaitable: until ``raw`` can be written or has failed."""
    core._io_queue.queue_write(raw)
    yield


def collect():
    """Collects garbage: a closed TLS session leaves holes that the next one needs."""
    gc.collect()


def close_notify(secured):
    """Would tell the peer that the TLS stream ends here; MicroPython's tls cannot."""


def peek(raw):
    """The next byte without taking it; b"" at the end of the stream, None when it would block."""
    try:
        return raw.recv(1, _PEEK)
    except OSError as error:
        if error.errno in _WOULD_BLOCK:
            return None
        raise


def nodelay(raw):
    """Sends small segments at once: Nagle's algorithm costs 45 ms for each answer that follows another."""
    raw.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)


def listen(host, port, backlog):
    """A listening raw and its port. ``port`` 0 takes a free one."""
    tries = 1 if port else _PORT_TRIES
    while True:
        tries -= 1
        chosen = port or 20000 + int.from_bytes(os.urandom(2), "big") % 12000
        raw = socket.socket()
        try:
            raw.setblocking(False)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            raw.bind(socket.getaddrinfo(host, chosen)[0][-1])
            raw.listen(backlog)
            return raw, chosen
        except OSError:
            raw.close()
            if not tries:
                raise


def accept(raw):
    """(raw, address as text) of the next connection, or None when there is none."""
    try:
        taken, address = raw.accept()
    except OSError as error:
        if error.errno in _WOULD_BLOCK:
            return None
        raise
    taken.setblocking(False)
    if isinstance(address, tuple):  # the network boards give (text, port), the unix port a packed sockaddr
        return taken, address[0]
    return taken, ".".join([str(byte) for byte in socket.sockaddr(address)[1]])


def resolve(host):
    """The IPv4 addresses of ``host`` as texts, [] when it has none. Blocks the loop, as the platform does."""
    try:
        found = socket.getaddrinfo(host, 0)
    except OSError:
        return []
    addresses = []
    for row in found:
        address = row[-1]
        if not isinstance(address, tuple):
            family, packed = socket.sockaddr(address)[:2]
            if family != socket.AF_INET:
                continue
            address = (".".join([str(byte) for byte in packed]),)
        if address[0] not in addresses:
            addresses.append(address[0])
    return addresses


async def connect(host, port):
    """A raw that is connected to ``host``. PeerError for a name without address, OSError when nobody answers there."""
    addresses = resolve(host)
    if not addresses:
        raise PeerError("Server name not found: " + host, "Check the name and the DNS server")
    raw = socket.socket()
    try:
        raw.setblocking(False)
        try:
            raw.connect(socket.getaddrinfo(addresses[0], port)[0][-1])
        except OSError as error:
            if error.errno not in _WOULD_BLOCK:
                raise
            await writable(raw)
            raw.send(b"")  # brings out the error of a connect that failed
        nodelay(raw)
        return raw
    except BaseException:
        raw.close()
        raise
