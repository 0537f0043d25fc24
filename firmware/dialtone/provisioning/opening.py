"""The first half of a provisioning run: finds the server, opens the connection, and asks for security.tuz.

Apart from run.py, and dropped before the files are read: they need its room.
"""

from asyncio import sleep_ms

from dialtone.errors import CallerError, PeerError
from dialtone.provisioning.run import MISSING, refusal


async def opened(platform, store, connect, outcome, tell):
    """(Url of the files' folder, tags of the last time as in cache.py); ``outcome`` gets its source. For the rest see
    ``run.Provisioner``. Raises what a run reports.
    """
    old = _tags(platform)
    await _learn(platform, store, tell)
    client, folder = _open(platform, store, connect, outcome)
    store.forget()  # what was looked up for it is 1 KB
    await _refuse_encrypted(client, folder, tell)  # opens the connection: the handshake has the room of what comes now
    return folder, old


def _tags(platform):
    from dialtone.provisioning import cache

    old = cache.tags(platform.storage)
    cache = None
    platform.unload("dialtone.provisioning.cache", "dialtone.storage.kept")
    return old


async def _learn(platform, store, tell):
    """Where nobody has named a server, the network may know one: asked anew in each round."""
    from dialtone.provisioning.source import server_url

    platform.learned = ""
    platform.found = ()
    known = server_url(store, platform)
    server_url = None
    if not known and (platform.mdns or platform.dhcp_options):
        from dialtone.provisioning import learned

        tell("configuration", "Looking for a server...")
        await learned.find(platform, store)
        learned = None
        await sleep_ms(0)
        platform.unload("dialtone.provisioning.learned", "dialtone.provisioning.cache", "dialtone.storage.kept")
    platform.unload("dialtone.provisioning.source", "dialtone.http.url")


def _open(platform, store, connect, outcome):
    """The client of the configuration server, whose origin alone gets the stored credentials, and its folder."""
    from dialtone.http.url import parse
    from dialtone.provisioning.source import server_url, vouched

    folder = server_url(store, platform)
    if not folder:
        raise CallerError("No configuration server is set", "Set https server under Configuration Server")
    base = parse(folder, True)
    outcome.source = str(base)
    context = None
    if base.scheme == "https":  # its context is the largest block of all, 1.9 KB: it comes before the code
        from dialtone.net.tls import client_context

        context = client_context()
    client = connect()
    client.context = context
    client.homes = [base.origin]
    sure = client.vouched = vouched(store, platform, folder)
    if not sure:
        text = "a plain file, page or script has named %s: its files cannot make the phone less safe"
        platform.log.warning("configuration", text % base.host)
    client.tftp = True
    platform.home = base.origin
    server_url = vouched = None
    platform.unload("dialtone.provisioning.source")
    return client, base


async def _refuse_encrypted(client, folder, tell):
    """An encrypted set cannot be read (its format is not public); plain files beside it are not meant for us."""
    tell("configuration", "Checking security.tuz...")
    exchange = await client.open(folder.beside("security.tuz"))
    try:
        if exchange.status == 200:
            raise PeerError("Bad Encrypted Config", "Serve plain files over HTTPS and remove security.tuz")
        if exchange.status not in MISSING:
            raise refusal(exchange.status, "security.tuz")
    finally:
        await exchange.close()
