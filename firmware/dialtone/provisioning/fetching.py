"""What a server would bring: its files come into a draft as in a round, and nothing of them is in force.

Shorter than reading.py, which a round has room for: no conditions, since all of a file is wanted, whatever was kept.
"""

from dialtone.errors import CallerError, PeerError
from dialtone.http.url import parse
from micropython import const

_SCARCE = const(65536)  # bytes free: with less, rows of long files wait in flash, and files come in pieces of ...
_BUFFER = const(1024)  # ... that size, for the parser needs the room, too
_FILE_LIMIT = const(0x200000)  # as in a round
_MISSING = (404, 410)
_LAYERS = ("aastra", "model", "mac", "local")


async def fetched(phone, place):
    """(later.Later of a draft, list with what keeps foreign lines, tags of cache.py, what it was) of the URL of a file
    or folder.
    """
    scarce = 0 <= phone.platform.heap_free() < _SCARCE
    folder, _, name = place.rpartition("/")
    folder += "/"
    files = _files(phone.platform, name)
    base = str(parse(folder, True))
    client = phone.client(buffer_bytes=_BUFFER if scarce else 0)
    client.homes = [phone.platform.home] if phone.platform.home else []
    client.tftp = True
    tags = [None, None, None]
    try:
        await _readable(client, folder)  # opens the connection: the handshake has the room of what comes now
        from dialtone.provisioning.later import Later

        kept = []
        draft = Later(phone.store, lambda: _draft(phone, scarce, kept))
        for index, file in files:
            status, etag, modified, sure = await _file(client, draft, _LAYERS[index], folder, file)
            if name and status != 200:
                raise CallerError("The server has no " + name, "Look at the address again")
            if index < 3:
                tags[index] = status, etag, modified, base + file
            elif not sure:
                raise CallerError("local.cfg is taken over verified HTTPS only", "Upload it instead")
        return draft, kept, tags, base + name
    finally:
        await client.aclose()


def _files(platform, name):
    """((index of the layer, name), ...) of what is to be fetched; ``name`` "" means all of the server's."""
    if not name:
        return (0, "aastra.cfg"), (1, platform.model + ".cfg"), (2, platform.mac + ".cfg")
    from dialtone.provisioning import plan

    index = plan.layer_of(name, platform)
    plan = None
    platform.unload("dialtone.provisioning.plan")
    if index is None or index < 0:
        raise CallerError("%s is no file of a configuration server" % name[:40], "Name aastra.cfg, or a folder with /")
    return ((index, name),)


def _draft(phone, scarce, kept):
    def keep(*row):
        if not kept:
            from dialtone.provisioning.foreign import Foreign

            kept.append(Foreign(phone.storage, "foreign.%d.import"))
        return kept[0].row(*row)

    def spool():
        from dialtone.provisioning.spool import Spool

        return Spool(phone.storage)

    draft = phone.store.begin_server(spool=spool if scarce else None)
    draft.keeper = keep
    return draft


async def _readable(client, folder):
    """As in a round: plain files beside an encrypted set are not meant for this phone."""
    exchange = await client.open(folder + "security.tuz")
    status = exchange.status
    await exchange.close()
    if status == 200:
        raise CallerError("The server has an encrypted configuration", "Remove security.tuz there")


async def _file(client, draft, layer, folder, name):
    """(status, ETag, Last-Modified, whether it was verified) of one file, which is in the draft then."""
    exchange = await client.open(folder + name)
    try:
        status = exchange.status
        if status != 200 and status not in _MISSING:
            raise PeerError("Server answered %d for %s" % (status, name), "Look into the server's log")
        draft.layer(layer, name, exchange.verified, exchange.length if status == 200 else 0)
        if status != 200:
            return 404, "", "", False
        left = _FILE_LIMIT
        while True:
            view = await exchange.view()
            if not len(view):
                tag, modified = exchange.header("etag"), exchange.header("last-modified")
                return status, tag or "", modified or "", exchange.verified
            left -= len(view)
            if left < 0:
                raise PeerError("%s is longer than 2 MB" % name, "Serve a shorter file")
            draft.feed(view)
    finally:
        await exchange.close()
