"""An uploaded certificate: read, proved and kept, one after the other, each with the heap to itself."""

from binascii import hexlify
from hashlib import sha256

from dialtone.errors import CallerError, DeviceError
from dialtone.identity import stored

_READING = (
    "dialtone.identity.about",
    "dialtone.identity.reading",
    "dialtone.x509.certificate",
    "dialtone.x509.dates",
    "dialtone.x509.der",
    "dialtone.x509.keys",
)
_PROVING = ("dialtone.crypto.p256", "dialtone.crypto.rsa")


def take(phone, data, source=""):
    """Check ``data`` (PEM) and keep it. Gives the TLS context; CallerError with the reason, the old one stays then.

    ``source``: where it came from, to be kept with it.
    """
    own = phone.storage.read(stored.KEY, stored.DER_BYTES) or b""
    found = check(data, phone.clock.time(), own, phone.platform)
    data = None
    from dialtone.net import serving
    from dialtone.x509 import pem

    chain = found.chain
    shown = chain[0]
    if len(chain) > 1:
        shown = "".join([line for der in chain for line in pem.lines("CERTIFICATE", der)]).encode()
    try:
        context = serving.server_context(shown, found.key[1] if found.key else own)
    except DeviceError:
        raise CallerError("This phone's TLS takes neither this key nor this certificate", "Use a P-256 key")
    if source:
        found.rows.append("%s: %s\n" % (stored.SOURCE, source))
    phone.storage.write_atomic(stored.UPLOADED, text(found))
    phone.fingerprint = hexlify(sha256(chain[0]).digest()).decode()
    phone.signed = found.signed
    return context


def text(found):
    """Yields the lines of what is kept of an upload."""
    from dialtone.x509 import pem

    yield (stored.SIGNED if found.signed else "self-signed") + "\n"
    for line in found.rows:
        yield line
    yield "\n"
    for label, der in [("CERTIFICATE", der) for der in found.chain] + ([found.key] if found.key else []):
        for line in pem.lines(label, der):
            yield line


def check(data, now, own, platform=None):
    """The ``reading.Found`` of PEM text that may be taken; CallerError with the reason to refuse it.

    ``now``: seconds since 1970; ``own``: DER of the phone's own key; ``platform``: unloads what is done, and is fed.
    """
    from dialtone.identity import reading

    found = reading.read(data, now, own)
    reading = None
    if platform:
        platform.unload(*_READING)
    _prove(found, platform.feed if platform else None)
    if platform:
        platform.unload(*_PROVING)
    return found


def _prove(found, pause):
    private, public = found.pair
    if not _belongs(private, public, pause):
        if found.key:
            raise CallerError("Certificate and key do not belong together", "Upload the key of this certificate")
        raise CallerError("The certificate is not for the phone's own key", "Upload its own key together with it")
    for who, key, digest, signature in found.proofs:
        if key[0] == "rsa":
            from dialtone.crypto import rsa

            good = rsa.verify(key[1], key[2], signature, digest, "sha256")
        else:
            from dialtone.crypto import p256

            good = p256.verify(key[1], key[2], digest, signature[0], signature[1], pause)
        if not good:
            raise CallerError(who + " has a wrong signature", "Ask for another certificate")


def _belongs(private, public, pause):
    """Whether a private key of keys.py belongs to a public one of certificate.py."""
    if private[0] != public[0]:
        return False
    if private[0] == "p256":
        from dialtone.crypto import p256

        return 0 < private[1] < p256.N and p256.public_key(private[1], pause) == public[1:]
    _, n, e, d, p, q = private
    return public[1:] == (n, e) and p * q == n and (e * d - 1) % (p - 1) == 0 and (e * d - 1) % (q - 1) == 0
