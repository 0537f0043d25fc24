"""PEM files (RFC 7468) as DER bytes, and the fingerprint that people compare."""

import binascii
import hashlib

from dialtone.errors import CallerError
from micropython import const

_BEGIN = b"-----BEGIN "
_END = b"-----END "
_DASHES = b"-----"
_LINE = const(48)  # bytes of a line of 64 characters


def blocks(data):
    """Yields (label, DER bytes) of each block in ``data`` (bytes or str). CallerError when one is damaged."""
    if isinstance(data, str):
        data = data.encode()
    at = data.find(_BEGIN)
    while at >= 0:
        at += len(_BEGIN)
        text = data.find(_DASHES, at)
        if text < 0:
            raise CallerError("A PEM block is torn")
        label = data[at:text]
        text += len(_DASHES)
        at = data.find(_END + label + _DASHES, text)
        if at < 0:
            raise CallerError("A PEM block has no end")
        yield _label(label), _decoded(data[text:at])
        at = data.find(_BEGIN, at)


def lines(label, der):
    """Yields the lines of a block as text."""
    yield "-----BEGIN %s-----\n" % label
    for at in range(0, len(der), _LINE):
        yield binascii.b2a_base64(der[at : at + _LINE]).decode()
    yield "-----END %s-----\n" % label


def fingerprint(der):
    """SHA-256 of a certificate as ``AB:CD:...``."""
    digest = binascii.hexlify(hashlib.sha256(der).digest()).decode().upper()
    return ":".join([digest[at : at + 2] for at in range(0, len(digest), 2)])


def _label(text):
    try:
        return text.decode()
    except UnicodeError:
        raise CallerError("A PEM block is damaged")


def _decoded(text):
    try:
        der = binascii.a2b_base64(b"".join(text.split()))
    except ValueError:
        der = b""
    if not der:
        raise CallerError("A PEM block is damaged")
    return der
