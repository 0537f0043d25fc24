"""Which identity is served: an uploaded one, else the phone's own, which is made or re-issued when it must be."""

from binascii import hexlify
from hashlib import sha256

from dialtone.errors import DialtoneError
from dialtone.net import serving
from micropython import const

KEY = "key.der"  # the phone's own, PKCS #8
CERTIFICATE = "certificate.der"  # for that key, signed by itself
ISSUED = "certificate.for"  # text: until when, for which files, name and address the certificate was made
UPLOADED = "identity.pem"  # a line, a chain with the own certificate first, and its key unless that is the phone's own
SIGNED = b"CA-signed"  # that line, when the uploaded certificate is not signed by itself
DER_BYTES = const(4096)  # of a key or certificate file; ours have some 500
UPLOADED_BYTES = const(8192)  # three certificates and an RSA key have 7 KB; more is no piece of a 112 KB heap
_ISSUED_BYTES = const(400)  # a host name has at most 253


def prepare(phone):
    """Make the phone's own key and certificate where they are missing, damaged, over or for another name or address.

    DeviceError when flash is full.
    """
    record = phone.storage.read(ISSUED, _ISSUED_BYTES) or b""
    until, _, wanted = record.decode().partition(" ")
    if wanted != fits(phone) or not until.isdigit() or int(until) < phone.clock.time():
        from dialtone.identity import own

        own.renew(phone)


def context(phone):
    """The server's TLS context. Sets ``phone.fingerprint``, ``phone.signed`` and ``phone.lacks``.

    An uploaded identity that cannot be used is logged and passed over. DeviceError when the own one cannot be used.
    """
    storage = phone.storage
    try:
        data = storage.read(UPLOADED, UPLOADED_BYTES)
        made = _uploaded(phone, data) if data else None
    except (DialtoneError, MemoryError) as error:
        made = None
        phone.log.error("identity", "the uploaded certificate is not used: %s" % (str(error) or "no memory"))
    if not made:
        certificate = storage.read(CERTIFICATE, DER_BYTES)
        made = serving.server_context(certificate, storage.read(KEY, DER_BYTES))
        _show(phone, certificate, False)
    phone.lacks = ", ".join(serving.missing())
    return made


def apply(phone):
    """New connections get what is stored now; the others keep what they have."""
    made = context(phone)
    for listener in phone.listeners:
        if listener.context:
            listener.context = made
    phone.log.info("identity", "certificate SHA-256 " + phone.fingerprint)


def renew(phone):
    """The phone has perhaps another name or address now."""
    before = phone.storage.read(ISSUED, _ISSUED_BYTES)
    prepare(phone)
    if phone.storage.read(ISSUED, _ISSUED_BYTES) != before:
        apply(phone)
        phone.panel.progress(None)


def fits(phone):
    """What a record of the present key, certificate, name and address says."""
    digest = sha256()
    for file in (KEY, CERTIFICATE):
        digest.update(phone.storage.read(file, DER_BYTES) or b"")
    return "%s %s %s" % (hexlify(digest.digest()[:8]).decode(), name(phone), phone.platform.address())


def name(phone):
    """The phone's host name in lower case: as configured, unless that is an address, else the platform's."""
    text = phone.store.get("hostname").lower()
    letters = False
    for char in text:
        letters = letters or "a" <= char <= "z"
        if char not in "abcdefghijklmnopqrstuvwxyz0123456789-.":
            return phone.platform.hostname
    return text if letters else phone.platform.hostname


def parts(data):
    """(chain, key) of an uploaded identity, both PEM; the key is b"" when it is the phone's own."""
    at = data.find(b" PRIVATE KEY-----")
    at = data.rfind(b"-----BEGIN", 0, at) if at >= 0 else len(data)
    return data[:at], data[at:]


def _uploaded(phone, data):
    from dialtone.x509 import pem

    chain, key = parts(data)
    for _, certificate in pem.blocks(chain):
        made = serving.server_context(chain, key or phone.storage.read(KEY, DER_BYTES))
        _show(phone, certificate, data.startswith(SIGNED))
        return made


def _show(phone, certificate, signed):
    phone.fingerprint = hexlify(sha256(certificate).digest()).decode()
    phone.signed = signed
