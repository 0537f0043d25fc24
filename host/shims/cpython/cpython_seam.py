"""CPython's edition of ``dialtone.net.seam``: the same names over asyncio's event loop.

A raw object stays registered with the loop while it lives, because a registration costs more than a read.
"""

import asyncio
import errno
import os
import socket

from dialtone.errors import PeerError

READS_ALL = False  # OpenSSL gives one record at a time and may hold others
_PENDING = errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR  # of a connect that goes on by itself
_WOULD_BLOCK = (BlockingIOError, InterruptedError)


class Readiness:
    """Waits for one file descriptor, in whatever loop runs."""

    def __init__(self, fd):
        self.fd = fd
        self._loop = None
        self._reader = None
        self._registered = False
        self._stale = False
        self._writer = None

    def wait_readable(self):
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.forget()
            self._loop = loop
        self._reader = future = loop.create_future()
        if not self._registered:
            try:
                loop.add_reader(self.fd, self._on_readable)
            except PermissionError:  # a regular file or /dev/null: always ready
                future.set_result(None)
                return future
            self._registered = True
            self._stale = False
        return future

    def wait_writable(self):
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.forget()
            self._loop = loop
        self._writer = future = loop.create_future()
        loop.add_writer(self.fd, self._on_writable)
        return future

    def forget(self):
        """Leaves the loop; before the descriptor is closed."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            if self._registered:
                loop.remove_reader(self.fd)
            if self._writer is not None:
                loop.remove_writer(self.fd)
        self._registered = False
        self._loop = self._reader = self._writer = None

    def _on_readable(self):
        if self._stale:
            # Polled before the task that we woke has read: it says nothing new. If there is more, the next poll tells.
            self._stale = False
            return
        waiter = self._reader
        if waiter is not None and not waiter.done():
            self._reader = None
            self._stale = True
            waiter.set_result(None)
        else:  # bytes that nobody waits for would wake the loop for ever
            self._loop.remove_reader(self.fd)
            self._registered = False

    def _on_writable(self):
        waiter = self._writer
        self._writer = None
        self._loop.remove_writer(self.fd)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


class Raw(Readiness):
    """A non-blocking TCP socket. The ``tls`` shim exchanges ``sock`` for its own over the same descriptor."""

    def __init__(self, sock):
        super().__init__(sock.fileno())
        sock.setblocking(False)
        self.sock = sock

    def readinto(self, view):
        try:
            return self.sock.recv_into(view)
        except _WOULD_BLOCK:
            return None

    def write(self, data):
        try:
            return self.sock.send(data)
        except _WOULD_BLOCK:
            return None

    def close(self):
        self.forget()
        self.sock.close()


def readable(raw):
    """Awaitable: until ``raw`` (a Raw, or what has ``fileno()``, such as ``sys.stdin``) can be read or has failed."""
    if isinstance(raw, Readiness):
        return raw.wait_readable()
    return _readable_once(raw)


async def _readable_once(stream):
    readiness = Readiness(stream.fileno())
    try:
        await readiness.wait_readable()
    finally:
        readiness.forget()


def writable(raw):
    """Awaitable: until ``raw`` can be written or has failed."""
    return raw.wait_writable()


def collect():
    """CPython counts references: a closed TLS session is gone already."""


def close_notify(secured):
    """Tells the peer that the TLS stream ends here, if that can be done without waiting."""
    secured.shutdown()


def peek(raw):
    """The next byte without taking it; b"" at the end of the stream, None when it would block."""
    try:
        return raw.sock.recv(1, socket.MSG_PEEK)
    except _WOULD_BLOCK:
        return None


def nodelay(raw):
    raw.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def listen(host, port, backlog):
    """A listening raw and its port. ``port`` 0 takes a free one."""
    sock = socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(backlog)
        return Raw(sock), sock.getsockname()[1]
    except OSError:
        sock.close()
        raise


def accept(raw):
    """(raw, address as text) of the next connection, or None when there is none."""
    try:
        sock, address = raw.sock.accept()
    except _WOULD_BLOCK:
        return None
    return Raw(sock), address[0]


def resolve(host):
    """The IPv4 addresses of ``host`` as texts, [] when it has none. Blocks, as MicroPython's does."""
    try:
        rows = socket.getaddrinfo(host, 0, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [row[4][0] for row in rows]


async def connect(host, port):
    """A raw that is connected to ``host``. PeerError for a name without address, OSError when nobody answers there."""
    place = host, port
    if not _is_address(host):
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.getaddrinfo(host, port, family=socket.AF_INET, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise PeerError("Server name not found: " + host, "Check the name and the DNS server") from None
        place = rows[0][4]
    raw = Raw(socket.socket())
    try:
        error = raw.sock.connect_ex(place)
        if error in _PENDING:
            await raw.wait_writable()
            error = raw.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, os.strerror(error))
        nodelay(raw)
        return raw
    except BaseException:
        raw.close()
        raise


def _is_address(host):
    """Whether no name server has to be asked, which takes a thread."""
    try:
        socket.inet_pton(socket.AF_INET, host)
        return True
    except (OSError, ValueError):
        return False
