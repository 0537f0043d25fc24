"""What a board folder says about its board, checked before it reaches the board.

``settings("ESP32_GENERIC")`` is the table [phone] of boards/ESP32_GENERIC/board.toml as the phone reads it. The tables
[phone.display], [phone.keypad] and [phone.leds] are described in docs/hardware.md.
"""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from host.control import KEYS  # noqa: E402  the path above comes first

COLUMNS = {"57i": 24, "53i": 16}
SOURCES = ("console", "keypad", "both")
_ESP32 = {
    "pins": {*range(6), *range(12, 20), 21, 22, 23, 25, 26, 27, *range(32, 40)},
    "input only": {34, 35, 36, 37, 38, 39},  # and without pull-ups
    "console": {1, 3},
}
_CHIPS = {"esp32": _ESP32}
_DRIVERS = ("ssd1306",)


class BoardError(Exception):
    """A board folder is missing or wrong; the text names file, table and field, and says what is allowed."""


def names():
    """The boards there are."""
    return sorted(path.parent.name for path in ROOT.glob("boards/*/board.toml"))


def settings(board, folder=ROOT / "boards"):
    """What the phone on ``board`` gets as /board.json; raises BoardError."""
    path = Path(folder) / board / "board.toml"
    try:
        text = path.read_text()
    except OSError:
        raise BoardError("There is no board %s. Boards are: %s." % (board, ", ".join(names()))) from None
    return _Checker(path).checked(text)


class _Checker:
    """Reads one board.toml; remembers which pin is taken by what."""

    def __init__(self, path):
        self._where = "boards/%s/%s" % (path.parent.name, path.name)
        self._taken = {}
        self._chip = {}

    def wrong(self, text):
        raise BoardError("%s: %s" % (self._where, text))

    def checked(self, text):
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.wrong(str(error))
        if not isinstance(found.get("phone"), dict):
            self.wrong("the table [phone] is missing")
        self._chip = _CHIPS.get(found.get("board", {}).get("chip"), {})
        phone = found["phone"]
        if phone.get("model") not in COLUMNS:
            self.wrong("[phone] model must be one of %s, not %r" % (", ".join(COLUMNS), phone.get("model")))
        source = phone.get("keys", "both")
        if source not in SOURCES:
            self.wrong("[phone] keys must be one of %s, not %r" % (", ".join(SOURCES), source))
        if source == "keypad" and "keypad" not in phone:
            self.wrong('[phone] keys = "keypad" needs the table [phone.keypad]')
        for name, check in (("display", self._display), ("keypad", self._keypad), ("leds", self._leds)):
            if name in phone:
                if not isinstance(phone[name], dict):
                    self.wrong("[phone] %s must be a table [phone.%s]" % (name, name))
                check(phone[name], phone)
        return phone

    def _known(self, table, name, allowed):
        for field in table:
            if field not in allowed:
                self.wrong("[phone.%s] has no field %s. Fields are: %s." % (name, field, ", ".join(allowed)))

    def _pin(self, number, what, output):
        """Checks that the chip has this pin, that it can do that, and that nothing else is wired to it."""
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            self.wrong("%s must be the number of a pin, not %r" % (what, number))
        if self._chip and number not in self._chip["pins"]:
            self.wrong("%s: this chip has no pin %d for that (6 to 11 lead to its flash)" % (what, number))
        if number in self._chip.get("console", ()):
            self.wrong("%s: pin %d is the serial console" % (what, number))
        if number in self._chip.get("input only", ()):
            need = "drive nothing" if output else "have no pull-up"
            self.wrong("%s: pin %d cannot be used, pins 34 to 39 %s" % (what, number, need))
        if number in self._taken:
            self.wrong("%s: pin %d is taken by %s" % (what, number, self._taken[number]))
        self._taken[number] = what

    def _display(self, table, phone):
        self._known(table, "display", ("driver", "sda", "scl", "address", "i2c", "flip"))
        driver = table.get("driver")
        if driver not in _DRIVERS:
            self.wrong("[phone.display] driver must be one of %s, not %r" % (", ".join(_DRIVERS), driver))
        for name in ("sda", "scl"):
            self._pin(table.get(name), "[phone.display] " + name, True)
        for name, low, high, usual in (("address", 0x08, 0x77, "0x3C or 0x3D"), ("i2c", 0, 1, "0 or 1")):
            value = table.get(name, low)
            if not isinstance(value, int) or not low <= value <= high:
                self.wrong("[phone.display] %s must be %s, not %r" % (name, usual, value))
        if not isinstance(table.get("flip", False), bool):
            self.wrong("[phone.display] flip must be true or false")
        table["columns"] = COLUMNS[phone["model"]]

    def _keypad(self, table, phone):
        self._known(table, "keypad", ("rows", "columns", "keys"))
        for name in ("rows", "columns"):
            if not isinstance(table.get(name), list) or not table[name]:
                self.wrong("[phone.keypad] %s must be a list of pins" % name)
            for number in table[name]:
                self._pin(number, "[phone.keypad] " + name, name == "rows")
        keys, rows, columns = table.get("keys"), len(table["rows"]), len(table["columns"])
        shaped = isinstance(keys, list) and len(keys) == rows
        if not shaped or any(not isinstance(row, list) or len(row) != columns for row in keys):
            self.wrong("[phone.keypad] keys must be %d lists of %d names, one for each crossing" % (rows, columns))
        seen = set()
        for key in (key for row in keys for key in row if key):
            if key not in KEYS:
                self.wrong("[phone.keypad] keys: there is no key %r. Keys are: %s." % (key, " ".join(KEYS)))
            if key in seen:
                self.wrong("[phone.keypad] keys: %s is there twice" % key)
            seen.add(key)

    def _leds(self, table, phone):
        for name, number in table.items():
            if name == "lit":
                if number not in (0, 1) or isinstance(number, bool):
                    self.wrong("[phone.leds] lit must be 0 or 1, the level that lights an LED")
            elif name not in KEYS:
                self.wrong("[phone.leds] there is no key %s. Keys are: %s." % (name, " ".join(KEYS)))
            else:
                self._pin(number, "[phone.leds] " + name, True)
