"""The phone on a real board, as its owner finds it: `make device PORT=/dev/ttyUSB0 ARGS="-k phone"`. Put it there with
`make flash` or `make deploy` first. Without a port all of it is skipped.
"""

import hashlib
import os
import socket
import ssl
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

import board_link  # noqa: E402  the path above comes first

PORT = os.environ.get("DIALTONE_PORT", "")

pytestmark = pytest.mark.skipif(not PORT, reason="no board: make device PORT=...")


@pytest.fixture(scope="module")
def phone():
    """(https URL, http URL, SHA-256 of the certificate) that the board says when it has started anew."""
    https, http, _, digest = board_link.restart(PORT).split()
    return urlsplit(https), urlsplit(http), digest


def request(url):
    return b"GET /sysinfo.html HTTP/1.1\r\nHost: %s\r\n\r\n" % url.netloc.encode()


def tls(url):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is its own authority: the fingerprint is what counts
    return context.wrap_socket(socket.create_connection((url.hostname, url.port or 443), 30))


def test_the_page_answers_with_the_certificate_of_the_console(phone):
    with tls(phone[0]) as link:
        assert hashlib.sha256(link.getpeercert(True)).hexdigest() == phone[2]
        link.sendall(request(phone[0]))
        assert link.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_tls_connections_one_after_the_other(phone):
    """Each takes 25 KB of the heap and gives them back: the eighth was the last where nobody collected."""
    begin = time.monotonic()
    for _ in range(12):
        with tls(phone[0]) as link:
            link.sendall(request(phone[0]))
            assert link.recv(4096).startswith(b"HTTP/1.1 401 ")
    print("%.2f s for each" % ((time.monotonic() - begin) / 12))


def test_plain_http_leads_to_https(phone):
    with socket.create_connection((phone[1].hostname, phone[1].port or 80), 30) as link:
        link.sendall(request(phone[1]))
        head = link.recv(4096).split(b"\r\n")
    assert head[0].startswith(b"HTTP/1.1 30") and any(line.lower().startswith(b"location: https:") for line in head)
