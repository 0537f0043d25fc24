"""Which servers a rehearsal may load: this computer's own, and one that its user has named exactly.

A rehearsal is an attack on whoever did not ask for it. The check is made for the server of the command line, and again
for each connection of each phone: a redirect or a configuration file may lead elsewhere.
"""

import ipaddress
import os
import socket
import stat
import urllib.parse


class Unsafe(Exception):
    """The user has to say more before anything is sent; the text says what."""


def check(url, owned=None):
    """The host of ``url`` in lower case; Unsafe unless it is loopback or exactly ``owned``."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host or parts.scheme not in ("https", "http", "tftp"):
        raise Unsafe("%s is no https, http or tftp URL" % url)
    if loopback(host) or owned and owned.lower() == host:
        return host
    if owned:
        raise Unsafe("--i-own-this-server names %s, but the server is %s" % (owned, host))
    raise Unsafe(
        "%s is not this computer. Load only servers that are yours: add --i-own-this-server %s if it is" % (host, host)
    )


def loopback(host):
    """Whether all addresses of ``host`` are this computer's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(row[4][0].partition("%")[0]).is_loopback for row in found)


def allowed(host, named):
    """Whether a phone of a rehearsal of ``named`` may connect to ``host``. Asks no name server: it is asked often."""
    if host.lower() == named:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def credentials(path=None):
    """(user, password) of the phones at the server: of DIALTONE_FLEET_USER and DIALTONE_FLEET_PASSWORD, or of a file
    ``user:password`` that nobody else can read; ("", "") without."""
    if not path:
        return os.environ.get("DIALTONE_FLEET_USER", ""), os.environ.get("DIALTONE_FLEET_PASSWORD", "")
    with open(path, encoding="utf-8") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise Unsafe("%s can be read by others: chmod 600 it" % path)
        user, colon, password = file.readline().rstrip("\n").partition(":")
    if not colon:
        raise Unsafe("%s holds no line user:password" % path)
    return user, password
