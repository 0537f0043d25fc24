"""Values that trust hangs on: client methods, pins, and what makes a row weaker. Few pages change one."""

from dialtone.errors import CallerError

# Strictness of the client methods by the lowest protocol version that they let pass.
_RANKS = (("SSLv3", 0), ("TLSv1", 1), ("TLS", 2), ("TLSv1.2", 2), ("TLSv1.3", 3))

# Spellings of the real phones and of its guide, without blanks and in lower case.
_METHODS = (
    ("ssl3.0", "SSLv3"),
    ("tslv1", "TLSv1"),
    ("tls1.0", "TLSv1"),
    ("tlsv1.0", "TLSv1"),
    ("tls1.2", "TLSv1.2"),
    ("tls1.3", "TLSv1.3"),
    ("tls_sslv3", "TLS"),  # the later phones' "negotiate"; never a way into SSL 3.0
)


def lowers(row, old, new):
    """Whether going from ``old`` to ``new`` makes a trust row weaker (architecture rule 11).

    A switch is weaker away from its default; for the client method the lowest version counts; of other rows every new
    content is weaker, because nobody vouches for it, and of a pin its absence, too.
    """
    if row.kind == "bool":
        return new != old and new != row.default
    if row.kind == "method":
        return _rank(new) < _rank(old)
    return new != old and (new != "" or row.kind == "pin")


def _rank(method):
    for name, rank in _RANKS:
        if name == method:
            return rank
    return 0


def method(text):
    """The one spelling of a client method; CallerError."""
    wanted = text.replace(" ", "").lower()
    for name, _ in _RANKS:
        if name.lower() == wanted:
            return name
    for spelling, name in _METHODS:
        if spelling == wanted:
            return name
    raise CallerError("must be one of TLS, TLSv1.3, TLSv1.2, TLSv1, SSLv3")


def pin(text):
    """64 digits of SHA-256 as people find them: with colons or blanks, or as curl and HTTP write it."""
    bare = text.replace(":", "").replace(" ", "").lower()
    if len(bare) != 64 and len(text) > 43:
        from binascii import a2b_base64, hexlify

        try:
            bare = hexlify(a2b_base64(text[text.find("//") + 2 if "//" in text else 0 :])).decode()
        except ValueError:
            pass
    if len(bare) != 64 or [char for char in bare if not ("0" <= char <= "9" or "a" <= char <= "f")]:
        raise CallerError("must be 64 hexadecimal digits, or the base64 of 32 bytes")
    return bare
