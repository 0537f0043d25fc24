"""Secrets, keys and Finished values of SSL 3.0 (RFC 6101 sections 5.6, 6) and TLS 1.0 (RFC 2246 sections 5 to 8)."""

import hashlib

from dialtone.tls.legacy.record import Half
from micropython import const

_SSL3 = const(0x0300)
# Suites by number, best first: (number, bytes of key, hash of the MAC, name). RSA key exchange, 128 bits or more.
SUITES = (
    (0x2F, 16, "sha1", "AES128-SHA"),
    (0x35, 32, "sha1", "AES256-SHA"),
    (0x05, 16, "sha1", "RC4-SHA"),
    (0x04, 16, "md5", "RC4-MD5"),
)
_CBC = const(2)  # cryptolib's number of the mode


def suite(number):
    """The row of a suite, None of one that is not ours."""
    for row in SUITES:
        if row[0] == number:
            return row
    return None


def master(version, secret, client, server):
    """The master secret of the premaster ``secret`` and both sides' random bytes."""
    return _derive(version, secret, b"master secret", client + server, 48)


def halves(version, row, secret, client, server):
    """(Half of the client's records, of the server's) for suite ``row`` under the master ``secret``."""
    _, size, kind, _ = row
    make = getattr(hashlib, kind)
    hashed = 20 if kind == "sha1" else 16
    block = _derive(version, secret, b"key expansion", server + client, 2 * (hashed + size + 16))
    made = []
    for side in (0, 1):
        at = side * hashed
        inner, outer = _pads(version, make, block[at : at + hashed])
        at = 2 * hashed + side * size
        key = block[at : at + size]
        if row[0] < 16:
            from dialtone.crypto.rc4 import RC4

            made.append(Half(version, RC4(key), 0, make, inner, outer))
        else:
            from cryptolib import aes

            at = 2 * (hashed + size) + side * 16
            made.append(Half(version, aes(key, _CBC, block[at : at + 16]), 16, make, inner, outer))
    return made


def finished(version, secret, md5, sha1, server):
    """The Finished value over running hashes of all messages so far; both are used up. ``server``: of its, not ours."""
    if version != _SSL3:
        label = b"server finished" if server else b"client finished"
        return _prf(secret, label, md5.digest() + sha1.digest(), 12)
    value = b""
    for running, make in ((md5, hashlib.md5), (sha1, hashlib.sha1)):
        inner, outer = _pads(version, make, secret)
        running.update(b"SRVR" if server else b"CLNT")
        running.update(inner)
        outer = make(outer)
        outer.update(running.digest())
        value += outer.digest()
    return value


def _derive(version, secret, label, seed, size):
    if version != _SSL3:
        return _prf(secret, label, seed, size)
    out = b""
    turn = 1
    while len(out) < size:  # RFC 6101 section 6.1: A, BB, CCC, ...
        inner = hashlib.sha1(bytes((64 + turn,)) * turn + secret + seed).digest()
        out += hashlib.md5(secret + inner).digest()
        turn += 1
    return out[:size]


def _prf(secret, label, seed, size):
    """RFC 2246 section 5; ``secret`` has an even length."""
    half = len(secret) // 2
    one = _expand(hashlib.md5, secret[:half], label + seed, size)
    two = _expand(hashlib.sha1, secret[half:], label + seed, size)
    return bytes([one[at] ^ two[at] for at in range(size)])


def _expand(make, secret, seed, size):
    inner, outer = _pads(0, make, secret)
    chain = seed
    out = b""
    while len(out) < size:
        chain = make(outer + make(inner + chain).digest()).digest()
        out += make(outer + make(inner + chain + seed).digest()).digest()
    return out[:size]


def _pads(version, make, secret):
    """What the inner and the outer hash of a MAC begin with: HMAC's of RFC 2104, or SSL 3.0's own."""
    if version == _SSL3:
        count = 48 if make is hashlib.md5 else 40
        return secret + b"\x36" * count, secret + b"\x5c" * count
    rest = 64 - len(secret)
    return bytes([byte ^ 0x36 for byte in secret]) + b"\x36" * rest, bytes(
        [byte ^ 0x5C for byte in secret]
    ) + b"\x5c" * rest
