"""Whom the phone trusts and by what it is known: files with certificates are proved here before they are kept.

They come after the configuration (``https user certificates``, ``https client certificate``, ``https server
certificate``), over verified TLS 1.2 or later only, or from the certificates page. One that cannot be had or read
leaves the old one.
"""

from asyncio import sleep_ms
from hashlib import sha256

from dialtone.errors import CallerError, DeviceError, DialtoneError, PeerError
from dialtone.net import anchors
from micropython import const

NEW = "incoming.pem"  # where a file waits for ``take``
_PIECE = const(512)
_MOST = const(10)  # certificates of one file
# Parameter, where its file is kept, bytes that it may have
_FILES = (
    ("https user certificates", anchors.FETCHED, anchors.LIMIT),
    ("https client certificate", anchors.IDENTITIES[1], anchors.IDENTITY_LIMIT),
    ("https server certificate", anchors.SERVER, anchors.IDENTITY_LIMIT),  # judged by identity/fetched.py
)

ON_DEMAND = (
    "dialtone.provisioning.trusted", "dialtone.net.anchors", "dialtone.x509.skim", "dialtone.x509.pem",
    "dialtone.x509.keys", "dialtone.x509.certificate", "dialtone.x509.dates", "dialtone.x509.der",
    "dialtone.crypto.p256",
)  # fmt: skip


async def update(platform, store, connect, forget, folder, vouched=True):
    """Fetch what the configuration names, in its ``folder`` (URL) or elsewhere, and drop what it names no more.

    ``connect()`` makes a client, ``forget()`` drops its modules when it is closed: proving a file needs their room.
    ``vouched``: what source.py says of the folder. Returns the last DialtoneError, or None.
    """
    wrong = None
    for name, kept, limit in _FILES:
        place = store.get(name)
        if not place:
            if platform.storage.remove(kept):
                platform.log.info("trust", "%s: none is named, the old file is gone" % name)
            continue
        try:
            client = connect()
            client.vouched = vouched or "://" in place  # a whole address: who named it is one who may, see trust rows
            await _fetch(platform.storage, client, place if "://" in place else folder + place, limit)
            client = None
            await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
            forget()
            told = take(platform, kept)
            if told:
                platform.log.info("trust", "%s: %s" % (name, told))
        except DialtoneError as error:
            wrong = PeerError("%s: %s" % (name, error.text), error.advice)
            platform.log.warning("trust", wrong)
        platform.storage.remove(NEW)
    return wrong


async def _fetch(storage, client, place, limit):
    from dialtone.http.url import parse

    exchange = None
    try:
        url = parse(place)
        if url.scheme != "https":
            raise PeerError("Not taken over plain %s" % url.scheme.upper(), "Name an https:// address")
        exchange = await client.open(url)
        if not exchange.verified:
            raise PeerError("Not taken from a server that is not verified", "Let the server's certificate be checked")
        if exchange.status != 200:
            place = str(exchange.url).partition("?")[0]  # a query may hold a secret, and this reaches the log
            raise PeerError("The server answered %d" % exchange.status, "Check %s" % place)
        with storage.open(NEW, "wb") as file:
            while True:
                view = await exchange.view()
                if not len(view):
                    return
                limit -= len(view)
                if limit < 0:
                    raise PeerError("The file is too large", "Leave out what is not needed")
                if file.write(view) != len(view):
                    raise OSError(28)
    except OSError:  # what the network does is a PeerError
        raise DeviceError("Cannot keep the file: storage is full", "Free some flash; the old one stays")
    finally:
        if exchange:
            await exchange.close()
        await client.aclose()


def take(platform, kept):
    """Put the file ``NEW`` in the place of ``kept`` if it is another one. Returns what it holds in words, "" if not.

    CallerError when it holds nothing that can be used.
    """
    storage = platform.storage
    digest = _digest(storage, NEW)
    found = _subjects(storage)
    pieces = _pieces(storage, NEW)
    if kept in anchors.IDENTITIES:
        pieces = _identity(storage)
    elif digest == _digest(storage, kept):
        return ""
    storage.write_atomic(kept, pieces)
    return "; ".join(found)


def _subjects(storage):
    from dialtone.x509.skim import Skim

    found = []
    try:
        with storage.open(NEW, "rb") as file:
            for der in anchors.certificates(file):
                one = Skim(der)
                found.append("%s until %s-%s-%s" % (one.name, one.ends[:4], one.ends[4:6], one.ends[6:8]))
    except (ValueError, IndexError):
        raise CallerError("A certificate in the file cannot be read", "Use PEM files")
    if not 0 < len(found) <= _MOST:
        raise CallerError("The file holds %d certificates" % len(found), "Use a PEM file with one to %d" % _MOST)
    return found


def _identity(storage):
    """The pieces of a client's identity, its key first. CallerError unless that belongs to the first certificate."""
    from dialtone.crypto import p256
    from dialtone.x509 import certificate, keys, pem

    data = storage.read(NEW, anchors.IDENTITY_LIMIT)
    key = first = None
    for label, der in pem.blocks(data):
        if label == "CERTIFICATE":
            first = first or der
        elif label[-11:] == "PRIVATE KEY":
            key = der
    if not key:
        raise CallerError("The file holds no private key", "Put the key and its certificates into one PEM file")
    private = keys.read_private(key)
    if private[0] == "other" or private[0] == "p256" and not 0 < private[1] < p256.N:
        raise CallerError("The key is of a kind that cannot be used", "Use a P-256 or RSA key without a password")
    public = certificate.parse(first).public_key
    mine = p256.public_key(private[1]) if private[0] == "p256" else private[1:3]
    if private[0] != public[0] or mine != public[1:]:
        raise CallerError("The key does not belong to the first certificate", "Put the phone's own certificate first")
    start = data.rfind(b"-----BEGIN", 0, data.find(b"PRIVATE KEY"))
    end = data.find(b"-----", data.find(b"-----END", start) + 5) + 5
    return data[start:end], b"\n", data[:start], data[end:]


def _digest(storage, name):
    digest = sha256()
    if storage.size(name) >= 0:
        for piece in _pieces(storage, name):
            digest.update(piece)
    return digest.digest()


def _pieces(storage, name):
    with storage.open(name, "rb") as file:
        while True:
            piece = file.read(_PIECE)
            if not piece:
                return
            yield piece
