"""The Options menu: a tree of data. What parameters it offers comes from the parameter table: tree.py."""

from micropython import const

from dialtone.lcd import listing
from dialtone.lcd.page import Page

_TRIES = const(3)  # wrong passwords until the phone goes back to idle (facts page, 7.4)


class Menu:
    """A list of ``labels``; ``choose(panel, index)`` runs for the chosen one. A digit chooses in a numbered list; in
    another it goes to the next entry that begins with one of its letters.

    ``private``: neither scripts nor pushes press keys while such a screen is open, nor do they cover it.
    """

    private = True

    def __init__(self, title, labels, choose, index=0, numbered=True):
        self.title = title
        self._labels = ["%d.%s" % pair for pair in enumerate(labels, 1)] if numbered else labels
        self._choose = choose
        self._index = index
        self._numbered = numbered

    def render(self, panel):
        rows = listing.render(panel, self.title, self._labels, self._index, "Back", "Select")
        return rows, ("Select", "", "", "", "", "Back")

    def key(self, panel, key):
        digit = key.isdigit()
        if digit and not self._numbered:
            self._seek(key)
            return True
        to = listing.move(key, self._index, len(self._labels))
        if to is not None:
            self._index = to
        if key in ("select", "enter", "right", "softkey1") or to is not None and digit:
            self._choose(panel, self._index)
        elif key == "left" or key == "softkey6":
            panel.back()
        else:
            return to is not None
        return True

    def _seek(self, key):
        from dialtone.lcd.keypad import LETTERS

        letters = LETTERS[int(key)].encode()
        count = len(self._labels)
        for step in range(1, count + 1):
            at = (self._index + step) % count
            label = self._labels[at].encode()  # "" for a choice without a name
            if label and label[0] | 32 in letters:
                self._index = at
                break


class _Gate:
    """Asks for a password before ``enter(panel)`` runs; remembers nothing when the phone is idle again."""

    def __init__(self, names, enter):
        self._names = names
        self._enter = enter
        self._left = _TRIES

    def screen(self, title="Password"):
        from dialtone.lcd.editor import Entry

        return Entry(title, "", "secret", self._entered)

    def _entered(self, panel, text):
        host = panel.host
        if [name for name in self._names if _right(host, text, host.store.get(name))]:
            panel.back()
            self._enter(panel)
            return
        self._left -= 1
        if self._left:
            panel.back()
            panel.push(self.screen("Wrong password"))
        else:
            panel.home()


def _right(host, text, stored):
    if stored[:1] != "$":  # the built-in one
        return text == stored
    from dialtone.crypto import passwords

    right = passwords.matches(text, stored)
    passwords = None
    host.unload("dialtone.crypto.passwords")  # menus need that room
    return right


def gate(names, enter, title):
    """The screen that asks for the value of one of ``names`` before ``enter(panel)`` runs."""
    return _Gate(names, enter).screen(title)


def options(panel):
    """The screen that the Options key opens."""
    menu = Menu("Options", [label for label, _ in _TREE], _open)
    if panel.host.store.flag("options password enabled"):
        gate = _Gate(("user password", "admin password"), lambda panel: panel.push(menu))
        return gate.screen()
    return menu


def _open(panel, index):
    _TREE[index][1](panel)


def _status(panel):
    status = panel.host.status()
    get = status.get
    lines = ["%s %s" % (panel.idle.title, get("version", "")), "MAC " + get("mac", "")]
    lines.append("IP " + str(get("address", "")))
    configuration = get("configuration") or {}
    lines.append("Configuration: " + str(configuration.get("source", "none")))
    for file in configuration.get("files", ()):
        lines.append("%s: %s" % (file["name"], "loaded" if file["status"] == 200 else "not there"))
    digits = get("certificate_sha256", "").replace(":", "").upper()
    if digits:
        lines.append("Certificate SHA-256:")
        lines.append(" ".join([digits[at : at + 4] for at in range(0, len(digits), 4)]))
    panel.push(Page("Status", lines))


def _administrator(panel):
    from dialtone.lcd import tree

    panel.push(_Gate(("admin password",), tree.administrator).screen())


def _preferences(panel):
    from dialtone.lcd import tree

    tree.section(panel, "preferences", "Preferences")


def _password(panel):
    from dialtone.lcd import tree

    tree.password(panel)


def _lock(panel):
    def lock(panel):
        from dialtone.lcd import locked

        locked.lock(panel.host)

    lines = ["User or administrator password unlocks it."]
    if not panel.host.store.get("user password"):
        lines.append("The user password is empty: anybody unlocks it.")
    panel.push(Page("Lock the phone?", lines, "Lock", lock))


def _restart(panel):
    def restart(panel):
        panel.home()
        panel.host.restart()

    panel.push(Page("Restart the phone?", ["Settings stay."], "Restart", restart))


_TREE = (
    ("Status", _status),
    ("Administrator Menu", _administrator),
    ("Restart", _restart),
    ("Preferences", _preferences),
    ("User Password", _password),
    ("Phone Lock", _lock),
)
