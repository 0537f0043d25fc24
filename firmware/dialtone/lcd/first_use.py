"""Trust on first use: the administrator compares fingerprints and accepts the key of the configuration server. And >
Servers Found: one that the network has named becomes one that he has named."""

from dialtone.config.store import LOCAL
from dialtone.errors import DialtoneError
from dialtone.lcd.page import Page


def show(panel):
    """The question. Only who holds the phone and knows the administrator password gets here.

    What is pinned is the key that was shown, whoever answers for the server meanwhile.
    """
    stranger = panel.host.platform.stranger
    if not stranger:  # since the menu was opened
        return panel.message("Trust the Server", ["It has proved itself by now."])
    host, key, fingerprint = stranger
    lines = ["Nobody has vouched for %s. Compare:" % host, "Certificate SHA-256:", _groups(fingerprint)]
    lines += ["Key SHA-256 (pin):", _groups(key), "Trust pins this key and restarts the phone."]
    page = Page("Trust this server?", lines, "Trust", lambda panel: _accept(panel, key))
    page.private = True  # see Menu
    panel.push(page)


def _accept(panel, key):
    host = panel.host
    try:
        host.store.set_local("https server pin", key, "lcd")
        host.saved("https server pin")
    except DialtoneError as error:
        return panel.message("Not pinned", [error.text, error.advice])
    host.platform.stranger = None
    panel.home()
    host.restart()


def found(panel):
    """The servers that the network has named in the last round."""
    places = panel.host.platform.found

    def choose(panel, index):
        text = "The network has named it, nobody vouches for it. If you keep it, it may set all of this phone."
        page = Page("Keep this server?", [places[index], text], "Keep", lambda panel: _keep(panel, places[index]))
        page.private = True
        panel.push(page)

    if len(places) == 1:
        return choose(panel, 0)
    from dialtone.lcd.menu import Menu

    panel.push(Menu("Servers Found", [place[place.find("/") + 2 :] for place in places], choose))


def _keep(panel, place):
    from dialtone.provisioning.found import settings

    host = panel.host
    before = host.store.layers[LOCAL]
    rows = settings(place)
    settings = None
    host.unload("dialtone.provisioning.found")
    if not rows:
        return panel.message("Not kept", ["Set it under Configuration Server."])
    try:
        for name, value in rows:
            host.store.set_local(name, value, "lcd")
        host.saved("https server")
    except DialtoneError as error:
        host.store.restore_local(before)
        return panel.message("Not kept", [error.text, error.advice])
    panel.home()
    if not host.refresh():
        panel.message("Servers Found", ["It is kept. The next round asks it."])


def _groups(digits):
    digits = digits.upper()
    return " ".join([digits[at : at + 4] for at in range(0, len(digits), 4)])
