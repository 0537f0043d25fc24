"""Golden pixel screens: every kind of screen, on each display, has the picture that was looked at (docs/testing.md)."""

import gc
import sys
from binascii import hexlify
from hashlib import sha256

import lcd_gallery

HEAP = "300k"  # the code of all kinds of screens at once, and the XML reader; a phone unloads one for the other

_GOLDENS = "tests/unit/lcd_goldens.txt"  # the tests run in the checkout
_HEAVY = ("dialtone.lcd.editor", "dialtone.lcd.menu", "dialtone.scripts.objects", "dialtone.xml.reader")


def _goldens():
    found = {}
    with open(_GOLDENS) as file:
        for line in file:
            if line[0] != "#":
                digest, model, name = line.rstrip().split(" ", 2)
                found[model + ": " + name] = digest
    return found


def _make_room():
    """What one screen needed makes room for the next one's, as on a phone. CPython keeps its modules."""
    if hasattr(gc, "mem_free"):
        for name in [name for name in sys.modules if name.startswith(_HEAVY)]:
            del sys.modules[name]
        gc.collect()


def _check(model):
    goldens = _goldens()
    wrong = []
    for name, _ in lcd_gallery.SHOTS:
        name = model + ": " + name
        digest = hexlify(sha256(lcd_gallery.draw(model, name[len(model) + 2 :])).digest()).decode()[:16]
        if digest != goldens[name]:
            wrong.append(name)
        _make_room()
    assert not wrong, "look at build/screens.png (make screens): " + ", ".join(wrong)
    assert len(goldens) == len(lcd_gallery.SHOTS) * len(lcd_gallery.SIZES)


def test_144_by_128():
    _check("57i")


def test_128_by_64():
    _check("53i")


def test_24_columns_on_128_by_64():
    _check("57i-oled")
