"""A phone takes two firmware images from a server, one after the other, as a start does it; nothing restarts.

argv: URL, folder with anchors.pem and firmware.keys, "file" or "partition" (where the slot is), "time" or "heap", sizes
of the two in MB: 57i.st is below "1mb" and "9mb", say.

Prints one JSON line: the seconds of each; and for "heap" the live bytes after a collection: before the second one with
all its code loaded, when its first block is due, and the most at any change of the display. A partition is a file
here, written in blocks of 4 KiB: what flash takes for that is not in it.
"""

import asyncio
import gc
import json
import os
import sys
import time

from dialtone import downloads
from dialtone.client.http_client import Client
from dialtone.config.store import Store
from dialtone.net.table import Table
from sim_platform import SimPlatform

SETTINGS = {
    "state": sys.argv[2], "trust_anchor": "anchors.pem", "model": "57i", "mac": "00085D123456", "http_port": 0,
    "https_port": 0, "bind": "127.0.0.1", "abi": 6,
}  # fmt: skip
PARTITION_BYTES = 16 << 20


class Partition:
    """What the phone calls of an ``esp32.Partition``, on a file; and the module esp32 that has it."""

    def __init__(self, label):
        self._label = label
        self._file = open(sys.argv[2] + "/" + label, "r+b")

    @staticmethod
    def find(kind, subtype=0xFF, label="romfs_a"):
        return [Partition(label)]

    def info(self):
        return 1, 0x8F, 0, PARTITION_BYTES, self._label, False

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * 4096 + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        self._file.seek(number * 4096 + offset)
        self._file.write(buffer)

    def ioctl(self, command, number):
        return 0


class Module:
    Partition = Partition
    view = None


class Platform(SimPlatform):
    """In "heap" the modules stay: the baseline holds them, so that what grows is data."""

    def unload(self, *names):
        if sys.argv[4] == "time":
            super().unload(*names)


class Phone:
    class heap:
        reserved = False

    def __init__(self, platform, table, url):
        platform.config_server = url
        self.platform = platform
        self.storage = platform.storage
        self.log = platform.log
        self.unload = platform.unload
        self._table = table
        self.store = Store("57i", platform.random)

    def client(self, **more):
        return Client(self.platform, self.store, self._table, **more)


def live():
    gc.collect()
    return gc.mem_alloc()


async def take(platform, table, name, progress):
    phone = Phone(platform, table, sys.argv[1] + name)
    start = time.ticks_ms()
    version, error = await downloads.firmware(phone, progress)
    if error or not version:
        raise SystemExit("no update: %s" % error)
    seconds = time.ticks_diff(time.ticks_ms(), start) / 1000
    platform.storage.remove("boot.json")  # as if it had never been
    if sys.argv[3] == "file":
        os.remove(sys.argv[2] + "/slots/a.romfs")
    return seconds


async def main():
    result = {"before": 0, "begun": 0, "most": 0}

    def progress(stage, text):
        if result["before"]:
            now = live()
            result["most"] = max(result["most"], now)
            if not result["begun"] and text.startswith("Loading"):
                result["begun"] = now

    if sys.argv[3] == "partition":
        sys.modules["esp32"] = sys.modules["flashmap"] = Module
    table = Table()
    sweeper = asyncio.create_task(table.sweep())
    platform = Platform(SETTINGS)
    result["seconds"] = [await take(platform, table, sys.argv[5] + "mb", progress)]
    await asyncio.sleep_ms(0)  # no frame holds the first one's objects any more
    if sys.argv[4] == "heap":
        result["before"] = live()
    result["seconds"].append(await take(platform, table, sys.argv[6] + "mb", progress))
    sweeper.cancel()
    print(json.dumps(result))


asyncio.run(main())
