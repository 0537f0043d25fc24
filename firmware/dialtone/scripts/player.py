"""What a person does with scripts: open one, follow its links, go back. ``lcd.script_screens`` shows it."""

import asyncio

from micropython import const

from dialtone.errors import DialtoneError
from dialtone.scripts.script import SHOWN

_DEPTH = const(4)  # objects kept to go back to: each may hold 10 KB of the heap
_TIMEOUT_S = const(45)  # how long an object stays without a key when it does not say (facts page, 6.2)


def _resolve(base, text):
    """The Url of ``text`` on a page ``base``; links that stay on its server keep its log-in."""
    from dialtone.http.url import join, parse

    url = join(base, text) if base else parse(text)
    if base and not url.user and url.origin == base.origin:
        url.user, url.password = base.user, base.password
    return url


class Player:
    """One visit to the script browser, from the first object to the last.

    ``fetch(url)`` is a coroutine that takes a Url and gives a Script; ``spawn(name, coroutine)`` gives a task;
    ``show(player)`` is told of every change; ``lookup(name)`` gives the value of a ``$$NAME$$``; ``get_timeout_s`` is
    ``xml get timeout``.

    To show: nothing when ``over``, else ``loading``, else ``problem`` ((title, lines) or None), else ``script``.
    """

    def __init__(self, fetch, spawn, show, lookup, get_timeout_s=30):
        self.over = False
        self.loading = False
        self.problem = None
        self.script = None
        self._back = []
        self._fetch = fetch
        self._spawn = spawn
        self._show = show
        self._lookup = lookup
        self._get_timeout_s = get_timeout_s
        self._task = None
        self._still_s = 0
        self._timer = None

    # -- ways in

    def open(self, uri, base=None, prefix=""):
        """Follows ``uri``, relative to the text ``prefix``, which is relative to the Url ``base``; both may be missing.

        What cannot be followed is told on the screen.
        """
        self.touched()
        if not uri:
            return  # "no operation" in the phones' interface
        self._cancel()
        self.problem = None
        scheme, colon, _ = uri.partition(":")
        if colon and scheme.isalpha() and scheme.lower() not in ("http", "https"):
            return self._fail("Not supported yet", uri)
        from dialtone.scripts.variables import expand

        try:
            for text in (prefix, uri):
                if text:
                    text = expand(text, self._lookup)
                    base = _resolve(base, text)
        except DialtoneError as error:
            return self._fail(error.text, error.advice)
        self.loading = True
        self._task = self._spawn("script", self._load(base))
        self._watch()
        self._show(self)

    def push(self, script):
        """Shows an object that was pushed; what cannot be shown is told on the screen."""
        self._begin()
        self._arrived(script)
        self._watch()

    def refuse(self, title, advice):
        """Tells why something pushed cannot be shown; the object that shows stays below."""
        self._begin()
        self._fail(title, advice)
        self._watch()

    def _begin(self):
        self.touched()
        self._cancel()
        self.problem = None

    # -- what keys do

    def touched(self):
        """A key was pressed: the object's Timeout starts again."""
        self._still_s = 0

    def choose(self, index):
        """Follows the URI of menu item ``index``."""
        base, _, uri, _ = self.script.items[index]
        self.open(uri, self.script.url, base)

    def softkey(self, number, index=0):
        """Does what softkey ``number`` of the object says; ``index`` is the chosen menu item."""
        script = self.script
        uri = script.softkeys.get(number, ("", ""))[1]
        command = uri.lower()
        if command == "softkey:exit":
            self.leave()
        elif command == "softkey:select" and script.items:
            self.choose(index)
        else:
            if script.items and script.items[index][3] and ":" in uri and uri[:4].lower() == "http":
                from dialtone.scripts.variables import quote

                uri += ("&" if "?" in uri else "?") + "selection=" + quote(script.items[index][3])
            self.open(uri, script.url)

    def done(self):
        """The Done key of a text: its doneAction, else back."""
        action = self.script.get("doneAction")
        if action:
            self.open(action, self.script.url)
        else:
            self.back()

    def leave(self):
        """Exit: cancelAction, else the object before."""
        action = self.script.get("cancelAction") if self.script else ""
        if action:
            self.open(action, self.script.url)
        else:
            self.back()

    def back(self):
        """The problem goes, or the object that shows; the one before it is there again."""
        if self.problem:
            self.problem = None
        else:
            self.script = self._back.pop() if self._back else None
        self._settle()

    def goodbye(self):
        """Stops what is loading; else cancelAction or the end of the visit."""
        if self.loading:
            self._cancel()
            self._settle()
        elif not self.problem and self.script and self.script.get("cancelAction"):
            self.leave()
        else:
            self.close()
            self._show(self)

    def close(self):
        """Ends the visit without a word."""
        self._cancel()
        self.problem = None
        self._end()
        self.script = None
        self._back = []

    # -- inside

    def _settle(self):
        self.touched()
        if not self.script and not self.problem:
            self._end()
        self._show(self)

    def _end(self):
        self.over = True
        timer, self._timer = self._timer, None
        if timer:
            timer.cancel()  # a second's sleep would keep all of this in the heap, beside the next visit's copy

    def _cancel(self):
        task, self._task = self._task, None
        self.loading = False
        if task:
            task.cancel()

    def _fail(self, title, *lines):
        self._task = None  # maybe the caller's own
        self.loading = False
        self.problem = (title, lines)
        self.touched()
        self._show(self)

    def _arrived(self, script):
        self._task = None
        self.loading = False
        if script.kind not in SHOWN:
            return self._fail(
                "Not supported yet", "AastraIPPhone" + script.kind, "This phone shows TextScreen and TextMenu objects."
            )
        if self.script and not self.script.yes("destroyOnExit"):
            if len(self._back) >= _DEPTH:
                self._back.pop(0)
            self._back.append(self.script)
        self.script = script
        self._settle()

    async def _load(self, url):
        try:
            self._arrived(await self._fetch(url))
        except DialtoneError as error:
            self._fail(error.text, error.advice)
        except OSError:
            self._fail("Script server not reachable", "Check the network and the address of the key")
        except MemoryError:
            self._fail("No memory for this script", "Make it shorter")

    def _watch(self):
        if self._timer is None and not self.over:
            self._timer = self._spawn("script timer", self._watcher())

    async def _watcher(self):
        while not self.over:
            await asyncio.sleep_ms(1000)
            self._still_s += 1
            if self.loading:
                if 0 < self._get_timeout_s <= self._still_s:
                    self._cancel()
                    self._fail("The script server does not answer", "Try again, or see xml get timeout")
            elif not self.over:
                shown = None if self.problem else self.script
                limit = shown.number("Timeout", _TIMEOUT_S) if shown else _TIMEOUT_S
                if 0 < limit <= self._still_s:
                    self._timer = None  # this very task
                    self.close()
                    self._show(self)
