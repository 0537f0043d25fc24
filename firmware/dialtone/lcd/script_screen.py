"""A visit to the script browser as the panel sees it. Only this and the object stay in the heap while nothing happens:
the player and the code that draws are loaded with the next key, push or second that matters.
"""

import asyncio

from dialtone.errors import DialtoneError
from micropython import const

_REST_S = const(2)  # after the last key or arrival: who reads presses nothing, and a web page may need the room
_CODE = (
    "dialtone.lcd.script_screens", "dialtone.lcd.script_text", "dialtone.lcd.script_menu", "dialtone.lcd.script_input",
    "dialtone.lcd.script_image", "dialtone.lcd.listing", "dialtone.lcd.keypad",
)  # fmt: skip
_LOGIC = ("dialtone.scripts.player", "dialtone.scripts.variables")
# Of what is fetched: they stay until then
_ADDRESSES = ("dialtone.http.url", "dialtone.http.address", "dialtone.http.forms")


def visit(panel, make_host):
    """The Player of the visit that is open on ``panel``, else that of a new one. ``make_host()`` gives what it works
    on. Keep no reference to it: the next second it may be another.
    """
    for screen in panel.screens():
        if isinstance(screen, ScriptScreen) and not screen.over:
            return screen.player()
    return ScriptScreen(panel, make_host).player()


async def load(player, fetch, url, again):
    """Fetches a Script for the visit whose Player, at the end a new one, ``player()`` gives: none waits in the heap."""
    try:
        script = await fetch(url)
    except MemoryError:
        player().forget()  # what was on the way here has to make room
        try:
            script = await fetch(url)
        except MemoryError:
            return player().fail("No memory for this script", "Make it shorter")
        except (DialtoneError, OSError) as error:
            return player().not_there(error, again)
    except (DialtoneError, OSError) as error:
        return player().not_there(error, again)
    player().arrived(script, again)


class ScriptScreen:
    """The screen of one visit, and its clock."""

    def __init__(self, panel, make_host):
        self.over = False
        self._panel = panel
        self._make_host = make_host
        self._player = None
        self._kept = None  # its state while there is none
        self._busy = False  # it waits for something, there or not
        self._frame = None
        self._still_s = 0  # without a key or an arrival
        self._slept_s = 0  # without a player
        self._due_s = 0  # when it has to see for itself
        self._timer = None
        self._ticking = False  # the clock itself is at work: no task may cancel itself under MicroPython

    def player(self):
        """The Player, with all that it knew."""
        self._still_s = 0
        player = self._player
        if player is None:
            from dialtone.scripts.player import Player

            host = self._make_host()
            host.load = lambda url, again: load(self.player, host.fetch, url, again)
            player = self._player = Player(host, self._changed, self._kept)
            self._kept = None
            player.passed(self._slept_s)
            self._slept_s = 0
        return player

    def rest(self):
        """Puts the player away, and the code that draws. Whether it waits for nothing."""
        player = self._player
        worn = self._panel.host and self._panel.host.heap.worn
        if player:
            if worn:
                player.forget()
            self._due_s = player.due_s()
            self._busy = player.busy()
            self._kept = player.state()
            self._player = None
        elif worn and self._kept:
            self._kept[2].clear()  # as Player.forget: no way back
        self._unload(*_LOGIC)
        self._unload(*_CODE)
        if not self._busy:
            self._unload(*_ADDRESSES)
        return not self._busy

    def _unload(self, *names):
        if self._panel.host:
            self._panel.host.unload(*names)

    def closed(self):
        """For the panel: the screen is gone."""
        if self.over:
            return
        if self._busy:
            self.player()  # its task ends with it
        self.over = True
        player, self._player = self._player, None
        self._kept = None
        if player:
            player.close()
        timer, self._timer = self._timer, None
        if timer and not self._ticking:
            timer.cancel()  # a second's sleep would keep all of this in the heap, beside the next visit's copy
        self._unload("dialtone.keys", *_LOGIC)  # a page may be open above, and the idle screen far
        self._unload(*_CODE)

    def _changed(self, player):
        self._still_s = 0
        self._frame = None
        if player.over:
            self.closed()  # it may never have shown
            self._panel.back(self)
        else:
            if self._timer is None:
                self._timer = player.host.spawn("script timer", self._run())
            self._panel.push_later(self)

    def render(self, panel):
        if not self._frame:
            from dialtone.lcd import script_screens

            frame = script_screens.render(panel, self.player())
            self._frame = frame, panel.hints, panel.picture
        frame, panel.hints, panel.picture = self._frame
        return frame

    def key(self, panel, key):
        from dialtone.lcd import script_screens

        self._frame = None
        return script_screens.key(panel, self.player(), key)

    async def _run(self):
        while not self.over:
            await asyncio.sleep_ms(1000)
            if not self.over:
                self._ticking = True
                try:
                    self._second()
                except MemoryError:
                    self._worn()
                self._ticking = False

    def _worn(self):
        """There was no memory for what is due. A clock that stood still would keep the visit here for ever."""
        if self._panel.host:
            self._panel.host.heap.wear()

    def _second(self):
        self._still_s += 1
        if self._player is None:
            self._slept_s += 1
            if self._slept_s == _REST_S and not self._busy:
                self._unload("dialtone.keys")  # a page may have put the player away before its time
            if self._slept_s >= self._due_s:
                self.player().look()
        else:
            self._player.passed(1)
            self._player.look()
            if self._still_s >= _REST_S:
                if self.rest():  # else a fetch is at work in it
                    self._unload("dialtone.keys")
