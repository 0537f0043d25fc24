"""A board's lamps."""

from dialtone.leds import Leds


class Pin:
    def __init__(self):
        self.level = None

    def value(self, level):
        self.level = level


def _leds(lit=1):
    pins = {name: Pin() for name in ("softkey1", "softkey2", "topsoftkey1")}
    return pins, Leds(pins, lit)


def _film(pin, leds, ticks):
    shots = []
    for _ in range(ticks):
        shots.append(pin.level)
        leds.step()
    return shots


def test_all_are_dark_until_told_and_on_is_steady():
    pins, leds = _leds()
    assert [pin.level for pin in pins.values()] == [0, 0, 0]
    leds.show({"softkey1": "on", "softkey2": "on:green", "unknown": "on"})
    assert _film(pins["softkey1"], leds, 9) == [1] * 9 and pins["softkey2"].level == 1
    assert pins["topsoftkey1"].level == 0
    leds.show({})
    assert pins["softkey1"].level == 0
    leds.show(None)


def test_slow_and_fast_flash():
    pins, leds = _leds()
    leds.show({"softkey1": "slowflash", "softkey2": "fastflash:red"})
    assert _film(pins["softkey1"], leds, 12) == [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1]
    pins, leds = _leds()
    leds.show({"softkey2": "fastflash"})
    assert _film(pins["softkey2"], leds, 6) == [1, 0, 1, 0, 1, 0]


def test_leds_that_light_at_the_low_level():
    pins, leds = _leds(0)
    assert pins["softkey1"].level == 1
    leds.show({"softkey1": "on"})
    assert pins["softkey1"].level == 0
