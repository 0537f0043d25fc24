"""A server that the network has named becomes one that somebody has named: the settings for it. Pure."""

_PORTS = {"https": "443", "http": "80"}


def settings(place):
    """((name, value), ...) of the parameters that name the folder URL ``place`` (of learned.py); () when they cannot:
    TFTP has no parameter for a port, nothing here one for a log-in.
    """
    scheme, _, rest = place.partition("://")
    host, _, path = rest.partition("/")
    at = host.rfind(":")
    port = ""
    if at > host.rfind("]"):
        host, port = host[:at], host[at + 1 :]
    if "@" in host + port or scheme == "tftp" and port not in ("", "69"):
        return ()
    rows = ("download protocol", scheme.upper()), (scheme + " server", host.strip("[]")), (scheme + " path", path)
    if scheme in _PORTS:
        return rows + ((scheme + " port", port or _PORTS[scheme]),)
    return rows + (("use alternate tftp", "0"),)
