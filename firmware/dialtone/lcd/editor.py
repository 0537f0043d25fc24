"""Screens for one value: what it is and where it comes from, and the editors that change it by keypad."""

from dialtone.config.parameters import SECRET, choices, find
from dialtone.config.store import LOCAL
from dialtone.errors import DialtoneError
from dialtone.lcd.keypad import DIGITS, LOWER, MARKS, MODES, Keypad
from dialtone.lcd.panel import wrap

_ONLY_DIGITS = ("int", "signed", "time", "ip")
_ONLY_CHOICES = ("bool", "choice", "method", "zone")


def _choices(row):
    return [("1", "On"), ("0", "Off")] if row.kind == "bool" else choices(row)


def _title(panel, row):
    return row.label if len(row.label) <= panel.columns else row.short


def _shown(row, value):
    if row.kind in _ONLY_CHOICES and row.kind != "zone":
        if row.kind == "bool":
            value = value or "0"  # never set, and off without saying so
        return dict(_choices(row)).get(value, value)
    return "(empty)" if not value else "****" if SECRET in row.flags else value


def _origin(store, name):
    origin = store.origin(name)
    if store.locked(name):
        return "Locked by " + origin
    if origin == "default":
        return "Default"
    return "Set on this phone" if origin == "set here" else "From " + origin


class Value:
    """One parameter: its value, its origin, its help; Change opens the editor that suits its kind."""

    def __init__(self, name, model):
        self._row = find(name, model)
        self._top = 0

    def render(self, panel):
        row = self._row
        store = panel.host.store
        rows = wrap(_title(panel, row) if panel.small else row.label, panel.columns)
        for text in (_shown(row, store.get(row.name)), _origin(store, row.name), row.help):
            if not panel.small and text is row.help:
                rows.append("")
            rows += wrap(text, panel.columns)
        self._top = max(0, min(self._top, len(rows) - panel.height(None)))
        change = "" if store.locked(row.name) else "Change"
        return panel.frame(None, rows, self._top, "Back", change), (change, "", "", "", "", "Back")

    def key(self, panel, key):
        if key == "up" or key == "down":
            self._top += 1 if key == "down" else -1
        elif key in ("select", "enter", "right", "softkey1"):
            self._change(panel)
        elif key == "left" or key == "softkey6":
            panel.back()
        else:
            return False
        return True

    def _change(self, panel):
        row = self._row
        store = panel.host.store
        if store.locked(row.name):
            panel.message("Locked", ["%s is fixed by %s." % (row.label, store.origin(row.name)), "Change it there."])
        elif row.kind in _ONLY_CHOICES:
            from dialtone.lcd.menu import Menu

            value = store.get(row.name) or "0"
            if row.kind == "zone":
                from dialtone.config.zones import Names

                values = labels = Names()
            else:
                values = [pair[0] for pair in _choices(row)]
                labels = [pair[1] for pair in _choices(row)]
            index = values.index(value) if value in values else 0

            def choose(panel, index):
                _save(panel, row, values[index])

            panel.push(Menu(_title(panel, row), labels, choose, index, False))
        else:
            text = "" if SECRET in row.flags else store.get(row.name)
            kind = "secret" if SECRET in row.flags else "signed" if row.domain[:1] == "-" else row.kind
            panel.push(Entry(_title(panel, row), text, kind, lambda panel, text: _save(panel, row, text)))


def store(panel, name, text):
    """Sets and saves a value; tells the person what is wrong with it, and returns whether nothing was."""
    host = panel.host
    before = host.store.layers[LOCAL]
    try:
        host.store.set_local(name, text, "lcd")
        host.saved(name)
    except DialtoneError as error:
        host.store.restore_local(before)
        panel.message("Not saved", [error.text, error.advice])
        return False
    return True


def _save(panel, row, text):
    if not store(panel, row.name, text):
        return
    panel.back()
    if row.effect == "restart":
        panel.message("Saved", ["It takes effect after a restart: Options, 3."])


class Entry:
    """Text by keypad. ``done(panel, text)`` gets it; ``kind`` "secret" shows stars.

    Letters by pressing a key again; ``*`` gives a dot and other marks, ``#`` changes abc, ABC and 123. Left deletes,
    right goes on to the next character or is Done.
    """

    private = True  # see Menu

    def __init__(self, title, text, kind, done):
        self._title = title
        self._text = text
        self._kind = kind
        self._done = done
        self._pad = Keypad(DIGITS if kind in ("int", "signed", "time", "ip", "host", "secret", "list") else LOWER)

    def render(self, panel):
        text = ("*" * len(self._text) if self._kind == "secret" else self._text) + "_"
        mode = MODES[self._pad.mode]
        left = "Del" if self._text else "Back"
        right = "Next" if self._pad.key else "Done"
        columns = panel.columns
        labels = ("Done", "Del" if self._text else "", "", "", "", "Back")
        if panel.small:
            keys = "%s %s" % (left, mode)
            return panel.frame(self._title, [text[-columns:]], 0, keys, right), labels
        rows = [text[at : at + columns] for at in range(0, len(text), columns)][-(panel.lines - 3) :]
        rows += [""] * (panel.lines - 3 - len(rows))
        if self._kind not in _ONLY_DIGITS:
            mode += "   # for %s, * for ." % MODES[(self._pad.mode + 1) % 3]
        elif self._marks():
            mode += "   * for " + self._marks()
        rows += [mode, "<%s%*s>" % (left, columns - 2 - len(left), right)]
        return panel.frame(self._title, rows), labels

    def _marks(self):
        return {"time": ":", "int": "", "signed": "-", "ip": "."}.get(self._kind, MARKS)

    def key(self, panel, key):
        if len(key) == 1:
            self._press(key)
        elif key == "left" or key == "softkey2":
            self._pad.key = ""
            if not self._text:
                panel.back()
            self._text = self._text[:-1]
        elif key == "right" and self._pad.key:
            self._pad.key = ""
        elif key in ("select", "enter", "right", "softkey1"):
            self._pad.key = ""
            self._done(panel, self._text)
        elif key == "softkey6":
            panel.back()
        elif key not in ("up", "down"):
            return False
        return True

    def _press(self, key):
        if key == "#":
            if self._kind not in _ONLY_DIGITS:
                self._pad.switch()
        elif key != "*":
            self._text = self._pad.press(self._text, key)
        elif self._marks():
            self._text = self._pad.press(self._text, key, self._marks())
