"""The head of one message: checked byte by byte against RFC 9112 and RFC 9110, then kept as one bytes object.

No object is made per field: ``find`` and ``lstrip`` check at C speed and allocate nothing while all is well, and a field
is looked up when it is wanted. Whatever two readers could read in two ways is refused, never repaired.
"""

from dialtone.errors import PeerError
from dialtone.http import limits
from micropython import const

_CR = const(13)
_LF = const(10)
_COLON = const(58)
_BLANKS = b" \t"  # OWS, RFC 9110 section 5.6.3
_DIGITS = b"0123456789"
_HOST = b"0123456789.abcdefghijklmnopqrstuvwxyz-_"

# Data is of a class when data.lstrip(CLASS) leaves nothing. The search is linear: frequent bytes stand first.
_TOKEN = b"etaonrisc-lhdpugCAHmwyDTSUEfkbvxqzjBFGIJKLMNOPQRVWXYZ0123456789_.!#$%&'*+^`|~"  # RFC 9110 section 5.6.2
_TEXT = b"etaonris-cl/hdp.u;m0gk1,=: \r\nfqwAvybxTHCjzUGS23456789MWKBDEFILNOPQRJVXYZ\"#$%&'()*+!<>?@[\\]^_`{|}~\t"

_LENGTHS = (4, 6, 10, 14, 17)  # of the names that the codec itself reads: one step rules most others out


def refuse(text, status=400):
    """Raises PeerError: a function, so that each of the many checks costs few bytes."""
    raise PeerError(text, "", status)


def check_line(line):
    """PeerError unless ``line``, without its end, is a header field (RFC 9112 section 5) with a clean value."""
    colon = line.find(b":")
    if colon < 1 or line[:colon].lstrip(_TOKEN):
        refuse("Bad header field name")
    check_text(line)


def check_text(data):
    """PeerError when a control character other than CR, LF and TAB is in ``data`` (RFC 9110 section 5.5)."""
    for byte in data.lstrip(_TEXT):  # what is left starts at the first byte that is not plain ASCII text
        if byte == 127 or byte < 32 and byte not in b"\r\n\t":
            refuse("Control character in the head")


def check_host(host):
    """PeerError unless the lower-case bytes are host or host:port: a name, an IPv4 address, an IPv6 one in brackets.

    RFC 3986 section 3.2.2 allows percent-encoding and punctuation, too; no name that resolves has them.
    """
    allowed = _HOST
    at = host.find(b":")
    name = host if at < 0 else host[:at]
    port = b"" if at < 0 else host[at + 1 :]
    if host[:1] == b"[":
        allowed = b":0123456789.abcdef"
        name, _, port = host[1:].partition(b"]")
        if port and port[0] != _COLON:
            name = b""
        port = port[1:]
    if not name or name.lstrip(allowed) or port.lstrip(_DIGITS) or len(port) > 5 or int(port or b"0") > 65535:
        refuse("Bad Host")


def text_of(data):
    """Bytes of a field value as text: UTF-8, else ISO-8859-1 (RFC 9110 section 5.5 leaves the choice open)."""
    try:
        return str(data, "utf-8")
    except UnicodeError:
        out = bytearray()
        for byte in data:
            if byte > 127:
                out.append(192 | byte >> 6)
                byte = 128 | byte & 63
            out.append(byte)
        return str(out, "utf-8")


class Message:
    """What requests and responses share. Nobody changes one: two equal heads in a row may be the same object.

    ``version``: 10 or 11. ``keep_alive``: the peer lets the connection live on. ``content_length``: int or None.
    ``chunked``: the body comes in chunks. All errors are PeerError; its status is the answer.
    """

    def __init__(self, head):
        """``head``: bytes up to and with the empty line."""
        self._head = head
        self._low = None
        self.keep_alive = None  # until a Connection field or the end of the head decides
        self.content_length = None
        self.chunked = False
        end = head.find(b"\n") - 1
        if end > limits.LINE_BYTES:
            refuse("The first line is too long", 414)
        if head[end] != _CR:
            refuse("Line end without CR")
        self._start(head, end)
        self._fields(head, end + 2)
        if self.chunked:
            if self.content_length is not None:
                refuse("Both Content-Length and Transfer-Encoding")  # RFC 9112 section 6.3: the smuggler's pair
            if self.version == 10:
                refuse("Transfer-Encoding in HTTP/1.0")  # RFC 9112 section 6.1
        if self.keep_alive is None:
            self.keep_alive = self.version == 11
        self._finish()

    def header(self, name):
        """The value of the field ``name`` (lower case, str or bytes), None without; repeated ones joined by ", "."""
        low = self._low
        if low is None:
            low = self._low = self._head.lower()
        if isinstance(name, str):
            name = name.encode()
        found = None
        at = low.find(name)
        while at >= 0:
            stop = at + len(name)
            if low[stop] == _COLON and low[at - 1] == _LF:
                value = text_of(self._head[stop + 1 : low.find(b"\r", stop)].strip(_BLANKS))
                found = value if found is None else found + ", " + value
            at = low.find(name, stop)
        return found

    def _fields(self, head, at):
        find = head.find
        lines = 2  # the first line and the empty one
        while True:
            end = find(b"\n", at) - 1
            if head[end] != _CR:
                refuse("Line end without CR")
            if end == at:
                break
            colon = find(b":", at, end)
            name = head[at:colon] if colon > at else b" "
            if name.lstrip(_TOKEN):
                refuse("Bad header field name")  # a blank before the colon and obsolete line folding, too
            if colon - at in _LENGTHS:
                self._special(name.lower(), head[colon + 1 : end].strip(_BLANKS))
            lines += 1
            at = end + 2
        if lines > limits.FIELDS + 2:
            refuse("Too many header fields", 431)
        check_text(head)
        if head.count(b"\r") != lines:
            refuse("CR without LF")

    def _special(self, name, value):
        """Takes in a field that decides where the message ends or what becomes of the connection."""
        if name == b"connection":
            for word in value.lower().split(b","):
                word = word.strip(_BLANKS)
                if word == b"close" or word == b"keep-alive" and self.keep_alive is None:
                    self.keep_alive = word != b"close"
        elif name == b"content-length":
            if self.content_length is not None:
                refuse("Two Content-Lengths")
            if not value or value.lstrip(_DIGITS):
                refuse("Bad Content-Length")  # no sign, no blank, no list: RFC 9110 section 8.6
            if len(value) > limits.NUMBER_DIGITS:
                refuse("Content-Length is too large", 413)
            self.content_length = int(value)
        elif name == b"transfer-encoding":
            if self.chunked:
                refuse("Two Transfer-Encodings")
            if value.lower() != b"chunked":
                refuse("Unknown Transfer-Encoding", 501)  # RFC 9112 section 6.1
            self.chunked = True
        else:
            self._other(name, value)

    def _set_version(self, at):
        """Reads "HTTP/1.x" at ``at``; a minor version above 1 is 1.1 to us (RFC 9110 section 2.5)."""
        head = self._head
        major, minor = head[at + 5] - 48, head[at + 7] - 48
        if head.find(b"HTTP/", at, at + 5) < 0 or head[at + 6] != 46 or not (0 <= major <= 9 and 0 <= minor <= 9):
            refuse("Bad HTTP version")
        if major != 1:
            refuse("This HTTP version is not supported", 505)
        self.version = 11 if minor else 10


class Request(Message):
    """``Request(head)`` from the bytes of a whole head.

    ``method``; ``target`` as sent; its ``path`` and ``query`` (what follows the first "?", or ""), not decoded;
    ``host``: lower case, with its port ("" only from HTTP/1.0 without one); ``has_body``; ``expect_continue``: the
    client waits for 100 Continue before it sends its body.
    """

    def _start(self, head, end):
        """The request line (RFC 9112 section 3): three words with one blank between them."""
        first = head.find(b" ", 0, end)
        second = head.find(b" ", first + 1, end)
        if first < 1 or head[:first].lstrip(_TOKEN) or second < first + 2 or end - second != 9:
            refuse("Bad request line")
        self._set_version(second + 1)
        if first > limits.METHOD_BYTES:
            refuse("This method is not known", 501)
        target = head[first + 1 : second]
        if target.lstrip(_TEXT) or target.find(b"#") >= 0 or target.find(b"\t") >= 0:
            refuse("Bad request target")
        self.host = self._authority = None
        self.expect_continue = False
        self.method = str(head[:first], "utf-8")
        self.target = target = str(target, "utf-8")
        if target[0] != "/":
            target = self._other_form(target)
        at = target.find("?")
        self.path = target if at < 0 else target[:at]
        self.query = "" if at < 0 else target[at + 1 :]

    def _other_form(self, target):
        """Path and query of a target that is no plain path (RFC 9112 section 3.2)."""
        if target == "*" and self.method == "OPTIONS":
            return target
        if self.method == "CONNECT":
            refuse("This is no proxy", 501)
        scheme, mark, rest = target.partition("://")
        if not mark or scheme.lower() not in ("http", "https"):
            refuse("Bad request target")
        at = rest.find("/")
        query = rest.find("?")
        if at < 0 or 0 <= query < at:
            at = len(rest) if query < 0 else query
        self._authority = rest[:at].lower()
        check_host(self._authority.encode())  # refuses user information, too: RFC 9110 section 4.2.4
        return rest[at:] if rest[at : at + 1] == "/" else "/" + rest[at:]

    def _other(self, name, value):
        if name == b"host":
            if self.host is not None:
                refuse("Two Hosts")
            value = value.lower()
            check_host(value)
            self.host = str(value, "utf-8")
        elif name == b"expect" and self.version == 11:  # from HTTP/1.0 it means nothing: RFC 9110 section 10.1.1
            if value.lower() != b"100-continue":
                refuse("Unknown expectation", 417)
            self.expect_continue = True

    def _finish(self):
        if self.host is None:
            if self.version == 11:
                refuse("No Host")  # RFC 9112 section 3.2
            self.host = ""
        if self._authority:
            self.host = self._authority  # it wins: RFC 9112 section 3.2.2
        self.has_body = self.chunked or bool(self.content_length)
        if not self.has_body:
            self.expect_continue = False
