"""A rehearsal on three computers, each with a network stack and a working copy of its own, joined by cables (veth).

    fleet_machines.py FOLDER CA LEAF cables|flat [long]     prints what happened as JSON

Started by test_fleet_machines.py below `unshare --net`; there it is the master's computer, on which the server is, too.
``flat`` is for where nobody may make network stacks: the same on loopback, and a killed worker instead of a cut cable.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from fleet_peer import Rehearsal
from nginx_peer import Nginx
from simulated import ROOT

_PHONES = 60
_MASTER = "10.77.1.1"  # addresses of computers that are not there for anybody else
_PORT = 15557
_FIRST = 0x00085D000001


class Machine:
    """A computer at the other end of a cable, or this one. Ends with its ``close``."""

    def __init__(self, number, cables):
        self.prefix, self._holder, self._cable = [], None, "cable%d" % number
        if not cables:
            return
        self._holder = subprocess.Popen(["unshare", "--net", "sleep", "600"])
        pid = str(self._holder.pid)
        own = os.readlink("/proc/self/ns/net")
        while os.readlink("/proc/%s/ns/net" % pid) == own:
            time.sleep(0.02)
        self.prefix = ["nsenter", "--target", pid, "--net"]
        near, far = "10.77.%d.1/24" % number, "10.77.%d.2/24" % number
        _ip("link add %s type veth peer name wire netns %s" % (self._cable, pid))
        _ip("address add %s dev %s" % (near, self._cable))
        _ip("link set %s up" % self._cable)
        for words in ("link set lo up", "address add %s dev wire" % far, "link set wire up"):
            _ip(words, self.prefix)
        _ip("route add default via %s" % near.partition("/")[0], self.prefix)

    def worker(self, copy, master, log):
        """`dialtone fleet worker` of a working copy, started here."""
        command = [*self.prefix, sys.executable, "-m", "host.cli", "fleet", "worker", "%s:%d" % (master, _PORT)]
        environment = dict(os.environ, PYTHONPATH=str(copy))
        with open(log, "w", encoding="utf-8") as err:
            return subprocess.Popen(command, cwd=copy, env=environment, stderr=err)

    def cut(self, worker):
        """Nothing comes through any more."""
        if self._holder:
            _ip("link set %s down" % self._cable)
        else:
            worker.send_signal(signal.SIGKILL)

    def close(self):
        if self._holder:
            self._holder.kill()
            self._holder.wait()


def _ip(words, prefix=()):
    subprocess.run([*prefix, "ip", *words.split()], check=True)


def _copy(folder, change=None):
    """A working copy: what a worker needs of one. ``change``: text behind the version module of the firmware."""
    for name in ("firmware", "host"):
        shutil.copytree(os.path.join(ROOT, name), folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    if change:
        with open(folder / "firmware" / "dialtone" / "version.py", "a", encoding="utf-8") as out:
            out.write(change)
    return folder


def _read(path, text, process, seconds=60):
    """Waits until ``text`` stands in a worker's log."""
    end = time.monotonic() + seconds
    while text not in path.read_text(encoding="utf-8"):
        assert time.monotonic() < end and process.poll() is None, path.read_text(encoding="utf-8")
        time.sleep(0.05)


def main(folder, ca, leaf, kind, more):
    cables = kind == "cables"
    if cables:
        _ip("link set lo up")
    place = _MASTER if cables else "127.0.0.1"
    one, two = Machine(1, cables), Machine(2, cables)
    root = folder / "www"
    root.mkdir()
    (root / "aastra.cfg").write_text("softkey1 type: xml\n")
    for number in range(_PHONES):
        (root / ("%012X.cfg" % (_FIRST + number))).write_text("hostname: phone%d\n" % number)
    server = Nginx(folder / "nginx", root, leaf, host=place)
    same, other = _copy(folder / "same"), _copy(folder / "other", "# changed\n")
    logs = {name: folder / (name + ".log") for name in ("early", "stranger", "late", "too-late")}
    workers = {"early": one.worker(same, place, logs["early"])}  # before there is a master
    options = ["--workers", "join:2", "--bind", place, "--master-port", _PORT, "--phones", _PHONES, "--duration", "6s"]
    options += ["--patience", "20s", "--i-own-this-server", place] if cables else ["--patience", "20s"]
    run = Rehearsal(server.url, ca, folder / "report", *options, "--limit", "failures=0")
    try:
        _read(logs["early"], "waiting for the word", workers["early"])
        stranger = workers["stranger"] = two.worker(other, place, logs["stranger"])
        stranger.wait(60)
        workers["late"] = two.worker(same, place, logs["late"])
        said = run.wait_until_it_runs()
        workers["too-late"] = one.worker(same, place, logs["too-late"])
        time.sleep(1.5)
        two.cut(workers["late"])
        run.end(120)
        workers["early"].wait(20)
        workers["too-late"].wait(20)
        if "long" in more:
            workers["late"].wait(40)
    finally:
        for worker in workers.values():
            if worker.poll() is None:
                worker.kill()
        server.stop()
        one.close()
        two.close()
    print(json.dumps({
        "status": run.status, "figures": run.figures, "out": run.out, "err": said + run.err,
        "workers": {name: worker.wait() for name, worker in workers.items()},
        "logs": {name: path.read_text(encoding="utf-8") for name, path in logs.items()},
        "visitors": sorted({line[-1] for line in server.access() if "HTTP" in line[0]}),
    }))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
