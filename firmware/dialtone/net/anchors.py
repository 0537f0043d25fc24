"""The trust anchors: those of this phone's owner, as PEM files in its storage, and the built-in set, one file in flash.

Of neither is more than one certificate in the heap at a time. The built-in set (``platform.roots``, a path; written by
tools/roots.py) is a row of records: 8 bytes of the SHA-256 of the subject, 2 bytes of length, the certificate in DER.
"""

from binascii import a2b_base64

from micropython import const

FETCHED = "fetched.pem"  # by ``https user certificates``
UPLOADED = "uploaded.pem"  # on the certificates page
IDENTITIES = ("client.pem", "client-fetched.pem")  # key and certificates of this phone as a client: uploaded, fetched
SERVER = "server-fetched.pem"  # key and certificates of this phone as a server, by ``https server certificate``
LIMIT = const(16384)  # bytes of one PEM file: about ten certificates
IDENTITY_LIMIT = const(8192)  # a key and three certificates
MARK = const(8)
_HEAD = const(10)
_LONGEST = const(4096)  # bytes of one certificate
_LINE = const(80)  # bytes: RFC 7468 has 64 characters


def own(platform):
    """Yields the DER of each anchor that somebody gave this phone. ValueError when a file is damaged."""
    for name in (platform.trust_anchor, FETCHED, UPLOADED):
        if name and platform.storage.size(name) > 0:
            with platform.storage.open(name, "rb") as file:
                for der in certificates(file):
                    yield der


def builtin(platform, marks):
    """Place of the first certificate of the built-in set whose subject is one of ``marks``, None without."""
    if not platform.roots:
        return None
    try:
        with open(platform.roots, "rb") as file:
            place = 0
            while True:
                head = file.read(_HEAD)
                if len(head) < _HEAD:
                    return None
                if head[:MARK] in marks:
                    return place
                place += _HEAD + (head[8] << 8 | head[9])
                file.seek(place)
    except OSError:
        return None  # none was installed


def at(platform, place):
    """The certificate of the built-in set at that place, as DER."""
    with open(platform.roots, "rb") as file:
        file.seek(place)
        head = file.read(_HEAD)
        return file.read(min(head[8] << 8 | head[9], _LONGEST))


def certificates(file):
    """Yields the DER of each certificate in an open PEM file. ValueError when one is damaged or too long."""
    text = der = None
    while True:
        line = file.readline(_LINE)  # a sized read takes its whole buffer first
        if line.startswith(b"-----BEGIN CERTIFICATE-----"):
            der, text = bytearray(), b""
        elif der is not None:
            if line.startswith(b"-----END") and not text and der:
                yield der
                der = None
            else:
                text += line.strip()
                whole = len(text) & ~3
                if not line or len(der) > _LONGEST:
                    raise ValueError()
                der += a2b_base64(text[:whole])
                text = text[whole:]
        elif not line:
            break
