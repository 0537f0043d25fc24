"""The Basic scheme (RFC 7617), both directions."""

from binascii import a2b_base64, b2a_base64

from dialtone.errors import CallerError
from dialtone.http import limits

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def basic(value):
    """(user, password) of an Authorization value, None when it is not exactly Basic credentials in UTF-8."""
    scheme, _, word = value.partition(" ")
    word = word.strip(" ")
    data = word.rstrip("=")
    if (
        scheme.lower() != "basic"
        or len(word) > limits.CREDENTIALS_BYTES
        or len(word) % 4
        or len(word) - len(data) > 2
        or data.lstrip(_BASE64)
    ):
        return None
    try:
        text = str(a2b_base64(word), "utf-8")
    except ValueError:  # UnicodeError is one of them
        return None
    user, colon, password = text.partition(":")
    if not colon or _controls(text):
        return None
    return user, password


def basic_value(user, password):
    """The Authorization value for a log-in. CallerError when RFC 7617 cannot carry the name or password."""
    if ":" in user or _controls(user) or _controls(password):
        raise CallerError("Bad user name or password")
    return "Basic " + str(b2a_base64((user + ":" + password).encode()), "utf-8").strip()


def _controls(text):
    for byte in text.encode():
        if byte < 32 or byte == 127:
            return True
    return False
