"""What the abuse cases need: a phone under watch, attackers as processes of their own, and well-behaved clients.

Nothing here leaves loopback: the attackers come from 127.0.0.1, the well-behaved clients from there and from 127.0.0.2.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer

from abuse_attack import HOST, unverified
from bench_load import BIN, ROOT, running

OWN, OTHER = "127.0.0.1", "127.0.0.2"  # where the well-behaved clients come from; the first is the attacker's too
_CONFIG = b"https redirect http get: 0\n"  # pages on both listeners, so that both can be asked for the same one
_ASK = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic YWRtaW46MjIyMjI=\r\nConnection: close\r\n\r\n"
_PATIENCE = 10.0  # seconds until a well-behaved client gives up: three times what it may have to wait
_PAUSE = 0.05  # seconds between two requests of one well-behaved client
_READY = 60.0
_QUIET = 24.0  # seconds without a request after which the phone has dropped the code of its pages


class _Config(BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/aastra.cfg"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(_CONFIG) if found else 0))
        self.end_headers()
        if found:
            self.wfile.write(_CONFIG)

    def log_message(self, *words):
        pass


def ask(address, port, secure, path=b"/api/status"):
    """One request over a connection of its own: ("served" | "busy" | "closed" | "late" | what was wrong, ms, body)."""
    begin = time.monotonic()
    answer = b""
    said = None
    try:
        with socket.create_connection((HOST, port), _PATIENCE, (address, 0)) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as browsers do
            link = unverified().wrap_socket(sock) if secure else sock
            with link:
                with contextlib.suppress(ConnectionError):  # refused already: the reason can still be read
                    link.sendall(_ASK % path)
                while piece := link.recv(65536):
                    answer += piece
    except TimeoutError:
        said = "late"
    except OSError:
        pass  # a close without close_notify, or a reset: what was read counts
    spent = (time.monotonic() - begin) * 1000
    head, _, body = answer.partition(b"\r\n\r\n")
    if said is None:
        whole = head[9:12] == b"200" and body.rstrip().endswith((b"}", b"0"))
        said = "served" if whole else "busy" if head[9:12] == b"503" else "closed" if not answer else repr(answer[:80])
    return said, spent, body


class Good:
    """A well-behaved client in a thread: asks again and again until stopped, and keeps count."""

    def __init__(self, address, port, secure):
        self.served = self.refused = self.told = 0  # told: refused with a 503
        self.worst = 0.0  # ms, of any outcome
        self.wrong = []
        self._where = (address, port, secure)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._over.set()
        self._thread.join(_PATIENCE * 2)
        return self

    def _run(self):
        while not self._over.wait(_PAUSE):
            said, spent, _ = ask(*self._where)
            self.worst = max(self.worst, spent)
            if said == "served":
                self.served += 1
            elif said in ("busy", "closed"):
                self.refused += 1
                self.told += said == "busy"
            else:
                self.wrong.append("%s after %.0f ms" % (said, spent))


class Rig:
    """One phone on ``runtime``: ``ports`` by scheme, ``sample()``, ``attack()``, ``log()``; a context manager.

    ``limits``: keywords of dialtone.net.limits; empty for those the phone is shipped with. ``rest``: the last sample;
    ``unharmed``: the one before the first attack.
    """

    def __init__(self, runtime, limits=None, heap=None):
        self.runtime = runtime
        self.small = runtime == "micropython32"  # stands in for a stock board: its limits, and little memory
        if self.small:
            with open(os.path.join(ROOT, "boards/ESP32_GENERIC/board.toml"), "rb") as file:
                limits = {**tomllib.load(file)["phone"]["limits"], **(limits or {})}
        self._stack = contextlib.ExitStack()
        self._folder = tempfile.mkdtemp(prefix="dialtone-abuse-")
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        try:
            self._start(limits or {}, heap)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Ends the phone and all that belongs to it."""
        self._stack.close()

    def _start(self, limits, heap):
        config = HTTPServer((HOST, 0), _Config)
        threading.Thread(target=config.serve_forever, daemon=True).start()
        self._stack.callback(config.server_close)
        self._stack.callback(config.shutdown)
        self._log = os.path.join(self._folder, "log")
        command = [sys.executable, "-m", "host.cli", "sim", "--headless", "--bind", HOST]
        command += ["--runtime", self.runtime, "--state", os.path.join(self._folder, "state")]
        command += ["--http-port", "0", "--https-port", "0", "--limits", json.dumps(limits)]
        command += ["--config-server", "http://%s:%d/" % (HOST, config.server_port)]
        command += ["--heap", heap] if heap else []
        log = self._stack.enter_context(open(self._log, "wb"))
        self._launcher = self._stack.enter_context(running(command, stdout=subprocess.PIPE, stderr=log))
        timer = threading.Timer(_READY, self._launcher.kill)
        timer.start()
        line = self._launcher.stdout.readline()
        timer.cancel()
        if not line:
            raise RuntimeError("the phone did not start:\n" + self.log())
        ready = json.loads(line)
        self.ports = {scheme: int(ready[scheme].rstrip("/").rpartition(":")[2]) for scheme in ("http", "https")}
        self.pid = self._child()
        self.at_rest = self.sockets()  # the listeners, and on CPython those of its event loop
        for scheme in self.ports:  # tables, the log's ring and the C library's pools get the size that they keep
            self.attack("idle", scheme, 1, count=40).finish()
            self.attack("mixed", scheme, 10, count=600).finish()
        self.unharmed = self.sample()

    def _child(self):
        """Process id of the phone itself, which the launcher owns."""
        with open("/proc/%d/task/%d/children" % (self._launcher.pid, self._launcher.pid), encoding="ascii") as file:
            (pid,) = file.read().split()
        return int(pid)

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def alive(self):
        """Whether the phone is still the same process."""
        return os.path.exists("/proc/%d/fd" % self.pid)

    def sockets(self):
        """Open sockets of the phone's process, as the system counts them; its two listeners are among them."""
        count = 0
        folder = "/proc/%d/fd" % self.pid
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):  # closed meanwhile
                count += os.readlink(os.path.join(folder, name)).startswith("socket:")
        return count

    def resident(self):
        """Kilobytes of memory of the phone's process: MicroPython's TLS sessions are there, and all of CPython."""
        with open("/proc/%d/status" % self.pid, encoding="ascii") as file:
            (line,) = [line for line in file if line.startswith("VmRSS:")]
        return int(line.split()[1])

    def sample(self, quiet=False):
        """Figures at rest: heap bytes (-1 on CPython), resident kB, sockets. ``quiet``: after pages are dropped."""
        if quiet:
            time.sleep(_QUIET)
        heap = []
        if not self.small:  # it forgets them when it likes
            for scheme in ("https", "http"):  # what each listener did last is the same then, and which pages are loaded
                ask(OTHER, self.ports[scheme], scheme == "https", b"/provis.html")
        for _ in range(3):
            said, _, body = ask(OTHER, self.ports["http"], False)
            if said == "served":
                heap.append(json.loads(body)["heap_used"])
            time.sleep(1.1)  # the phone looks at its heap once a second
        heap[:1] = []  # from before the pages were loaded
        self.wait_sockets(self.at_rest)
        self.rest = {"heap": min(heap, default=-2), "resident": self.resident(), "sockets": self.sockets()}
        return self.rest

    def wait_sockets(self, count, seconds=40.0):
        """Waits until no more than ``count`` sockets are open; returns the seconds that took."""
        begin = time.monotonic()
        while self.sockets() > count and time.monotonic() - begin < seconds:
            time.sleep(0.1)
        return time.monotonic() - begin

    def attack(self, kind, scheme, seconds, **options):
        """Starts an attacker of abuse_attack.py; see ``Attack``."""
        command = [sys.executable, os.path.join(ROOT, "tools", "abuse_attack.py"), kind]
        command += ["--port", str(self.ports[scheme]), "--seconds", str(seconds)]
        command += ["--secure"] if scheme == "https" else []
        for name, value in options.items():
            command += ["--" + name, str(value)]
        return Attack(command, seconds)

    def slowhttptest(self, scheme, seconds, *options):
        """Starts slowhttptest; it ends by itself when the phone has closed all its connections."""
        url = "%s://%s:%d/provis.html" % (scheme, HOST, self.ports[scheme])
        accept = "*/*\r\nAuthorization: Basic YWRtaW46MjIyMjI="  # slowhttptest has no option for a log-in
        report = os.path.join(self._folder, "slow")
        command = [os.path.join(BIN, "slowhttptest"), *options, "-m", accept, "-g", "-o", report]
        command += ["-l", str(int(seconds)), "-u", url]
        return Attack(command, seconds, again=True, figures=lambda text: _slow_figures(report + ".csv"))


def _slow_figures(path):
    """The figures of slowhttptest's table (second, closed, pending, connected, ...), shaped as abuse_attack.py's."""
    with open(path, encoding="ascii") as file:
        rows = [[int(cell) for cell in line.split(",")] for line in file.read().split()[2:]]
    if not rows:
        raise ValueError("no figures")
    opened = max(sum(row[1:4]) for row in rows)
    return {"opened": opened, "closed": rows[-1][1], "most": max(row[3] for row in rows), "said": {}}


class Attack:
    """A running attacker. ``again``: start it anew while time is left; ``figures(text)`` reads what it printed.

    ``finish()`` waits and gives the figures of its runs, and texts for what went wrong with it.
    """

    def __init__(self, command, seconds, again=False, figures=json.loads):
        self._command = command
        self._end = time.monotonic() + seconds
        self._again = again
        self._figures = figures
        self._found = []
        self._wrong = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            left = self._end - time.monotonic()
            with running(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                try:
                    said, error = process.communicate(timeout=left + 20)
                except subprocess.TimeoutExpired:
                    said, error = b"", b"did not end in time"
            try:
                self._found.append(self._figures(said.decode("utf-8", "replace")))
            except (OSError, ValueError):
                self._wrong.append("the attacker failed (%s): %r %r" % (process.returncode, said[-200:], error[-400:]))
                return
            if not self._again or self._end - time.monotonic() < 1:
                return

    def finish(self):
        """Figures, problems."""
        self._thread.join(max(0, self._end - time.monotonic()) + 60)
        return self._found, self._wrong
