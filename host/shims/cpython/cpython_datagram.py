"""CPython's edition of ``dialtone.net.datagram``."""

import socket

from dialtone.net import seam


def connect(host, port):
    """A raw that sends UDP to ``host`` and hears only what comes from there. OSError when there is no such host."""
    addresses = seam.resolve(host)
    if not addresses:
        raise OSError(2)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.connect((addresses[0], port))
        return seam.Raw(sock)
    except BaseException:
        sock.close()
        raise
