"""X.509 certificates (RFC 5280 section 4) as far as a verifier needs them. Nothing is verified here.

All that is malformed is a PeerError. Views point into the bytes that were given: keep those.
"""

from dialtone.errors import PeerError
from dialtone.x509.dates import days
from dialtone.x509.der import (
    BIT_STRING,
    BOOLEAN,
    EC_KEY,
    GENERALIZED_TIME,
    INTEGER,
    NULL,
    OCTET_STRING,
    OID,
    P256,
    RSA_KEY,
    SEQUENCE,
    SET,
    UTC_TIME,
    Reader,
    bad,
    oid_text,
)
from micropython import const

LONGEST = 16384  # bytes; the longest of the public web's roots and servers have some 4 KB
DIGITAL_SIGNATURE = 1  # bits of Certificate.key_usage, bit 0 of RFC 5280 section 4.2.1.3 first
KEY_ENCIPHERMENT = 4
CERTIFICATE_SIGN = 32
SERVER_AUTHENTICATION = b"+\x06\x01\x05\x05\x07\x03\x01"  # members of Certificate.extended_key_usage
ANY_USAGE = b"\x55\x1d\x25\x00"
_NAMES = const(1024)  # in one subjectAltName: more only wastes time
_RSA = b"*\x86H\x86\xf7\r\x01\x01"  # 1.2.840.113549.1.1 of PKCS #1
_ECDSA = b"*\x86H\xce=\x04"
_EXTENSION = b"\x55\x1d"  # 2.5.29 of RFC 5280
_LABELS = {b"\x55\x04\x03": "CN", b"\x55\x04\x06": "C", b"\x55\x04\x0a": "O", b"\x55\x04\x0b": "OU"}


class Certificate:
    """One certificate.

    ``tbs``, ``issuer``, ``subject``, ``spki``: views of DER elements; ``issuer_text()``, ``subject_text()``: readable.
    ``version`` (1 to 3); ``serial``: a number. ``not_before``, ``not_after``: seconds since 1970, both inclusive.
    ``public_key``: ("rsa", modulus, exponent), ("p256", x, y; perhaps not on the curve) or ("other", OID text).
    ``signature_algorithm``: (kind, hash) as ("rsa", "sha256"), ("ecdsa", "sha1") or ("other", OID text);
    ``signature``: view, of a number for RSA and for ``der.read_ecdsa`` for ECDSA.
    ``dns``, ``ip``: lists of texts and of 4 or 16 bytes; ``has_names``: whether there is a subjectAltName at all.
    ``ca``; ``path_length``: a number or None. ``key_usage``: bits, or None without that extension.
    ``extended_key_usage``: tuple of OIDs' content bytes, or None.
    ``unknown_critical``: OID text of a critical extension that this module does not know, or "".
    """

    def __init__(self, data):
        if len(data) > LONGEST:
            raise PeerError("A certificate is longer than %d bytes" % LONGEST)
        outer = Reader(data)
        inner = outer.take(SEQUENCE)
        outer.done()
        self.tbs = inner.whole(SEQUENCE)
        algorithm = inner.whole(SEQUENCE)
        self.signature = inner.bits()
        inner.done()
        self.signature_algorithm = _signature_algorithm(algorithm)
        reader = Reader(self.tbs).take(SEQUENCE)
        self._fixed(reader, algorithm)
        self.dns = []
        self.ip = []
        self.has_names = self.ca = False
        self.path_length = self.key_usage = self.extended_key_usage = None
        self.unknown_critical = ""
        if self.version > 1:
            for tag in (0x81, 0x82):  # the unique identifiers, which nobody uses
                reader.optional(tag)
        extensions = reader.optional(0xA3) if self.version == 3 else None
        reader.done()
        if extensions:
            self._extensions(extensions.take(SEQUENCE))
            extensions.done()

    def issuer_text(self):
        """The issuer as "CN=..., O=..."."""
        return name_text(self.issuer)

    def subject_text(self):
        """The subject as "CN=..., O=..."."""
        return name_text(self.subject)

    def _fixed(self, reader, algorithm):
        version = reader.optional(0xA0)
        self.version = 1
        if version:
            self.version += version.integer()
            version.done()
            if not 2 <= self.version <= 3:
                raise bad()
        serial = reader.take(INTEGER).view()
        if not 1 <= len(serial) <= 21:
            raise bad()
        self.serial = int.from_bytes(serial, "big")  # a negative one is against RFC 5280 and harmless
        if reader.whole(SEQUENCE) != algorithm:
            raise bad()
        self.issuer = _name(reader)
        validity = reader.take(SEQUENCE)
        self.not_before = _time(validity)
        self.not_after = _time(validity)
        validity.done()
        self.subject = _name(reader)
        self.spki = reader.whole(SEQUENCE)
        self.public_key = read_public_key(self.spki)

    def _extensions(self, reader):
        seen = []
        while reader.peek() >= 0:
            one = reader.take(SEQUENCE)
            oid = one.oid()
            critical = one.boolean() if one.peek() == BOOLEAN else False
            value = one.take(OCTET_STRING)
            one.done()
            if oid in seen:
                raise bad()
            seen.append(oid)
            known = len(oid) == 3 and oid[:2] == _EXTENSION and oid[2]
            if known == 15:
                self.key_usage = _flags(value)
            elif known == 17:
                self.has_names = True
                self._names(value.take(SEQUENCE))
            elif known == 19:
                self._constraints(value.take(SEQUENCE))
            elif known == 37:
                self.extended_key_usage = _usages(value.take(SEQUENCE))
            else:
                if critical:
                    self.unknown_critical = oid_text(oid)
                continue
            value.done()

    def _names(self, reader):
        left = _NAMES
        while reader.peek() >= 0:
            tag = reader.peek()
            view = reader.take(tag).view()
            left -= 1
            if not left:
                raise bad()
            if tag == 0x82:
                self.dns.append(_ascii(view))
            elif tag == 0x87:
                if len(view) not in (4, 16):
                    raise bad()
                self.ip.append(bytes(view))

    def _constraints(self, reader):
        self.ca = reader.boolean() if reader.peek() == BOOLEAN else False
        if reader.peek() == INTEGER:
            self.path_length = reader.integer()
        reader.done()


def parse(data):
    """A ``Certificate`` of its DER bytes."""
    return Certificate(data)


def read_public_key(spki):
    """What a SubjectPublicKeyInfo (DER) holds, see ``Certificate.public_key``."""
    outer = Reader(spki)
    reader = outer.take(SEQUENCE)
    outer.done()
    algorithm = reader.take(SEQUENCE)
    oid = algorithm.oid()
    bits = reader.bits()
    reader.done()
    if oid == RSA_KEY:
        outer = Reader(bits)
        reader = outer.take(SEQUENCE)
        outer.done()
        n = reader.integer()
        e = reader.integer()
        reader.done()
        return "rsa", n, e
    if oid == EC_KEY:
        if algorithm.peek() != OID:
            raise bad()
        oid = algorithm.oid()
        if oid == P256 and len(bits) == 65 and bits[0] == 4:
            return "p256", int.from_bytes(bits[1:33], "big"), int.from_bytes(bits[33:], "big")
    return "other", oid_text(oid)


def name_text(name):
    """A Name (DER) as "CN=..., O=...", most specific part first; what is not printable ASCII becomes "?"."""
    parts = []
    reader = Reader(name).take(SEQUENCE)
    while reader.peek() >= 0:
        part = reader.take(SET)
        while part.peek() >= 0:
            pair = part.take(SEQUENCE)
            oid = pair.oid()
            if oid in _LABELS:
                parts.insert(0, _LABELS[oid] + "=" + _ascii(pair.take(pair.peek()).view()))
    return ", ".join(parts)


def _name(reader):
    view = reader.whole(SEQUENCE)
    sets = Reader(view).take(SEQUENCE)
    while sets.peek() >= 0:
        part = sets.take(SET)
        while True:  # at least one
            pair = part.take(SEQUENCE)
            pair.oid()
            pair.take(pair.peek())
            pair.done()
            if part.peek() < 0:
                break
    return view


def _ascii(view):
    return str(bytes([byte if 32 <= byte < 127 else 63 for byte in view]), "utf-8")  # no identifiers, see text.py


def _signature_algorithm(view):
    reader = Reader(view).take(SEQUENCE)
    oid = reader.oid()
    kind = hashed = None
    if oid[:8] == _RSA and len(oid) == 9:
        kind = "rsa"
        hashed = {4: "md5", 5: "sha1", 11: "sha256", 12: "sha384", 13: "sha512"}.get(oid[8])
        if reader.optional(NULL):
            reader.done()
    elif oid[:6] == _ECDSA:
        kind = "ecdsa"
        hashed = {b"\1": "sha1", b"\3\2": "sha256", b"\3\3": "sha384", b"\3\4": "sha512"}.get(oid[6:])
    if not hashed:
        return "other", oid_text(oid)
    reader.done()
    return kind, hashed


def _flags(reader):
    view = reader.take(BIT_STRING).view()
    if not 1 <= len(view) <= 3 or view[0] > 7:
        raise bad()
    flags = 0
    for at in range(len(view) * 8 - 8):
        if view[1 + at // 8] & 0x80 >> at % 8:
            flags |= 1 << at
    return flags


def _usages(reader):
    usages = []
    while reader.peek() >= 0:
        usages.append(reader.oid())
    return tuple(usages)


def _time(reader):
    tag = reader.peek()
    if tag not in (UTC_TIME, GENERALIZED_TIME):
        raise bad()
    view = reader.take(tag).view()
    size = 2 if tag == UTC_TIME else 4
    if len(view) != size + 11 or view[-1] != 0x5A:
        raise bad()
    digits = [byte - 48 for byte in view[:-1]]
    if max(digits) > 9 or min(digits) < 0:
        raise bad()
    month, day, hour, minute, second = [digits[at] * 10 + digits[at + 1] for at in range(size, size + 10, 2)]
    year = digits[0] * 10 + digits[1]
    if size == 4:
        year = year * 100 + digits[2] * 10 + digits[3]
    else:
        year += 2000 if year < 50 else 1900
    number = days(year, month, day)
    good = 1 <= month <= 12 and 0 < day and number < days(year, month + 1, 1)
    if not good or hour > 23 or minute > 59 or second > 59:
        raise bad()
    return number * 86400 + hour * 3600 + minute * 60 + second
