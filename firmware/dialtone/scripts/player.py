"""What a person does with scripts: open one, follow its links, go back. ``lcd.script_screens`` shows it."""

from micropython import const

from dialtone.errors import DialtoneError

_DEPTH = const(8)  # objects kept to go back to ...
_KEPT = const(8000)  # ... and bytes of text in them together: the oldest go, for the heap's sake
_TIMEOUT_S = const(45)  # how long an object stays without a key when it does not say (facts page, 6.2)
_CHAIN = const(5)  # fetches without a key between them: a circle of scripts ends here
_SLOWEST_S = const(3600)  # when nothing is due the clock is looked at all the same


class Player:
    """One visit to the script browser, from the first object to the last.

    ``host`` is what it works on, duck typed: ``load(parts of a Url, again)``, a coroutine that ends with ``arrived``,
    ``not_there`` or ``fail`` of this visit's Player; ``spawn(name, coroutine)`` gives a task; ``lookup(name)`` gives
    the value of a ``$$NAME$$``; ``perform(player, script)`` does what an object without a screen says (Status, Execute,
    Configuration); ``scheme(player, uri)`` does what a URI says that is not http; ``beep()``; ``note(text)`` for the
    XML log; ``get_timeout_s`` is ``xml get timeout``.
    ``show(player)`` is told of every change. ``state``: what an earlier Player of the same visit left. Its owner tells
    the time: ``passed(seconds)``, then ``look()`` when it may matter.

    To show: nothing when ``over``, else ``loading``, else ``problem`` ((title, lines) or None), else ``script``.
    """

    def __init__(self, host, show, state=None):
        self.host = host
        self.over = False
        # _back: objects to go back to; _still_s: since the last key; _shown_s: since the object came; chain: fetches
        # without a key; top: first row of the problem that shows; _task: what fetches, loading: so that it shows;
        # _queue: what an Execute object wants fetched next.
        self.script, self.problem, self._back, self._still_s, self._shown_s, self.chain, self.top, self._task, \
            self.loading, self._queue = state or (None, None, [], 0, 0, 0, 0, None, False, None)  # fmt: skip
        self._show = show

    def state(self):
        """What the next Player of this visit has to know."""
        return (
            self.script, self.problem, self._back, self._still_s, self._shown_s, self.chain, self.top, self._task,
            self.loading, self._queue,
        )  # fmt: skip

    def busy(self):
        """Whether something is being fetched."""
        return self._task is not None

    # -- ways in

    def follow(self, uri, base="", prefix=""):
        """Does what ``uri`` says for the object that shows, or tells why not. Links are relative to its own URL, or
        to the URL ``prefix``. An entry's ``base`` is put before its URI: the vendor's scripts write a?b=1 and &c=2.
        """
        if not uri:
            return  # "no operation" in the phones' interface
        self._still_s = 0
        self._cancel()
        self.problem = None
        scheme, colon, _ = uri.partition(":")
        absolute = colon and scheme.replace(".", "").isalpha()
        if absolute and scheme.lower() not in ("http", "https"):
            return self.host.scheme(self, uri)
        if not absolute and uri[:1] != "/":
            uri = base + uri
        self.count(self.chain + 1)
        if self.problem:
            return
        try:
            url = self._url(prefix, uri)
        except DialtoneError as error:
            return self.fail(error.text, error.advice)
        self.loading = True
        self._task = self.host.spawn("script", self.host.load(url, False))
        self._show(self)

    def follow_all(self, uris, script):
        """Fetches ``uris`` one after the other, on behalf of ``script``, an Execute object."""
        place = script.url
        if place:
            from dialtone.http.address import Url

            place = str(Url(*place))
        self.follow(uris[0], "", place or "")
        if self.loading and len(uris) > 1:
            self._queue = uris[1:], script

    def count(self, chain):
        """So many fetches have led here without a person's key; too many end it."""
        self.chain = max(chain, self.chain)
        if self.chain > _CHAIN:
            self._cancel()
            self.fail("Too many pages without a key", "The scripts lead from one to the next: mend them")

    def push(self, script):
        """Shows an object that was pushed, or does what it says."""
        if script.screen:
            self._begin()
        elif self.loading or self.problem:
            return self.host.perform(self, script)  # what a person waits for or reads stays, and so does its count
        self.chain = 0
        self.arrived(script)

    def refuse(self, title, advice):
        """Tells why something pushed cannot be shown; the object that shows stays below."""
        self._begin()
        self.fail(title, advice)

    def _begin(self):
        self.touched()
        self._cancel()
        self.problem = None

    def _url(self, prefix, uri):
        from dialtone.http.url import Url, join, parse
        from dialtone.scripts.variables import expand

        url = Url(*self.script.url) if self.script and self.script.url else None
        for text in (prefix, uri):
            if text:
                text = expand(text, self.host.lookup)
                base = url
                url = join(base, text) if base else parse(text)
                if base and not url.user and url.origin == base.origin:
                    url.user, url.password = base.user, base.password  # links that stay keep the log-in
        return url.parts

    # -- what keys do

    def touched(self):
        """A key was pressed: the object's Timeout starts again, and a chain of fetches may."""
        self._still_s = self.chain = 0

    def done(self):
        """Done by a key that is not the object's own: doneAction, else as ``leave``."""
        action = self.script.get("doneaction")
        self.follow(action) if action else self.leave()

    def exit(self):
        """The softkey Exit, which works even when the object is locked in: doneAction, cancelAction, or back."""
        action = self.script.get("doneaction") or self.script.get("cancelaction")
        self.follow(action) if action else self.back()

    def leave(self):
        """Cancel: cancelAction, else the object before unless the object is locked in."""
        action = self.script.get("cancelaction")
        if action:
            self.follow(action)
        elif not self.locked():
            self.back()

    def locked(self):
        """Whether the object that shows may only be left by the keys it defines, or by Goodbye."""
        return self.script is not None and self.script.get("lockin").lower() in ("yes", "call")

    def back(self):
        """The problem goes, or the object that shows; the one before it is there again."""
        self._cancel()  # of what goes: it may be fetching its newer form
        if self.problem:
            self.problem = None
        else:
            self.script = self._back.pop() if self._back else None
        self._settle()

    def goodbye(self):
        """Stops what is loading; else GoodbyeLockInURI or cancelAction, else the end of the visit."""
        if self.loading:
            self._cancel()
            return self._settle()
        action = ""
        if not self.problem and self.script:
            action = self.locked() and self.script.get("goodbyelockinuri") or self.script.get("cancelaction")
        if action:
            self.follow(action)
        else:
            self.close()
            self._show(self)

    def close(self):
        """Ends the visit without a word."""
        self._cancel()
        self.problem = None
        self.over = True
        self.script = None
        self._back = []

    def fail(self, title, *lines):
        """Shows a problem above the object that shows."""
        self._task = None  # maybe the caller's own
        self.loading = False
        self.problem = (title, lines)
        self._still_s = self.top = 0
        self._show(self)

    # -- inside

    def _settle(self):
        self._still_s = self._shown_s = 0
        if not self.script and not self.problem and not self.loading:
            self.over = True
        self._show(self)

    def _cancel(self):
        task, self._task = self._task, None
        self._queue = None
        self.loading = False
        if task:
            task.cancel()

    def forget(self):
        """Memory is short: no way back."""
        self._back = []

    def arrived(self, script, again=False):
        """What was asked for is there. ``again``: it is the newer form of the object that shows."""
        queue, self._queue = self._queue, None
        self._task = None
        self.loading = False
        if script.yes("beep"):
            self.host.beep()
        if script.screen:
            if again:
                script.at, script.top = self.script.at, self.script.top
            elif self.script and not self.script.yes("destroyonexit"):
                self._keep(self.script)
            self.script = script
        else:
            self.host.perform(self, script)
            if self.problem:
                return
            gone = script.yes("triggerdestroyonexit") and self.script and self.script.yes("destroyonexit")
            if gone and not self.loading:
                self.script = self._back.pop() if self._back else None
        if queue and not self.loading:
            self.follow_all(*queue)
        self._settle()

    def _keep(self, script):
        back = self._back
        back.append(script)
        room = _KEPT
        for at in range(len(back) - 1, -1, -1):
            room -= back[at].size()
            if room < 0 or len(back) - at > _DEPTH:
                self._back = back[at + 1 :]
                return

    def not_there(self, error, again):
        """What was asked for cannot be had: DialtoneError or OSError."""
        title, advice = "Script server not reachable", "Check the network and the address of the key"
        if isinstance(error, DialtoneError):
            title, advice = error.text, error.advice
        if again:  # a screen that refreshes itself goes on
            self._task = None
            self._shown_s = 0
            self.host.note(title)
        else:
            self.fail(title, advice)

    # -- time

    def passed(self, seconds):
        """So much time went by."""
        self._still_s += seconds
        self._shown_s += seconds

    def _limit_s(self):
        if self.problem or not self.script:
            return _TIMEOUT_S
        return self.script.number("timeout", 0 if self.locked() else _TIMEOUT_S)

    def due_s(self):
        """Seconds until ``look`` may find something to do, unless a key or a push comes before."""
        limit = self.host.get_timeout_s if self.loading else self._limit_s()
        due = limit - self._still_s if limit else _SLOWEST_S
        if self.script and self.script.refresh and not self.problem:
            due = min(due, self.script.refresh[0] - self._shown_s)
        return max(1, due)

    def look(self):
        """Does what is due."""
        script = self.script
        if self.loading:
            if 0 < self.host.get_timeout_s <= self._still_s:
                self._cancel()
                self.fail("The script server does not answer", "Try again, or see xml get timeout")
        elif 0 < self._limit_s() <= self._still_s:
            self.close()
            self._show(self)
        elif script and script.refresh and script.refresh[0] <= self._shown_s and not self.problem and not self._task:
            self._refresh(script)

    def _refresh(self, script):
        self.chain = 0
        try:
            url = self._url("", script.refresh[1])
        except DialtoneError as error:
            script.refresh = None
            return self.host.note(error.text)
        self._task = self.host.spawn("script", self.host.load(url, True))
