"""What every phone is given from outside, as far as it is the same on a board and in the simulator.

The board's own part is ``board.py``; the simulator's is ``sim_platform.py`` on the PC side.
"""

import gc
import os
import sys
import time

from dialtone.log import Log
from dialtone.storage.files import Storage
from micropython import const


# What server and client are made of goes with the last of them: two copies of it would not fit
_SHARED = (
    "dialtone.http.inbound",
    "dialtone.http.chunks",
    "dialtone.http.known",
    "dialtone.http.request",
    "dialtone.http.encode",
    "dialtone.http.credentials",
)
_USERS = ("dialtone.server.connection", "dialtone.client.http_client")
_MESSAGE = ("dialtone.http.message", "dialtone.http.limits")  # which URLs need, too
_PLENTY = const(262144)  # bytes free at the start: with more ...
_LOG_LINES = const(200)  # ... the log keeps so many lines, 20 KB; with less what log.py says
_TIGHT = const(1024)  # bytes between two collections while code is loaded
_MODULES = const(59)  # all that are loaded at once, at the worst moment: 45, and the next size of MicroPython's tables


def make_room():
    """Collect now and often from now on: code is about to be loaded, and garbage must not push it to the heap's far
    end, where it would leave islands between holes. ``net.heap.HeapMeter`` ends it when there is room again.
    """
    gc.collect()
    gc.threshold(_TIGHT)


def hostname(settings):
    """The phone's name unless the configuration gives it one: that of the settings, else model and end of the MAC."""
    return settings.get("hostname") or ("%s-%s" % (settings["model"], settings["mac"][-6:])).lower()


class Clock:
    """``epoch_offset``: seconds to add to the port's ``time.time()`` to get seconds since 1970.

    ``ahead``: seconds that ``time()`` is ahead of the port's own clock, by which the TLS library checks dates.
    """

    def __init__(self, epoch_offset=0):
        self._offset = epoch_offset
        self.ahead = 0
        self._last = time.ticks_ms()
        self._uptime_ms = 0

    def ticks_ms(self):
        """Milliseconds that wrap; compare them with ``time.ticks_diff`` only."""
        return time.ticks_ms()

    def time(self):
        """Seconds since 1970 UTC."""
        return int(time.time()) + self._offset + self.ahead

    def set(self, now_s):
        """Let ``time()`` go on from ``now_s``. The port's own clock stays as it is; a board sets that instead."""
        self.ahead += now_s - self.time()

    def stamp(self):
        """The same as text ``YYYYMMDDHHMMSS``."""
        return "%04d%02d%02d%02d%02d%02d" % time.gmtime(self.time() - self._offset)[:6]

    def uptime_s(self):
        """Seconds since this object was made. Ask at least every six days: a board's ticks wrap in twelve."""
        now = time.ticks_ms()
        self._uptime_ms += time.ticks_diff(now, self._last)
        self._last = now
        return self._uptime_ms // 1000


class Platform:
    """``settings``: dict with state (folder), model, mac, http_port, https_port, bind; optional: address, hostname,
    config_server, trust_anchor, roots, time_server, time_port, limits (of ``net.limits``), board (name of its folder).
    ``sink(line)`` takes the log's lines.

    ``roots``: path of the built-in trust anchors, "" without. ``tls_events``: the last TLS connections of the
    client, see ``net.events.note``. ``learned``: URL of the server that the network has named, ``found``: of each that
    may be kept for good. ``home``: origin of
    the configuration server. ``root``: (origin, place of the built-in anchor that vouches for it). ``stranger``:
    see ``client.securing``.
    """

    simulated = False
    names = ()  # by which browsers reach it besides its address and host name
    cold = False  # the power came: the start before has not ended by itself, see update/record.py
    wireless = False  # it can be told another network, see setup/mode.py
    private = False  # nobody but this computer reaches the phone: the password that every phone comes with may stay
    abi = 6  # of the .mpy files that this MicroPython loads (the first number of "v6.3"); 0: Python sources
    trial = 0  # starts of a firmware that has yet to pass its self-test, see update/trial.py
    top_labels = ()  # of the keys above the others, for phones that have them
    lamps = None  # {"softkey1": "on", "prgkey2": "slowflash:red"}: by the keys' places; without a colour red
    mdns = "224.0.0.251:5353"  # whom to ask for a configuration server, "" nobody: see provisioning/learned.py
    announced = ""  # where neighbours ask for phones, "" nowhere: see net/neighbours.py
    system_heap = None  # gives (free, largest block) of the system's own heap, which has the TLS sessions, where it has
    found = ()
    lines = 0  # of a display that has fewer than the model's own

    def __init__(self, settings, sink, epoch_offset=0):
        self.clock = Clock(epoch_offset)
        self.log = Log(sink, self.clock)
        if not 0 <= self.heap_free() < _PLENTY:
            self.log.keep = _LOG_LINES
        self.storage = Storage(settings["state"])
        self.model = settings["model"]
        self.board = settings.get("board", "")
        self.mac = settings["mac"]
        self.hostname = hostname(settings)
        self.http_port = settings["http_port"]
        self.https_port = settings["https_port"]
        self.bind_host = settings["bind"]
        self.config_server = settings.get("config_server") or ""
        self.dhcp_options = settings.get("dhcp_options") or {}
        self.learned = ""
        self.trust_anchor = settings.get("trust_anchor") or ""
        self.time_server = settings.get("time_server") or ""
        self.time_port = settings.get("time_port") or 123
        self.limits = settings.get("limits") or {}  # keywords of net.limits.Limits
        self.roots = settings.get("roots") or ""
        self.trial = settings.get("trial") or 0
        self.tls_events = []
        self.home = self.root = self.stranger = None

    def set_time(self, now_s):
        """A time server, or the floor below which no clock stands, knows better (seconds since 1970)."""
        self.clock.set(now_s)

    def random(self, count):
        """``count`` bytes from the system's generator."""
        return os.urandom(count)

    def feed(self):
        """Called in the middle of long work: keeps a watchdog quiet where there is one."""

    def heap_free(self):
        """Free bytes of the Python heap, -1 where that has no meaning."""
        return gc.mem_free()

    def unload(self, *names):
        """Forgets modules that are not needed any more, so that their memory can be used again."""
        _forget(names)
        if not [user for user in _USERS if user in sys.modules]:
            _forget(_SHARED)
            if "dialtone.http.url" not in sys.modules:
                _forget(_MESSAGE)
        make_room()

    def scrub(self):
        """After an import that failed: lets go of what it had loaded, see ``fill_modules``."""
        fill_modules()


def fill_modules():
    """Uses each place of MicroPython's table of modules once.

    An import that fails, for want of memory say, takes its name out of the table and leaves the half-loaded module
    behind, with all that it had imported, until something else needs the place. The first call, at a start, gives the
    table its last size: a table that grows later lies in the middle of the heap.
    """
    numbers = range(_MODULES - len(sys.modules))
    try:
        for number in numbers:
            sys.modules[number] = None
    finally:
        for number in numbers:
            sys.modules.pop(number, None)


def _forget(names):
    for name in names:
        if name in sys.modules:
            sys.modules.pop(name, None)  # del fails where MicroPython had memory for the name but not for the module
            package, _, child = name.rpartition(".")
            package = sys.modules.get(package)
            if package and hasattr(package, child):
                delattr(package, child)
