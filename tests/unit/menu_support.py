"""A panel with the Options menu over a host that remembers what it was asked to do."""

from dialtone.config.store import Store
from dialtone.lcd.panel import Panel


class Host:
    stranger = unconfirmed = None
    found = ()
    wireless = False
    trouble = 0
    why = ""

    def __init__(self):
        self.platform = self
        self.store = Store("57i")
        self.done = []

    def status(self):
        return {
            "version": "1.0.0.1-SIP",
            "mac": "00085D123456",
            "address": "10.0.0.5",
            "configuration": {
                "source": "server",
                "files": [{"name": "aastra.cfg", "status": 200}, {"name": "57i.cfg", "status": 404}],
            },
            "certificate_sha256": ":".join(["AB"] * 32),
        }

    def saved(self, name):
        self.done.append(name)

    def restart(self):
        self.done.append("restart")

    def refresh(self, mode=3):
        self.done.append("refresh")
        return True

    def key(self, name):
        self.done.append(name)

    def unload(self, *names):
        if names:  # without names it only makes room
            self.done.append("unload")


def large():
    return titled(Panel(24, 8, None, Host()))


def small():
    return titled(Panel(16, 3, None, Host()))


def titled(panel):
    panel.idle.title = "Aastra 57i"
    return panel


def press(panel, keys):
    for key in keys.split():
        panel.press(key)
    return panel.rows()


IN = "options 2 2 2 2 2 2 enter"


def all_rows(panel, keys):
    """All rows of what a screen shows, down to its end."""
    shown = press(panel, keys)
    for _ in range(12):
        shown = shown + press(panel, "down")
    return shown
