"""A board's keys: a matrix of rows and columns. Imported only where the board folder names one."""

from asyncio import sleep_ms

from micropython import const

_SCAN_MS = const(20)  # contacts bounce for up to 10 ms: what two looks in a row see is pressed
_FIRST_REPEAT = const(25)  # looks, half a second
_REPEAT = const(7)  # looks between two repetitions
_REPEATED = ("up", "down")


class Keypad:
    """``rows``: open-drain outputs; ``columns``: inputs with pull-ups; ``keys``: a list of names for each row.

    A pin is any object with ``value()`` and ``value(level)``.
    """

    def __init__(self, rows, columns, keys):
        self._rows = rows
        self._columns = columns
        self._keys = keys
        self._seen = self._held = ""
        self._looks = 0
        self._drive(0)

    def _drive(self, level):
        for row in self._rows:
            row.value(level)

    def _look(self):
        """The name of the key that is down, "" for none; with several down the one that was first."""
        if all([column.value() for column in self._columns]):
            return ""
        self._drive(1)
        found = []
        for row in range(len(self._rows)):
            self._rows[row].value(0)
            for column in range(len(self._columns)):
                if not self._columns[column].value():
                    found.append(self._keys[row][column])
            self._rows[row].value(1)
        self._drive(0)
        # Three keys at the corners of a rectangle look like four: with more than one, nothing new counts.
        return found[0] if len(found) == 1 else self._held

    def poll(self):
        """Looks once; the name of a key that was pressed since, or is held and repeats, else ""."""
        key = self._look()
        if key != self._seen:
            self._seen = key
            return ""
        if key != self._held:
            self._held = key
            self._looks = -_FIRST_REPEAT
            return key
        self._looks += 1
        if key in _REPEATED and self._looks >= 0:
            self._looks = -_REPEAT
            return key
        return ""

    async def run(self, press):
        """Calls ``press(name)`` for each key, for ever."""
        while True:
            key = self.poll()
            if key:
                press(key)
            await sleep_ms(_SCAN_MS)


def open_keypad(settings):
    """The Keypad of board.toml's table [phone.keypad]."""
    from machine import Pin

    rows = [Pin(number, Pin.OPEN_DRAIN, value=0) for number in settings["rows"]]
    columns = [Pin(number, Pin.IN, Pin.PULL_UP) for number in settings["columns"]]
    return Keypad(rows, columns, settings["keys"])
