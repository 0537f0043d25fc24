"""The head of one message: checked byte by byte against RFC 9112 and RFC 9110, then kept as one bytes object.

No object is made per field: names are checked and brought to lower case inside the receive buffer, values are checked
with ``lstrip``, which runs at C speed and allocates nothing while all is well, and a field is looked up when it is
wanted. Whatever two readers could read in two ways is refused, never repaired.
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

# Each byte's lower case when it may stand in a token (RFC 9110 section 5.6.2), else 0.
_AZ = b"abcdefghijklmnopqrstuvwxyz"
_FOLD = bytes(33) + b"!\0#$%&'\0\0*+\0-.\0" + _DIGITS + bytes(7) + _AZ + b"\0\0\0^_`" + _AZ + b"\0|\0~" + bytes(129)

# Data is plain text when data.lstrip(TEXT) leaves nothing. The search is linear: frequent bytes stand first.
TEXT = b"etaonris-cl/hdp.u;m0gk1,=: \r\nfqwAvybxTHCjzUGS23456789MWKBDEFILNOPQRJVXYZ\"#$%&'()*+!<>?@[\\]^_`{|}~\t"

# The names that the codec itself reads, and their lengths: one cheap step rules most others out.
SPECIAL = (b"host", b"expect", b"connection", b"content-length", b"transfer-encoding")
_LENGTHS = (4, 6, 10, 14, 17)


def refuse(text, status=400):
    """Raises PeerError: a function, so that each of the many checks costs few bytes."""
    raise PeerError(text, "", status)


def fold_token(buffer, start, end):
    """Makes the token in ``buffer`` lower case; PeerError when another byte is in it, or nothing."""
    fold = _FOLD
    if end <= start:
        refuse("Bad method or field name")
    for at in range(start, end):
        byte = fold[buffer[at]]
        if not byte:
            refuse("Bad method or field name")  # a blank before the colon and obsolete line folding, too
        buffer[at] = byte


def check_text(data):
    """PeerError when a control character other than CR, LF and TAB is in ``data`` (RFC 9110 section 5.5)."""
    for byte in data.lstrip(TEXT):  # what is left starts at the first byte that is not plain ASCII text
        if byte == 127 or byte < 32 and byte not in b"\r\n\t":
            refuse("Control character")


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
        name, bracket, port = host[1:].partition(b"]")
        if not bracket or port and port[0] != _COLON:
            name = b""
        port = port[1:]
    if not name or name.lstrip(allowed) or port.lstrip(_DIGITS) or len(port) > 5 or int(port or b"0") > 65535:
        refuse("Bad Host")


def text_of(data):
    """Bytes of a field value as text: UTF-8, else ISO-8859-1 (RFC 9110 section 5.5 leaves the choice open)."""
    try:
        return str(data, "utf-8")
    except UnicodeError:
        from dialtone.text import latin

        return latin(data)


def find_field(fields, name):
    """``Message.header`` in ``fields``, the lines of a head that was checked, with the line end before the first."""
    if isinstance(name, str):
        name = name.encode()
    found = None
    at = fields.find(name)
    while at >= 0:
        stop = at + len(name)
        if fields[stop] == _COLON and fields[at - 1] == _LF:
            value = text_of(fields[stop + 1 : fields.find(b"\r", stop)].strip(_BLANKS))
            found = value if found is None else found + ", " + value
        at = fields.find(name, stop)
    return found


class Message:
    """What requests and responses share. Nobody changes one: two equal heads in a row may be the same object.

    ``version``: 10 or 11. ``keep_alive``: the peer lets the connection live on. ``content_length``: int or None.
    ``chunked``: the body comes in chunks. All errors are PeerError; its status is the answer.
    """

    def __init__(self, buffer, start, end):
        """``buffer`` (a bytearray) holds the head with its empty line from ``start`` to ``end``; field names in it
        become lower case."""
        self.keep_alive = None  # until a Connection field or the end of the head decides
        self.content_length = None
        self.chunked = False
        line = buffer.find(b"\n", start)
        if line - start > limits.LINE_BYTES + 1:
            refuse("First line too long", 414)
        if buffer[line - 1] != _CR:
            refuse("Bad line end")
        self._start(buffer, start, line - 1)
        lines = self._walk(buffer, line + 1)
        if lines > limits.FIELDS + 2:
            refuse("Too many header fields", 431)
        self._fields = fields = bytes(memoryview(buffer)[line:end])
        check_text(fields)
        if buffer.count(b"\r", start, end) != lines:
            refuse("Bad line end")
        if self.chunked:
            if self.content_length is not None:
                refuse("Content-Length with Transfer-Encoding")  # RFC 9112 section 6.3: the smuggler's pair
            if self.version == 10:
                refuse("Transfer-Encoding in HTTP/1.0")  # RFC 9112 section 6.1
        if self.keep_alive is None:
            self.keep_alive = self.version == 11
        self._finish()

    def header(self, name):
        """The value of the field ``name`` (lower case, str or bytes), None without; repeated ones joined by ", "."""
        return find_field(self._fields, name)

    def _walk(self, buffer, at):
        """Reads the field lines; returns their number with the first line and the empty one."""
        find = buffer.find
        lines = 2
        while True:
            end = find(b"\n", at) - 1
            if buffer[end] != _CR:
                refuse("Bad line end")
            if end == at:
                return lines
            colon = find(b":", at, end)
            fold_token(buffer, at, colon)
            if colon - at in _LENGTHS:
                name = SPECIAL[_LENGTHS.index(colon - at)]
                if find(name, at, colon) == at:
                    at = colon + 2 if buffer[colon + 1] == 32 else colon + 1
                    self._special(name, buffer[at:end].strip(_BLANKS).lower())
            lines += 1
            at = end + 2

    def _special(self, name, value):
        """Takes in a field that decides where the message ends or what becomes of the connection; both lower case."""
        if name == b"connection":
            for word in value.split(b","):
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
            if value != b"chunked":
                refuse("Unknown Transfer-Encoding", 501)  # RFC 9112 section 6.1
            self.chunked = True
        else:
            self._other(name, value)

    def _set_version(self, buffer, at):
        """Reads "HTTP/1.x" at ``at``; a minor version above 1 is 1.1 to us (RFC 9110 section 2.5)."""
        major, minor = buffer[at + 5] - 48, buffer[at + 7] - 48
        if buffer.find(b"HTTP/", at, at + 5) < 0 or buffer[at + 6] != 46 or not (0 <= major <= 9 and 0 <= minor <= 9):
            refuse("Bad HTTP version")
        if major != 1:
            refuse("Unsupported HTTP version", 505)
        self.version = 11 if minor else 10
