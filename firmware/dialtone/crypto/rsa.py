"""RSA with a public key (RFC 8017): PKCS #1 v1.5 encryption (section 7.2.1) and signature check (section 8.2.2)."""

from dialtone.errors import CallerError, DeviceError
from micropython import const

_SHORTEST = const(1024)  # bits of a modulus: less was factored long ago
_LONGEST = const(4096)  # more costs a phone seconds
_EXPONENT = const(32)  # bits: a peer that may choose the exponent freely chooses how long we compute
_TRIES = const(32)  # draws of padding: one byte in 256 is thrown away, so two are enough
# DER of a DigestInfo up to the digest itself (RFC 8017 section 9.2, note 1)
_SHA1 = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\0\x04\x14"
_SHA256 = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\0\x04\x20"


def usable(n, e):
    """Whether modulus ``n`` and exponent ``e`` are a key of a size that is worked with: 1024 to 4096 bits."""
    return bool(n & 1 and n >> _SHORTEST - 1 and not n >> _LONGEST and e & 1 and e > 2 and not e >> _EXPONENT)


def verify(n, e, signature, digest, hash_name):
    """Whether ``signature`` over ``digest`` ("sha1" or "sha256", bytes) is good under the key (``n``, ``e``).

    The one right block is made and compared as a whole: nothing in it is parsed, so nothing in it can hide.
    """
    prefix = {"sha1": _SHA1, "sha256": _SHA256}.get(hash_name)
    if not prefix or len(digest) != prefix[-1] or not usable(n, e) or len(signature) != _size(n):
        return False
    number = int.from_bytes(signature, "big")
    if number >= n:
        return False
    info = prefix + bytes(digest)
    return _power(number, e, n) == b"\0\1" + b"\xff" * (len(signature) - 3 - len(info)) + b"\0" + info


def encrypt_pkcs1(n, e, secret, random):
    """``secret`` (bytes) for the owner of the key (``n``, ``e``). ``random(count)`` gives unpredictable bytes.

    CallerError for a key that is not ``usable`` or a secret that is too long for it.
    """
    space = _size(n) - 3 - len(secret)
    if not usable(n, e) or space < 8:
        raise CallerError("RSA key cannot be used", "Use an RSA key of 2048 bits")
    block = b"\0\2" + _padding(space, random) + b"\0" + secret
    return _power(int.from_bytes(block, "big"), e, n)


def _padding(size, random):
    out = b""
    for _ in range(_TRIES):
        out += bytes([byte for byte in random(size) if byte])
        if len(out) >= size:
            return out[:size]
    raise DeviceError("The random generator is broken")


def _power(number, e, n):
    return pow(number, e, n).to_bytes(_size(n), "big")


def _size(n):
    """Bytes of ``n``."""
    size = 0
    while n >> 8 * size + 64:  # coarse first: each shift copies the number
        size += 8
    while n >> 8 * size:
        size += 1
    return size
