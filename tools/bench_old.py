"""SSL 3.0 and TLS 1.0: a download of 1 MB beside tlslite-ng's client on CPython, and what the engine takes of the heap.

NSS's selfserv sends the bytes, for it is fast and has all suites; it listens on all interfaces, so that server and
clients run in a network namespace of their own: this file started again by `unshare --net`.
"""

import hashlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time

from bench_load import ROOT, BenchError, folder, plain, running, script, tool

sys.path.append(os.path.join(ROOT, "tests", "system"))

_BLOCKS = 63  # of 16 KB, and one more: selfserv's way to count
_PORT = 20443
_SUITES = (("AES128-SHA", 3, "3 times"), ("RC4-SHA", 0.4, "40 % of"))
_HEAP = 24 << 10


def old(options):
    """The two rates, and the heap."""
    with folder() as work:
        _prepare(work)
        plain()
        command = ["unshare", "--net", *(["-Ur"] if os.geteuid() else [])]
        command += [sys.executable, os.path.abspath(__file__), work, str(options.rounds)]
        environment = dict(os.environ, PYTHONPATH=ROOT)
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=600)
        if done.returncode:
            raise BenchError("the old methods: " + done.stderr.strip()[-400:])
        found = json.loads(done.stdout.splitlines()[-1])
    rows = []
    for suite, least, words in _SUITES:
        values = {label: round(statistics.median(seen), 2) for label, seen in found[suite].items()}
        ratio = values["ours"] / values["tlslite-ng's client"]
        rows.append(
            {
                "name": "MicroPython 64-bit, 1 MB over SSL 3.0 with %s, from NSS selfserv" % suite,
                "unit": " MB/s",
                "values": values,
                "rounds": found[suite],
                "targets": [{"text": words + " its rate", "reached": ratio >= least, "value": ratio}],
                "note": "tlslite-ng runs on CPython, all in Python; both hash what they get.",
            }
        )
    return rows + [_heap_row(found["heap"])]


def _heap_row(heap):
    growth = heap["transfer"] - heap["before"]
    handshake = heap["handshake"] - heap["before"]
    return {
        "name": "MicroPython 32-bit, heap of the engine of the old methods, with records of 16 KB",
        "unit": " B",
        "values": {"ours": growth, "in the handshake": handshake, "after": heap["after"] - heap["before"]},
        "targets": [
            {"text": "24 KB or less", "reached": max(growth, handshake) <= _HEAP, "value": max(growth, handshake)}
        ],
        "note": "Code and data, above a phone that does not use it; looked at after a collection every 8 KB.",
    }


def _prepare(work):
    from old_servers import prepare
    from pki import Authority

    leaf = os.path.join(work, "leaf.pem")
    shutil.copy(Authority(work).leaf(rsa_bits=2048), leaf)
    prepare(work, leaf)


def _serving(work, suite, blocks=_BLOCKS):
    from old_servers import command

    line, _ = command("selfserv", "SSLv3", suite, _PORT, work, "")
    line[line.index("-g") + 1] = str(blocks)
    return running([tool("selfserv"), *line[1:]], _PORT)


def _theirs(suite):
    from tlslite.api import TLSConnection
    from tlslite_server import settings

    with socket.create_connection(("127.0.0.1", _PORT)) as sock:
        line = TLSConnection(sock)
        line.handshakeClientCert(settings=settings("SSLv3", suite))
        line.write(b"GET / HTTP/1.0\r\n\r\n")
        digest, size, start = hashlib.sha256(), 0, time.monotonic()
        while True:
            data = line.recv(16384)
            if not data:
                return {"bytes": size, "sha256": digest.hexdigest(), "seconds": time.monotonic() - start}
            digest.update(data)
            size += len(data)


def _inside(work, rounds):
    """In the namespace: all clients in turns; the bytes must be the same for both."""
    from old_matrix import loopback_up

    loopback_up()
    found = {}
    for suite, _, _ in _SUITES:
        rates = found[suite] = {"ours": [], "tlslite-ng's client": []}
        for _ in range(rounds):
            results = []
            for label, run in (
                ("ours", lambda: script("old_download.py", "micropython", "512k", _PORT, "SSLv3", "time")),
                ("tlslite-ng's client", lambda suite=suite: _theirs(suite)),
            ):
                with _serving(work, suite):
                    results.append(run())
                rates[label].append(results[-1]["bytes"] / 1e6 / results[-1]["seconds"])
            if results[0]["sha256"] != results[1]["sha256"] or results[0]["bytes"] < 1 << 20:
                raise BenchError("a download came out wrong: %r" % results)
    with _serving(work, "RC4-SHA", 8 * _BLOCKS):  # its state is in the heap, that of AES is not
        found["heap"] = script("old_download.py", "micropython32", "112k", _PORT, "SSLv3", "heap")
    return found


if __name__ == "__main__":
    print(json.dumps(_inside(sys.argv[1], int(sys.argv[2]))))
