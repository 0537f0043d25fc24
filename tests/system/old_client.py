"""The firmware's client as a program, for servers of the old methods: ``old_client.py JOBS``, a file of JSON.

A job has ``port``, ``method`` and ``how``: "get" (``path``) through the phone's HTTP client; "raw" (``text``) sends
that and reads until the stream ends; "echo" (``text``, ``times``) sends so much and reads as much again. Each gives one
line of JSON: bytes, SHA-256 and suite, or the error.
"""

try:
    import dialtone_shims  # noqa: F401  CPython's
except ImportError:
    pass

import asyncio
import hashlib
import json
import sys
from binascii import hexlify

from dialtone.client.http_client import Client
from dialtone.errors import DialtoneError
from dialtone.net import legacy, seam
from dialtone.net.stream import Stream
from dialtone.net.table import Table
from dialtone.net.trust import Judge, handshake
from dialtone.platform import Platform


class Settings:
    """What the client asks of a store."""

    def __init__(self, job):
        self._values = {"https client method": job["method"], "https validate certificates": job["verify"]}
        self._values.update({"https validate expires": "1", "https validate hostname": "1"})

    def get(self, name):
        return self._values.get(name, "")

    layers = ()  # nothing is configured: no expansion module is told

    def flag(self, name):
        return self.get(name) == "1"


def platform():
    settings = {
        "state": sys.argv[2],
        "model": "57i",
        "mac": "00085D123456",
        "http_port": 0,
        "https_port": 0,
        "bind": "",
    }
    return Platform(dict(settings, trust_anchor="anchors.pem"), len)  # nobody reads the log


made = []


def watch():
    """Remember what ``legacy.wrap`` makes, for its suite."""
    wrap = legacy.wrap

    def watched(*arguments):
        made[:] = [wrap(*arguments)]
        return made[0]

    legacy.wrap = watched


async def get(job, table, digest):
    client = Client(platform(), Settings(job), table)
    client.retries = 0
    size = 0
    try:
        exchange = await client.open("https://localhost:%d/%s" % (job["port"], job["path"]))
        status = exchange.status
        while True:
            view = await exchange.view()
            if not view:
                break
            size += len(view)
            digest.update(view)
        await exchange.close()
        if status != 200:
            raise DialtoneError("status %d" % status)
    finally:
        await client.aclose()
    return size


async def stream(job, digest):
    raw = await seam.connect("127.0.0.1", job["port"])
    judge = Judge(platform(), "localhost", job["method"], ())
    line = Stream(raw, judge.wrap(raw), "", None)
    try:
        await handshake(judge, raw)
        text = job["text"].encode()
        times = job.get("times", 1)
        room = memoryview(bytearray(2000))
        size = 0
        for _ in range(times):
            await line.write(text)
            while job["how"] == "raw" or size < times * len(text):
                count = await line.readinto(room)
                if not count:
                    return size
                digest.update(room[:count])
                size += count
                if job["how"] == "echo" and size % len(text) == 0:
                    break
        return size
    finally:
        line.close()


async def main(jobs):
    watch()
    table = Table()
    sweeper = asyncio.create_task(table.sweep())
    for job in jobs:
        digest = hashlib.sha256()
        try:
            size = await (get(job, table, digest) if job["how"] == "get" else stream(job, digest))
            result = {"bytes": size, "sha256": hexlify(digest.digest()).decode(), "suite": made[0].cipher()[0]}
        except (DialtoneError, OSError) as error:
            result = {"error": str(error)}
        print(json.dumps(result))
    sweeper.cancel()


with open(sys.argv[1]) as file:
    asyncio.run(main(json.load(file)))
