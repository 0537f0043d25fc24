"""The second part of a provisioning run: reads the files into a draft, which applying.py puts in force.

Apart from run.py because it comes when the connection is open: a TLS handshake needs the room.
"""

from micropython import const

from dialtone.config.store import LAYERS
from dialtone.errors import PeerError
from dialtone.provisioning.run import MISSING, refusal

_FILE_LIMIT = const(0x200000)  # 2 MB: real files have a few KB, and one that never ends must not stop a start


async def fetch(client, draft, folder, source, platform, tell, old):
    """Read all files of ``folder`` (Url) into the draft; one that has not changed leaves its layer. Returns their tags,
    see cache.py.

    ``source``: the folder without credentials; ``tell(stage, text)``: see run.py; ``old``: the tags of the last time.
    """
    found = []
    for layer, name in enumerate(("aastra.cfg", platform.model + ".cfg", platform.mac + ".cfg")):
        tell("configuration", "Checking %s..." % name)
        mine = old[layer]
        if mine and (mine[3] != source + name or draft.store.layers[layer].file != name):
            mine = None  # of another server, or its rows were not loaded
        tag = await _file(client, draft, LAYERS[layer], name, folder, mine)
        found.append(tag[:3] + (source + name,))
    return found


async def _file(client, draft, layer, name, folder, old):
    """Put one file into the draft. Returns its tag: ``old`` itself when nothing has changed."""
    exchange = await client.open(folder.beside(name), _conditions(draft.store, layer, folder, old))
    try:
        status = exchange.status
        if old and (status == 304 or status in MISSING and old[0] == 404):
            draft.keep(layer)
            return old
        if status in MISSING:
            draft.layer(layer, name, exchange.verified)
            return 404, "", "", ""
        if status != 200:
            raise refusal(status, name)
        tag = 200, exchange.header("etag") or "", exchange.header("last-modified") or "", ""
        draft.layer(layer, name, exchange.verified, exchange.length)
        left = _FILE_LIMIT
        while True:
            view = await exchange.view()
            if not len(view):
                return tag
            left -= len(view)
            if left < 0:
                raise PeerError("%s is longer than 2 MB" % name, "Serve a shorter file")
            draft.feed(view)
    finally:
        await exchange.close()


def _conditions(store, layer, folder, old):
    """Request fields that make an unchanged file a 304, if its rows are as trusted as an answer would be."""
    if not old or old[0] != 200:
        return ()
    secure = folder.scheme == "https" and store.flag("https validate certificates")
    if secure and not store.layers[LAYERS.index(layer)].trusted:
        return ()
    if old[1]:
        return (("If-None-Match", old[1]),)
    return (("If-Modified-Since", old[2]),) if old[2] else ()
