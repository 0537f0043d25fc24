"""Rehearsals of many phones: how fast a worker is, what a phone costs it, and whether two are twice as fast."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_load import PEERS, ROOT, BenchError, free_port, tool

sys.path.insert(0, os.path.join(ROOT, "tests", "system"))
from nginx_peer import Nginx  # noqa: E402
from pki import Authority  # noqa: E402

_AT_ONCE = 50
_BOOTS = 400
_HEAP_PHONES = 300
_FLEET = 1000  # phones of the row with unchanged files; with --long ...
_LONG_FLEET = 10000
_TWO = 4000  # phones of the comparison of two workers with one
_STUB = """
daemon off; master_process off; pid {work}/nginx.pid; error_log /dev/null;
events {{ }}
http {{
  access_log off; default_type text/plain;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
  uwsgi_temp_path {work}; scgi_temp_path {work};
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 "{own}"; }}
    location = /security.tuz {{ return 404; }}
    location = /aastra.cfg {{ return 200 "{aastra}"; }}
    location = /57i.cfg {{ return 200 "xml application post list: 192.0.2.7\n"; }}
  }}
}}
"""
_SHARE = 0.5  # of the bare client's rate (issue 8)
_HEAP_BYTES = 65536
_TWICE = 1.7
_SECONDS = 900


class Stub(Nginx):
    """nginx that answers fixed bytes out of its configuration, in the clear: no files, no log, no TLS."""

    def __init__(self, work, aastra):
        self.work = str(work)
        os.makedirs(self.work)
        self.port = free_port()
        self.host = "127.0.0.1"
        self.url = "http://127.0.0.1:%d/" % self.port
        conf = os.path.join(self.work, "nginx.conf")
        # The own file of a receptionist's phone: each of its keys, and some of a module, is a colleague's. Each phone
        # parses it, so the stub's part of a start is small. nginx takes texts of 4 KB.
        key = "%s type: speeddial\n%s label: Bob %02d\n%s value: 40%02d\n"
        names = ["softkey%d" % n for n in range(5, 21)] + ["topsoftkey%d" % n for n in range(1, 11)]
        names += ["expmod1 key%d" % n for n in range(1, 21)]
        own = "hostname: phone\n" + "".join(key % (name, name, n, name, n) for n, name in enumerate(names))
        Path(conf).write_text(_STUB.format(work=self.work, port=self.port, aastra=aastra, own=own))
        self._process = subprocess.Popen([tool("nginx"), "-e", "stderr", "-p", self.work, "-c", conf])
        self._wait()

    def cpu_s(self):
        """Seconds of processor time that it has used."""
        fields = Path("/proc/%d/stat" % self._process.pid).read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fleet(options):
    """The rows of issue 8."""
    with tempfile.TemporaryDirectory(dir=os.path.join(ROOT, "build", "bench")) as folder:
        os.chmod(folder, 0o755)
        if not os.getuid():
            os.chmod(os.path.dirname(folder), 0o755)  # nginx's own user reads the files
        site = _Site(Path(folder), _LONG_FLEET)
        try:
            return [_boots(options, site), _heap(site), _unchanged(options, site), _two(options, site)]
        finally:
            site.stop()


class _Site:
    """nginx with files for all phones, over HTTPS (``url``) and plain (``plain``)."""

    def __init__(self, folder, phones):
        self.folder = folder
        self._root = Path(tempfile.mkdtemp(prefix="dialtone-bench-"))  # where nginx's user may look
        os.chmod(self._root, 0o755)
        keys = [("softkey%d type: xml\nsoftkey%d label: Key %d\n" % (n, n, n)) for n in range(1, 5)]
        (self._root / "aastra.cfg").write_text("".join(keys) + "https redirect http get: 1\n")
        (self._root / "57i.cfg").write_text("xml application post list: 192.0.2.7\n")
        for number in range(1, phones + 1):
            (self._root / ("%012X.cfg" % (0x00085D000000 + number))).write_text("hostname: phone%d\n" % number)
        authority = Authority(str(folder))
        self.ca = authority.pem
        self._servers = [Nginx(folder / "tls", self._root, authority.leaf()), Stub(folder / "stub", "".join(keys))]
        self.url, self.stub = self._servers[0].url, self._servers[1]

    def stop(self):
        for server in self._servers:
            server.stop()
        shutil.rmtree(self._root)


def _boots(options, site):
    found = {"ours": [], "bare": []}
    for _ in range(max(3, options.rounds)):
        for name, more in (("ours", ["rate"]), ("bare", [])):
            found[name].append(_peer("fleet_%s.py" % name, site.url, site.ca, _BOOTS, _AT_ONCE, *more))
    ours, bare = (statistics.median(each["rate"] for each in found[name]) for name in found)
    cpu = {name: statistics.median(each["cpu_ms"] for each in found[name]) for name in found}
    print("  starts per second: ours %.0f, bare %.0f; processor ms: %s" % (ours, bare, cpu), flush=True)
    return {
        "name": "Fleet: simulated starts over HTTPS against nginx, one worker (a new TLS connection, 4 files)",
        "unit": "/s",
        "values": {
            "ours": round(ours),
            "bare asyncio and ssl": round(bare),
            "ours, us of processor time": round(1000 * cpu["ours"]),
            "bare, us": round(1000 * cpu["bare"]),
        },
        "targets": [{"text": "50 % of the bare client", "reached": ours >= _SHARE * bare, "value": ours / bare}],
        "note": "Verified, parsed, committed and saved by the firmware's own code; the bare client reads and drops. "
        "All of it on the same cores as nginx.",
        "rounds": found,
    }


def _heap(site):
    found = _peer("fleet_ours.py", site.url, site.ca, _HEAP_PHONES, _AT_ONCE, "heap")
    print("  bytes of a phone: %s" % {name: round(value) for name, value in found.items()}, flush=True)
    row = {"name": "Fleet: Python heap of a simulated phone in a worker, at work (tracemalloc)", "unit": " B"}
    row["values"] = {"ours": round(found["at work"]), "waiting with its cache": round(found["waiting"])}
    row["values"] |= {"RSS waiting": round(found["rss"]), "RSS at most": round(found["rss at work"])}
    row["targets"] = [{"text": "64 KB or less", "reached": found["at work"] <= _HEAP_BYTES, "value": None}]
    row["note"] = "%d phones, %d of them at work at once; what a worker loads once is not theirs. " % (
        _HEAP_PHONES, _AT_ONCE,
    )  # fmt: skip
    row["note"] += "RSS has OpenSSL's memory too, and tracemalloc's own."
    return row


def _unchanged(options, site):
    phones = _LONG_FLEET if options.long else _FLEET
    more = ["--scenario", "resync", "--duration", "%ds" % (phones / 80), "--limit", "failures=0"]
    more += ["--limit", "unprovisioned=0", "--limit", "not-modified=100%", "--patience", "300s"]
    figures = _run(site, site.url, phones, 2, *more)
    files = [row for row in figures["files"] if row["file"] in ("aastra.cfg", "57i.cfg", "MAC.cfg")]
    others = sum(n for row in files for status, n in row["status"].items() if status != "304")
    good = figures["passed"] and not others and figures["not_modified"] == 3 * phones
    print("  %s" % figures["verdict"], flush=True)
    row = {"name": "Fleet: %s phones, one resync each with nothing changed: failures" % format(phones, ","), "unit": ""}
    times = figures["provisioned_ms"]
    row["values"] = {"ours": figures["failures"], "304": figures["not_modified"], "other answers": others}
    row["values"] |= {"p50 ms": times["p50"], "p99 ms": times["p99"], "handshakes": figures["handshakes"]}
    row["targets"] = [{"text": "all three files of each phone 304, no failure", "reached": good, "value": None}]
    row["note"] = "Two workers beside nginx on the same cores; two new TLS connections for each phone: files, firmware."
    return row


def _two(options, site):
    """Two workers need two cores to be twice as fast; stub and master take what they take of them, which is told."""
    rates, shares = {1: [], 2: []}, []
    for _ in range(max(3, options.rounds)):
        for workers in rates:
            more = ("--scenario", "configuration", "--arrival", "burst", "--rate", 1000000, "--duration", "1s")
            before = site.stub.cpu_s()
            figures = _run(site, site.stub.url, _TWO, workers, *more)
            if figures["provisioned"] != _TWO or figures["failures"]:
                raise BenchError("not all were provisioned: %s" % figures["verdict"])
            rates[workers].append(figures["provisioned"] / figures["busy_s"])
            stub, ms = site.stub.cpu_s() - before, 1000 / _TWO
            shares.append((workers, figures["worker_cpu_s"] * ms, stub * ms, figures["master_cpu_s"] * ms))
    machine = [_twice() for _ in range(max(3, options.rounds))]
    one, two, own = (statistics.median(each) for each in (*rates.values(), machine))
    print("  one worker %.0f/s, two %.0f/s; two processes that count: x %.2f" % (one, two, own), flush=True)
    row = {"name": "Fleet: two local workers against a stub server (nginx that answers fixed bytes, plain HTTP)"}
    row |= {"unit": "/s", "values": {"ours": round(two), "one worker": round(one)}}
    for at, name in ((1, "a worker"), (2, "the stub"), (3, "the master")):
        us = 1000 * statistics.median(each[at] for each in shares if each[0] == 2)
        row["values"]["us of %s for a start" % name] = round(us)
    cores = os.cpu_count()
    most = min(2, cores * shares[-1][1] / sum(shares[-1][1:]))  # of the processor time that all of it takes together
    row["values"]["possible on these cores"] = round(most, 2)
    row["values"]["two processes that count, against one"] = round(own, 2)
    row["targets"] = [{"text": "1.7 x one worker", "reached": two >= _TWICE * one, "value": two / one}]
    row["note"] = "Master and stub share the two cores with the workers: what they take, a second worker cannot have."
    return row | {"rounds": rates, "processor": shares}


_COUNTING = "import time; b = time.perf_counter(); sum(i * i for i in range(6000000)); print(time.perf_counter() - b)"


def _twice():
    """How much more two processes that only compute get done than one: what the machine gives at most."""
    seconds = []
    for count in (1, 2):
        running = [subprocess.Popen([sys.executable, "-c", _COUNTING], stdout=subprocess.PIPE) for _ in range(count)]
        seconds.append(max(float(each.communicate()[0]) for each in running))
    return 2 * seconds[0] / seconds[1]


def _peer(script, *arguments):
    command = [sys.executable, os.path.join(PEERS, script), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=_SECONDS, env=dict(os.environ, PYTHONPATH=ROOT)
    )
    if done.returncode:
        raise BenchError("%s: %s" % (script, done.stderr.strip()[-500:]))
    return json.loads(done.stdout)


def _run(site, url, phones, workers, *more):
    report = site.folder / "report"
    command = [os.path.join(os.path.dirname(sys.executable), "dialtone"), "fleet", "run", "--server", url]
    command += ["--phones", phones, "--workers", "local:%d" % workers, "--report", report, *more]
    command += ["--ca", site.ca] if url.startswith("https") else []
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=_SECONDS, cwd=ROOT)
    if done.returncode not in (0, 1):
        raise BenchError("dialtone fleet run: %s" % done.stderr.strip()[-500:])
    return json.loads((report / "report.json").read_text())
