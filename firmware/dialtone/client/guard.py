"""Where scripts may lead the phone: not to itself, nor to what only its own link has.

A page in somebody's browser or a script of somebody else's server could otherwise make the phone attack what trusts it.
The addresses are checked after the name was looked up and for each redirect anew, and the one that passed is the one
that is connected to: a second look-up could give another one.
"""

from dialtone.errors import PeerError
from dialtone.net.seam import resolve


def look_up(platform, ports, host, port):
    """The address to connect to for ``host`` and ``port``; PeerError when there is none where a script may lead.

    ``ports`` are the phone's own. A simulated phone shares its PC's loopback with its servers, so it may go there, but
    never to its own ports.
    """
    addresses = resolve(host)
    if not addresses:
        raise PeerError("Server name not found: " + host, "Check the name and the DNS server")
    for address in addresses:
        if allowed(address, port, platform, ports):
            return address
    raise PeerError("Scripts may not lead to %s" % addresses[0], "Serve them from another machine than this phone")


def allowed(address, port, platform, ports):
    """Whether a script may lead to the IPv4 ``address`` and ``port``."""
    own = address == platform.address()
    first, _, rest = address.partition(".")
    if platform.simulated and (own or first == "127"):
        return port not in ports
    if own or first in ("0", "127") or first == "169" and rest[:4] == "254.":
        return False
    return first.isdigit() and int(first) < 224  # above lie multicast, reserved addresses and broadcast
