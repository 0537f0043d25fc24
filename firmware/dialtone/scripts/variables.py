"""``$$NAME$$`` in the URLs of keys and scripts, filled in when the request is made (facts page, 5)."""


_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def quote(text, kept=""):
    """``text`` percent-encoded so that it is one value in a URL. ``kept``: what stays as it is beside the unreserved.

    A Selection keeps ``&=``: the vendor's own scripts have several values in one (``&msg=1-INBOX``).
    """
    out = []
    for byte in text.encode():  # not its characters, see text.py
        char = chr(byte) if byte < 128 else ""
        if char and (char in "-._~" or char in kept or char.isalpha() or char.isdigit()):
            out.append(char)
        else:
            out.append("%%%02X" % byte)
    return "".join(out)


def expand(text, lookup, encoded=True):
    """``text`` with each ``$$NAME$$`` replaced by ``lookup(NAME)``, percent-encoded unless it is a text for people;
    nothing for "" and None.

    Names are capital letters and digits; any other ``$$`` stays.
    """
    parts = text.split("$$")
    out = [parts[0]]
    at = 1
    while at < len(parts):
        name = parts[at]
        if at + 1 < len(parts) and name and not name.encode().lstrip(_NAME):
            value = lookup(name) or ""
            out.append(quote(value) if encoded else value)
            out.append(parts[at + 1])
            at += 2
        else:
            out.append("$$" + name)
            at += 1
    return "".join(out)
