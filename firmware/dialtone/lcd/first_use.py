"""Trust on first use: the administrator compares fingerprints and accepts the key of the configuration server."""

from dialtone.errors import DialtoneError
from dialtone.lcd.page import Page


def show(panel):
    """The question. Only who holds the phone and knows the administrator password gets here."""
    host, key, fingerprint = panel.host.platform.stranger
    lines = ["Nobody has vouched for %s. Compare:" % host, "Certificate SHA-256:", _groups(fingerprint)]
    lines += ["Key SHA-256 (pin):", _groups(key), "Trust pins this key and restarts the phone."]
    panel.push(Page("Trust this server?", lines, "Trust", _accept))


def _accept(panel):
    host = panel.host
    try:
        host.store.set_local("https server pin", host.platform.stranger[1], "lcd")
        host.saved("https server pin")
    except DialtoneError as error:
        return panel.message("Not pinned", [error.text, error.advice])
    host.platform.stranger = None
    panel.home()
    host.restart()


def _groups(digits):
    digits = digits.upper()
    return " ".join([digits[at : at + 4] for at in range(0, len(digits), 4)])
