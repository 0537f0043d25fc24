"""The second half of a provisioning run: reads the files into a draft, and puts it in force.

Apart from run.py because it comes when the connection is open: a TLS handshake needs the room.
"""

from micropython import const

from dialtone.config.store import LAYERS
from dialtone.errors import DeviceError, PeerError
from dialtone.provisioning.run import MISSING, refusal

_FILE_LIMIT = const(0x200000)  # 2 MB: real files have a few KB, and one that never ends must not stop a start


async def fetch(client, draft, folder, source, platform, tell, old):
    """Read all files of ``folder`` into the draft; one that has not changed leaves its layer. Returns their tags, see
    cache.py.

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


def finish(draft, found, outcome, platform, keeper=None):
    """Put the draft in force if it brings anything, and tell ``outcome`` and the log. ``keeper``: the ``Foreign`` that
    has the lines that this firmware does not use, None where there were none.
    """
    store = draft.store
    outcome.result = "unchanged"
    if draft.fresh != [False] * len(draft.fresh):
        _apply(draft, found, outcome, platform)
        _adopt(keeper, draft.fresh, platform)
    for layer in range(len(found)):
        rows = store.layers[layer]
        outcome.files.append((rows.file, found[layer][0], sum([1 for _ in rows.rows()])))
        platform.log.info("configuration", "%s: %d, %d rows" % outcome.files[layer])


def _apply(draft, found, outcome, platform):
    store = draft.store
    reset = draft.commit()
    outcome.result = "applied"
    _report(store, platform)
    try:
        from dialtone.provisioning import cache

        if reset:  # first: a local row that outlived the file that reset it would come back for good
            from dialtone.storage import kept

            kept.save(platform.storage, "local.cfg", store.dump("local"))
        cache.save(platform.storage, store, found)
    except DeviceError as error:  # it works until the next start, which falls back to the older copy
        outcome.error = error
        platform.log.error("configuration", error)


def _adopt(keeper, fresh, platform):
    """The lines that nobody here reads are those of the files in force; without them the phone works as well."""
    from dialtone.provisioning import unused

    try:
        if keeper:
            keeper.close()
        unused.adopt(platform.storage, fresh, keeper.files if keeper else ())
    except DeviceError as error:
        platform.log.error("configuration", error)


def _report(store, platform):
    from dialtone.config.explaining import describe

    for diagnostic in store.diagnostics:
        platform.log.warning("configuration", describe(diagnostic))


async def _file(client, draft, layer, name, folder, old):
    """Put one file into the draft. Returns its tag: ``old`` itself when nothing has changed."""
    exchange = await client.open(folder + name, _conditions(draft.store, layer, folder, old))
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
    secure = folder[:6].lower() == "https:" and store.flag("https validate certificates")
    if secure and not store.layers[LAYERS.index(layer)].trusted:
        return ()
    if old[1]:
        return (("If-None-Match", old[1]),)
    return (("If-Modified-Since", old[2]),) if old[2] else ()
