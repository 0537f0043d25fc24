"""Log-in passwords as flash has them: salted PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2).

Written as passlib writes it: ``$pbkdf2-sha256$ROUNDS$SALT$KEY``, the base64 with ``.`` for ``+`` and without ``=``, so
that a configuration file may have it, too.
"""

import gc
from binascii import a2b_base64, b2a_base64
from hashlib import sha256

from dialtone.errors import CallerError
from micropython import const

MARK = "$pbkdf2-sha256$"
# A round takes 2.6 us on the 32-bit MicroPython of a PC. An ESP32 takes about 100 times as long, so 0.2 s for all, and
# some 10 collections of its heap (a round leaves 512 B of garbage): 0.3 s for a log-in.
_ROUNDS = const(800)
_MOST = const(4000)  # of a hash that a file brings: a log-in takes 1.5 s, and nothing else runs meanwhile
_SALT = const(16)  # bytes
_BLOCK = const(64)  # bytes that SHA-256 takes at once
_INNER = const(0x36)
_OUTER = const(0x5C)


def derive(password, salt, rounds):
    """The first 32 bytes of PBKDF2-HMAC-SHA256; all but ``rounds`` are bytes."""
    gc.threshold(-1)  # the frequent collections of platform.make_room would take longer than all of this
    if len(password) > _BLOCK:
        password = sha256(password).digest()
    inner = bytearray(_BLOCK + 32)
    outer = bytearray(_BLOCK + 32)
    for at in range(_BLOCK):
        byte = password[at] if at < len(password) else 0
        inner[at] = byte ^ _INNER
        outer[at] = byte ^ _OUTER
    outer[_BLOCK:] = sha256(inner[:_BLOCK] + salt + b"\0\0\0\1").digest()
    block = sha256(outer).digest()
    total = int.from_bytes(block, "big")
    for _ in range(rounds - 1):
        inner[_BLOCK:] = block
        outer[_BLOCK:] = sha256(inner).digest()
        block = sha256(outer).digest()
        total ^= int.from_bytes(block, "big")
    return total.to_bytes(32, "big")


def legal(text):
    """Whether ``text`` is a hash; CallerError for one that this phone cannot use. A plain password is False."""
    if not text.startswith(MARK):
        return False
    if not _parts(text):
        raise CallerError("is no password hash that this phone can use", "At most %d rounds" % _MOST)
    return True


def matches(text, stored):
    """Whether the password ``text`` is the one of ``stored``: a hash, or a plain one from the table of defaults.

    Digests are compared, which takes the same time whatever they share.
    """
    parts = _parts(stored)
    if not parts:
        return sha256(text.encode()).digest() == sha256(stored.encode()).digest()
    return sha256(derive(text.encode(), parts[1], parts[0])).digest() == sha256(parts[2]).digest()


def kept(text, random, known=()):
    """What is stored for the password ``text``: one of ``known`` that it matches, else a new hash; ``random(n)`` gives
    bytes. "" and hashes stay as they are.
    """
    if not text or legal(text):
        return text
    for each in known:
        if matches(text, each):
            return each
    salt = random(_SALT)
    return "%s%d$%s$%s" % (MARK, _ROUNDS, _coded(salt), _coded(derive(text.encode(), salt, _ROUNDS)))


def _coded(data):
    return str(b2a_base64(data), "utf-8").rstrip("=\n").replace("+", ".")


def _parts(stored):
    """(rounds, salt, key) of a hash, None for anything else."""
    if not stored.startswith(MARK):
        return None
    parts = stored[len(MARK) :].split("$")
    if len(parts) != 3 or not parts[0].isdigit() or len(parts[0]) > 4 or not 0 < int(parts[0]) <= _MOST:
        return None
    try:
        salt, key = [a2b_base64(part.replace(".", "+") + "=" * (-len(part) % 4)) for part in parts[1:]]
    except ValueError:
        return None
    return (int(parts[0]), salt, key) if len(key) == 32 and 8 <= len(salt) <= 32 else None
