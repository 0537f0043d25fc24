"""How the phone learns its configuration server when nobody has named one: DHCP options, then the local network.

Facts page, section 2.1. MicroPython gives no DHCP options to its programs (docs/configuration.md), so on a board there
is only the second way; ``platform.dhcp_options`` is what the simulator was told. What is learned so is never vouched
for: anybody on the network can answer, and must not be able to make the phone less safe.
"""

from asyncio import sleep_ms

from dialtone.errors import CallerError
from dialtone.http.url import parse
from dialtone.log import clean

_OPTIONS = ("43", "66", "159", "160")  # in our order, when no one is chosen; the real phone's is not known
_SCHEMES = ("https", "http", "tftp")
_PORTS = {"https": 443, "http": 80, "tftp": 69}
_TEXT = 200  # characters of an address that are believed


async def find(platform, store):
    """Sets ``platform.learned`` to the folder URL of the server that was found, or "", and ``platform.found``.
    CallerError when several answer, or when what answers is weaker than the server that the present files came from.
    """
    platform.learned = ""
    platform.found = ()
    place = by_dhcp(platform.dhcp_options, store.get("dhcp config option override"))
    if not place and platform.mdns:
        place = await _by_mdns(platform)
    if not place:
        return
    scheme = place[: place.find(":")]
    if scheme != "https" and _better(platform, store):
        # Whoever can keep the phone from its server could else make it take files from his own
        raise CallerError(
            "A server for %s was found, but the present files came over HTTPS" % scheme.upper(),
            "Set https server under Configuration Server, or restore factory defaults",
        )
    platform.log.info("configuration", "found %s" % clean(str(parse(place, True))))
    platform.learned = place
    platform.found = (place,)


def _better(platform, store):
    """Whether the present files came from a server that proved itself: a trusted one, or one learned earlier."""
    from dialtone.provisioning import cache

    return [1 for layer in store.layers[:3] if layer.trusted and layer.chunks] or cache.over_https(platform.storage)


def by_dhcp(options, wanted="0"):
    """The folder URL that DHCP ``options`` (number as text: text, of 43 bytes) give, or ""."""
    if not options or wanted == "-1":
        return ""
    for code in _OPTIONS if wanted == "0" else (wanted,):
        value = options.get(code)
        if value and code == "43":
            value = _inner(value)
        if value:
            place = address(value)
            if place:
                return place
    return ""


def _inner(data):
    """The configuration server in the encapsulated option 43: its part 2, text."""
    at = 0
    while at + 1 < len(data):
        if data[at] == 2 and at + 2 + data[at + 1] <= len(data):
            try:
                return str(data[at + 2 : at + 2 + data[at + 1]], "utf-8")
            except UnicodeError:
                return ""
        at += 2 + data[at + 1]
    return ""


def address(text):
    """A server's address as DHCP gives it, as a folder URL: without a scheme TFTP; "" when it is not understood."""
    text = text.strip(" \0")
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "tftp", text
    text = scheme.lower() + "://" + rest
    if scheme.lower() not in _SCHEMES or len(text) > _TEXT or text != clean(text) or " " in text:
        return ""
    text += "" if text.endswith("/") else "/"
    try:
        parse(text, True)
    except CallerError:
        return ""
    return text


async def _by_mdns(platform):
    from dialtone.net import mdns

    host, _, port = platform.mdns.partition(":")
    found = await mdns.find(platform.random(2), 2000, host, int(port))
    places = []
    for host, port, text in found:
        place = _service(host, port, text)
        if place and place not in places:
            places.append(place)
    mdns = None
    await sleep_ms(0)
    platform.unload("dialtone.net.mdns", "dialtone.net.datagram")
    if len(places) > 1:
        platform.found = tuple(places)
        raise CallerError(
            "%d configuration servers answer: %s" % (len(places), ", ".join(places)),
            "Keep one: Administrator Menu, Servers Found",
        )
    return places[0] if places else ""


def _service(host, port, text):
    scheme = text.get("protocol", "tftp").lower()
    if scheme not in _SCHEMES:
        return ""
    if port and port != _PORTS[scheme]:
        host += ":%d" % port
    return address("%s://%s/%s" % (scheme, host, text.get("path", "").lstrip("/")))
