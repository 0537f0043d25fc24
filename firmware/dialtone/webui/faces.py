"""What stays in memory of the pages while nobody looks: a door to them, and the timer that closes it again."""

from asyncio import sleep_ms

from dialtone.config.store import ON_DEMAND
from micropython import const

_IDLE_MS = const(20000)  # a person reading a page clicks again within that; a poller of /api/status keeps its module
_PAGES = ("dialtone.webui.status", "dialtone.webui.forms", "dialtone.webui.saving", "dialtone.webui.reset")
_FRAME = ("dialtone.webui.pages", "dialtone.webui.html", "dialtone.webui.assets", "dialtone.http.forms")


class Faces:
    """The server's ``faces``. ``supervisor`` owns the task that drops idle pages from memory."""

    def __init__(self, platform, supervisor, idle_ms=_IDLE_MS):
        self._platform = platform
        self._supervisor = supervisor
        self._idle_ms = idle_ms
        self._module = ""
        self._used = False
        self._waiting = False

    def find(self, path):
        """(methods, roles, handler) of a path, or None."""
        from dialtone.webui import pages

        self._used = True
        if not self._waiting:
            self._waiting = True
            self._supervisor.spawn("webui idle", self._shed_when_idle())
        route = pages.ROUTES.get(path)
        if route is None:
            return None
        if route[0] and route[0] != self._module:
            # One page's code at a time: status and forms together do not fit beside everything else in 112 KB.
            if self._module:
                self._platform.unload(*_PAGES, *ON_DEMAND)
            self._module = route[0]
        return route[1:]

    def shed(self):
        """Forgets all page code. A page that is still being sent keeps its own; the next request loads anew."""
        self._module = ""
        self._platform.unload(*_PAGES, *_FRAME, *ON_DEMAND)

    async def _shed_when_idle(self):
        while self._used:
            self._used = False
            await sleep_ms(self._idle_ms)
        self._waiting = False
        self.shed()
