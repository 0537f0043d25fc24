"""One provisioning run: security.tuz, then the configuration files, all or none of them."""

from asyncio import sleep_ms

from micropython import const

from dialtone.errors import CallerError, DeviceError, DialtoneError, PeerError
from dialtone.log import clean
from dialtone.provisioning import cache
from dialtone.storage import kept
from dialtone.provisioning.source import server_url, vouched

_FILE_LIMIT = const(0x200000)  # 2 MB: real files have a few KB, and one that never ends must not stop a start
_SCARCE = const(65536)  # bytes free: with more, long files need no spool
_SCREEN = const(60)  # characters of a progress text: an LCD shows 24
_MISSING = (404, 410)
_HINTS = {401: "Check http digest username and password", 403: "Check the server's access rights"}

# What can be dropped with ``platform.unload`` when a run is over.
ON_DEMAND = (
    "dialtone.provisioning.run",
    "dialtone.provisioning.source",
    "dialtone.provisioning.cache",
    "dialtone.provisioning.spool",
)


class Outcome:
    """What a run came to.

    ``result``: "applied", "unchanged", or "kept" (the last good set stays; ``error`` says why). ``source``: folder URL
    without credentials. ``files``: list of (name, 200 or 404, rows in force), empty when "kept". ``error`` is a
    DialtoneError or None; with "applied" it says that the saved copy is an older one.
    """

    def __init__(self):
        self.result = "kept"
        self.source = ""
        self.files = []
        self.error = None


class Provisioner:
    """``connect()`` makes a client.http_client.Client, ``forget()`` drops its modules from memory when it is closed;
    ``progress(stage, text)`` is called with the stage "configuration" and a short text for the LCD.
    """

    def __init__(self, platform, store, connect, forget, progress):
        self._platform = platform
        self._store = store
        self._connect = connect
        self._forget = forget
        self._client = None
        self._progress = progress
        self._spool = self._make_spool if 0 <= platform.heap_free() < _SCARCE else None

    async def run(self):
        """Fetch and apply. Returns an Outcome; whatever the server, network or storage does wrong is in there."""
        outcome = Outcome()
        try:
            await self._configuration(outcome)
            return outcome  # the commit has used up what was in the spool
        except MemoryError:
            outcome.error = DeviceError("Not enough memory for the configuration", "Shorten the files on the server")
        except DialtoneError as error:
            outcome.error = error
        if self._spool:
            self._make_spool().clear()
        self._platform.log.warning("configuration", outcome.error)
        self._tell("configuration", outcome.error.text)
        return outcome

    def _make_spool(self):
        from dialtone.provisioning.spool import Spool

        return Spool(self._platform.storage)

    def _tell(self, stage, text):
        self._progress(stage, clean(text, _SCREEN))

    async def _configuration(self, outcome):
        platform, store = self._platform, self._store
        folder = server_url(store, platform)
        if not folder:
            raise CallerError("No configuration server is set", "Set https server under Configuration Server")
        try:
            self._open(folder, outcome)
            await self._refuse_encrypted(folder)  # opens the connection: the handshake has the room of what comes now
            draft = store.begin_server(spool=self._spool)
            found = await self._fetch(draft, folder, outcome.source)
        finally:
            await self._close()
        outcome.result = "unchanged"
        if draft.fresh != [False] * len(draft.fresh):
            self._apply(draft, found, outcome)
        for layer in range(len(found)):
            rows = store.layers[layer]
            outcome.files.append((rows.file, found[layer].status, sum([1 for _ in rows.rows()])))
            platform.log.info("configuration", "%s: %d, %d rows" % outcome.files[layer])

    def _open(self, folder, outcome):
        """Make the client of the server at ``folder``, whose origin alone gets the stored credentials."""
        from dialtone.http.url import parse

        base = parse(folder, True)
        outcome.source = str(base)
        self._client = self._connect()
        self._client.homes = [base.origin]
        sure = self._client.vouched = vouched(self._store, self._platform, folder)
        if not sure:
            text = "a plain file, page or script has named %s: its files cannot make the phone less safe"
            self._platform.log.warning("configuration", text % base.host)
        self._client.tftp = True
        self._platform.home = base.origin

    async def _close(self):
        """Close the connection, and make room: neither parsing nor the pages need the client."""
        client, self._client = self._client, None
        if client:
            await client.aclose()
            client = None
            await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
            self._forget()

    async def _fetch(self, draft, folder, source):
        """Read all files into the draft. Returns their cache.Tags; a file that has not changed leaves its layer."""
        platform = self._platform
        old, found = cache.tags(platform.storage), []
        for layer, name in enumerate(("aastra.cfg", platform.model + ".cfg", platform.mac + ".cfg")):
            self._tell("configuration", "Checking %s..." % name)
            mine = old[layer]
            if mine and (mine.url != source + name or self._store.layers[layer].file != name):
                mine = None  # of another server, or its rows were not loaded
            tag = await self._file(draft, cache.LAYERS[layer], name, folder, mine)
            tag.url = source + name
            found.append(tag)
        return found

    def _apply(self, draft, found, outcome):
        platform, store = self._platform, self._store
        reset = draft.commit()
        outcome.result = "applied"
        self._report()
        try:
            if reset:  # first: a local row that outlived the file that reset it would come back for good
                kept.save(platform.storage, "local.cfg", store.dump("local"))
            cache.save(platform.storage, store, found)
        except DeviceError as error:  # it works until the next start, which falls back to the older copy
            outcome.error = error
            platform.log.error("configuration", error)

    def _report(self):
        from dialtone.config.explaining import describe

        for diagnostic in self._store.diagnostics:
            self._platform.log.warning("configuration", describe(diagnostic))

    async def _refuse_encrypted(self, folder):
        """An encrypted set cannot be read (its format is not public); plain files beside it are not meant for us."""
        self._tell("configuration", "Checking security.tuz...")
        exchange = await self._client.open(folder + "security.tuz")
        try:
            if exchange.status == 200:
                raise PeerError("Bad Encrypted Config", "Serve plain files over HTTPS and remove security.tuz")
            if exchange.status not in _MISSING:
                raise _refusal(exchange.status, "security.tuz")
        finally:
            await exchange.close()

    async def _file(self, draft, layer, name, folder, old):
        """Put one file into the draft. Returns its cache.Tag: ``old`` itself when nothing has changed."""
        exchange = await self._client.open(folder + name, self._conditions(layer, folder, old))
        try:
            status = exchange.status
            if old and (status == 304 or status in _MISSING and old.status == 404):
                draft.keep(layer)
                return old
            if status in _MISSING:
                draft.layer(layer, name, exchange.verified)
                return cache.Tag(404)
            if status != 200:
                raise _refusal(status, name)
            tag = cache.Tag(200, exchange.header("etag"), exchange.header("last-modified"))
            draft.layer(layer, name, exchange.verified)
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

    def _conditions(self, layer, folder, old):
        """Request fields that make an unchanged file a 304, if its rows are as trusted as an answer would be."""
        if not old or old.status != 200:
            return ()
        secure = folder[:6].lower() == "https:" and self._store.flag("https validate certificates")
        if secure and not self._store.layers[cache.LAYERS.index(layer)].trusted:
            return ()
        if old.etag:
            return (("If-None-Match", old.etag),)
        return (("If-Modified-Since", old.modified),) if old.modified else ()


def _refusal(status, name):
    return PeerError("Server answered %d for %s" % (status, name), _HINTS.get(status, "Look into the server's log"))
