"""Make a phone of a bare ESP32: `make flash PORT=/dev/ttyUSB0`.

Erases the board, writes MicroPython and a littlefs with the phone, its network, whom it trusts and whose firmware it
takes, starts it and waits until it is up. PORT is whatever pyserial takes: /dev/ttyUSB0, COM3, rfc2217://host:port, ...
"""

import argparse
import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import asking
import board_link
import boards
import deploy
import personal
from bar import Bar

from host.compile import IMAGE
from host.firmtool import chip, flashfs, interpreter, partitions, serial_ports
from host.firmtool.commands import DEFAULT_KEY

_READY_S = 150  # the first start: formats what is missing, makes its key, joins the network, sets its clock
_OPEN_S = 15  # a board with USB of its own is gone for some seconds after a reset
_AGAIN_S = 0.5
_BAUD = 460800


class FlashError(Exception):
    """Flashing cannot go on; the text says what to do."""


_SLOT = "/phone/slots/a.romfs"  # where a board without partitions for it has the phone's code
_ROM = "romfs_a"  # where one with them has it, see docs/firmware.md
_MAPS = b"flashmap"  # the name of what maps them, boards/flashmap.c, in images that were built with it
_PROBLEMS = (
    FlashError,
    asking.AskingError,
    boards.BoardError,
    chip.ChipError,
    board_link.DeployError,
    flashfs.FileSystemError,
    interpreter.ImageError,
    partitions.TableError,
)


class Plan:
    """What goes where: made before the board is touched, so that nothing is asked or missing half way."""

    def __init__(self, options):
        self.hardware = boards.hardware(options.board, options.variant)
        self.board = options.board
        self.table = None
        source = self.hardware.source
        self.image = interpreter.find(options.image, source, self._judge, _agree(), options.sha256, Bar)
        told = self._judge(self.image)
        board_link.say("The image is %s, SHA-256\n  %s" % (told, hashlib.sha256(self.image).hexdigest()))
        if self.hardware.built:
            self._own_table()
        self.files = files(options)
        self.asks = not self.hardware.wired and "ssid" not in json.loads(self.files["/network.json"])

    def _judge(self, image):
        """What the bytes of an image are, as text. Raises an error unless they are for this board."""
        found = interpreter.look(image, self.hardware.image_offset)
        if found.chip != self.hardware.chip:
            text = "That image is for the chip %s, and %s has %s. Take the image of this board."
            raise FlashError(text % (found.chip, self.board, self.hardware.chip))
        self.table = found.table
        return "MicroPython %s for an %s" % (found.version, found.chip)

    def _own_table(self):
        """The board's own partition table takes the place of the image's."""
        table, offset = self.hardware.partitions, self.hardware.image_offset
        program = partitions.application(table)
        if program.offset != partitions.application(self.table).offset:
            raise FlashError("That image was built for another partition table. Build it from this board's folder.")
        if offset + len(self.image) > program.offset + program.size:
            raise FlashError("That image does not fit into the partition %s of this board." % program.name)
        at = partitions.AT - offset
        self.image = self.image[:at] + partitions.to_binary(table) + self.image[at + partitions.BYTES :]
        self.table = table

    def parts(self, flash_bytes):
        """[(text, offset, bytes)] for a flash of that size. Raises what flashfs and partitions do."""
        offset, size = partitions.file_system(self.table, flash_bytes)
        image_end = self.hardware.image_offset + len(self.image)
        if image_end > offset:
            raise FlashError("That image reaches into the files' partition. Take the image of this board.")
        files, code = dict(self.files), []
        for row in self.table:
            if row.name == _ROM and _MAPS in self.image:  # else that MicroPython reads files alone
                code = [("Writing the phone", row.offset, _fitting(files.pop(_SLOT), row))]
                files["/romslot.mpy"] = (IMAGE / "firmware/romslot.mpy").read_bytes()  # what finds it there
        spare = len(files.get(_SLOT, b""))  # of an update, which is written beside it
        system = flashfs.build(files, size, self.hardware.own_bytes + spare)
        return [
            ("Writing MicroPython", self.hardware.image_offset, self.image),
            *code,
            ("Writing the phone's files" if code else "Writing the phone", offset, _without_blank_end(system)),
        ]


def _agree():
    """Asks a person at a terminal whether an image is to be used; None without one."""
    if not sys.stdin.isatty():
        return None

    def agree(text):
        print(text)
        return input("Use it? (yes or no) ").strip().lower() in ("y", "yes")

    return agree


def _fitting(data, row):
    if len(data) > row.size:
        raise FlashError("The phone's code has %d bytes, the partition %s %d." % (len(data), row.name, row.size))
    return data + b"\xff" * (-len(data) % flashfs.BLOCK)


def _without_blank_end(data):
    """Erased flash reads as 0xFF: what is blank at the end need not travel."""
    kept = len(data.rstrip(b"\xff"))
    return data[: -(-kept // flashfs.BLOCK) * flashfs.BLOCK]


def files(options):
    """{path on the board: bytes} of the phone and of all that only its owner knows."""
    personal.judge(options)
    wired = boards.hardware(options.board, options.variant).wired
    asks = options.set_up and not options.network
    network = {} if asks else asking.network(options.network, wired or options.set_up)
    sources = deploy.build(options.board)
    try:
        sources.update(personal.files(options))
        found = {path: _bytes(source) for path, source in sources.items()}
    finally:
        personal.forget()
    found["/network.json"] = json.dumps(network, sort_keys=True).encode()
    return found


def _bytes(path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FlashError("%s cannot be read: %s." % (path, error.strerror)) from None


def flash(options):
    """The whole of it; returns the phone's line with its addresses, or the rows of its display when it asks."""
    plan = Plan(options)
    board_link.say("Looking at the chip on " + options.port)
    with chip.connect(options.port, options.baud) as found:
        board_link.say("It is an %s with %s of flash, MAC %s" % (found.name, _megabytes(found.flash_bytes), found.mac))
        parts = plan.parts(_fits(found, plan))
        options.state = "The board is not whole: run it again."
        with Bar("Erasing all of it"):
            found.erase()
        for text, offset, data in parts:
            with Bar(text) as bar:
                found.write(offset, data, bar)
        found.start()
    options.state = "All is written, the phone starts by itself: make monitor PORT=%s shows it." % options.port
    board_link.say("Waiting for the phone; the first start makes its key and takes longest")
    return await_phone(options.port, board_link.await_set_up if plan.asks else board_link.await_phone)


def _megabytes(count):
    return "%g MB" % (count / (1 << 20)) if count else "unknown size"


def _fits(found, plan):
    """The size of the flash, if chip and flash are the board's. Raises FlashError."""
    if found.name != plan.hardware.chip:
        text = "The board on this port has the chip %s, and %s has %s. Say which board it is: BOARD=..., one of %s."
        raise FlashError(text % (found.name, plan.board, plan.hardware.chip, ", ".join(boards.names())))
    size = found.flash_bytes or plan.hardware.flash_bytes
    if size < plan.hardware.flash_bytes:
        text = "Its flash has %s, and %s needs %s. Nothing was changed."
        raise FlashError(text % (_megabytes(size), plan.board, _megabytes(plan.hardware.flash_bytes)))
    return size


def await_phone(port, hear):
    """What ``hear(link, seconds)`` gives, on a port that may go away and come back only after a while."""
    end = time.monotonic() + _READY_S
    while True:
        link = _reopened(port)
        try:
            return hear(link, _READY_S)
        except board_link.GoneError:
            if time.monotonic() > end:
                raise
        finally:
            board_link.close(link)


def _reopened(port):
    end = time.monotonic() + _OPEN_S
    while True:
        try:
            return board_link.open_port(port)
        except board_link.DeployError:
            if time.monotonic() > end:
                raise
            time.sleep(_AGAIN_S)


def merge(options):
    """Writes one file for the whole flash instead: for a programmer, or a flash tool of another kind."""
    from esptool.cmds import merge_bin

    plan = Plan(options)
    parts = [(offset, data) for _, offset, data in plan.parts(plan.hardware.flash_bytes)]
    data = merge_bin(parts, plan.hardware.chip)
    target = Path(options.output)
    target.unlink(missing_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    text = "%s: %d bytes, to be written at 0x0 of an empty flash of %s. It holds the password: keep it to yourself."
    board_link.say(text % (target, len(data), _megabytes(plan.hardware.flash_bytes)))


def tell(line):
    """What the person wants to know of ``https://... http://... certificate SHA-256``, or of the rows of a display."""
    if not isinstance(line, str):
        print("\nThe phone is up, and asks for its network:\n\n    " + "\n    ".join(line).rstrip() + "\n")
        return
    deploy.tell(line)
    print("The browser warns of the certificate: compare it with this one. Then log in as admin, password 22222.")


def parser():
    found = argparse.ArgumentParser(prog="make flash", description=__doc__.splitlines()[0])
    found.add_argument("port", nargs="?", help="serial port, such as /dev/ttyUSB0, COM3 or rfc2217://host:port")
    found.add_argument("--board", default="ESP32_GENERIC", help="folder below boards/ (default: ESP32_GENERIC)")
    found.add_argument("--variant", metavar="NAME", help="of a board that has some, such as ROMFS")
    text = "MicroPython image of the board (default: the one that its board.toml names, fetched once)"
    found.add_argument("--image", metavar="FILE", help=text)
    text = "that the image must have; else that of its first use counts"
    found.add_argument("--sha256", metavar="SUM", default="", help=text)
    found.add_argument("--baud", type=int, default=_BAUD, help="speed of the line (default: %(default)s)")
    found.add_argument("--output", metavar="FILE", help="write all of it into one file instead of a board")
    text = "give it no network: it asks by an access point of its own"
    found.add_argument("--set-up", action="store_true", help=text)
    personal.add_options(found)
    return found


def main(arguments=None):
    options = parser().parse_args(arguments)
    options.state = "Nothing was changed."  # and what holds when somebody stops it later
    try:
        if not options.firmware_key and Path(DEFAULT_KEY).expanduser().exists():
            options.firmware_key = DEFAULT_KEY
        if options.output:
            merge(options)
            return 0
        if not options.port:
            raise FlashError("Say which serial port, PORT=NAME. " + serial_ports.which())
        line = flash(options)
    except _PROBLEMS as error:
        print("make flash: %s" % error, file=sys.stderr)
        return 1
    except OSError as error:
        print("make flash: %s %s" % (deploy.of_this_computer(error), options.state), file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print("\nmake flash: stopped. " + options.state, file=sys.stderr)
        return 130
    tell(line)
    try:
        personal.remember(options.hosts, line)
    except board_link.DeployError as error:
        print("make flash: %s" % error, file=sys.stderr)
        return 1
    if not options.firmware_key:
        print("It takes no firmware over the network yet: `make keys` makes a key, --firmware-key brings it.")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it leaves no key behind
    sys.exit(main())
