"""The BOOT button of a running board: held for two seconds it opens the set-up, for ten it brings factory defaults."""

import time
from asyncio import sleep_ms

from micropython import const

_LOOK_MS = const(100)
_SET_UP_MS = const(2000)  # nobody leans on it for that long by accident; shorter presses do nothing
_DEFAULT_MS = const(10000)


class Button:
    """``down()``: whether it is pressed. ``act("hint")`` when letting it go begins to mean something, ``act("")`` when
    that is over; ``act("set-up")`` when it is let go after two seconds, ``act("defaults")`` once it was held for ten.
    """

    def __init__(self, down, act):
        self._down = down
        self._act = act
        self._since = None
        self._told = False

    async def run(self):
        """Watches it until cancelled."""
        while True:
            self.look(time.ticks_ms())
            await sleep_ms(_LOOK_MS)

    def look(self, now):
        """One look, at ``now`` of ``time.ticks_ms``."""
        if not self._down():
            if self._told:
                self._told = False
                self._act("")
                if self._since is not None:
                    self._act("set-up")
            self._since = None
            return
        if self._since is None:
            if not self._told:  # else what ten seconds do is done, and the finger still there
                self._since = now
            return
        held = time.ticks_diff(now, self._since)
        if held >= _DEFAULT_MS:
            self._since = None
            self._act("defaults")
        elif held >= _SET_UP_MS and not self._told:
            self._told = True
            self._act("hint")
