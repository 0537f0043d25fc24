"""CPython's edition of ``dialtone.net.datagram``."""

import socket

from dialtone.net import seam


def connect(host, port):
    """A raw that sends UDP to ``host`` and hears only what comes from there. OSError when there is no such host."""
    address = _address(host)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.connect((address, port))
        return seam.Raw(sock)
    except BaseException:
        sock.close()
        raise


def open():
    """A raw that may send to anybody, for ``send_to`` and ``first``."""
    return seam.Raw(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


class _Answering(seam.Raw):
    """What ``bind`` gives. BlockingIOError has the errno that MicroPython's sockets tell: 11."""

    def recvfrom(self, count):
        return self.sock.recvfrom(count)

    def sendto(self, data, peer):
        return self.sock.sendto(data, peer)


def bind(host, port, group="", address=""):
    """A raw that hears whoever asks at ``host`` and ``port``, with ``group`` also those who ask that group."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        if group:
            own = socket.inet_aton(address)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + own)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        return _Answering(sock)
    except BaseException:
        sock.close()
        raise


def place(peer):
    """(address as text, port) of the ``peer`` that ``recvfrom`` gave."""
    return peer[:2]


def target(host, port):
    """What ``sendto`` takes for an address."""
    return host, port


def send_to(raw, host, port, data):
    """Sends ``data`` to ``host``. OSError when it has no address."""
    raw.sock.sendto(data, (_address(host), port))


def first(raw, host, view):
    """A datagram from ``host``, from whatever port: its bytes go into ``view`` and ``raw`` stays with that port.

    Returns their count; 0 for one from somebody else, None when there is none.
    """
    try:
        count, peer = raw.sock.recvfrom_into(view)
    except BlockingIOError:
        return None
    if peer[0] != _address(host):
        return 0
    raw.sock.connect(peer)
    return count


def receive(raw, view):
    """The next datagram into ``view``; its bytes, None when there is none."""
    return raw.readinto(view)


def _address(host):
    addresses = seam.resolve(host)
    if not addresses:
        raise OSError(2)
    return addresses[0]
