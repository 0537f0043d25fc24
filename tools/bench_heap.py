"""Heap of the phone on the 32-bit MicroPython: idle from files and from a mapped image, per connection, per request."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse

from bench_load import LOGIN, PAGE, PEER_HEAP, ROOT, BenchError, Phone, config_server, folder, given, interpreter
from bench_load import running, script as run_script

_RUNTIME = "micropython32"
_KB = 1024
_HELD = 4  # connections
_SAMPLE_S = 2.3  # the phone samples its heap once a second, after a collection while nobody asks
_REQUEST_BYTES = 444


@contextlib.contextmanager
def direct_phone(heap, path, arguments, home=None, source=None):
    """A simulated phone without its launcher: an interpreter with our own arguments and import path; gives a Phone.

    ``home``: folder of its state, ``source``: its configuration server; new ones without.
    """
    command, environment = interpreter(_RUNTIME, heap, path)
    with given(home, folder) as home, given(source, config_server) as source:
        settings = {"state": home, "model": "57i", "mac": "00085D123456", "http_port": 0, "https_port": 0}
        settings.update({"bind": "127.0.0.1", "address": "127.0.0.1", "config_server": source, "trust_anchor": ""})
        log_path = os.path.join(home, "log")
        with open(log_path, "wb") as log:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            start = time.monotonic()
            with running([*command, *arguments], env=environment, stderr=log, **pipes) as process:
                process.stdin.write(json.dumps(settings).encode() + b"\n")
                process.stdin.flush()
                ready = _ready(process, log_path)
                yield Phone(ready, process, 1000 * (time.monotonic() - start))


def _ready(process, log_path):
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "ready":
            return event
        if event["event"] == "failed":
            break
    with open(log_path, encoding="utf-8", errors="replace") as log:
        raise BenchError("the phone did not start: " + log.read()[-300:].strip())


def from_files(heap="112k", **more):
    """A phone whose code is loaded from .mpy files."""
    from host.compile import SEARCH_PATH, compile_firmware

    compile_firmware()
    return direct_phone(heap, SEARCH_PATH.split(":")[:-1], ["-m", "sim_main"], **more)


@contextlib.contextmanager
def from_slot(heap="112k", **more):
    """A phone whose code is loaded from the one file of a slot, as a stock board does it."""
    from host.compile import SEARCH_PATH
    from host.firmtool import payload

    with folder() as work:
        image = os.path.join(work, "a.romfs")
        with open(image, "wb") as file:
            file.write(payload.romfs(payload.simulated()))
        with direct_phone(heap, SEARCH_PATH.split(":")[:-1], ["-m", "sim_slot", image], **more) as ready:
            yield ready


@contextlib.contextmanager
def from_image(heap="80k", **more):
    """A phone whose code is executed in place from a mapped ROMFS image."""
    from host.compile import IMAGE, compile_firmware

    compile_firmware()
    with folder() as work:
        tree = os.path.join(work, "tree")
        for part in sorted(next(os.walk(IMAGE))[1]):
            shutil.copytree(os.path.join(IMAGE, part), tree, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
        image = os.path.join(work, "dialtone.romfs")
        mpremote = os.path.join(os.path.dirname(sys.executable), "mpremote")
        subprocess.run([mpremote, "romfs", "--output", image, "build", tree], check=True, capture_output=True)
        libc = next(os.path.join(at, "libc.so.6") for at, _, names in os.walk(_root()) if "libc.so.6" in names)
        boot = os.path.join(ROOT, "tools", "bench_peers", "rom_boot.py")
        with direct_phone(heap, (), [boot, image, libc], **more) as ready:
            yield ready


def _root():
    return os.path.join(ROOT, "build", "root-micropython32")


def idle(options):
    """The configured phone, before anybody has asked it for anything."""
    rows = []
    for name, start, limit in (
        (".mpy files, 112 KB heap", from_files, 80 * _KB),
        ("a slot's file, 112 KB heap", from_slot, 80 * _KB),
        ("mapped ROMFS image, 80 KB heap", from_image, 48 * _KB),
    ):
        row = {"name": "MicroPython 32-bit, heap of the configured idle phone, " + name, "unit": " B"}
        try:
            with start() as phone:
                time.sleep(_SAMPLE_S)
                used = phone.status()["heap_used"]
            target = {"text": "%d KB or less" % (limit // _KB), "reached": used <= limit, "value": used}
            row.update({"values": {"ours": used}, "targets": [target]})
            row["note"] = "Live bytes after a collection; the figure that `/api/status` has."
        except BenchError as error:
            row["error"] = str(error)
        rows.append(row)
        print("  %s: %s" % (row["name"], row.get("values", row.get("error"))), flush=True)
    return rows


def connections(options):
    """What each idle connection adds."""
    rows = []
    with from_files() as phone:
        control = http.client.HTTPConnection(*_address(phone, "http"))
        for label, scheme, ask in (
            ("HTTP connection, before its first byte", "http", False),
            ("HTTP connection, after one request", "http", True),
            ("connection on the TLS port, before its first byte", "https", False),
        ):
            before = _used(control)
            held = [socket.create_connection(_address(phone, scheme)) for _ in range(_HELD)]
            for sock in held if ask else ():
                sock.sendall(("GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n" % (PAGE, LOGIN)).encode())
                sock.recv(4096)
            grown = round((_used(control) - before) / _HELD)
            for sock in held:
                sock.close()
            name = "MicroPython 32-bit, heap per idle " + label
            target = {"text": "2 KB or less", "reached": grown <= 2 * _KB, "value": grown}
            rows.append({"name": name, "unit": " B", "values": {"ours": grown}, "targets": [target], "note": ""})
            print("  per idle %s: %d B" % (label, grown), flush=True)
        control.close()
    return rows


def _address(phone, scheme):
    url = urllib.parse.urlsplit(phone.ready[scheme])
    return url.hostname, url.port


def _used(control):
    """Live bytes as the phone saw them while ``control`` was idle."""
    name, _, value = LOGIN.partition(": ")
    for wait in (_SAMPLE_S, 0):
        control.request("GET", "/" + PAGE, headers={name: value})
        answer = json.load(control.getresponse())
        time.sleep(wait)
    return answer["heap_used"]


def one_request(options):
    """What parsing one browser's request allocates."""
    result = run_script("one_request.py", _RUNTIME, "112k")
    import microdot

    peer = run_script("microdot_request.py", _RUNTIME, PEER_HEAP, path=[os.path.dirname(microdot.__path__[0])])
    if result["bytes"] != _REQUEST_BYTES or {result["fields"], peer["fields"]} != {10}:
        raise BenchError("the browser's request is not what the target names: %r" % result)
    target = {"text": "1.5 KB or less", "reached": result["head"] <= 1536, "value": result["head"]}
    row = {
        "name": "MicroPython 32-bit, bytes allocated by parsing a browser's request (444 bytes, 10 fields)",
        "unit": " B",
    }
    row.update(
        {
            "values": {"ours": result["head"], "asking it for 3 fields": result["lookup"], "microdot": peer["head"]},
            "targets": [target],
            "note": "What lives on or is garbage afterwards. microdot makes an object of each line, name and value.",
        }
    )
    return [row]
