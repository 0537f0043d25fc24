"""An ESP32 in its boot loader, by way of esptool's library: what it is, and its flash erased and written."""

import contextlib

import serial
from esptool import cmds
from esptool.logger import TemplateLogger, log
from esptool.util import FatalError, flash_size_bytes

from host.firmtool.serial_ports import cannot_open

_CONNECT_BAUD = 115200
_ATTEMPTS = 7  # resets, of which some fail on boards with a slow line; nearly one second each
_NO_ANSWER = """\
The chip on %s does not answer: %s.
- Is it the port of the board, and the cable one that carries data?
- Hold the button BOOT, press and let go of RESET (EN), let go of BOOT, and run this again.
- A program that watches the port (a monitor, `make lcd`) has to be closed first.
Nothing was changed on the board."""
_BROKE_OFF = """\
The chip on %s broke off before anything was changed on it: %s.
Run it again. If it stops again, try a slower line, ARGS="--baud 115200", or another cable."""
_STOPPED = """\
It stopped half way: %s.
Run it again; the board is empty until then. If it stops again, try a slower line, ARGS="--baud 115200", or another
cable."""


class ChipError(Exception):
    """The chip does not answer, or is another one; the text says what to do."""


class _Quiet(TemplateLogger):
    """Takes what esptool says in many lines. ``watch(done, whole)`` hears how far it is."""

    watch = None

    def print(self, *words, **options):
        pass

    def note(self, message):
        pass

    warning = error = note

    def stage(self, finish=False):
        pass

    def progress_bar(self, cur_iter, total_iters, prefix="", suffix="", bar_length=30):
        if self.watch:
            self.watch(cur_iter, total_iters)

    def set_verbosity(self, verbosity):
        pass


_QUIET = _Quiet()
log.set_logger(_QUIET)  # esptool takes another logger once in a process


class Chip:
    """Opened by ``connect``. ``name`` is as in board.toml (``esp32``), ``flash_bytes`` what esptool finds, ``mac``."""

    def __init__(self, loader):
        self._loader = loader
        self.name = loader.CHIP_NAME.lower().replace("-", "")
        size = cmds.detect_flash_size(loader)
        self.flash_bytes = flash_size_bytes(size) if size else None
        self.mac = "".join("%02X" % byte for byte in loader.read_mac())

    def erase(self):
        self._do(lambda: cmds.erase_flash(self._loader))

    def write(self, offset, data, watch):
        """Writes ``data`` and has the chip compare its MD5 afterwards; ``watch(done, whole)`` hears how far it is."""
        _QUIET.watch = watch
        self._do(lambda: cmds.write_flash(self._loader, [(offset, data)]))
        _QUIET.watch = None

    def start(self):
        """Leaves the boot loader: what was written runs."""
        self._do(lambda: cmds.reset_chip(self._loader, "hard-reset"))

    def _do(self, action):
        try:
            action()
        except (FatalError, serial.SerialException, OSError) as error:
            raise ChipError(_STOPPED % _first_line(error)) from None


def _first_line(error):
    return str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__


@contextlib.contextmanager
def connect(port, baud):
    """The Chip at ``port``, a string that goes to pyserial as it is. Raises ChipError."""
    try:
        loader = cmds.detect_chip(port, _CONNECT_BAUD, connect_attempts=_ATTEMPTS)
    except (FatalError, serial.SerialException, OSError, ValueError) as error:
        if isinstance(error, ValueError) or str(error).startswith("Could not open"):
            raise ChipError(cannot_open(port, error)) from None
        raise ChipError(_NO_ANSWER % (port, _first_line(error))) from None
    try:
        try:
            loader = cmds.run_stub(loader)
            if baud != _CONNECT_BAUD:
                loader.change_baud(baud)
            cmds.attach_flash(loader)
            chip = Chip(loader)
        except (FatalError, serial.SerialException, OSError) as error:
            raise ChipError(_BROKE_OFF % (port, _first_line(error))) from None
        yield chip
    finally:
        with contextlib.suppress(OSError, serial.SerialException):
            loader._port.close()
