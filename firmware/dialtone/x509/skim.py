"""What a TLS client must know of a certificate, and no more: a third of ``certificate.py`` in the heap of a handshake.

The platform's TLS has read the same bytes. What cannot be read raises ValueError or IndexError.
"""

from hashlib import sha256

_COMMON_NAME = b"\x06\x03\x55\x04\x03"
_ALT_NAME = b"\x06\x03\x55\x1d\x11"


class Skim:
    """``issuer``, ``subject``, ``spki``: digests of these DER elements; ``name``: the last common name, as text.

    ``begins`` and ``ends``: the validity as texts ``YYYYMMDDHHMMSS``, which can be compared.
    """

    def __init__(self, der):
        self._der = der
        at, end = _inside(der, *_inside(der, 0, len(der)))
        if der[at] == 0xA0:
            at = _after(der, at, end)
        at = _after(der, _after(der, at, end), end)  # serial and algorithm
        after = _after(der, at, end)
        self.issuer = sha256(der[at:after]).digest()
        at, inside = _inside(der, after, end)
        self.begins = _time(der, at, inside)
        self.ends = _time(der, _after(der, at, inside), inside)
        at = inside
        after = _after(der, at, end)
        self.subject = sha256(der[at:after]).digest()
        self.name = _common(der, *_inside(der, at, after))
        at = after
        self._rest = after = _after(der, at, end)
        self._end = end
        self.spki = sha256(der[at:after]).digest()

    def fits(self, host):
        """Whether it is for ``host``, a DNS name or an address (RFC 9525 sections 6.3 to 6.5).

        The common name counts for DNS names of certificates without any subjectAltName, and for those only.
        """
        der = self._der
        address = packed(host)
        host = host.rstrip(".").lower()
        at = self._rest
        while at < self._end and der[at] != 0xA3:
            at = _after(der, at, self._end)
        if at < self._end:
            at, end = _inside(der, *_inside(der, at, self._end))
            while at < end:
                start, after = _inside(der, at, end)
                if bytes(der[start : start + 5]) == _ALT_NAME:
                    start += 5
                    if der[start] == 1:  # critical
                        start += 3
                    return _named(der, _inside(der, *_inside(der, start, after)), host, address)
                at = after
        return not address and _matches(self.name, host)


def packed(host):
    """The 4 bytes of an IPv4 address, None when ``host`` is none. The phone has no IPv6."""
    parts = host.split(".")
    if len(parts) != 4:
        return None
    for part in parts:
        if not part.isdigit() or len(part) > 3 or int(part) > 255:
            return None
    return bytes([int(part) for part in parts])


def _inside(der, at, end):
    """(begin, end) of what the element at ``at`` holds."""
    size = der[at + 1]
    start = at + 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 3:
            raise ValueError()
        size = int.from_bytes(der[start : start + count], "big")
        start += count
    if start + size > end:
        raise ValueError()
    return start, start + size


def _after(der, at, end):
    return _inside(der, at, end)[1]


def _text(view):
    return str(bytes([byte if 32 <= byte < 127 else 63 for byte in view]), "utf-8")  # no identifiers, see text.py


def _time(der, at, end):
    start, end = _inside(der, at, end)
    text = _text(der[start:end])
    if der[at] == 0x17:
        text = ("20" if text < "5" else "19") + text
    if len(text) != 15 or text[14] != "Z" or not text[:14].isdigit():
        raise ValueError()
    return text[:14]


def _common(der, at, end):
    name = ""
    while at < end:
        start, at = _inside(der, at, end)
        while start < at:
            pair, start = _inside(der, start, at)
            if bytes(der[pair : pair + 5]) == _COMMON_NAME:
                begin, after = _inside(der, pair + 5, start)
                name = _text(der[begin:after])
    return name


def _named(der, span, host, address):
    at, end = span
    while at < end:
        start, after = _inside(der, at, end)
        if address:
            if der[at] == 0x87 and bytes(der[start:after]) == address:
                return True
        elif der[at] == 0x82 and _matches(_text(der[start:after]), host):
            return True
        at = after
    return False


def _matches(name, host):
    """A wildcard is a whole first label, stands for exactly one, and has two labels behind it."""
    name = name.rstrip(".").lower()
    if name[:2] != "*.":
        return name == host != ""
    label, dot, rest = host.partition(".")
    return bool(label and dot and rest == name[2:] and "." in rest)
