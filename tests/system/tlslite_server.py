"""tlslite-ng as a web server of one version and one suite: ``tlslite_server.py PORT METHOD SUITE PEM``."""

import http.server
import socketserver
import sys

from tlslite.api import HandshakeSettings, TLSSocketServerMixIn, X509CertChain, parsePEMKey

VERSIONS = {"SSLv3": (3, 0), "TLSv1": (3, 1), "TLSv1.2": (3, 3)}


def settings(method, suite):
    """HandshakeSettings for this method and suite alone."""
    made = HandshakeSettings()
    made.minVersion = made.maxVersion = VERSIONS[method]
    made.cipherNames = [suite.split("-")[0].lower()]
    made.macNames = [suite.split("-")[1].lower()]
    made.keyExchangeNames = ["rsa"]
    return made


class Server(socketserver.ThreadingMixIn, TLSSocketServerMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handshake(self, connection):
        connection.handshakeServer(certChain=self.chain, privateKey=self.key, settings=self.settings)
        return True

    def handle_error(self, *_):
        """A client that refuses is part of the test."""


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Quiet."""


def main(port, method, suite, pem):
    with open(pem, encoding="ascii") as file:
        text = file.read()
    server = Server(("127.0.0.1", int(port)), Handler)
    server.chain = X509CertChain()
    server.chain.parsePemList(text)
    server.key = parsePEMKey(text, private=True)
    server.settings = settings(method, suite)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
