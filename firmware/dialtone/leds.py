"""A board's lamps: one pin for each key that has an LED. Imported only where the board folder names some."""

from asyncio import sleep_ms

from micropython import const

_TICK_MS = const(125)
_FAST = const(1)  # ticks between on and off: 4 Hz
_SLOW = const(4)  # 1 Hz


class Leds:
    """``pins``: key name -> pin, an object with ``value(level)``; ``lit``: the level that lights an LED."""

    def __init__(self, pins, lit=1):
        self._pins = pins
        self._lit = lit
        self._lamps = {}
        self._tick = 0
        self.show(None)

    def show(self, lamps):
        """``lamps``: key name -> ``on``, ``slowflash`` or ``fastflash``, a colour may follow; the others are off."""
        self._lamps = lamps or {}
        self.step(0)

    def step(self, ticks=1):
        """Sets each pin for the time ``ticks`` from now."""
        self._tick = (self._tick + ticks) % (2 * _SLOW)
        for name, pin in self._pins.items():
            state = self._lamps.get(name, "off").split(":")[0]
            half = _FAST if state == "fastflash" else _SLOW
            lit = state == "on" or state[-5:] == "flash" and self._tick // half % 2 == 0
            pin.value(self._lit if lit else 1 - self._lit)

    async def run(self):
        """Lets them blink, for ever."""
        while True:
            await sleep_ms(_TICK_MS)
            self.step()


def open_leds(settings):
    """The Leds of board.toml's table [phone.leds]."""
    from machine import Pin

    lit = settings.get("lit", 1)
    pins = {name: Pin(pin, Pin.OUT, value=1 - lit) for name, pin in settings.items() if name != "lit"}
    return Leds(pins, lit)
