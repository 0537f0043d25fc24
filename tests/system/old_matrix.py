"""Our client against every independent server of the old methods: ``old_matrix.py WORK`` inside `unshare --net`.

WORK/rows.json names the rows: [server, method, suite, runtimes]. One line of JSON comes out for each row and runtime.
WORK has leaf.pem, anchors.pem and www/.
"""

import fcntl
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys

from old_servers import Server, prepare
from simulated import ROOT
from tlslite.api import TLSConnection
from tlslite_server import settings

_REQUEST = "GET / HTTP/1.0\r\n\r\n"
_ECHO = {"text": "".join(map(chr, range(32, 127))) * 10 + "\n", "times": 150}  # gnutls-serv echoes lines
HEAPS = {"micropython": "2m", "micropython32": "256k"}  # plain builds: names and line numbers take room


def loopback_up():
    """What `ip link set lo up` does."""
    with socket.socket() as sock:
        request = struct.pack("16sH14x", b"lo", 0x41)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(sock, 0x8914, request)


def run_client(runtime, jobs, work):
    """The lines of old_client.py for ``jobs``."""
    path = os.path.join(work, "jobs.json")
    with open(path, "w", encoding="ascii") as out:
        json.dump(jobs, out)
    program = [os.path.join(ROOT, "tests/system/old_client.py"), path, work]
    environment = dict(os.environ, MICROPYPATH="build/mpy/firmware:.frozen")
    command = [os.path.join(ROOT, "build/bin", runtime), "-X", "heapsize=" + HEAPS.get(runtime, "")]
    if runtime == "cpython":
        environment["PYTHONPATH"] = "firmware:host/shims/cpython"
        command = [sys.executable]
    done = subprocess.run(command + program, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]
    return lines or [{"error": done.stdout + done.stderr}]


def independent(port, method, suite):
    """SHA-256 of all that a server sends after a request, as tlslite-ng's client reads it."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        line = TLSConnection(sock)
        line.handshakeClientCert(settings=settings(method, suite))
        line.write(_REQUEST.encode())
        digest = hashlib.sha256()
        while True:
            data = line.recv(65536)
            if not data:
                return digest.hexdigest()
            digest.update(data)


def job_of(server, method, port, work):
    """(job, expected SHA-256 if it is known)."""
    job = {"port": port, "method": method, "verify": "1"}
    if server == "selfserv":  # serves no files: the blocks that it sends, as another client reads them
        return dict(job, how="raw", text=_REQUEST), None
    if server == "gnutls":  # nor does this: what we sent ourselves comes back
        expected = hashlib.sha256((_ECHO["text"] * _ECHO["times"]).encode()).hexdigest()
        return dict(job, how="echo", **_ECHO), expected
    with open(os.path.join(work, "www/large"), "rb") as file:
        expected = hashlib.sha256(file.read()).hexdigest()
    return dict(job, how="get", path="answer" if server == "openssl" else "large"), expected


def run_row(row, work):
    """The results of one row: its server is started anew for each client, since selfserv sends its blocks once."""
    name, method, suite, runtimes = row
    expected = None
    for number, runtime in enumerate([None, *runtimes] if name == "selfserv" else runtimes):
        port = 20000 + number
        with Server(name, method, suite, port, work, os.path.join(work, "leaf.pem")) as server:
            if runtime is None:
                expected = independent(port, method, suite)
                continue
            job, known = job_of(name, method, port, work)
            (result,) = run_client(runtime, [job], work)
            result.update(server=name, method=method, wanted=suite, runtime=runtime, expected=known or expected)
            result["log"] = "" if result.get("sha256") == result["expected"] else server.log[-2000:]
            yield result


def main(work):
    loopback_up()
    prepare(work, os.path.join(work, "leaf.pem"))
    with open(os.path.join(work, "rows.json"), encoding="ascii") as file:
        rows = json.load(file)
    for row in rows:
        for result in run_row(row, work):
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
