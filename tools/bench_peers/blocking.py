"""How the limits on MicroPython ask for a file: a blocking socket, TLS, a verified server."""

import socket
import tls


def asked(port, anchors, path):
    """A TLS socket on which the server of localhost's ``port`` was asked for ``path`` (bytes) and will close.

    ``anchors``: name of the file with the trust anchors.
    """
    raw = socket.socket()
    raw.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
    raw.setsockopt(6, 1, 1)
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    with open(anchors, "rb") as file:
        context.load_verify_locations(file.read())
    secured = context.wrap_socket(raw, server_hostname="localhost")
    secured.write(b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path)
    return secured
