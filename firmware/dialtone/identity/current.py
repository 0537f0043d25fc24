"""Which identity is served: an uploaded one, else the phone's own, which is made or re-issued when it must be."""

from binascii import hexlify
from hashlib import sha256

from dialtone.errors import DialtoneError
from dialtone.identity import stored


def prepare(phone):
    """Make the phone's own key and certificate where they are missing, damaged, over or for another name or address.

    Tells whether it had to. DeviceError when flash is full.
    """
    record = stored.read(phone, stored.ISSUED, stored.ISSUED_BYTES)
    until, _, wanted = record[: record.find(b"\n")].partition(b" ")
    whole = phone.storage.exists(stored.REQUEST)
    if whole and wanted == fits(phone).encode() and until.isdigit() and int(until) >= phone.clock.time():
        return False
    from dialtone.identity import own

    own.renew(phone)
    return True


def context(phone):
    """The server's TLS context. Sets ``phone.fingerprint``, ``phone.signed`` and ``phone.lacks``.

    An uploaded identity that cannot be used is logged and passed over. DeviceError when the own one cannot be used.
    """
    from dialtone.net import serving

    storage = phone.storage
    try:
        data = storage.read(stored.UPLOADED, stored.UPLOADED_BYTES + stored.ISSUED_BYTES)
        made = _uploaded(phone, data) if data else None
    except (DialtoneError, MemoryError) as error:
        made = None
        phone.log.error("identity", "the uploaded certificate is not used: %s" % (str(error) or "no memory"))
    if not made:
        certificate = stored.read(phone, stored.CERTIFICATE, stored.DER_BYTES)
        made = serving.server_context(certificate, stored.read(phone, stored.KEY, stored.DER_BYTES))
        _show(phone, certificate, None)
    phone.lacks = ", ".join(serving.missing(made))
    return made


def use(phone, made):
    """New connections get this context."""
    for listener in phone.listeners:
        if listener.context:
            listener.context = made
    phone.log.info("identity", "certificate SHA-256 " + phone.fingerprint)


def fits(phone):
    """What a record of the present key, certificate, name and address says."""
    digest = sha256()
    for file in (stored.KEY, stored.CERTIFICATE):
        digest.update(stored.read(phone, file, stored.DER_BYTES))
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
    return data[data.find(b"-----BEGIN") : at], data[at:]


def _uploaded(phone, data):
    from dialtone.net import serving
    from dialtone.x509 import pem

    chain, key = parts(data)
    for _, certificate in pem.blocks(chain):
        made = serving.server_context(chain, key or stored.read(phone, stored.KEY, stored.DER_BYTES))
        _show(phone, certificate, data.startswith(stored.SIGNED.encode()))
        return made


def _show(phone, certificate, signed):
    phone.fingerprint = hexlify(sha256(certificate).digest()).decode()
    phone.signed = signed
