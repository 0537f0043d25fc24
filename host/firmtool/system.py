"""MicroPython for a board, as the payload of a system image: taken out of the file that its makers publish, checked.

The formats are those of ESP-IDF: an image for its bootloader, and a partition table behind a bootloader where the file
is one for the whole flash. What the phone checks itself: firmware/dialtone/update/regions.py.
"""

import struct
import tomllib
from collections import namedtuple

from host.firmtool import interpreter, partitions
from host.firmtool.payload import PayloadError
from host.places import ROOT, allow_firmware_imports

allow_firmware_imports()

from dialtone.update.running import described  # noqa: E402

_OTA = 0x10  # in the subtype of an app partition that takes turns
_STARTS = (0x1000, 0)  # where a file for the whole flash begins, which depends on the chip
_DESCRIPTOR = 0xABCD5432
_NO_IMAGE = "That is no MicroPython for an ESP32. Take the .app-bin file, or the .bin file, of the board."

# ``data``: the image, cut to its length. ``chip``: a name of CHIPS or a number. The rest is what its descriptor says.
System = namedtuple("System", "data chip version project idf built")


def read(data):
    """The System in a file of MicroPython: an .app-bin, or a .bin for the whole flash. Raises PayloadError."""
    if not _is_app(data):
        data = _from_flash(data)
    length = _length(data)
    fields = struct.unpack("32s32s16s16s32s", data[48:176])
    version, project, time, date, idf = [field.split(b"\0")[0].decode("ascii", "replace") for field in fields]
    number = struct.unpack("<H", data[12:14])[0]
    return System(data[:length], interpreter.CHIPS.get(number, number), version, project, idf, "%s %s" % (date, time))


def rows(system):
    """[(label, text)] of what there is to say of a System."""
    return [
        ("chip", str(system.chip)),
        ("program", "%s %s" % (system.project, system.version)),
        ("built", "%s, with ESP-IDF %s" % (system.built, system.idf)),
    ]


def check_board(system, name, anyway=False):
    """Raises PayloadError unless a System is for the board ``name``, and fits into its slots (``anyway``: or not)."""
    path = ROOT / "boards" / name / "board.toml"
    try:
        board = tomllib.loads(path.read_text(encoding="utf-8"))["board"]
    except (OSError, KeyError):
        raise PayloadError("There is no board %s." % name) from None
    if system.chip != board["chip"]:
        raise PayloadError("That is MicroPython for %s; %s has %s." % (system.chip, name, board["chip"]))
    slots = _slots(path.parent, board)
    if not anyway and (len(slots) < 2 or len(system.data) > min(slots)):
        told = "it has one slot"
        if len(slots) > 1:
            told = "its slots have %d bytes, this needs %d" % (min(slots), len(system.data))
        raise PayloadError("%s does not take system images: %s." % (name, told))


def _slots(folder, board):
    """Bytes of each app partition of a board's table that takes turns."""
    table = partitions.read_csv(folder / board["partitions"])
    return [row.size for row in table if row.kind == "app" and row.subtype & _OTA]


def version_of(system):
    """``1.26.1-SIP`` for MicroPython v1.26.1. Raises PayloadError for one that says no number."""
    found = described(system.data)
    if not found:
        raise PayloadError("It calls itself %r, which is no version: give one with --version." % system.version)
    return found


def _is_app(data):
    return len(data) > 288 and data[0] == 0xE9 and struct.unpack("<I", data[32:36])[0] == _DESCRIPTOR


def _from_flash(data):
    """The first app of a file that begins with a bootloader."""
    for start in _STARTS:
        at = partitions.AT - start
        try:
            program = partitions.application(partitions.from_binary(data[at : at + partitions.BYTES])).offset
        except partitions.TableError:
            continue
        if _is_app(data[program - start :]):
            return data[program - start :]
    raise PayloadError(_NO_IMAGE)


def _length(data):
    """Bytes of the image that ``data`` begins with; checksum and hash are right, or a PayloadError is raised."""
    try:
        return interpreter.length(data)
    except interpreter.ImageError as error:
        raise PayloadError(str(error)) from None
