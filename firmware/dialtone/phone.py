"""The phone as a whole: owns every part, names the tasks, and is what pages and panel see of each other.

Everything from outside (clock, randomness, storage, network address) comes in through ``platform``, so two phones live
in one process. What runs once is in startup.py, what only pages ask for in report.py: both leave the heap afterwards.
"""

from asyncio import sleep_ms

from dialtone.config.store import Store
from dialtone.lcd.panel import Panel
from dialtone.net.heap import HeapMeter
from dialtone.net.supervisor import Supervisor
from dialtone.net.table import Table
from micropython import const

_PUSHED = const(3000)  # bytes of pushes that wait: a dozen commands, or the last of the larger ones
_ANSWER_FIRST_MS = const(20)  # a pushed object needs the heap that its request still holds
_LOOKS = const(100)  # so 2 s for the end of all connections, whose code needs the heap that an identity needs, ...
_TURNS = const(6)  # ... and so often again when it had none all the same, ...
_TURN_MS = const(10000)  # ... after what idle pages need to leave the heap
_SCARCE = const(65536)  # bytes free: with less, nobody is let in meanwhile
_FOLLOWERS = ("dialtone.report", "dialtone.softkeys", "dialtone.schedule")
_SMALL_MODELS = ("53i", "9143i", "6730i", "6731i")  # three lines of 16 characters (facts page, 6.2)


class Phone:
    """One phone. ``platform`` is a ``platform.Platform``. Also the host of the panel and the object that pages see.

    ``outcome`` is what the last provisioning came to: (result, source, files, error, version of a firmware image that
    was stored, firmware error), see resync.py and ``provisioning.run.Outcome``; ``restored`` how many configuration
    files came from the saved copy; ``fingerprint`` the SHA-256 of the server's certificate in hex, ``signed`` None for
    the phone's own certificate, else whether an authority signed it; ``judgement`` what came of the last upload:
    whether it was taken (None while it is looked at) and text; ``lacks`` what TLS of this build has not; ``http_port``
    and ``https_port`` the ports of the listeners, 0 while there are none; ``pushed`` the documents that were pushed
    and do not show yet.
    """

    deferred = None  # a set while a round is made: names that have changed, which ``changed`` hears of afterwards
    safe = renaming = False  # safe mode, see provisioning/ladder.py; a change of the certificate's name waits
    why = ""  # why the last firmware was taken back, until somebody has acknowledged it
    xml_log = neighbours = None  # lines about scripts, see keys.py; the task of net/neighbours.py
    unconfirmed = None  # [uptime when it is over, needs a restart, had it], see provisioning/pending.py

    def __init__(self, platform):
        self.platform = platform
        self.log = platform.log
        self.storage = platform.storage
        self.clock = platform.clock
        self.store = Store(platform.model, platform.random)
        self.supervisor = Supervisor(self.log)
        self.table = Table()
        self.heap = HeapMeter(self.table)
        small = platform.model in _SMALL_MODELS
        self.panel = Panel(16 if small else 24, platform.lines or (3 if small else 8), platform.on_screen, self)
        self.listeners = []
        self.outcome = ("kept", "", (), None, "", None)
        self.restored = self.trouble = 0  # trouble: the rung of update/record.py that nobody has acknowledged yet
        self.fingerprint = self.lacks = ""
        self.signed = self.judgement = None
        self.http_port = self.https_port = 0
        self.lamps = None  # what scripts have lit, see actions.py: {"softkey1": "on", ...}
        self.poller = self.action = self.pushed = None  # see polling.py
        # alarm: the task of a planned round (alarm.py); round: what must be the only one: a round, a start, an upload
        self.alarm = self.round = None

    async def start(self):
        """Load what is stored, fetch the configuration, serve; or restart, when new firmware has come (there are no
        listeners then). Raises DeviceError when it cannot serve at all.
        """
        from dialtone import startup

        startup.prepare(self)
        startup = None
        self.unload("dialtone.startup", "dialtone.prelude")
        self.round = self  # nobody begins another one
        await self.resync()
        self.round = None
        if self.outcome[4]:
            return self.restart()  # new firmware: nobody has come to this one yet
        await self._listen()
        from dialtone import startup

        startup.serve(self)
        startup = None
        self.unload("dialtone.startup")
        self.settle()

    async def _listen(self):
        """A phone that cannot be reached is of no use: what is in the heap's way now may be gone in a moment."""
        from dialtone.identity.parts import MODULES

        for turn in range(_TURNS):
            try:
                from dialtone import startup

                return startup.listen(self)
            except MemoryError:
                if turn == _TURNS - 1:
                    raise
            startup = None
            self.unload("dialtone.startup", *MODULES)
            await sleep_ms(_ANSWER_FIRST_MS)

    async def resync(self, mode=3):
        """One round with the configuration server, see resync.py. Never raises."""
        from dialtone import resync

        await resync.resync(self, mode)
        resync = None
        await sleep_ms(0)  # takes the place of the finished coroutine in this frame, which MicroPython would keep alive
        self.unload("dialtone.resync")

    def refresh(self, mode=3):
        """Another such round, once nobody is in a menu, see refresh.py; whether it begins: one at a time."""
        from dialtone import refresh
        return refresh.request(self, mode)

    def take(self, *what):
        """A configuration file from a page, or the yes to it: see importing.py."""
        from dialtone import importing
        importing.begin(self, *what)

    async def stop(self):
        """End every task and connection; answers in the making get a second."""
        for listener in self.listeners:
            await listener.stop()
        await self.supervisor.stop()

    def press(self, key):
        """A key of ``lcd.panel.KEYS``; CallerError for any other name."""
        if key == "options":
            self.heap.relieve()  # the menus need the room of page code that nobody runs
        press = self.panel.press
        for _ in range(2):
            try:
                return press(key)
            except MemoryError:
                self.heap.relieve()  # and once more: the code that nobody runs may have been in the way
                if self.panel.taken:
                    press = self._drawn
        self._missed(key)

    def _missed(self, key):
        """Shows the idle screen: there was no memory for ``key``, and nobody is to wait for what it does."""
        self.heap.wear()
        try:
            self.panel.home()
        except MemoryError:
            self.panel.changed()  # what was open has left the heap meanwhile
        self.log.error("panel", "no memory for key %s, press it again" % key)

    def _drawn(self, key):
        """A key that the screens have seen is not pressed again: only its frame is missing."""
        self.panel.changed()

    def key(self, name):
        """A key that no screen has was pressed: beside the display, or one with a name on it."""
        from dialtone import softkeys
        softkeys.press(self, name)
        softkeys = None
        self.unload("dialtone.softkeys")

    def cancel(self):
        """The person at the keys does not want to wait for what is being fetched."""
        self.table.stop_clients()

    def script_host(self):
        """What a player of scripts works on."""
        from dialtone import keys
        return keys.Host(self)

    def on_push(self, xml):
        """An accepted XML push: bytes of a document. It shows when its sender has the answer; of many the last ones."""
        if self.pushed is None:
            self.supervisor.spawn("push", self._push())  # first: without memory for it nobody would ever show them
            self.pushed = []
        self.pushed.append(xml)
        while len(self.pushed) > 1 and sum([len(each) for each in self.pushed]) > _PUSHED:
            self.pushed.pop(0)

    async def _push(self):
        await sleep_ms(_ANSWER_FIRST_MS)
        try:
            self.heap.relieve()  # page code that nobody runs may be in the way of what comes now
            from dialtone import keys
            await keys.push(self)
        finally:
            self.pushed = None  # also when it failed: else the next one would wait for this one

    def client(self, **more):
        """A new web client. Its modules leave the heap with ``unload(*dialtone.client.MODULES)``."""
        from dialtone.client.http_client import Client

        return Client(self.platform, self.store, self.table, **more)

    def save_local(self):
        """Write what was set here to flash. Raises DeviceError; the old file stays then."""
        from dialtone.storage import kept

        kept.save(self.storage, "local.cfg", self.store.dump("local"))

    def saved(self, name):
        """The panel has set ``name``."""
        self.save_local()

    def settle(self):
        """What lives long moves together: it came into being wherever busy code had left a hole."""
        held = [self.outcome, self.fingerprint]
        try:
            from dialtone.config import packing

            packing.pack(self.store, self.log.lines, self.platform.tls_events, self.xml_log or [], held)
            self.outcome, self.fingerprint = held
        except MemoryError:
            pass  # the next time will do
        packing = None
        self.unload("dialtone.config.packing")

    def unload(self, *names):
        """Forget modules that nobody needs now."""
        self.platform.unload(*names)

    def restart(self):
        """Restart the phone; the page or screen that asked has been shown."""
        self.log.info("phone", "restart")
        self.panel.progress("Restarting")
        self.platform.restart()

    def identity(self, data=None):
        """Name or address may be another, or ``data`` was uploaded (PEM; b"": the own one again): the certificate
        follows, once an answer is on its way."""
        if data is not None:
            self.judgement = None, "The upload is being looked at"
        elif self.renaming:
            return  # the one that waits will find the last name
        else:
            self.renaming = True
        self.supervisor.spawn("identity", self._identity(data))

    async def _identity(self, data):
        wait_ms = _ANSWER_FIRST_MS
        for turn in range(_TURNS):
            await sleep_ms(wait_ms)
            self.heap.reserved = 0 <= self.platform.heap_free() < _SCARCE
            for _ in range(_LOOKS):
                if not [entry for entry in self.table.entries if not entry.is_idle]:
                    break
                await sleep_ms(_ANSWER_FIRST_MS)
            self.renaming = False
            if await self._identified(data, turn > 0):
                break
            wait_ms = _TURN_MS

    async def _identified(self, data, again):
        """False when there was no memory for it, and it may be tried again."""
        modules = ()
        try:
            from dialtone.identity.parts import MODULES as modules  # now: afterwards there may be no memory for it

            from dialtone.identity import change

            await change.change(self, data, again)
            return True
        except MemoryError:
            self.log.warning("identity", "no memory for another certificate yet")
            return False
        finally:
            change = None
            await sleep_ms(0)
            self.heap.reserved = False
            self.unload(*modules)
            self.settle()

    def changed(self, names):
        """The configuration has changed: keys, lamps and the certificate's name follow. No ``names``: look at keys."""
        if self.deferred is not None:  # not in the middle of it: there is no room for what this loads
            return self.deferred.update(names)
        from dialtone import changes

        changes.follow(self, names)
        changes = None
        self.unload("dialtone.changes", *_FOLLOWERS)
        self.panel.changed()

    def status(self):
        """The figures of ``GET /api/status`` as a dict; see report.py."""
        from dialtone import report
        return report.status(self)

    def status_json(self, faces):
        """The same as JSON, in pieces of bytes; ``faces`` keeps what seldom changes."""
        from dialtone import polled
        return polled.as_json(self, faces)

    def ready_info(self):
        """The fields of the simulator's ready line as a dict."""
        from dialtone import report
        return report.ready_info(self)
