"""A MicroPython image for an ESP32 as its makers publish it: found, fetched once, and looked into before it is flashed.

Such a file holds bootloader, partition table and program side by side, as they lie in flash.
"""

import hashlib
import struct
import urllib.error
import urllib.request
from collections import namedtuple
from pathlib import Path

from host.firmtool import partitions
from host.places import ROOT

CACHE = ROOT / "build" / "micropython"
CHIPS = {0: "esp32", 2: "esp32s2", 5: "esp32c3", 9: "esp32s3", 12: "esp32c2", 13: "esp32c6"}
_MAGIC = 0xE9  # first byte of each program (Espressif's "Firmware image format")
_CHIP_AT = 12
_TIMEOUT_S = 30
_LARGEST = 16 << 20  # bytes; images have 1.5 to 3 MB

Image = namedtuple("Image", "chip table")


class ImageError(Exception):
    """There is no usable image; the text says what to do."""


def look(data, offset):
    """What is in the bytes of an image that goes to ``offset`` in flash. Raises ImageError."""
    table_at = partitions.AT - offset
    if len(data) < table_at + partitions.BYTES or data[0] != _MAGIC:
        raise ImageError("That is no MicroPython image with its bootloader: it does not begin with one.")
    chip = _chip(data)
    try:
        rows = partitions.from_binary(data[table_at : table_at + partitions.BYTES])
        program = partitions.application(rows).offset - offset
    except partitions.TableError as error:
        raise ImageError("That is no MicroPython image with its partition table: %s." % error) from None
    if len(data) <= program or data[program] != _MAGIC or _chip(data[program:]) != chip:
        raise ImageError("There is no program in that image where its partition table says.")
    return Image(chip, rows)


def _chip(program):
    number = struct.unpack_from("<H", program, _CHIP_AT)[0]
    return CHIPS.get(number, "chip %d" % number)


def find(path, source, say):
    """The bytes of the image: of the file ``path``, else of the cache or the network, checked by its SHA-256.

    ``source``: the table [micropython] of a board.toml, with url and sha256. Raises ImageError.
    """
    if path:
        try:
            return Path(path).expanduser().read_bytes()
        except OSError as error:
            raise ImageError("The image %s cannot be read: %s." % (path, error.strerror)) from None
    url, wanted = source.get("url", ""), source.get("sha256", "").lower()
    if not url:
        raise ImageError("This board has no image of its own to fetch: give the one that you built, IMAGE=FILE.")
    name = url.rpartition("/")[2]
    kept = CACHE / name
    if not wanted:
        text = (
            "Nobody has written down the SHA-256 of %s yet, so it is not fetched unseen. Fetch it yourself from\n%s\n"
            "and say IMAGE=FILE; or write its sum into the board's board.toml, [micropython] sha256."
        )
        raise ImageError(text % (name, url))
    if kept.exists() and hashlib.sha256(kept.read_bytes()).hexdigest() == wanted:
        return kept.read_bytes()
    say("Fetching " + url)
    data = _fetch(url)
    found = hashlib.sha256(data).hexdigest()
    if found != wanted:
        text = "%s has the SHA-256\n%s, and the board's board.toml wants\n%s. It is not used."
        raise ImageError(text % (url, found, wanted))
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(".part")
    fresh.write_bytes(data)
    fresh.replace(kept)
    return data


def _fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
            return answer.read(_LARGEST)
    except urllib.error.HTTPError as error:
        reason = "the server answers %d %s" % (error.code, error.reason)
    except (OSError, ValueError) as error:  # URLError is an OSError
        reason = str(getattr(error, "reason", error))
    text = "%s cannot be fetched (%s). With no internet here, fetch it elsewhere and say IMAGE=FILE."
    raise ImageError(text % (url, reason))
