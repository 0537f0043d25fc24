"""What the benchmark needs to load a server: starting it, waiting for its port, wrk, and a tidy end."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.join(ROOT, "build", "bin")
LOGIN = "Authorization: Basic YWRtaW46MjIyMjI="
PEERS = os.path.join(ROOT, "tools", "bench_peers")


def tool(name):
    """Path of a program that set-up provides; ends the run with what to do when it is missing."""
    built = os.path.join(BIN, name)
    path = built if os.path.exists(built) else shutil.which(name)
    if not path:
        sys.exit("%s is missing: run `make setup`" % name)
    return path


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_port(port, process, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("%s ended with status %d" % (process.args, process.returncode))
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("%s does not listen on port %d" % (process.args, port))


@contextlib.contextmanager
def running(command, port=None, **options):
    """A process that is ended by its own id when the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, stderr=options.pop("stderr", subprocess.DEVNULL), **options)
    try:
        if port:
            wait_port(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def interpreter(runtime, heap):
    """(command prefix, environment) that runs a plain script on a runtime with microdot importable."""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    environment = dict(os.environ)
    if runtime == "cpython":
        return [sys.executable], environment
    environment["MICROPYPATH"] = site + ":.frozen"
    return [tool("micropython" if runtime == "micropython" else "micropython32"), "-X", "heapsize=" + heap], environment


@contextlib.contextmanager
def peer(script, runtime, certificate=None, heap="2m"):
    """One of bench_peers on a runtime; gives its port."""
    prefix, environment = interpreter(runtime, heap)
    port = free_port()
    command = [*prefix, os.path.join(PEERS, script), str(port), *(certificate or ())]
    with running(command, port, env=environment, stdout=subprocess.DEVNULL):
        yield port


@contextlib.contextmanager
def phone(runtime, config=b"", heap=None, extra=()):
    """Our simulator, its pages on plain HTTP too; gives its ready line as a dict."""
    folder = tempfile.mkdtemp(prefix="dialtone-bench-")
    port = free_port()
    files = os.path.join(folder, "www")
    os.makedirs(files)
    with open(os.path.join(files, "aastra.cfg"), "wb") as out:
        out.write(b"https redirect http get: 0\nxml application post list: 127.0.0.1\n" + config)
    command = [os.path.join(os.path.dirname(sys.executable), "dialtone"), "sim", "--headless", "--runtime", runtime]
    command += ["--state", os.path.join(folder, "state"), "--http-port", "0", "--https-port", "0"]
    command += ["--config-server", "http://127.0.0.1:%d/" % port, *(["--heap", heap] if heap else []), *extra]
    web = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", files]
    try:
        with running(web, port, stdout=subprocess.DEVNULL):
            with open(os.path.join(folder, "log"), "wb") as log:
                with running(command, stdout=subprocess.PIPE, stderr=log) as process:
                    yield json.loads(process.stdout.readline())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wrk(url, connections, seconds, headers=(LOGIN,)):
    """Requests per second and the count of failed ones, by wrk with one thread in a process of its own."""
    command = [tool("wrk"), "-t1", "-c%d" % connections, "-d%ds" % seconds, "--timeout", "10s"]
    for header in headers:
        command += ["-H", header]
    text = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 60).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    failed = sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout) (\d+)", text))
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return float(rate.group(1)) if rate else 0.0, failed + (int(other.group(1)) if other else 0)
