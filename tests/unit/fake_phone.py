"""Stand-ins for the phone around server and pages: a stream that is a script, an entry, a phone with little in it."""

import gc
import json
import sys

from dialtone.http.credentials import basic_value

LOGIN = "Authorization: " + basic_value("admin", "22222") + "\r\n"


class FakeStore:
    """Values without a parameter table."""

    model = "57i"
    keys = (("softkey", 20), ("topsoftkey", 10))
    layers = ()

    def __init__(self, **values):
        self.values = {
            "admin password": "22222",
            "user password": "",
            "hostname": "",
            "hostname aliases": "",
            "https redirect http get": "0",
            "https block http post xml": "0",
            "web interface enabled": "1",
            "secure web service": "0",
            "xml application post list": "",
        }
        for name in values:
            self.values[name.replace("_", " ")] = values[name]
        self.watchers = []

    def get(self, name):
        return self.values[name]

    def flag(self, name):
        return self.values[name] == "1"

    def watch(self, callback):
        self.watchers.append(callback)

    def forget(self):
        pass


class FakeLog:
    keep = 16

    def __init__(self):
        self.lines = []

    def info(self, area, text):
        self.lines.append("%s: %s" % (area, text))

    warning = error = info


class SetClock:
    """``now``: seconds since 1970 at the start; ``up`` since then, which a test moves."""

    def __init__(self, now=1_700_000_000):
        self.now = now
        self.up = 0

    def time(self):
        return self.now + self.up

    def uptime_s(self):
        return self.up


class QuietPanel:
    """The idle screen, and nobody who draws it."""

    def __init__(self):
        from dialtone.lcd.panel import Idle

        self.idle = Idle()

    def changed(self):
        pass

    rest = changed


class FakeClock:
    now = 100

    def time(self):
        return 1_700_000_000 + self.now

    def uptime_s(self):
        return self.now


class FakePlatform:
    model = "57i"
    mac = "00085D123456"
    hostname = "57i-123456"
    log = None
    tls_events = ()
    trust_anchor = roots = learned = ""
    found = ()
    private = True
    names = ("phone", "a", "[2001:db8::1]", "[::1]")

    def __init__(self):
        self.clock = FakeClock()

    def address(self):
        return "192.0.2.7"

    def random(self, count):
        return b"r" * count

    def heap_free(self):
        return gc.mem_free() if hasattr(gc, "mem_alloc") else -1

    def scrub(self):
        pass

    def unload(self, *names):
        """For real where the heap is measured; CPython's tests share their modules."""
        if hasattr(gc, "mem_alloc"):
            for name in names:
                if name in sys.modules:
                    del sys.modules[name]
                    package, _, child = name.rpartition(".")
                    if hasattr(sys.modules.get(package), child):
                        delattr(sys.modules[package], child)
            gc.collect()


class FakeTable:
    """``asked``: the peers for whose sake a connection was to end; ``most`` have one that can."""

    def __init__(self):
        self.asked = []
        self.most = 0

    def make_room(self, peer):
        self.asked.append(peer)
        return len(self.asked) <= self.most


class FakeFiles:
    """The few files that pages show, and ``files``: those that were written."""

    def __init__(self):
        self.files = {}

    def size(self, name):
        return -1

    def exists(self, name):
        return name in self.files

    def read(self, name, limit):
        return b"".join(self.files[name]) if name in self.files else None

    def write_atomic(self, name, pieces, old=None):
        pieces = [piece.encode() if isinstance(piece, str) else piece for piece in pieces]
        if old:
            self.files[old] = self.files[name]
        self.files[name] = pieces

    def remove(self, name):
        return self.files.pop(name, None) is not None

    def lines(self, name):
        if name in self.files:
            return self.files[name]
        if name == "request.csr":
            return [b"-----BEGIN CERTIFICATE REQUEST-----\n", b"AAAA\n", b"-----END CERTIFICATE REQUEST-----\n"]
        return [b"CA-signed\n", b"Subject: CN=<desk>\n", b"Issued by: itself\n", b"\n", b"Secret: 1\n"]


class FakeTasks:
    """``names`` of what was spawned; nothing of it runs."""

    def __init__(self):
        self.names = []

    def spawn(self, name, coroutine):
        self.names.append(name)
        coroutine.close()


class FakePanel:
    """``idle`` has what a display would show."""

    def __init__(self):
        self.idle = self
        self.warning = self.advice = ""
        self.shown = []

    def changed(self):
        pass

    def progress(self, title, text=""):
        self.shown.append(text if title else None)

    def rows(self):
        return ["Firmware", "Loading <57i.st>", ""]


class FakeMeter:
    reserved = False
    worn = 0

    def wear(self):
        self.worn = 1

    def shut(self):
        return self.reserved


class FakePhone:
    """``saves`` and ``restarts`` count; ``uploads``: what came to ``identity``; ``rounds``: modes asked for."""

    xml_log = unconfirmed = round = None
    why = ""
    safe = False
    trouble = 0
    outcome = ("applied", "https://config.example/phones/", (), None, "", None)

    def __init__(self, store=None):
        self.store = store or FakeStore()
        self.platform = FakePlatform()
        self.log = FakeLog()
        self.table = FakeTable()
        self.heap = FakeMeter()
        self.https_port = 443
        self.storage = FakeFiles()
        self.clock = self.platform.clock
        self.supervisor = FakeTasks()
        self.panel = FakePanel()
        self.fingerprint = "ab" * 32
        self.signed = self.judgement = None
        self.uploads = []
        self.saves = 0
        self.restarts = 0
        self.rounds = []

    def refresh(self, mode=3):
        self.rounds.append(mode)
        return not self.round

    def status_json(self, faces):
        return b"{", json.dumps(self.status()).encode()[1:]

    def status(self):
        return {
            "version": "1.0.0.1-SIP",
            "model": "57i",
            "mac": "00085D123456",
            "uptime_s": 93784,
            "heap_free": 40960,
            "sockets": 2,
            "configuration": {
                "source": "https://config.example/phones/",
                "result": "applied",
                "files": [
                    {"name": "aastra.cfg", "status": 200, "lines": 12},
                    {"name": "57i.cfg", "status": 404, "lines": 0},
                ],
                "error": "",
            },
            "firmware": {"running": "1.0.0.1-SIP", "pending": "", "error": ""},
            "https": {"method": "TLS", "redirect": True, "block": False},
            "tls_lacks": "TLS 1.3",
            "certificate_sha256": "ab" * 32,
        }

    def save_local(self):
        self.saves += 1

    def restart(self):
        self.restarts += 1

    def identity(self, data=None):
        self.uploads.append(data)


class FakeLimits:
    write_ms = 30000
    request_ms = 15000


class FakeEntry:
    """Remembers in ``calls`` what it was told."""

    parked = False

    def __init__(self):
        self.calls = []
        self.limits = FakeLimits()
        self.expired = False
        self.closing = False

    def deadline(self, ms):
        self.calls.append(ms)

    def idle(self):
        self.calls.append("idle")

    def busy(self):
        self.calls.append("busy")


class FakeStream:
    """Gives the pieces of ``script`` one read each, then the end of the stream; None stands for a wait.

    ``sent``: all that was written.
    """

    drained = False

    def __init__(self, script=(), secure=True, peer="192.0.2.9"):
        self.script = list(script)
        self.secure = secure
        self.peer = peer
        self.writes = []

    async def readinto(self, view):
        count = self.read_now(view)
        while count is None:
            count = self.read_now(view)
        return count

    async def wait(self):
        pass

    def read_now(self, view):
        if not self.script:
            return 0
        piece = self.script.pop(0)
        if piece is None:
            return None
        if isinstance(piece, BaseException):
            raise piece
        count = min(len(view), len(piece))
        view[:count] = piece[:count]
        if count < len(piece):
            self.script.insert(0, piece[count:])
        return count

    async def write(self, data):
        if not self.write_now(data):
            await self.finish(data)

    def write_now(self, data):
        return False

    async def finish(self, data):
        self.writes.append(bytes(data))

    def send_now(self, data):
        self.writes.append(bytes(data))

    @property
    def sent(self):
        return b"".join(self.writes)


def request(method="GET", path="/", fields="", body=b"", login=True, host="phone"):
    """The bytes of one HTTP/1.1 request."""
    head = "%s %s HTTP/1.1\r\nHost: %s\r\n%s%s" % (method, path, host, LOGIN if login else "", fields)
    if body or method == "POST":
        head += "Content-Length: %d\r\n" % len(body)
    return head.encode() + b"\r\n" + body


def answers(data):
    """(status, lower-case head, body) of each response in ``data``; bodies by length or chunks."""
    found = []
    while data:
        head, data = data.split(b"\r\n\r\n", 1)
        low = head.lower()
        status = int(head[9:12])
        body = b""
        at = low.find(b"content-length:")
        if b"transfer-encoding: chunked" in low:
            while True:
                line, data = data.split(b"\r\n", 1)
                size = int(line, 16)
                body += data[:size]
                data = data[size + 2 :]
                if not size:
                    break
        elif at >= 0:
            size = int(low[at + 15 :].split(b"\r\n")[0])
            body, data = data[:size], data[size:]
        found.append((status, low, body))
    return found
