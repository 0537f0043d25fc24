"""The display and the keys as text: a short stack of screens over the idle screen.

A screen is any object with ``render(panel) -> (rows, labels)`` and ``key(panel, key) -> bool`` (False: not for me,
the panel does its default). Only this module stays in memory while the phone is idle.
"""

from micropython import const

from dialtone.config.store import ON_DEMAND
from dialtone.errors import CallerError
from dialtone.log import clean

_DEPTH = const(8)  # screens: Options to editor is 6 deep; with a message over it, 8 leaves room
_ROWS = const(120)  # wrapped rows of one text: 2,880 characters on the large display; more would not fit the heap
_SMALL = const(3)  # up to this many lines the last one is the command line: such phones have no softkey labels
KEYS = (
    "options up down left right select enter goodbye softkey1 softkey2 softkey3 softkey4 softkey5 softkey6 "
    "0 1 2 3 4 5 6 7 8 9 * #"
)
# What only screens and scripts need: gone when the idle screen is back.
_UNLOAD = (
    "dialtone.lcd.menu", "dialtone.lcd.editor", "dialtone.lcd.listing", "dialtone.lcd.script_screen",
    "dialtone.lcd.page", "dialtone.lcd.locked", "dialtone.lcd.tree", "dialtone.lcd.first_use",
    "dialtone.lcd.confirming", "dialtone.softkeys", "dialtone.keys",
    "dialtone.scripts.player", "dialtone.scripts.script",
    "dialtone.scripts.objects", "dialtone.scripts.variables",
    "dialtone.xml.reader", "dialtone.xml.text", "dialtone.http.url", "dialtone.http.address",
    "dialtone.http.forms",
) + ON_DEMAND  # fmt: skip


def lines(text, columns):
    """The rows of ``text``, one by one: at most ``columns`` characters, broken at blanks where possible, at LF always.

    It copies nothing but the row: all words of a script's text at once would not fit into a small heap.
    """
    at = 0
    size = len(text)
    while True:
        while at < size and text[at : at + 1] in " \t\r":
            at += 1
        end = text.find("\n", at, at + columns + 1)
        if end < 0:
            end = size
            if size - at > columns:
                end = max(text.rfind(" ", at, at + columns + 1), text.rfind("\t", at, at + columns + 1))
                if end <= at:
                    end = at + columns
        yield text[at:end].rstrip()
        at = end if text[end : end + 1] not in (" ", "\t", "\n") else end + 1
        if end >= size:
            return


def wrap(text, columns):
    """``text`` as a list of such rows."""
    rows = []
    for row in lines(text, columns):
        if len(rows) == _ROWS:
            break
        rows.append(row)
    return rows


def _more(body, top, height):
    return ("^" if top else "") + ("v" if top + height < len(body) else "")


class Idle:
    """What shows when nothing else does. The owner sets the fields and calls ``panel.changed()``.

    ``title`` (model or time), ``status`` (one line), ``address``, ``warning`` and ``advice`` (wrapped), ``labels``
    (up to six softkey labels). ``pages``: where each row of keys is turned to, see softkeys.py. ``notes``: messages of
    scripts, see scripts/status.py; ``alert``: the task that ends the one on top.
    """

    locked = False
    alert = None
    pages = None
    notes = ()

    def __init__(self):
        self.title = self.status = self.address = self.warning = self.advice = ""
        self.labels = ()
        self._top = 0

    def render(self, panel):
        small = panel.small
        rows = [self.title]
        for text, _, icon, colour in self.notes[:1] if small else self.notes:
            if (icon or colour) and not self._top:
                panel.hints[len(rows)] = ("", "", colour, icon, False)
            rows.append(text)
        rows += [row for row in (self.address, self.status) if row]
        if self.warning:
            # On three lines what is wrong and what to do come before what is merely nice to know.
            room = panel.columns - (3 if small else 0)  # three: the mark of a text that goes on
            at = 1 if small else len(rows)
            rows[at:at] = ([] if small else [""]) + wrap("! " + self.warning, room) + wrap(self.advice, room)
        top = self._top = max(0, min(self._top, len(rows) - panel.lines))
        return panel.mark(rows[top : top + panel.lines], _more(rows, top, panel.lines)), self.labels

    def key(self, panel, key):
        if (key[:-1] == "softkey" or key == "goodbye") and panel.host:
            panel.host.key(key)
        elif key == "down" or key == "up":
            self._top += 1 if key == "down" else -1
        return key != "options"


class Panel:
    """The LCD of ``columns`` x ``lines`` characters and the keys.

    ``on_change(rows, labels)`` is called with each new frame. ``host`` is what the menus work on, duck typed:
    ``store``, ``status() -> dict``, ``key(name)`` for keys that no screen has, ``saved(name)``, ``restart()``,
    ``cancel()`` to end what is being fetched, ``unload(*modules)``.

    For a display that can do more than characters, as of the last frame: ``hints``: row -> (size, align, colour, icon,
    inverse) where a row is not plain, -1 to -6 for the softkey labels; ``picture``: (bytes, width, height, vertical,
    horizontal, mode) or None; see "Scripts" in docs/architecture.md.
    """

    taken = False  # see ``press``

    def __init__(self, columns, lines, on_change=None, host=None):
        self.columns = columns
        self.lines = lines
        self.small = lines <= _SMALL
        self.host = host
        self.idle = Idle()
        self._on_change = on_change
        self._progress = None
        self._stack = []
        self._waiting = None
        self.hints = {}
        self.picture = None

    def top(self):
        """The screen that shows now."""
        return self._stack[-1] if self._stack else self._progress or self.idle

    def screens(self):
        """All open screens, the one that waits too."""
        return self._stack + ([self._waiting] if self._waiting else [])

    def rows(self):
        """Exactly ``lines`` strings of at most ``columns`` characters, free of control characters."""
        return self._rows(self._draw()[0])

    def softkeys(self):
        """Six labels, "" where a key does nothing."""
        return self._labels(self._draw()[1])

    def _draw(self):
        self.hints = {}
        self.picture = None
        return self.top().render(self)

    def _rows(self, rows):
        rows = [clean(row, self.columns) for row in rows[: self.lines]]
        return rows + [""] * (self.lines - len(rows))

    def _labels(self, labels):
        labels = [clean(label, 12) for label in labels[:6]]
        return labels + [""] * (6 - len(labels))

    def changed(self):
        """Something that shows has changed: hands the new frame to ``on_change``."""
        if self._on_change:
            rows, labels = self._draw()
            self._on_change(self._rows(rows), self._labels(labels))

    def press(self, key):
        """One key of ``KEYS``, or of the phone itself (softkeys.py); raises CallerError for another name.

        ``taken`` tells afterwards whether it has had its effect, which then may only lack its frame.
        """
        self.taken = False
        if key not in KEYS.split():
            if not self.host:
                raise CallerError("No such key: " + clean(key, 20))
            self.host.key(key)
        elif not self.top().key(self, key):
            if key == "options" and not self._stack and self.host:
                self.host.unload()  # nothing: makes room
                from dialtone.lcd.menu import options

                self._stack.append(options(self))
            elif key == "goodbye" or key == "options":
                return self.home()
        self.taken = True
        self.changed()

    def rest(self):
        """Screens that can do without their code forget it. Whether none is at work."""
        return not [1 for screen in self.screens() if hasattr(screen, "rest") and not screen.rest()]

    def push(self, screen):
        """Shows ``screen`` above what shows now; the oldest goes when the stack is full."""
        if len(self._stack) >= _DEPTH:
            self._drop(self._stack[0])
        self._stack.append(screen)
        self.changed()

    def _drop(self, screen):
        self._stack.remove(screen)
        if hasattr(screen, "closed"):  # it owns something that must end with it
            screen.closed()

    def push_later(self, screen):
        """Shows ``screen`` at once, or after the person at the keys has left what he is doing."""
        if screen in self._stack:
            self.changed()
        elif self._stack:
            self._waiting = screen
        else:
            self.push(screen)

    def back(self, screen=None):
        """Closes ``screen``, the top one when not given; after the last one what was imported goes."""
        if screen and screen is self._waiting:
            self._waiting = None
        elif self._stack and (screen is None or screen in self._stack):
            self._drop(screen or self._stack[-1])
        if self._stack:
            self.changed()
        else:
            self.home()

    def home(self):
        """Closes every screen and drops the modules that only they needed."""
        while self._stack:
            self._drop(self._stack[-1])
        if self._waiting:
            self._stack.append(self._waiting)
            self._waiting = None
        elif self.host:
            self.host.unload(*_UNLOAD)
        self.changed()

    def message(self, title, lines):
        """Shows a page of text until it is closed."""
        from dialtone.lcd.page import Page

        self.push(Page(title, lines))

    def progress(self, title, text=""):
        """Shows what the phone is busy with instead of the idle screen; ``progress(None)`` ends it."""
        self._progress = _Progress(title, text) if title else None
        if not self._stack:
            self.changed()

    def height(self, title):
        """Rows that ``frame`` leaves for the body."""
        return self.lines - (1 if self.small else 0) - (0 if title is None else 1)

    def frame(self, title, body, top=0, left="", right="", more=None):
        """The rows of a screen: ``title`` (None: none), a window of ``body`` from row ``top``, and on a small display
        the command line that says what the left and right keys do. ``more``: the mark of a ``body`` that is its own
        window."""
        height = self.height(title)
        if more is None:
            more = _more(body, top, height)
        rows = body[top : top + height]
        if self.small:
            rows += [""] * (height - len(rows))
            left = ("<" + left if left else "") + " " + more
            rows.append(left + "%*s" % (self.columns - len(left), right + ">" if right else ""))
        if title is not None:
            rows.insert(0, title if len(title) <= self.columns else wrap(title, self.columns)[0])
            self.hints[0] = ("title",) + self.hints.get(0, ("", "", "", "", False))[1:]
        return rows if self.small else self.mark(rows, more, title is not None)

    def mark(self, rows, more, cut=False):
        """``rows`` with the mark ``more`` at the end of the first: where there is room for it, or at any cost."""
        room = self.columns - 3
        if more and (cut or len(rows[0]) <= room):
            # MicroPython's % pads by bytes, which are more than the characters of a word with accents
            rows[0] = rows[0][:room] + " " * (room - len(rows[0])) + "%3s" % more
        return rows


class _Progress:
    def __init__(self, title, text):
        self._title = title
        self._text = text

    def render(self, panel):
        return wrap(self._title, panel.columns) + wrap(self._text, panel.columns), ()

    def key(self, panel, key):
        if key == "goodbye" and panel.host:
            panel.host.cancel()
        return key != "options"
