"""Runs ``dialtone fleet run`` as a user would, and an nginx whose configuration can be changed while it serves."""

import collections
import json
import os
import signal
import subprocess
import time

from nginx_peer import Nginx
from simulated import DIALTONE, ROOT


class Rehearsal:
    """``figures`` is the report's JSON twin, ``status`` the exit status, ``out`` and ``err`` what it said."""

    def __init__(self, server, ca, folder, *options, **more):
        command = [DIALTONE, "fleet", "run", "--server", server, "--report", str(folder), *map(str, options)]
        command += ["--ca", ca] if ca else []
        self.folder = folder
        environment = dict(os.environ, **more.get("environment", {}))
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )

    def wait_until_it_runs(self, seconds=60):
        """Reads the progress until the first phones have been counted, and gives what was said."""
        end = time.monotonic() + seconds
        lines = []
        while time.monotonic() < end:
            line = self._process.stderr.readline()
            lines.append(line)
            if "phones provisioned" in line:
                return "".join(lines)
            if not line:
                break
        raise AssertionError("it never ran: %s" % lines)

    def end(self, seconds):
        try:
            self.out, self.err = self._process.communicate(timeout=seconds)
        finally:
            if self._process.poll() is None:
                self._process.kill()
        self.status = self._process.returncode
        path = os.path.join(self.folder, "report.json")
        self.figures = json.load(open(path, encoding="utf-8")) if os.path.exists(path) else None
        return self

    def statuses(self):
        """Counter of (file, status) as the phones have seen them."""
        rows = self.figures["files"]
        return collections.Counter({(row["file"], s): n for row in rows for s, n in row["status"].items()})


class FaultyNginx(Nginx):
    """``fault(text)`` puts directives into the server and restarts it on its port; "" heals it."""

    def __init__(self, work, root, leaf):
        super().__init__(work, root, leaf, more="#fault\n")
        self._conf = os.path.join(self.work, "nginx.conf")
        with open(self._conf, encoding="ascii") as file:
            self._plain = file.read()
        self._leaf = str(leaf)

    def fault(self, text="", leaf=None, gap_s=0.0, read_ms=0):
        """``leaf``: another certificate. ``read_ms``: as from a slow disk, each read of a file takes long, and nginx,
        which has one process here, does nothing else meanwhile. strace holds it up in the system call."""
        self.stop()
        time.sleep(gap_s)
        conf = self._plain.replace("#fault", text).replace(self._leaf, str(leaf or self._leaf))
        with open(self._conf, "w", encoding="ascii") as out:
            out.write(conf)
        slow = [os.path.join(ROOT, "build", "bin", "strace"), "-Dfq", "--seccomp-bpf", "-o", "/dev/null"]
        slow += ["-e", "trace=pread64", "-e", "inject=pread64:delay_enter=%d" % (read_ms * 1000)]
        self.again(slow if read_ms else [])

    def again(self, before=()):
        command = [os.path.join(ROOT, "build", "bin", "nginx"), "-e", "stderr", "-p", self.work, "-c", self._conf]
        self._process = subprocess.Popen([*before, *command])
        self._wait()

    def freeze(self, seconds):
        """As on a disk that hangs: nothing moves for a while."""
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    def statuses(self, macs):
        """Counter of (file, status) as the log has them; MAC.cfg for each phone's own file."""
        seen = collections.Counter()
        for request, status, *_ in self.access():
            name = request.split(" ")[1].rsplit("/", 1)[-1] if request.count(" ") > 1 else request
            seen["MAC.cfg" if name[:12] in macs else name, status] += 1
        return seen
