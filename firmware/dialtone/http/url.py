"""Reading URLs of the schemes that the phone fetches (RFC 3986). What they are made into is ``address.Url``."""

from dialtone.errors import CallerError, PeerError
from dialtone.http.address import PORTS, Url
from dialtone.http.message import check_host
from micropython import const

_LONGEST = const(1000)  # characters: the target must fit into one request line of other people's servers
# What a path or query may hold; the rest is percent-encoded
_LEGAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%"


def parse(text, tftp=False):
    """The Url of an absolute ``text``; a fragment is dropped. CallerError says what is wrong, but no secrets.

    ``tftp``: whether tftp:// will do, as for configuration and firmware.
    """
    scheme, mark, rest = _clean(text).partition("://")
    scheme = scheme.lower()
    if not mark:
        raise CallerError("This is no URL", "Begin it with https:// or http://")
    if scheme not in PORTS or scheme == "tftp" and not tftp:
        raise CallerError("URLs of this kind are not supported", "Use https:// or http://")
    end = _end(rest, "/?#")
    authority, target = rest[:end], rest[end:]
    login, at, place = authority.rpartition("@")
    user = password = None
    if at:
        user, colon, password = login.partition(":")
        user = _decode(user)
        password = _decode(password) if colon else None
    host, port = _place(place, PORTS[scheme])
    return Url(scheme, host, port, _target(target), user, password)


def join(base, reference):
    """The Url that ``reference`` means on the page ``base`` (RFC 3986 section 5.2). Credentials are not taken along."""
    reference = _clean(reference)
    colon = _end(reference, ":/?#")
    if reference[colon : colon + 1] == ":" and colon:
        return parse(reference)
    if reference[:2] == "//":
        return parse(base.scheme + ":" + reference)
    path, _, query = base.target.partition("?")
    if reference[:1] in ("", "#"):
        target = base.target
    elif reference[:1] == "?":
        target = path + reference
    elif reference[:1] == "/":
        target = _target(reference)
    else:
        target = path[: path.rfind("/") + 1] + reference
    return Url(base.scheme, base.host, base.port, _target(target))


def _clean(text):
    text = text.strip(" ")
    if len(text) > _LONGEST:
        raise CallerError("The URL is too long", "At most %d characters" % _LONGEST)
    for byte in text.encode():
        if byte <= 32 or byte == 127 or byte == 92:  # "\\"
            raise CallerError("A blank, control character or backslash in a URL", "Write it percent-encoded")
    return text


def _end(text, stops):
    """Where the first of ``stops`` is. Not a loop over the text, see text.py."""
    end = len(text)
    for char in stops:
        at = text.find(char)
        if 0 <= at < end:
            end = at
    return end


def _place(place, port):
    """(host, port) of "host:port"."""
    data = place.encode().lower()  # not the text: CPython would turn a Kelvin sign into a k
    try:
        check_host(data)
    except PeerError:
        raise CallerError("Bad host or port in a URL")
    place = str(data, "utf-8")
    if place[0] == "[":
        host, _, place = place[1:].partition("]")
    else:
        host, _, _ = place.partition(":")
    digits = place[place.rfind(":") + 1 :] if ":" in place else ""
    if digits:
        port = int(digits)
        if not port:
            raise CallerError("Bad host or port in a URL")
    return host, port


def _decode(text):
    from dialtone.http.forms import percent_decode  # few URLs carry a log-in

    try:
        text = str(percent_decode(text.encode()), "utf-8")
    except ValueError:
        raise CallerError("Bad user name or password in a URL")
    for byte in text.encode():
        if byte < 32 or byte == 127:
            raise CallerError("Bad user name or password in a URL")
    return text


def _target(text):
    """Path and query for a request line: dot segments resolved, what a request line cannot carry encoded."""
    text = text[: _end(text, "#")]
    path, mark, query = text.partition("?")
    out = []
    parts = path.split("/")
    for part in parts[1:]:
        if part == "..":
            if out:
                out.pop()
        elif part != ".":
            out.append(part)
    if parts[-1] in (".", ".."):
        out.append("")
    return _encode("/" + "/".join(out) + mark + query)


def _encode(text):
    data = text.encode()
    if not data.lstrip(_LEGAL):
        return text
    out = bytearray()
    for byte in data:
        if byte in _LEGAL:
            out.append(byte)
        else:
            out.extend(b"%%%02X" % byte)
    return str(out, "utf-8")
