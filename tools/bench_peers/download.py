"""Our client downloads one file and hashes it. argv: URL, folder with anchors.pem, "time" or "heap".

Prints one JSON line: bytes, seconds, SHA-256; and for "heap" the live bytes after a collection: with the client's code
loaded and no client, the most seen at each megabyte of the transfer, and after the end.
"""

import asyncio
import gc
import hashlib
import json
import sys
import time
from binascii import hexlify

from dialtone.client.http_client import Client
from dialtone.config.store import Store
from dialtone.net.table import Table
from sim_platform import SimPlatform

MEGABYTE = 1 << 20
SETTINGS = {
    "state": sys.argv[2], "trust_anchor": "anchors.pem", "model": "57i", "mac": "00085D123456", "http_port": 0,
    "https_port": 0, "bind": "127.0.0.1",
}  # fmt: skip


class Platform(SimPlatform):
    """The simulator's, so that what the client needs of a platform is never missing here."""

    def unload(self, *names):
        pass  # the modules stay: the baseline holds them, so that what grows is data


def live():
    gc.collect()
    return gc.mem_alloc()


async def main(url, measure):
    table = Table()
    sweeper = asyncio.create_task(table.sweep())
    platform = Platform(SETTINGS)
    store = Store("57i")
    digest = hashlib.sha256()
    for warm in (True, False):  # the first one imports what is imported on demand
        await asyncio.sleep_ms(0)  # no frame holds the last one's objects any more
        start = time.ticks_ms()
        before = live() if measure else 0
        client = Client(platform, store, table)
        exchange = await client.open(url + ("small" if warm else "large"))
        size = most = 0
        step = MEGABYTE
        while True:
            view = await exchange.view()
            if not view:
                break
            size += len(view)
            if not warm:
                digest.update(view)
            if measure and size >= step:
                step += MEGABYTE
                most = max(most, live())
        await exchange.close()
        exchange = view = None
        await client.aclose()
        client = None
    seconds = time.ticks_diff(time.ticks_ms(), start) / 1000
    sweeper.cancel()
    result = {"bytes": size, "seconds": seconds, "sha256": hexlify(digest.digest()).decode()}
    if measure:
        result.update({"before": before, "most": most, "after": live()})
    print(json.dumps(result))


asyncio.run(main(sys.argv[1], len(sys.argv) > 3))
