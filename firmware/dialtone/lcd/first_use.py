"""Trust on first use: the administrator compares fingerprints and accepts the key of the configuration server."""

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


def _groups(digits):
    digits = digits.upper()
    return " ".join([digits[at : at + 4] for at in range(0, len(digits), 4)])
