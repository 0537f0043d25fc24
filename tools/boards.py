"""What a board folder says about its board, checked before it reaches the board.

``settings("ESP32_GENERIC")`` is the table [phone] of boards/ESP32_GENERIC/board.toml as the phone reads it. The tables
[phone.display], [phone.keypad] and [phone.leds] are described in docs/hardware.md. ``hardware`` is the rest: what the
flash tool must know. board_folder.py checks the files beside board.toml.
"""

import sys
import tomllib
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from host.control import KEYS  # noqa: E402  the path above comes first
from host.firmtool import partitions  # noqa: E402

COLUMNS = {"57i": 24, "53i": 16}
SOURCES = ("console", "keypad", "both")
_ESP32 = {
    "flash": "6 to 11 lead to its flash",
    "rmii": {19, 21, 22, 25, 26, 27},  # of its Ethernet unit, not to be chosen
    "pins": {*range(6), *range(12, 20), 21, 22, 23, 25, 26, 27, *range(32, 40)},
    "input only": {34, 35, 36, 37, 38, 39},  # and without pull-ups
    "console": {1, 3},
}
_ESP32S3 = {
    "flash": "26 to 37 lead to its flash and its PSRAM, 22 to 25 are not there",
    "rmii": set(),
    "pins": {*range(22), *range(38, 49)},
    "input only": set(),
    "console": {19, 20, 43, 44},  # USB and UART 0
}
CHIPS = {"esp32": _ESP32, "esp32s3": _ESP32S3}
_PHONE = ("model", "keys", "button", "watchdog_s", "limits", "ethernet", "display", "keypad", "leds")
WATCHDOG_S = (30, 3600)  # the network's look-up of a name alone may keep a board for 15 s
_DRIVERS = ("ssd1306",)
_PHYS = ("LAN8720", "IP101", "RTL8201")  # of MicroPython's network.PHY_..., see firmware's joining.py

# ``partitions``: those of the CSV, which ``built`` boards get instead of their image's. ``own_bytes``: of the files'
# partition, for what the phone itself stores. ``source``: the table [micropython]. ``wired``: it needs no Wi-Fi.
Hardware = namedtuple(
    "Hardware", "chip flash_bytes image_offset console_baud partitions built vfs_bytes own_bytes source wired"
)


class BoardError(Exception):
    """A board folder is missing or wrong; the text names file, table and field, and says what is allowed."""


def names():
    """The boards there are."""
    return sorted(path.parent.name for path in ROOT.glob("boards/*/board.toml"))


def settings(board, folder=ROOT / "boards"):
    """What the phone on ``board`` gets as /board.json; raises BoardError."""
    return _Checker(Path(folder) / board / "board.toml").checked()


def hardware(board, variant=None, folder=ROOT / "boards"):
    """The Hardware of ``board``, or of a ``variant`` of it; raises BoardError."""
    return _Checker(Path(folder) / board / "board.toml").hardware(variant)


def variants(board, folder=ROOT / "boards"):
    """The names of a board's variants."""
    return sorted(_Checker(Path(folder) / board / "board.toml").board.get("variants", ()))


class _Checker:
    """Reads one board.toml; remembers which pin is taken by what."""

    def __init__(self, path):
        self._path = path
        self._where = "boards/%s/%s" % (path.parent.name, path.name)
        self._taken = {}
        try:
            self._found = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise BoardError(
                "There is no board %s. Boards are: %s." % (path.parent.name, ", ".join(names()))
            ) from None
        except tomllib.TOMLDecodeError as error:
            self.wrong(str(error))
        self.board = self._found.get("board", {})
        self._chip = CHIPS.get(self.board.get("chip"), {})

    def wrong(self, text):
        raise BoardError("%s: %s" % (self._where, text))

    def hardware(self, variant):
        """See the function of that name."""
        known = self.board.get("variants", {})
        if variant and variant not in known:
            self.wrong("there is no variant %s. Variants are: %s." % (variant, ", ".join(sorted(known)) or "none"))
        fields = {**self.board, **(known[variant] if variant else {})}
        if fields.get("chip") not in CHIPS:
            self.wrong("[board] chip must be one of %s, not %r" % (", ".join(CHIPS), fields.get("chip")))
        for name in ("flash_bytes", "image_offset", "console_baud", "vfs_bytes", "own_bytes"):
            if not isinstance(fields.get(name), int) or fields[name] < 0:
                self.wrong("[board] %s must be a number, not %r" % (name, fields.get(name)))
        table = self._partitions(fields)
        phone = self._found.get("phone", {})
        numbers = (fields[name] for name in ("chip", "flash_bytes", "image_offset", "console_baud"))
        source = {} if variant else self._found.get("micropython", {})
        built = bool(fields.get("built"))
        wired = bool(phone.get("ethernet"))
        return Hardware(*numbers, table, built, fields["vfs_bytes"], fields["own_bytes"], source, wired)

    def _partitions(self, fields):
        name = str(fields.get("partitions"))
        try:
            rows = partitions.read_csv(self._path.parent / name)
            partitions.check(rows, fields["flash_bytes"])
            size = partitions.file_system(rows, fields["flash_bytes"])[1]
        except OSError:
            self.wrong("[board] partitions must be a CSV file in this folder, not %r" % name)
        except partitions.TableError as error:
            self.wrong("%s: %s" % (name, error))
        if size != fields["vfs_bytes"]:
            self.wrong("[board] vfs_bytes is %d, and %s leaves %d for files" % (fields["vfs_bytes"], name, size))
        return rows

    def checked(self):
        """The table [phone], completed."""
        found = self._found
        if not isinstance(found.get("phone"), dict):
            self.wrong("the table [phone] is missing")
        phone = found["phone"]
        if phone.get("model") not in COLUMNS:
            self.wrong("[phone] model must be one of %s, not %r" % (", ".join(COLUMNS), phone.get("model")))
        for name in phone:
            if name not in _PHONE:
                self.wrong("[phone] has no field %s. Fields are: %s." % (name, ", ".join(_PHONE)))
        seconds, (low, high) = phone.get("watchdog_s", 0), WATCHDOG_S
        if not isinstance(seconds, int) or isinstance(seconds, bool) or (seconds and not low <= seconds <= high):
            self.wrong("[phone] watchdog_s must be 0 for none, or %d to %d, not %r" % (low, high, seconds))
        source = phone.get("keys", "both")
        if source not in SOURCES:
            self.wrong("[phone] keys must be one of %s, not %r" % (", ".join(SOURCES), source))
        if source == "keypad" and "keypad" not in phone:
            self.wrong('[phone] keys = "keypad" needs the table [phone.keypad]')
        checks = {"ethernet": self._ethernet, "display": self._display, "keypad": self._keypad, "leds": self._leds}
        for name, check in checks.items():
            if name in phone:
                if not isinstance(phone[name], dict):
                    self.wrong("[phone] %s must be a table [phone.%s]" % (name, name))
                check(phone[name], phone)
        if "button" in phone:
            self._pin(phone["button"], "[phone] button", False)
        phone["board"] = self._path.parent.name  # what an image may be for
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
            self.wrong("%s: this chip has no pin %d for that (%s)" % (what, number, self._chip["flash"]))
        if number in self._chip.get("console", ()):
            self.wrong("%s: pin %d is the serial console" % (what, number))
        if number in self._chip.get("input only", ()):
            need = "drive nothing" if output else "have no pull-up"
            self.wrong("%s: pin %d cannot be used, pins 34 to 39 %s" % (what, number, need))
        if number in self._taken:
            self.wrong("%s: pin %d is taken by %s" % (what, number, self._taken[number]))
        self._taken[number] = what

    def _ethernet(self, table, phone):
        """The pins of a network chip on RMII: those that are fixed, and those that the board's maker has chosen."""
        chosen = ("mdc", "mdio", "ref_clk", "power", "reset")
        self._known(table, "ethernet", (*chosen, "phy", "address"))
        if not self._chip.get("rmii"):
            self.wrong("[phone.ethernet]: this chip has no Ethernet unit")
        if table.get("phy") not in _PHYS:
            self.wrong("[phone.ethernet] phy must be one of %s, not %r" % (", ".join(_PHYS), table.get("phy")))
        address = table.get("address", 1)
        if not isinstance(address, int) or not 0 <= address <= 31:
            self.wrong("[phone.ethernet] address must be 0 to 31, not %r" % address)
        for number in self._chip["rmii"]:
            self._pin(number, "[phone.ethernet] RMII", True)
        for name in chosen:
            if name in table or name not in ("power", "reset"):
                self._pin(table.get(name), "[phone.ethernet] " + name, True)

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
