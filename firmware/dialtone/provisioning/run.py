"""One provisioning run: security.tuz, then the configuration files, all or none of them."""

from asyncio import sleep_ms

from micropython import const

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.log import clean

_SCARCE = const(65536)  # bytes free: with more, long files need no spool
_SCREEN = const(60)  # characters of a progress text: an LCD shows 24
MISSING = (404, 410)
_HINTS = {401: "Check http digest username and password", 403: "Check the server's access rights"}

# What can be dropped with ``platform.unload`` when a run is over.
ON_DEMAND = (
    "dialtone.provisioning.run",
    "dialtone.provisioning.opening",
    "dialtone.provisioning.reading",
    "dialtone.provisioning.applying",
    "dialtone.provisioning.source",
    "dialtone.provisioning.cache",
    "dialtone.provisioning.spool",
    "dialtone.provisioning.foreign",
    "dialtone.provisioning.later",
    "dialtone.provisioning.unused",
)
# What has read the files: checking their rows needs its room
_READ = ("dialtone.provisioning.reading", "dialtone.provisioning.later", "dialtone.config.lexer")


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
    ``progress(stage, text)`` is called with the stage "configuration" and a short text for the LCD. ``waits``: what
    reads files has no room beside the client, see later.py.
    """

    def __init__(self, platform, store, connect, forget, progress, waits=False):
        self._platform = platform
        self._store = store
        self._connect = connect
        self._forget = forget
        self._client = self._foreign = None
        self._progress = progress
        self._waits = waits
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
            self._make_spool()
        self._platform.log.warning("configuration", outcome.error)
        self._tell("configuration", outcome.error.text)
        return outcome

    def _make_spool(self):
        from dialtone.provisioning.spool import Spool

        return Spool(self._platform.storage)

    def _keep(self, *row):
        """A line that this firmware does not use: most phones' files have none. Says whether there is room for more."""
        if not self._foreign:
            from dialtone.provisioning.foreign import Foreign

            self._foreign = Foreign(self._platform.storage)
        return self._foreign.row(*row)

    def _draft(self):
        draft = self._store.begin_server(spool=self._spool)
        draft.keeper = self._keep
        return draft

    def _later(self):
        from dialtone.provisioning.later import Later

        return Later(self._store, self._draft)

    def _tell(self, stage, text):
        self._progress(stage, clean(text, _SCREEN))

    async def _configuration(self, outcome):
        try:
            from dialtone.provisioning import opening

            folder, old = await opening.opened(self._platform, self._store, self._open, outcome, self._tell)
            opening = None
            await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
            self._platform.unload("dialtone.provisioning.opening")
            from dialtone.provisioning import reading

            draft = self._later() if self._waits else self._draft()
            found = await reading.fetch(self._client, draft, folder, outcome.source, self._platform, self._tell, old)
        finally:
            await self._close()
        if self._waits:
            draft = draft.open()
        draft.finish()
        reading = None
        self._platform.unload(*_READ)
        from dialtone.provisioning import applying

        applying.finish(draft, found, outcome, self._platform, self._foreign)

    def _open(self):
        self._client = self._connect()
        return self._client

    async def _close(self):
        """Close the connection, and make room: neither parsing nor the pages need the client."""
        client, self._client = self._client, None
        if client:
            await client.aclose()
            client = None
            await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
            self._forget()


def refusal(status, name):
    return PeerError("Server answered %d for %s" % (status, name), _HINTS.get(status, "Look into the server's log"))
