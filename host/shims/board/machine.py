"""Emulated board: a reset ends the process with a code that its owner knows; see tests/host/emulated_board.py."""

import sys

RESET_CODE = 43


def reset():
    sys.exit(RESET_CODE)


soft_reset = reset


PWRON_RESET, WDT_RESET, SOFT_RESET = 1, 3, 5


def reset_cause():
    """The file /reset_cause says why, else the board's owner (emulated_board.py)."""
    try:
        with open("/reset_cause") as file:
            return int(file.read())
    except OSError:
        return int(sys.argv[5]) if len(sys.argv) > 5 else PWRON_RESET


def unique_id():
    return b"\x00\x08\x5d\x12\x34\x56"


_owner = []


def _tell(text):
    """The board's owner is the watchdog: it hears of it where it hears whether a program runs, see raw_repl.py."""
    if not _owner and len(sys.argv) > 4:
        _owner.append(open(int(sys.argv[4]), "wb", 0))
    for pipe in _owner:
        pipe.write(text)


class WDT:
    """As on an ESP32: a second one is the first with another time, and none ends."""

    def __init__(self, id=0, timeout=5000):
        if id or timeout <= 0:
            raise ValueError(id, timeout)
        _tell(b"w%d\n" % timeout)

    def feed(self):
        _tell(b"f\n")


class RTC:
    """Its setting is forgotten: the clock of the emulated board is this computer's."""

    def datetime(self, fields):
        if len(fields) != 8:
            raise ValueError(fields)


def _boot_button():
    """Low while the file /boot_button is there."""
    try:
        open("/boot_button").close()
        return 0
    except OSError:
        return 1


class Pin:
    """A pin with a key matrix around it: the file /pressed names the pins that keys join now, a row and a column. Pin 0
    is the BOOT button's.
    """

    IN, OUT, OPEN_DRAIN = 0, 1, 2
    PULL_UP = 2
    _levels = {}

    def __init__(self, number, mode=IN, pull=None, value=1):
        self._number = number
        self._levels[number] = value

    def value(self, level=None):
        if level is not None:
            self._levels[self._number] = level
            return None
        if not self._number:
            return _boot_button()
        try:
            with open("/pressed") as file:
                pins = [int(word) for word in file.read().split()]
        except OSError:
            return 1
        for at in range(0, len(pins), 2):
            if pins[at + 1] == self._number and not self._levels[pins[at]]:
                return 0
        return 1


class I2C:
    """A bus with a display; what it is sent last as data is the file /display.bin."""

    def __init__(self, number, sda, scl, freq):
        pass

    def writeto(self, address, data):
        pass

    def writevto(self, address, parts):
        with open("/display.bin", "wb") as file:
            file.write(parts[-1])
