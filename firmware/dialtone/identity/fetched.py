"""A certificate that came as a file, by ``https server certificate``: judged as an upload is, once for each content."""

from binascii import hexlify
from hashlib import sha256

from dialtone.errors import DialtoneError, PeerError
from dialtone.identity import stored
from micropython import const

_PIECE = const(512)


def take(phone, name):
    """Serve what is in the file ``name`` from now on, unless it serves already. Returns a DialtoneError or None."""
    digest = sha256()
    with phone.storage.open(name, "rb") as file:
        while True:
            piece = file.read(_PIECE)
            if not piece:
                break
            digest.update(piece)
    source = "configuration file, " + hexlify(digest.digest()[:8]).decode()
    if (stored.SOURCE, source) in stored.rows(phone, stored.UPLOADED):
        return None
    from dialtone.identity import upload

    try:
        made = upload.take(phone, phone.storage.read(name, stored.UPLOADED_BYTES), source)
    except DialtoneError as error:
        phone.log.warning("identity", "https server certificate: %s" % error)
        return PeerError("https server certificate: " + error.text, error.advice)
    except MemoryError:
        return PeerError("Not enough memory for https server certificate", "Leave out what is not needed")
    from dialtone.identity import current

    current.use(phone, made)
    return None
