"""What a parameter's text may be, and its one canonical spelling.

Whatever wants into the store passes ``canonical``: files, web forms, LCD, push. It is the one place where control
characters are refused, because a value with a line end would become a line of its own in ``local.cfg``.
"""

from micropython import const

from dialtone.errors import CallerError
from dialtone.text import codes

_LIST = const(512)  # bytes of a list: some 20 host names, as long as a file line reasonably gets
_URL = const(255)  # bytes of a URL, and of anything that names no bound of its own
_HOST = const(253)  # the longest name that DNS carries


# Nothing of an ordinary text is left when strip() takes these away, the frequent ones first: faster than a loop by far.
_PRINTABLE = " etaoinsrhldcum.:/-1023456789fpgwybvkxjqz_,=?&%$#+TSACMPEIRDBNLHWFGOKUVJYXZQ@*()'\"!;<>[]{}|~^`\\"
_IN_HOSTS = "e.ait1onrs02lc-345678d9mphugbykwvfxjqz:_ETAOINSHRDLUCMFGYPWBVKXJQZ"


def canonical(row, text):
    """``text`` as the store keeps it for ``row``; raises CallerError with the reason when it is not legal.

    Empty text resets to the built-in default. Secrets never appear in the error.
    """
    if text.strip(_PRINTABLE):
        _refuse_controls(text)
    kind = row.kind
    if kind == "text" or kind == "secret":
        return _bounded(text, int(row.domain)) or row.default
    if kind != "password":
        text = text.strip(" ")
    if not text:
        return row.default
    if kind == "password" and text[:1] == "$":
        from dialtone.crypto import passwords

        if passwords.legal(text):
            return text
    if kind == "bool":
        if text != "0" and text != "1":
            raise CallerError("must be 0 or 1")
        return text
    if kind == "int":
        return _number(row, text)
    if kind == "choice" or kind == "list":
        return (_choice if kind == "choice" else _list)(row, text)
    if kind == "zone" or kind == "method" or kind == "pin":
        return _rare(kind, text)
    if kind == "time" or kind == "ip":
        return (_time if kind == "time" else _ip)(text)
    _bounded(text, _HOST if kind == "host" else _URL if kind == "url" else int(row.domain))
    if kind == "host":
        _check_host(text)
    elif kind == "url":
        _check_url(row, text)
    return text


def _rare(kind, text):
    if kind == "zone":
        from dialtone.config.zones import zone

        return zone(text)
    from dialtone.config import strict

    return (strict.method if kind == "method" else strict.pin)(text)


def _bounded(text, limit):
    if len(text) > limit // 4 and len(text.encode()) > limit:  # no character has more than four bytes
        raise CallerError("is longer than %d bytes" % limit)
    return text


def _refuse_controls(text):
    for code in codes(text):
        if 32 <= code < 127:
            continue
        # C0, DEL and C1; line and paragraph separators with the direction marks around them; lone surrogates
        if code < 160 or 0x2028 <= code <= 0x202E or 0x2066 <= code <= 0x2069 or 0xD800 <= code < 0xE000:
            raise CallerError("holds a control character")


def _number(row, text):
    low, high = row.domain.split("..")
    if len(text) <= 9 and _digits(text[1:] if text[:1] == "-" else text) and int(low) <= int(text) <= int(high):
        return str(int(text))
    raise CallerError("must be a number from %s to %s" % (low, high))


def _ip(text):
    parts = text.split(".")
    if len(parts) != 4 or [part for part in parts if not _digits(part) or len(part) > 3 or int(part) > 255]:
        raise CallerError("must be four numbers up to 255, as 192.0.2.7")
    return ".".join([str(int(part)) for part in parts])


def _digits(text):
    return text.encode().isdigit()  # of a str more are: ²


def _choice(row, text):
    if row.domain.startswith(text + "=") or "," + text + "=" in row.domain:
        return text  # nearly always: lists of all choices of a key would be 2 KB
    wanted = text.lower()
    values = [pair.split("=")[0] for pair in row.domain.split(",")]
    for value in values:
        if value.lower() == wanted:
            return value
    if len(values) < 9:
        raise CallerError("must be one of " + ", ".join(values))
    from dialtone.config.nearest import closest

    value = closest(values, wanted)
    raise CallerError("is not a value of this setting", "Did you mean %s?" % value if value else "")


def _time(text):
    hours, separator, minutes = text.partition(":" if ":" in text else "h")
    if separator and _digits(hours) and _digits(minutes) and len(hours) <= 2 and len(minutes) == 2:
        if int(hours) < 24 and int(minutes) < 60:
            return "%02d:%s" % (int(hours), minutes)
    raise CallerError("must be a time of day, hh:mm")


def _list(row, text):
    if row.domain == "host":
        items = [item.strip(" ") for item in text.split(",")]
        items = [item for item in items if item]
        for item in items:
            host, network, bits = item.partition("/")
            _check_host(host or "/")
            if network and not (_digits(bits) and int(bits) <= 32):
                raise CallerError("must be addresses, networks like 10.0.0.0/8 or host names")
        text = ", ".join(items)
    else:
        legal = row.domain.split()
        wanted = text.lower().replace(",", " ").split()
        for item in wanted:
            if item not in legal:
                raise CallerError("must be words of: " + row.domain)
        text = " ".join([word for word in legal if word in wanted])
    if len(text) > _LIST:
        raise CallerError("is longer than %d bytes" % _LIST)
    return text


def _check_host(text):
    """A host name, an IPv4 address or an IPv6 address, with or without brackets: by its characters only."""
    bare = text[1:-1] if text[0] == "[" and text[-1] == "]" else text
    if bare.strip(_IN_HOSTS) or not bare or bare[0] in "-." or ".." in bare:
        raise CallerError("must be an address or a host name")


def _check_url(row, text):
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in row.domain.split():
        raise CallerError("must begin with " + " or ".join([s + "://" for s in row.domain.split()]))
    if " " in text or not rest or rest[0] in "/?#:@":
        raise CallerError("is not a complete URL")
