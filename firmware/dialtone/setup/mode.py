"""A phone that knows no network, or whose BOOT button was pressed: it opens one of its own and asks there for the right
one. For ten minutes, with nothing of the phone's own pages; then the board starts again.
"""

from asyncio import sleep_ms

from dialtone import joining
from dialtone.errors import DialtoneError
from dialtone.log import clean
from dialtone.net.limits import Limits
from dialtone.net.listener import Listener
from dialtone.net.supervisor import Supervisor
from dialtone.net.table import Table
from dialtone.server.service import Service
from micropython import const

_OPEN_S = const(600)
_LOOK_MS = const(200)
_LAST_MS = const(10000)  # for the page that tells the address; ...
_TOLD_MS = const(1500)  # ... once it is asked for, it needs no longer than that
_PASSWORD = const(10)  # of 32 characters each: 50 bits, more than can be tried in ten minutes, or in years
_LETTERS = b"abcdefghijkmnpqrstuvwxyz23456789"  # without those that look alike: it is read off a display
_SMALL_MODELS = ("53i", "9143i", "6730i", "6731i")  # as in phone.py
_SMALL = const(4)  # a display with fewer rows shows what must be typed and nothing else
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class SetUp:
    """Runs the set-up; for ``server`` and for whoever reads keys and screen it stands in the phone's place.

    ``platform``: see ``platform.Platform``; ``network``: MicroPython's module; ``station``: its wireless interface,
    switched on; ``save(fields)`` keeps ssid, password and config_server where a start reads them; ``waits``: when
    the time is over it waits for a key, else it ends. ``address``: URL of the page. ``state``: "", "trying" or
    "joined"; ``problem``: why the last try failed; ``found``: address in the network that it joined, ``told``: the
    page has said so; ``names``: of the networks in reach.
    """

    https_port = 0
    store = signed = on_push = picture = None
    hints = {}
    attempts = sessions = ()
    again = 0
    try_ms = 20000  # an access point that answers does so in 3 to 8 s

    def __init__(self, platform, network, station, save, waits, dns_port=53, open_s=_OPEN_S):
        self.platform = platform
        self.log = platform.log
        self.panel = self
        self.supervisor = Supervisor(self.log)
        self.table = None
        self._network = network
        self._station = station
        self._save = save
        self._waits = waits
        self._lines = platform.lines or (3 if platform.model in _SMALL_MODELS else 8)
        self.columns = 16 if self._lines < _SMALL else 24
        self._dns_port = dns_port
        self._open_s = open_s
        self._end_s = 0
        self._shown = None
        self._wanted = None
        self._again = self.told = False
        self.name = "dialtone-" + platform.mac[-6:].lower()
        self.address = self.state = self.problem = self.found = self.ssid = self.server = ""
        self.names = []

    async def run(self):
        """True when a network has been joined and saved; False when the time was over. Raises DialtoneError."""
        self.names = joining.seen(self._station)
        while True:
            await self._open()
            if self.state == "joined":
                return True
            if not self._waits and not self._again:
                return False
            if not self._again:
                self._put(["Set-up is closed", "Press any key", "to open it"])
            while not self._again:
                await self._pause()

    async def stop(self):
        """Ends what the set-up has started. Call it when ``run`` is over or was cancelled."""
        await self.supervisor.stop()

    async def _pause(self):
        """Between two looks; the watchdog is fed by this loop and by nothing else."""
        self.platform.feed()
        await sleep_ms(_LOOK_MS)

    async def _open(self):
        password = bytes([_LETTERS[byte & 31] for byte in self.platform.random(_PASSWORD)]).decode()
        point = joining.open_point(self._network, self.name, password)
        if not point:
            raise DialtoneError("This board's radio opens no network with WPA2", "Write a network.json")
        host = point.ifconfig()[0]
        tasks = Supervisor(self.log)  # another one: keys are read by the first, also while this is closed
        self.table = Table()
        listener = self._serve(host, tasks)
        try:
            self._end_s = self.platform.clock.uptime_s() + self._open_s
            self._again = False
            self.log.info("set-up", "access point %s is open for %d s" % (self.name, self._open_s))
            while self.state != "joined" and self.left_s() > 0 and not self._again:
                self._show(password)
                if self._wanted:
                    await self._join()
                await self._pause()
            if self.state == "joined":
                self._show(password)
                await self._tell()
        finally:
            await listener.stop()
            await tasks.stop()
            point.active(False)
        self.log.info("set-up", "access point is closed")

    async def _tell(self):
        """Waits until the page has told where the phone is now."""
        for _ in range(_LAST_MS // _LOOK_MS):
            if self.told:
                return await sleep_ms(_TOLD_MS)
            await self._pause()

    def _serve(self, host, tasks):
        """The page on ``host`` and the DNS that leads there. The listener."""
        platform = self.platform
        tasks.start("sweeper", self.table.sweep, restart=True)
        service = _Service(self, False, self, self, None)
        listener = Listener(
            "set-up", host, platform.http_port, service.handle, tasks, self.table, None,
            Limits(**platform.limits), None, _BUSY,
        )  # fmt: skip
        listener.start()
        port = listener.port
        self.address = "http://%s%s/" % (host, "" if port == 80 else ":%d" % port)
        from dialtone.net import lookups

        tasks.start("names", lambda: lookups.serve(host, self._dns_port), restart=True)
        return listener

    def left_s(self):
        """Seconds until it closes."""
        return self._end_s - self.platform.clock.uptime_s()

    def want(self, ssid, password, server):
        """The page asks for this network; nothing is kept of it before it has been joined."""
        self.ssid, self.server, self.state, self.problem = ssid, server, "trying", ""
        self._wanted = {"ssid": ssid, "password": password, "config_server": server}

    async def _join(self):
        """Tries the network that was typed. Its password goes where it is kept, and nowhere else."""
        wanted, self._wanted = self._wanted, None
        station = self._station
        joining.begin(station, wanted)
        turns = self.try_ms // _LOOK_MS
        for turn in range(turns):
            if turn > turns // 4 and joining.reason(self._network, station, wanted) in joining.SURE:
                break  # it has been heard often enough: a person waits
            if station.isconnected():
                try:
                    self._save(wanted)
                    self.found = station.ifconfig()[0]
                    self.state = "joined"
                    self.log.info("set-up", "joined, the address is " + self.found)
                except (OSError, DialtoneError) as error:
                    self.problem = "It was joined, but cannot be kept: %s" % error
                    self.state = ""
                return
            await self._pause()
        self.problem = joining.reason(self._network, station, wanted)
        self.state = ""
        self.log.warning("set-up", "not joined: " + self.problem)
        try:
            station.disconnect()
        except OSError:
            pass

    def _show(self, password):
        minutes = (self.left_s() + 59) // 60
        ssid = clean(self.ssid, self.columns)
        if self.state == "joined":
            rows = ["Network joined", ssid, self.found, "Starting ..."]
        elif self.state:
            rows = ["Joining ...", ssid]
        elif self._lines < _SMALL:
            rows = [self.name, password, self.address[7:-1]]
        else:
            rows = ["Wi-Fi set-up", "1. Join this network:", " " + self.name, " password " + password]
            rows += ["2. Open " + self.address[7:-1], "", "Closes in %d min" % minutes]
        self._put(rows)

    def _put(self, rows):
        rows = [row[:24] for row in rows[: self._lines]]
        if rows != self._shown:
            self._shown = rows
            self.platform.on_screen(rows, ())

    # What the server, and whoever has display and keys, ask of a phone

    def rows(self):
        """The display."""
        return self._shown or []

    def softkeys(self):
        """None."""
        return ()

    def changed(self):
        """Shows the screen again."""
        self.platform.on_screen(self.rows(), ())

    def press(self, key):
        """Any key: the ten minutes begin anew, with another password."""
        self._again = True

    def enter(self):
        """Of ``faces``: nothing here leaves before the end."""

    leave = shed = release = scrub = enter

    def unload(self, *names):
        """The same."""


class _Service(Service):
    """Its connections serve the set-up page alone."""

    async def _connection(self, stream, entry):
        # One after the other: imports in imports need much of MicroPython's short stack
        __import__("dialtone.server.connection")
        from dialtone.setup.page import Visit

        return Visit(self, stream, entry)
