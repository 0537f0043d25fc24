"""Why something failed, in the firmware's own words, but the same for all phones: without addresses and names."""

import re

_GROUPS = (  # what it begins with, or holds: in this order
    ("Bad Certificate", "certificate"),
    ("certificate", "certificate"),
    ("TLS handshake", "TLS"),
    ("Server answered", "HTTP status"),
    ("in time", "timeout"),
    ("stalled", "timeout"),
    ("given up", "timeout"),
    ("refused the connection", "connection"),
    ("connection", "connection"),
    ("cannot be reached", "connection"),
    ("transfer too early", "connection"),
    ("name not found", "connection"),
    ("nobody has named", "rehearsal"),
    ("simulator", "rehearsal"),
)


def words(error, host, mac):
    """The text of ``error`` with "server" and "MAC" for what differs from phone to phone."""
    text = getattr(error, "text", None)
    if text is None:
        return "simulator: %s: %s" % (type(error).__name__, error)
    text = re.sub(re.escape(host) + r"(:\d+)?", "server", text)
    return text.replace(mac, "MAC")


def group(reason):
    """The kind of a reason for plots."""
    return next((name for text, name in _GROUPS if text in reason), "file")
