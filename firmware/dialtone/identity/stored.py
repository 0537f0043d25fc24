"""The files of an identity, and what they say about the certificate in use: all that the Certificates page needs."""

from dialtone.errors import DeviceError
from micropython import const

KEY = "key.der"  # the phone's own, PKCS #8
CERTIFICATE = "certificate.der"  # for that key, signed by itself
REQUEST = "request.csr"  # for an authority to sign, PEM
ISSUED = "certificate.for"  # text: until when and for what the own certificate was made; then its rows
UPLOADED = "identity.pem"  # text: SIGNED or not; rows; then a chain, the own one first, and its key unless that is ours
SIGNED = "CA-signed"
SOURCE = "Source"  # label of the row that tells which file an uploaded one came from
DER_BYTES = const(4096)  # of a key or certificate file; ours have some 500
UPLOADED_BYTES = const(8192)  # three certificates and an RSA key have 7 KB; more is no piece of a 112 KB heap
ISSUED_BYTES = const(1600)  # a host name has at most 253, and is there four times


def read(phone, name, limit):
    """The file's content; b"" for one that is missing, too long or cannot be read: it is made anew then."""
    try:
        return phone.storage.read(name, limit) or b""
    except DeviceError:
        return b""


def about(phone):
    """(label, text) of each row about the certificate in use."""
    return rows(phone, ISSUED if phone.signed is None else UPLOADED)


def rows(phone, name):
    """The same of the file ``name``: from its second line to the first empty one."""
    found = []
    first = True
    try:
        for line in phone.storage.lines(name):
            label, _, text = line.decode().strip().partition(": ")
            if not first and not text:
                break
            if not first:
                found.append((label, text))
            first = False
    except (DeviceError, UnicodeError):
        pass  # the page shows the fingerprint all the same
    return found
