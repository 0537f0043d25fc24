"""A MicroPython image for an ESP32 as its makers publish it: found, fetched once, and looked into before it is flashed.

Such a file holds bootloader, partition table and program side by side, as they lie in flash.
"""

import contextlib
import functools
import hashlib
import http.client
import operator
import re
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
_SEGMENTS_AT = 24
_SUM_BEGIN = 0xEF
_OLDEST = (1, 23)  # of MicroPython: what the phone needs came with it
_BANNER = re.compile(rb"MicroPython (?:\([ -~]{1,40}\) )?v(\d+)\.(\d+)([-.+\w]*) on (20\d\d-\d\d-\d\d)")
_TIMEOUT_S = 30
_LARGEST = 16 << 20  # bytes; images have 1.5 to 3 MB
_PIECE = 64 << 10  # bytes, after which the bar moves
_TAKE = "Take the .bin file of this board, not its .app-bin."
_UNSEEN = """\
Nobody has written down the SHA-256 of {name} yet, so it is not fetched unseen.
- Run this in a terminal: it fetches the file, shows its sum and asks.
- Or fetch it yourself from {url} and say IMAGE=FILE.
- Or give a sum that you trust: ARGS="--sha256 SUM"."""
_OTHER = """\
{where} has the SHA-256
  {found}
and {source} wants
  {wanted}
So it is not used: fetch it once more, or ask the one who knows the sum."""
_FIRST = """\
{name} came over HTTPS from {host}, whose certificate was checked. It is {what},
undamaged. Nobody has written its SHA-256 down here yet:
  {found}
Whoever has fetched it elsewhere can tell you whether it is the same. From now on no other is taken by that name."""

# ``version``: as "v1.26.1 of 2025-09-11"
Image = namedtuple("Image", "chip table version")


class ImageError(Exception):
    """There is no usable image; the text says what to do."""


def look(data, offset):
    """What is in the bytes of an image that goes to ``offset`` in flash. Raises ImageError, also for a damaged one."""
    table_at = partitions.AT - offset
    if len(data) < table_at + partitions.BYTES or data[0] != _MAGIC:
        raise ImageError("That is no MicroPython image with its bootloader: it does not begin with one. " + _TAKE)
    chip = _chip(data)
    try:
        rows = partitions.from_binary(data[table_at : table_at + partitions.BYTES])
        program = partitions.application(rows).offset - offset
    except partitions.TableError as error:
        raise ImageError("That is no MicroPython image with its partition table: %s. %s" % (error, _TAKE)) from None
    if len(data) <= program or data[program] != _MAGIC or _chip(data[program:]) != chip:
        raise ImageError("There is no program in that image where its partition table says.")
    try:
        for at in (0, program):
            length(data[at:])
    except ImageError as error:
        raise ImageError("%s Fetch it once more." % error) from None
    return Image(chip, rows, version(data[program:]))


def _chip(program):
    number = struct.unpack_from("<H", program, _CHIP_AT)[0]
    return CHIPS.get(number, "chip %d" % number)


def version(program):
    """What MicroPython says of itself at its prompt, in bytes. Raises ImageError for one that no phone runs on."""
    found = _BANNER.search(program)
    if not found:
        raise ImageError("There is no MicroPython in that image. " + _TAKE)
    major, minor, more, date = found.groups()
    text = "v%s.%s%s of %s" % tuple(part.decode() for part in (major, minor, more, date))
    if (int(major), int(minor)) < _OLDEST:
        raise ImageError("That is MicroPython %s. The phone needs %d.%d or later." % (text, *_OLDEST))
    return text


def length(data):
    """Bytes of the program that ``data`` begins with. Raises ImageError unless its checksum and hash are right."""
    at, total = _SEGMENTS_AT, _SUM_BEGIN
    try:
        for _ in range(data[1]):
            size = struct.unpack_from("<I", data, at + 4)[0]
            segment = data[at + 8 : at + 8 + size]
            if len(segment) != size:
                raise IndexError
            total = functools.reduce(operator.xor, segment, total)
            at += 8 + size
        end = at + 16 - at % 16
        good = data[end - 1] == total
    except (IndexError, struct.error):
        raise ImageError("The file ends inside the image.") from None
    if data[_SEGMENTS_AT - 1]:
        good = good and hashlib.sha256(data[:end]).digest() == data[end : end + 32]
        end += 32
    if not good:
        raise ImageError("The image is damaged: its checksum or hash is wrong.")
    return end


def find(path, source, judge, agree=None, given="", bar=None):
    """The bytes of the image: of the file ``path``, else of the cache or the network. Raises ImageError.

    ``source``: the table [micropython] of a board.toml, with url and sha256. ``given``: a SHA-256 that somebody gives,
    hexadecimal. Without one, and without one in the table, that of the file's first use counts, which lies beside it in
    the cache; and the first time ``agree(text)`` is asked, whether the person wants what has come (None: nobody is
    there). ``judge(data)``: what it is, as text; raises ImageError when it is not to be used. ``bar``: tools/bar.py's.
    """
    url = source.get("url", "")
    kept = CACHE / (url.rpartition("/")[2] or "none")
    ours = not path or Path(path).name == kept.name
    wanted, why = _wanted(given.lower(), source, kept if ours else None)
    if path:
        try:
            data = Path(path).expanduser().read_bytes()
        except OSError as error:
            raise ImageError("The image %s cannot be read: %s." % (path, error.strerror)) from None
        _compare(data, wanted, path, why)
        judge(data)
    else:
        if not url:
            raise ImageError("This board has no image of its own to fetch: give the one that you built, IMAGE=FILE.")
        if kept.exists() and wanted == _sum(kept.read_bytes()):
            return kept.read_bytes()
        if not wanted and (not agree or not url.startswith("https://")):
            raise ImageError(_UNSEEN.format(name=kept.name, url=url))
        data = _fetch(url, bar)
        _compare(data, wanted, url, why)
        what = judge(data)
        host = url.split("/")[2]
        if not wanted and not agree(_FIRST.format(name=kept.name, host=host, what=what, found=_sum(data))):
            raise ImageError("Then it is not used. Fetch another one yourself, and say IMAGE=FILE.")
    if ours and url:
        _keep(kept, data)
    return data


def _wanted(given, source, kept):
    """(the SHA-256 that the image must have, or "", and who says so)."""
    if given:
        if not re.fullmatch("[0-9a-f]{64}", given):
            raise ImageError("A SHA-256 has 64 hexadecimal digits, and --sha256 has not.")
        return given, "--sha256"
    if not kept:
        return "", ""
    if source.get("sha256"):
        return source["sha256"].lower(), "the board's board.toml"
    noted = _note(kept)
    try:
        return noted.read_text(encoding="ascii").split()[0], "%s, of its first use (remove it to take another)," % noted
    except (OSError, ValueError, IndexError):
        return "", ""


def _note(kept):
    return kept.with_name(kept.name + ".sha256")


def _sum(data):
    return hashlib.sha256(data).hexdigest()


def _compare(data, wanted, where, source):
    found = _sum(data)
    if wanted and found != wanted:
        raise ImageError(_OTHER.format(where=where, found=found, source=source, wanted=wanted))


def _keep(kept, data):
    """The image for the next time, and its sum beside it as `sha256sum -c` reads it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for target, content in ((kept, data), (_note(kept), ("%s  %s\n" % (_sum(data), kept.name)).encode())):
        fresh = target.with_name(target.name + ".part")
        fresh.write_bytes(content)
        fresh.replace(target)


def _fetch(url, bar):
    try:
        shown = bar("Fetching MicroPython") if bar else contextlib.nullcontext()
        with shown as watch, urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
            whole, data = int(answer.headers.get("Content-Length") or 0), b""
            while piece := answer.read(_PIECE):
                data += piece
                if watch:
                    watch(len(data), whole)
                if len(data) > _LARGEST:
                    raise OSError("it is no image: it has more than %d MB" % (_LARGEST >> 20))
        if whole and len(data) != whole:
            raise OSError("it broke off after %d of %d bytes" % (len(data), whole))
        return data
    except urllib.error.HTTPError as error:
        reason = "the server answers %d %s" % (error.code, error.reason)
    except (OSError, ValueError, http.client.HTTPException) as error:  # URLError is an OSError
        reason = str(getattr(error, "reason", error))
    text = "%s cannot be fetched (%s).\nWith no internet here, fetch it elsewhere and say IMAGE=FILE."
    raise ImageError(text % (url, reason))
