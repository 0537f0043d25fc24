"""What the benchmark needs to load servers: starting and ending them, and the two load generators."""

import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import mpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.join(ROOT, "build", "bin")
PEERS = os.path.join(ROOT, "tools", "bench_peers")
LOGIN = "Authorization: Basic YWRtaW46MjIyMjI="
PAGE = "api/status"
CONFIG = (
    b"https redirect http get: 0\nxml application post list: 127.0.0.1\n"
    b"softkey1 type: xml\nsoftkey1 label: Menu\nsoftkey1 value: http://127.0.0.1/menu.xml\n"
)
PEER_HEAP = "2m"  # MicroPython peers never wait for memory
_READY_S = 60


class BenchError(Exception):
    """A part cannot be measured; the text says why."""


def tool(name):
    """Path of a program that set-up provides."""
    path = os.path.join(BIN, name)
    if not os.path.exists(path):
        path = shutil.which(name)
    if not path:
        raise BenchError("%s is missing: run `make setup`" % name)
    return path


def free_port():
    """A free port below those that the system gives to clients, of which the load makes many."""
    while True:
        with socket.socket() as probe:
            port = random.randrange(12000, 20000)
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def wait_port(port, process, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BenchError("%s ended with status %d" % (process.args[-1], process.returncode))
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise BenchError("%s does not listen on port %d" % (process.args, port))


@contextlib.contextmanager
def running(command, port=None, **options):
    """A process that is ended by its own id when the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, stderr=options.pop("stderr", subprocess.DEVNULL), **options)
    try:
        if port:
            wait_port(port, process)
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def interpreter(runtime, heap=PEER_HEAP, path=()):
    """(command, environment) that runs a script on a runtime; ``path``: folders that it imports from."""
    environment = dict(os.environ)
    if runtime == "cpython":
        return [sys.executable], environment
    environment["MICROPYPATH"] = ":".join([*path, ".frozen"])
    return [tool(runtime), "-X", "heapsize=" + heap], environment


@contextlib.contextmanager
def peer(script, runtime, *arguments):
    """One of bench_peers that serves on a runtime; gives its port."""
    import microdot

    command, environment = interpreter(runtime, path=[os.path.dirname(microdot.__path__[0])])
    port = free_port()
    command = [*command, os.path.join(PEERS, script), str(port), *arguments]
    with running(command, port, env=environment, stdout=subprocess.DEVNULL):
        yield port


def plain():
    """Folders of the compiled firmware and shims with all names as they are: a script finds what it imports."""
    trees = {"firmware": ("firmware", "**/*.py"), "shims": ("host/shims/micropython", "**/*.py")}
    trees["sim"] = ("host/shims", "sim_*.py")
    made = os.path.join(ROOT, "build", "mpy", "plain")
    for tree, (source, pattern) in trees.items():
        wrong = mpy.compile_tree(os.path.join(ROOT, source), os.path.join(made, tree), optimise=3, pattern=pattern)
        if wrong:
            raise BenchError("%s does not compile: %s" % wrong[0])
    return [os.path.join(made, tree) for tree in trees]


def script(name, runtime, heap, *arguments, path=None, seconds=300):
    """Runs one of bench_peers to its end with the firmware importable; gives the JSON of its last line."""
    path = plain() if path is None else path
    command, environment = interpreter(runtime, heap, path)
    command += [os.path.join(PEERS, name), *(str(argument) for argument in arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds)
    if done.returncode:
        raise BenchError("%s on %s: %s" % (name, runtime, (done.stderr or done.stdout).strip()[-500:]))
    return json.loads(done.stdout.strip().splitlines()[-1])


def cpython_script(name):
    """``script`` on CPython, with the shims that the firmware needs there."""
    paths = [os.path.join(ROOT, part) for part in ("host/shims/cpython", "firmware")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled, as MicroPython gets it
    environment["PYTHONPYCACHEPREFIX"] = os.path.join(ROOT, "build", "bench", "pyc")
    command = [sys.executable, "-c", "import dialtone_shims, runpy; runpy.run_path(%r)" % os.path.join(PEERS, name)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise BenchError("%s on CPython: %s" % (name, done.stderr[-300:]))
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def folder():
    """A private folder that is gone afterwards."""
    path = tempfile.mkdtemp(prefix="dialtone-bench-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def config_server():
    """A configuration server with one small file, so that the phone is a configured one; gives its URL."""
    with folder() as files:
        with open(os.path.join(files, "aastra.cfg"), "wb") as out:
            out.write(CONFIG)
        port = free_port()
        command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", files]
        with running(command, port, stdout=subprocess.DEVNULL):
            yield "http://127.0.0.1:%d/" % port


class Phone:
    """The simulator's ready line. ``url(scheme)`` is that of the status; ``status()`` asks for it over HTTP."""

    def __init__(self, ready, process, ready_ms):
        self.ready = ready
        self.process = process
        self.ready_ms = ready_ms

    def url(self, scheme="http"):
        return self.ready[scheme].rstrip("/") + "/" + PAGE

    def status(self):
        return json.loads(curl(self.url()))


def given(it, make):
    """``it`` as a context, that of ``make()`` without one."""
    return contextlib.nullcontext(it) if it else make()


@contextlib.contextmanager
def phone(runtime, heap=None, home=None, source=None):
    """Our simulator with its default heap, its pages on plain HTTP too; gives a Phone. See bench_heap.direct_phone."""
    with given(home, folder) as home, given(source, config_server) as source:
        command = [os.path.join(os.path.dirname(sys.executable), "dialtone"), "sim", "--headless", "--runtime", runtime]
        command += ["--state", os.path.join(home, "state"), "--http-port", "0", "--https-port", "0"]
        command += ["--config-server", source, *(["--heap", heap] if heap else [])]
        path = os.path.join(home, "log")
        start = time.monotonic()
        with open(path, "wb") as log, running(command, stdout=subprocess.PIPE, stderr=log) as process:
            line = process.stdout.readline()
            if not line:
                with open(path, encoding="utf-8", errors="replace") as log_again:
                    raise BenchError("the phone on %s did not start: %s" % (runtime, log_again.read()[-300:].strip()))
            yield Phone(json.loads(line), process, 1000 * (time.monotonic() - start))


def curl(*arguments, seconds=20):
    """What curl prints, with the phone's log-in."""
    command = [tool("curl"), "-s", "-k", "-m", str(seconds), "-H", LOGIN, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise BenchError("curl %s: exit code %d" % (arguments[-1], done.returncode))
    return done.stdout


def wrk(url, connections, seconds, headers=(LOGIN,), lua=None):
    """(requests per second, failed ones) by wrk with one thread in a process of its own."""
    command = [tool("wrk"), "-t1", "-c%d" % connections, "-d%ds" % seconds, "--timeout", "10s"]
    if lua:
        command += ["-s", os.path.join(PEERS, lua)]
    for header in headers:
        command += ["-H", header]
    done = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 60)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not rate:
        raise BenchError("wrk %s: %s" % (url, done.stderr.strip() or done.stdout.strip()))
    failed = sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout) (\d+)", done.stdout))
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    return float(rate.group(1)), failed + (int(other.group(1)) if other else 0)


def h2load(url, connections, count):
    """(seconds, failed requests) of an exact number of HTTP/1.1 requests by h2load."""
    command = [tool("h2load"), "--h1", "-t1", "-c%d" % connections, "-n%d" % count, "-H", LOGIN, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    seconds = re.search(r"finished in ([\d.]+)(us|ms|s),", done.stdout)
    codes = re.search(r"status codes: (\d+) 2xx", done.stdout)
    if not seconds or not codes:
        raise BenchError("h2load %s: %s" % (url, (done.stderr or done.stdout).strip()[-300:]))
    return float(seconds.group(1)) * {"us": 1e-6, "ms": 1e-3, "s": 1}[seconds.group(2)], count - int(codes.group(1))
