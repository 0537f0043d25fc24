"""Request heads, for the server. Loaded on demand: a phone that only fetches does without."""

from dialtone.http.message import TEXT, Message, check_host, fold_token, refuse


class Request(Message):
    """A request head.

    ``method``; ``target`` as sent; its ``path`` and ``query`` (what follows the first "?", or ""), not decoded;
    ``host``: lower case, with its port ("" only from HTTP/1.0 without one); ``expect_continue``: the client waits for
    100 Continue before it sends its body.
    """

    def _start(self, buffer, start, end):
        """The request line (RFC 9112 section 3): three words with one blank between them."""
        first = buffer.find(b" ", start, end)
        second = buffer.find(b" ", first + 1, end)
        if not start < first < second - 1 or end - second != 9:
            refuse("Bad request line")
        self._set_version(buffer, second + 1)
        if buffer.find(b"GET ", start, start + 4) == start:
            self.method = "GET"
        else:
            method = bytes(buffer[start:first])
            fold_token(buffer, start, first)
            self.method = str(method, "utf-8")
        target = buffer[first + 1 : second]
        if target.lstrip(TEXT) or target.find(b"#") >= 0 or target.find(b"\t") >= 0:
            refuse("Bad request target")
        self.target = str(target, "utf-8")
        self.host = None
        self.expect_continue = False

    def _other(self, name, value):
        if name == b"host":
            if self.host is not None:
                refuse("Two Hosts")
            check_host(value)
            self.host = str(value, "utf-8")
        elif self.version == 11:  # from HTTP/1.0 an expectation means nothing: RFC 9110 section 10.1.1
            if value != b"100-continue":
                refuse("Unknown expectation", 417)
            self.expect_continue = True

    def _finish(self):
        if self.host is None:
            if self.version == 11:
                refuse("No Host")  # RFC 9112 section 3.2
            self.host = ""
        if not self.has_body:
            self.expect_continue = False
        target = self.target
        if target[0] != "/":
            target = self._no_path(target)
        at = target.find("?")
        self.path = target if at < 0 else target[:at]
        self.query = "" if at < 0 else target[at + 1 :]

    def _no_path(self, target):
        """Path and query of a target that is more or less than these (RFC 9112 section 3.2)."""
        if target == "*" and self.method == "OPTIONS":
            return target
        if self.method == "CONNECT":
            refuse("This is no proxy", 501)
        scheme, _, rest = target.partition("://")
        if scheme.lower() not in ("http", "https"):
            refuse("Bad request target")
        host, slash, path = rest.partition("/")
        host, mark, query = host.partition("?")
        host = host.lower()
        check_host(host.encode())  # refuses user information, too: RFC 9110 section 4.2.4
        self.host = host  # it wins: RFC 9112 section 3.2.2
        return "/" + path if slash and not mark else "/" + mark + query + slash + path

    @property
    def has_body(self):
        """Bytes of a body follow."""
        return self.chunked or bool(self.content_length)
