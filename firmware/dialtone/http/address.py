"""A URL in its parts. Reading one takes three times that code (url.py), which a connection in use does without."""

PORTS = {"http": 80, "https": 443, "tftp": 69}


class Url:
    """``scheme`` "http", "https" or "tftp"; ``host`` lower case, an IPv6 address without brackets; ``port``.

    ``target``: path and query as a request line has them. ``user`` and ``password``: decoded, None without, and not
    in ``str()``.
    """

    def __init__(self, scheme, host, port, target, user=None, password=None):
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
        self.user = user
        self.password = password

    @property
    def parts(self):
        """What ``Url(*parts)`` makes it of again: whoever waits with it in hand does not keep this module loaded."""
        return self.scheme, self.host, self.port, self.target, self.user, self.password

    @property
    def origin(self):
        """(scheme, host, port): what credentials and cookies belong to."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self):
        """The value of the field Host: the port only when it is not the scheme's own."""
        host = "[" + self.host + "]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else "%s:%d" % (host, self.port)

    def beside(self, name):
        """The Url of the file ``name``, which needs no encoding, in the folder that this one is."""
        return Url(self.scheme, self.host, self.port, self.target + name, self.user, self.password)

    def __str__(self):
        return self.scheme + "://" + self.authority + self.target
