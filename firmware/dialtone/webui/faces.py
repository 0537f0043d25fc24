"""What stays in memory of server and pages while nobody looks: a door to them, and the timer that closes it again."""

from asyncio import sleep_ms

from dialtone.config.store import ON_DEMAND
from micropython import const

_IDLE_MS = const(2000)  # who asks less often than that for the status has the code for it loaded anew
_LOOKS = const(8)  # in that time, whether somebody has found no memory
_PAGE = const(5)  # of those: a person reading a page often clicks again within 10 s
_SCARCE = const(65536)  # bytes free: with more, requests that come together may share what is loaded
_PAGES = (
    "dialtone.webui.status",
    "dialtone.webui.keeping",
    "dialtone.provisioning.found",
    "dialtone.webui.forms",
    "dialtone.webui.fields",
    "dialtone.webui.export",
    "dialtone.webui.support",
    "dialtone.webui.keyplaces",
    "dialtone.webui.keysent",
    "dialtone.webui.keypages",
    "dialtone.webui.saving",
    "dialtone.webui.reset",
    "dialtone.webui.confirming",
    "dialtone.webui.notices",
    "dialtone.provisioning.pending",
    "dialtone.provisioning.lapse",
    "dialtone.provisioning.ladder",
    "dialtone.provisioning.cache",
    "dialtone.provisioning.unused",
    "dialtone.provisioning.steady",
    "dialtone.update.record",
    "dialtone.webui.troubleshooting",
    "dialtone.webui.upgrade",
    "dialtone.webui.receiving",
    "dialtone.webui.events",
    "dialtone.webui.xmllog",
    "dialtone.webui.trusting",
    "dialtone.webui.certificates",
    "dialtone.webui.uploading",
    "dialtone.webui.dryrun",
    "dialtone.webui.importing",
    "dialtone.provisioning.plan",
    "dialtone.webui.password",
    "dialtone.webui.signin",
    "dialtone.server.sessions",
    "dialtone.report",
    "dialtone.polled",
    "dialtone.identity.stored",
    "dialtone.identity",
    "dialtone.net.anchors",
    "dialtone.x509.skim",
    "dialtone.x509",
    "dialtone.storage.defaults",
)
# A page comes after these, and needs their room
_LOGIN = ("dialtone.server.login", "dialtone.http.credentials", "dialtone.server.refusals")
_LOGIN += ("dialtone.server.policy", "dialtone.server.changing", "dialtone.server.posted")
_LOGIN += ("dialtone.server.pieces", "dialtone.http.encode")
_FRAME = ("dialtone.webui.pages", "dialtone.webui.html", "dialtone.webui.frame")
_FRAME += ("dialtone.webui.assets", "dialtone.http.forms", "dialtone.http.markup")
_SERVER = (
    "dialtone.server.connection",
    "dialtone.server.outgoing",
    "dialtone.server.answer",
)
_RARE = (
    "dialtone.softkeys",  # a change without memory for it leaves it behind
    "dialtone.server.pushes",
    "dialtone.scripts.push",
)


def _status(context):
    from dialtone.server.answer import JSON, Answer

    return Answer(200, context.phone.status_json(context.faces), JSON)


STATUS = (("GET", "HEAD"), ("admin", "user"), _status, "")  # its row: who polls it loads no table of pages, 4 KB


class Faces:
    """The server's ``faces``. ``supervisor`` owns the task that drops idle code from memory after 1 to 2 idle times,
    that of a page after 5.

    ``heap``: its ``worn`` tells that there was no memory for somebody. Then all code leaves as soon as it can: loaded
    anew, in one go, it lies closer. ``rest()`` makes room elsewhere, too; ``settle()`` is called when the last code has
    left; ``park(idle_ms)`` lets connections that have been idle for so long do without the server's code.
    """

    def __init__(self, platform, supervisor, rest, settle, park, heap, idle_ms=_IDLE_MS):
        self._platform = platform
        self._supervisor = supervisor
        self._idle_ms = idle_ms
        self._rest = rest
        self._settle = settle
        self._park = park
        self._heap = heap
        self._module = self._path = ""
        self._open = 0
        self._quiet = 0  # idle times since a page was asked for, or since a connection came and no page's code was here
        self._waiting = False
        self.figures = None  # polled.as_json's own

    def enter(self):
        """A connection begins to be served."""
        self._open += 1
        if not self._module:
            self._quiet = 0
        if not self._waiting:
            if 0 <= self._platform.heap_free() < _SCARCE:
                self._rest()  # first: else our code fills the holes between theirs, and no large one is ever left
            self._platform.unload()  # nothing: makes room for the code that comes now
            self._supervisor.spawn("idle code", self._shed_when_idle())
            self._waiting = True  # not before: without memory for the task nobody would ever begin one

    def leave(self):
        """A connection has ended."""
        self._open -= 1

    def find(self, path):
        """The row of a path in pages.ROUTES, or None."""
        if path == "/api/status":
            return STATUS
        # Not asked for what a page shows: the figure costs a walk over the heap, and the page's code is still at work
        fresh = path != self._path and (path.endswith(".html") or path[:5] == "/api/")
        fresh = fresh and 0 <= self._platform.heap_free() < _SCARCE
        if fresh:  # the table of pages needs the room of the page before, too
            self._platform.unload(*_LOGIN, *_PAGES, *ON_DEMAND)
        from dialtone.webui import pages

        route = pages.find(path)
        if route is None:
            return None
        module = route[3]
        if module:
            self._quiet = 0
            # One page's code at a time: status and forms together do not fit beside everything else in 112 KB.
            if not fresh and self._module != module:
                self._platform.unload(*_LOGIN, *_PAGES, *ON_DEMAND)
            elif not fresh and 0 <= self._platform.heap_free() < _SCARCE:
                self._platform.unload(*_LOGIN, *ON_DEMAND)  # the page's top comes first, and needs that room
            self._module = module
            self._path = path
        return route

    def shed(self):
        """Forgets all page code, and the server's while nobody is connected. The next request loads them anew.

        Never raises: what has left before the memory was not even enough for this makes room all the same.
        """
        try:
            self._forget()
        except MemoryError:
            pass

    def _forget(self):
        self._module = self._path = ""
        self.figures = None
        self._rest()
        for modules in (_LOGIN, _PAGES, _FRAME, _RARE, ON_DEMAND):  # one by one: all names together would need memory
            self._platform.unload(*modules)
        if not self._open:  # an open connection runs that code: a second copy would be worse than waiting
            self._platform.unload(*_SERVER)
        self._platform.scrub()

    async def _shed_when_idle(self):
        idle_ms = self._idle_ms
        try:
            while True:
                for _ in range(_LOOKS):
                    await sleep_ms(idle_ms // _LOOKS)
                    if self._heap.worn:
                        break
                worn = self._heap.worn
                if 0 <= self._platform.heap_free() < _SCARCE:
                    self._park(0 if worn else idle_ms)
                    await sleep_ms(0)
                if worn and not self._open:
                    self.shed()
                    break
                if self._quiet >= (_PAGE if self._module else 1):
                    if self._module or not self._open:  # who polls the status all the time keeps the little it needs
                        self.shed()
                    if not self._open:
                        break
                self._quiet += 1
        finally:
            self._waiting = False  # also when there was no memory to make room
            self._heap.worn = 0
        self._settle()
