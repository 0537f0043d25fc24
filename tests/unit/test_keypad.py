"""The key matrix, with pins that behave like wires."""

from dialtone.keypad import Keypad
from support import run

KEYS = [
    ["1", "2", "3", "up", "options"],
    ["4", "5", "6", "down", "goodbye"],
    ["7", "8", "9", "left", "softkey1"],
    ["*", "0", "#", "right", "softkey2"],
]


class Matrix:
    """Rows, columns and the keys that are down. A column is low when a path of keys leads to a row that drives low."""

    def __init__(self):
        self.down = set()  # (row, column)
        self.levels = [1] * 4
        self.rows = [_Row(self, row) for row in range(4)]
        self.columns = [_Column(self, column) for column in range(5)]

    def press(self, *names):
        self.down = {(r, c) for r in range(4) for c in range(5) if KEYS[r][c] in names}

    def low(self, column):
        """Follows the keys, as current does: that is where phantom keys come from."""
        wires, seen = [("c", column)], set()
        while wires:
            wire = wires.pop()
            if wire in seen:
                continue
            seen.add(wire)
            kind, number = wire
            if kind == "r" and not self.levels[number]:
                return True
            for r, c in self.down:
                if kind == "c" and c == number:
                    wires.append(("r", r))
                if kind == "r" and r == number:
                    wires.append(("c", c))
        return False


class _Row:
    def __init__(self, matrix, number):
        self._matrix, self._number = matrix, number

    def value(self, level):
        self._matrix.levels[self._number] = level


class _Column:
    def __init__(self, matrix, number):
        self._matrix, self._number = matrix, number

    def value(self):
        return 0 if self._matrix.low(self._number) else 1


def _pad():
    matrix = Matrix()
    return matrix, Keypad(matrix.rows, matrix.columns, KEYS)


def _polls(keypad, count):
    return [key for key in [keypad.poll() for _ in range(count)] if key]


def test_each_key_is_found_once_per_press():
    matrix, keypad = _pad()
    for row in KEYS:
        for name in row:
            matrix.press(name)
            assert _polls(keypad, 6) == [name]
            matrix.press()
            assert _polls(keypad, 3) == []


def test_what_bounces_is_one_press():
    matrix, keypad = _pad()
    heard = []
    for down in (1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1):
        matrix.press(*(["5"] if down else []))
        heard += _polls(keypad, 1)
    assert heard == ["5"]
    for down in (0, 1, 0, 0, 0):
        matrix.press(*(["5"] if down else []))
        heard += _polls(keypad, 1)
    matrix.press("5")
    assert heard + _polls(keypad, 3) == ["5", "5"]


def test_a_second_key_waits_until_the_first_is_up():
    matrix, keypad = _pad()
    matrix.press("1")
    assert _polls(keypad, 3) == ["1"]
    matrix.press("1", "9")
    assert _polls(keypad, 5) == []
    matrix.press("9")
    assert _polls(keypad, 3) == ["9"]


def test_phantom_keys_are_not_pressed():
    matrix, keypad = _pad()
    matrix.press("1", "2", "4")  # looks as if 5 were down as well
    assert _polls(keypad, 10) == []
    matrix.press("1")
    assert _polls(keypad, 3) == ["1"]


def test_arrows_repeat_when_held_and_digits_do_not():
    matrix, keypad = _pad()
    matrix.press("down")
    assert _polls(keypad, 2) == ["down"]
    assert _polls(keypad, 24) == [] and _polls(keypad, 1) == ["down"]  # half a second
    assert _polls(keypad, 21) == ["down"] * 3
    matrix.press("7")
    assert _polls(keypad, 200) == ["7"]


def test_presses_reach_the_phone():
    matrix, keypad = _pad()
    heard = []

    class Enough(Exception):
        pass

    def press(key):
        heard.append(key)
        matrix.press("0" if key == "options" else "")
        if key == "0":
            raise Enough

    matrix.press("options")
    try:
        run(keypad.run(press))
    except Enough:
        pass
    assert heard == ["options", "0"]


def test_opening_it_configures_the_pins():
    import sys

    from dialtone.keypad import open_keypad

    made = []

    class Pin:
        OPEN_DRAIN, IN, PULL_UP = 7, 1, 2

        def __init__(self, *arguments, **more):
            made.append(arguments)

        def value(self, level=None):
            return 1

    class Machine:
        pass

    machine = Machine()
    machine.Pin = Pin
    real = sys.modules.get("machine")
    sys.modules["machine"] = machine
    try:
        open_keypad({"rows": [13, 14], "columns": [25, 33], "keys": [["1", "2"], ["3", "4"]]})
    finally:
        if real:
            sys.modules["machine"] = real
        else:
            del sys.modules["machine"]
    assert made == [(13, 7), (14, 7), (25, 1, 2), (33, 1, 2)]
