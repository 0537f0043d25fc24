"""What a phone writes for itself: a P-256 private key (RFC 5208, 5915), a self-signed certificate (RFC 5280), and a
request for a signed one (RFC 2986).

``sign(digest)`` gives (r, s); ``point`` is the public key (x, y); ``dns`` are texts, ``ip`` 4 or 16 bytes each.
"""

from hashlib import sha1, sha256

from dialtone.x509.dates import calendar
from dialtone.x509.der import (
    BIT_STRING,
    GENERALIZED_TIME,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    UTC_TIME,
    write,
    write_ecdsa,
    write_integer,
)

_ALGORITHM = b"\x30\x13\x06\x07*\x86H\xce=\2\1\x06\x08*\x86H\xce=\3\1\7"  # ecPublicKey on prime256v1
_SIGNATURE = b"\x30\x0a\x06\x08*\x86H\xce=\4\3\2"  # ecdsa-with-SHA256
_TRUE = b"\1\1\xff"
_COMMON_NAME = b"\x06\3\x55\4\3"
_COMMON_NAME_MOST = 64  # characters (RFC 5280 appendix A.1)
_DIGITAL_SIGNATURE = b"\3\2\7\x80"  # all that a P-256 key of a TLS server does
_SERVER = b"\x30\x0a\x06\x08+\6\1\5\5\7\3\1"
_REQUESTED = b"\x06\x09*\x86H\x86\xf7\r\1\x09\x0e"  # the attribute with the wanted extensions


def private_key(d, point):
    """PKCS #8."""
    inner = write(
        SEQUENCE,
        write_integer(1),
        write(OCTET_STRING, d.to_bytes(32, "big")),
        write(0xA1, write(BIT_STRING, b"\0", _bytes(point))),
    )
    return write(SEQUENCE, write_integer(0), _ALGORITHM, write(OCTET_STRING, inner))


def self_signed(sign, point, name, dns, ip, serial, not_before, not_after):
    """A certificate of a server; ``serial`` are random bytes, the times seconds since 1970."""
    who = _name(name)
    key = write(OCTET_STRING, sha1(_bytes(point)).digest())
    extensions = write(
        SEQUENCE,
        _extension(19, write(SEQUENCE), True),
        *_common(dns, ip),
        _extension(14, key),
    )
    serial = int.from_bytes(serial, "big") | 1  # never zero
    return _signed(
        sign,
        write(0xA0, write_integer(2)),
        write_integer(serial),
        _SIGNATURE,
        who,
        write(SEQUENCE, _time(not_before), _time(not_after)),
        who,
        _public(point),
        write(0xA3, extensions),
    )


def request(sign, point, name, dns, ip):
    """A certificate request, PKCS #10."""
    wanted = write(SEQUENCE, *_common(dns, ip))
    return _signed(
        sign,
        write_integer(0),
        _name(name),
        _public(point),
        write(0xA0, write(SEQUENCE, _REQUESTED, write(SET, wanted))),
    )


def _signed(sign, *parts):
    tbs = write(SEQUENCE, *parts)
    return write(SEQUENCE, tbs, _SIGNATURE, write(BIT_STRING, b"\0", write_ecdsa(*sign(sha256(tbs).digest()))))


def _bytes(point):
    return b"\4" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _public(point):
    return write(SEQUENCE, _ALGORITHM, write(BIT_STRING, b"\0", _bytes(point)))


def _name(text):
    pair = write(SEQUENCE, _COMMON_NAME, write(0x0C, text[:_COMMON_NAME_MOST].encode()))
    return write(SEQUENCE, write(SET, pair))


def _common(dns, ip):
    # what a certificate and a request for one have alike
    names = [write(0x82, text.encode()) for text in dns] + [write(0x87, address) for address in ip]
    return (
        _extension(15, _DIGITAL_SIGNATURE, True),
        _extension(37, _SERVER),
        _extension(17, write(SEQUENCE, *names)),
    )


def _extension(number, content, critical=False):
    # 2.5.29.number
    oid = write(OID, b"\x55\x1d" + bytes((number,)))
    return write(SEQUENCE, oid, _TRUE if critical else b"", write(OCTET_STRING, content))


def _time(seconds):
    year, month, day = calendar(seconds)
    seconds %= 86400
    rest = "%02d%02d%02d%02d%02dZ" % (month, day, seconds // 3600, seconds // 60 % 60, seconds % 60)
    if 1950 <= year < 2050:  # RFC 5280 section 4.1.2.5
        return write(UTC_TIME, b"%02d" % (year % 100), rest.encode())
    return write(GENERALIZED_TIME, b"%04d" % year, rest.encode())
