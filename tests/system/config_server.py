"""A configuration server for tests: TLS or plain, logs requests, and misbehaves per path in one named way.

It speaks just enough HTTP to be wrong on purpose; well-behaved service is tested against nginx (nginx_peer.py).
"""

import socket
import ssl
import threading
import time


class ConfigServer:
    """``files``: path -> bytes, or a fault: a function (link) that answers by itself. Missing paths get 404.

    ``requests`` lists (request line, lower-case header dict) in order of arrival.
    """

    def __init__(self, leaf=None, files=None):
        self.files = files if files is not None else {}
        self.requests = []
        self.certificates = []
        self._context = None
        if leaf:
            self.use(leaf)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = "%s://127.0.0.1:%d/" % ("https" if leaf else "http", self.port)
        threading.Thread(target=self._serve, daemon=True).start()

    def use(self, leaf):
        """From the next connection on, answer with this certificate (path of a PEM with key)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf)
        self._context = context

    def limit(self, version):
        """From the next connection on, speak only this ``ssl.TLSVersion``."""
        self._context.minimum_version = self._context.maximum_version = version

    def ask_for_certificates(self, authority):
        """Ask clients for a certificate by ``authority`` (path); ``certificates`` lists what each had, or None."""
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self._context.load_verify_locations(authority)

    def close(self):
        """Stops listening, so that new connections are refused (shutdown wakes the thread in accept)."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def paths(self):
        return [line.split(" ")[1] for line, _ in self.requests]

    def _serve(self):
        while True:
            try:
                sock = self._socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._connection, args=(sock,), daemon=True).start()

    def _connection(self, sock):
        try:
            sock.settimeout(20)
            link = self._context.wrap_socket(sock, server_side=True) if self._context else sock
            if self._context:
                self.certificates.append(link.getpeercert(True))
            with link:
                while self._answer(link):
                    pass
        except (OSError, ssl.SSLError, ValueError):
            sock.close()

    def _answer(self, link):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = link.recv(4096)
            if not piece:
                return False
            data += piece
        lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        fields = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            fields[name.strip().lower()] = value.strip()
        self.requests.append((lines[0], fields))
        path = lines[0].split(" ")[1].split("?")[0]
        found = self.files.get(path)
        if callable(found):
            found(link)
            return False
        if found is None:
            link.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return True
        send(link, found, etag=fields.get("if-none-match"))
        return True


def send(link, body, status="200 OK", etag=None):
    tag = '"%08x"' % (hash(body) & 0xFFFFFFFF)
    if etag == tag:
        link.sendall(("HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag).encode())
        return
    kind = b"text/xml" if body.startswith(b"<") else b"text/plain"
    head = "HTTP/1.1 %s\r\nContent-Length: %d\r\nETag: %s\r\nContent-Type: " % (status, len(body), tag)
    link.sendall(head.encode() + kind + b"\r\n\r\n" + body)


def hangs(link):
    """Takes the request and never answers (until the phone gives up)."""
    time.sleep(60)


def truncated(body):
    def fault(link):
        link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(body) + 100) + body)

    return fault


def close_delimited(body):
    def fault(link):
        link.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)

    return fault


def status(line):
    def fault(link):
        link.sendall(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % line.encode())

    return fault


def raw(data):
    def fault(link):
        link.sendall(data)

    return fault
