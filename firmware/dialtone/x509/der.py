"""DER (ITU-T X.690 sections 8 and 10): a strict reader that never leaves its bounds, and a writer.

What is not DER is a PeerError: indefinite or padded lengths, tags of several bytes, padded integers, bytes left over.
"""

from dialtone.errors import PeerError

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OID = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31
RSA_KEY = b"*\x86H\x86\xf7\r\x01\x01\x01"  # object identifiers of keys, as content bytes
EC_KEY = b"*\x86H\xce=\x02\x01"
P256 = b"*\x86H\xce=\x03\x01\x07"


def bad():
    """The one error for all that is wrong."""
    return PeerError("A certificate or key is damaged")


class Reader:
    """A walk over the elements between ``at`` and ``end`` of ``data`` (bytes or view; views of it are handed out)."""

    def __init__(self, data, at=0, end=None):
        self.data = memoryview(data)
        self.start = self.at = at
        self.end = len(data) if end is None else end

    def peek(self):
        """The next element's tag, -1 at the end."""
        return self.data[self.at] if self.at < self.end else -1

    def take(self, tag):
        """The next element, which must have this tag, as a Reader over its content."""
        start = self._content()
        if self.data[self.at] != tag:
            raise bad()
        self.at = start[1]
        return Reader(self.data, start[0], start[1])

    def optional(self, tag):
        """As ``take``; None when the next element has another tag or there is none."""
        return self.take(tag) if self.peek() == tag else None

    def whole(self, tag):
        """View of the next element with tag and length; it must have this tag."""
        start = self.at
        self.take(tag)
        return self.data[start : self.at]

    def done(self):
        """Nothing may be left."""
        if self.at != self.end:
            raise bad()

    def view(self):
        """View of all between start and end."""
        return self.data[self.start : self.end]

    def integer(self):
        """The next element as a whole number that is not negative."""
        view = self.take(INTEGER).view()
        if not view or view[0] & 0x80 or len(view) > 1 and not view[0] and not view[1] & 0x80:
            raise bad()
        return int.from_bytes(view, "big")

    def boolean(self):
        """The next element as True or False."""
        view = self.take(BOOLEAN).view()
        if len(view) != 1 or view[0] not in (0, 0xFF):
            raise bad()
        return view[0] != 0

    def bits(self):
        """View of the next element, a BIT STRING of whole bytes."""
        inner = self.take(BIT_STRING)
        if inner.peek() != 0:
            raise bad()
        return self.data[inner.start + 1 : inner.end]

    def oid(self):
        """The next element, an OBJECT IDENTIFIER, as its content bytes; ``oid_text`` makes it readable."""
        view = bytes(self.take(OID).view())
        if not view or view[-1] & 0x80 or len(view) > 32:
            raise bad()
        first = True  # of an arc: 0x80 there would be a padding
        for byte in view:
            if first and byte == 0x80:
                raise bad()
            first = byte < 0x80
        return view

    def _content(self):
        # (start, end) of the next element's content
        data = self.data
        at = self.at + 2
        if at > self.end or data[at - 2] & 0x1F == 0x1F:
            raise bad()
        length = data[at - 1]
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 3 or at + count > self.end or not data[at]:
                raise bad()
            length = int.from_bytes(data[at : at + count], "big")
            if length < 0x80:
                raise bad()
            at += count
        if length > self.end - at:
            raise bad()
        return at, at + length


def oid_text(content):
    """An OBJECT IDENTIFIER's content bytes as "1.2.840..."."""
    arcs = []
    arc = 0
    for byte in content:
        arc = arc << 7 | byte & 0x7F
        if byte < 0x80:
            if not arcs:
                arcs.append(min(arc // 40, 2))
                arc -= 40 * arcs[0]
            arcs.append(arc)
            arc = 0
    return ".".join([str(arc) for arc in arcs])


def read_ecdsa(signature):
    """(r, s) of an ECDSA signature (RFC 3279 section 2.2.3)."""
    outer = Reader(signature)
    inner = outer.take(SEQUENCE)
    outer.done()
    r = inner.integer()
    s = inner.integer()
    inner.done()
    return r, s


def write(tag, *contents):
    """One element of this tag around ``contents`` (bytes)."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = 1 if length < 0x100 else 2
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def write_integer(number):
    """A whole number that is not negative."""
    size = 1
    while number >> 8 * size - 1:
        size += 1
    return write(INTEGER, number.to_bytes(size, "big"))


def write_ecdsa(r, s):
    """An ECDSA signature (RFC 3279 section 2.2.3)."""
    return write(SEQUENCE, write_integer(r), write_integer(s))
