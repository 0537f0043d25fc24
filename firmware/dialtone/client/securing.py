"""Opens a connection over TLS: what of the settings applies, how often to try, and what is told about it."""

from asyncio import sleep_ms

from dialtone.errors import PeerError
from dialtone.net import anchors
from micropython import const

_TRIES = const(3)  # to learn who issued the certificate, to verify it, and once more past what the settings let pass
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


async def connect(client, origin):
    """A Link to ``origin`` whose certificate is accepted by the settings; DialtoneError when there is none."""
    platform, store = client.platform, client.store
    pin = store.get("https server pin") if origin == platform.home else ""
    root, pardon = client.plan[1:] if client.plan and client.plan[0] == origin else (None, None)
    if root is None and platform.root and platform.root[0] == origin:
        root = platform.root[1]
    left = _TRIES
    while True:
        link, found, error = await _attempt(client, origin, pin, root, pardon)
        if link:
            return link
        left -= 1
        await sleep_ms(0)  # takes the place of the coroutine, whose code must make room for the words
        platform.unload("dialtone.net.trust", "dialtone.tls.methods", "dialtone.tls.suites")
        root, pardon = _appeal(client, origin, found, error, pin, left)


async def _attempt(client, origin, pin, root, pardon):
    """(Link, None, None), or None with what the Judge has found and its error. Its frame holds the Judge to the end."""
    from dialtone.net.trust import Judge

    platform, store = client.platform, client.store
    judge = Judge(platform, origin[1], store.get("https client method"), tolerated(store), pin, root, pardon)
    link = client.link(origin)
    judge.made, client.context = client.context, None
    try:
        await link.connect(client.connect_ms, judge, _identity(client, origin, judge))
    except PeerError as error:
        link.close()
        if not judge.session:
            raise
        return None, judge.plain(), error
    except BaseException:
        link.close()
        raise
    finally:
        judge.release()
    client.plan = origin, root, pardon
    if root is not None:
        platform.root = origin, root
    if origin == platform.home:
        platform.stranger = None
    _note(platform, origin, judge, "")
    return link, None, None


def tolerated(store):
    """Codes of faults that the three switches let pass, None when nothing is checked."""
    if not store.flag("https validate certificates"):
        return None
    codes = () if store.flag("https validate expires") else ("expired", "future")
    return codes if store.flag("https validate hostname") else codes + ("name",)


def _appeal(client, origin, found, error, pin, left):
    """(root, pardon) of another handshake that may succeed; raises the reason when there is none."""
    from dialtone.net.appeal import Case

    platform = client.platform
    case = Case(found)
    again = case.again() if left else None
    if not again:
        wrong = case.wrong()
        if wrong or not error.text:
            error = case.reason()
        if origin == platform.home:  # who may be trusted at the keys, see lcd/first_use.py
            first = wrong == ["issuer"] and not pin and client.store.flag("https trust first use")
            platform.stranger = (origin[1], case.key, case.print) if first else None
            if first:
                error = PeerError(error.text, "Compare its fingerprint: Options, Administrator Menu, Trust the Server")
        _note(platform, origin, case, error.text)
        raise error
    return again


def _note(platform, origin, judge, reason):
    from dialtone.net import events

    events.note(platform, "%s:%d" % origin[1:], judge, reason)


def _identity(client, origin, judge):
    """(certificates, key) of this phone for the servers that may see them, if they are verified."""
    if origin not in client.homes or judge.tolerated is None:
        return None
    for name in anchors.IDENTITIES:
        pem = client.platform.storage.read(name, anchors.IDENTITY_LIMIT)
        if pem:
            at = pem.find(_CERTIFICATE)  # the key comes first, see provisioning/trusted.py
            return pem[at:], pem[:at]
    return None
