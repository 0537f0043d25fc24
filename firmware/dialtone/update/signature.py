"""Whom this phone believes firmware: public keys of ECDSA P-256."""

from binascii import hexlify, unhexlify
from hashlib import sha256

from micropython import const

from dialtone.errors import DeviceError, PeerError

# One key a line, x and y as 128 hexadecimal digits. Put there by the flash tool or the simulator; an image can bring
# the next one (see ``rotate``). Not among the configuration: no file, page or object can name a key
NAME = "firmware.keys"
_KEYS = const(8)  # the last ones: who brings a key with each image need not revoke the one before
_ID_BYTES = const(8)


def keys(storage):
    """The keys as 64 bytes x, y each. Lines that are none are skipped; of too many the oldest do not count."""
    found = []
    for line in storage.lines(NAME):
        try:
            key = unhexlify(line.strip())
        except ValueError:
            continue
        if len(key) == 64:
            found.append(key)
            del found[:-_KEYS]
    return found


def key_id(key):
    """What a header calls ``key``."""
    return sha256(key).digest()[:_ID_BYTES]


def find(storage, header):
    """The key that a Header says it was signed with. Raises DeviceError without any key, PeerError for a stranger's."""
    known = keys(storage)
    if not known:
        raise DeviceError("This phone has no key to check firmware with", "Put one on it with the flash tool")
    for key in known:
        if key_id(key) == header.signer:
            return key
    raise PeerError("Firmware image is signed with an unknown key", "Sign it with the key that this phone knows")


def rotate(storage, new, gone):
    """Trust the key ``new`` (64 bytes or b"") from now on, and no more the one whose id is ``gone`` (b"": keep all).

    Doing it twice is the same as once. The last key stays: a phone without one could never be updated again.
    """
    known = keys(storage)
    kept = [key for key in known if key_id(key) != gone or key == new]
    if new and new not in kept:
        kept.append(new)
    if kept and kept != known:
        storage.write_atomic(NAME, [hexlify(key) + b"\n" for key in kept])
