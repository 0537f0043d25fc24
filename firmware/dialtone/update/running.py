"""The MicroPython that runs, as an image: what it is, and which version. For boards with slots for it.

An image begins with a head for ESP-IDF's bootloader (esp_image_format.h): byte 0 is 0xE9, the chip's number stands at
12. Behind the first segment's head, at 32, is the application descriptor (esp_app_desc.h) with its magic number, at 48
its version and at 80 its project.
"""

import json
from binascii import hexlify
from hashlib import sha256

from dialtone.errors import DeviceError
from micropython import const

CURRENT = "slots/system"  # JSON: head and version of the system image that has proved itself
BAD = "system "  # before the version of one that was taken back, in the boot record
_LIMIT = const(1024)  # bytes of a file of ours: the longest is 350
_HEAD = const(288)  # bytes: image and segment head, descriptor


def running():
    """Its esp32.Partition. DeviceError on other boards."""
    try:
        from esp32 import Partition

        return Partition(Partition.RUNNING)
    except (ImportError, OSError):
        raise one_slot()


def one_slot():
    """The error for a board that takes no system images."""
    return DeviceError("System images need a board with two system slots", "Flash this one with a cable")


def head(part):
    """The bytes that an image in ``part`` begins with."""
    data = bytearray(_HEAD)
    part.readblocks(0, data, 0)
    return bytes(data)


def mark(data):
    """What tells one ``head`` from others."""
    return str(hexlify(sha256(data).digest()[:8]), "utf-8")


def version(storage):
    """Version of the system that runs, as of an image; "" when it cannot be told. DeviceError on other boards."""
    data = head(running())
    found = load(storage, CURRENT)
    if found.get("head") == mark(data):
        return found.get("version", "")
    return described(data)


def described(data):
    """``1.26.1-SIP`` for a ``head`` that says v1.26.1 or v1.26.1-dirty, "" for one that says no number."""
    end = at = 49 if data[48:49] == b"v" else 48
    while end < 80 and data[end] in b"0123456789.":
        end += 1
    parts = str(data[at:end], "utf-8").split(".")
    while "" in parts:
        parts.pop()
    return ".".join(parts) + "-SIP" if parts else ""


def load(storage, name):
    """The JSON object in a file, {} without one."""
    try:
        found = json.loads(storage.read(name, _LIMIT) or b"{}")
    except (ValueError, DeviceError):
        found = None
    return found if isinstance(found, dict) else {}
