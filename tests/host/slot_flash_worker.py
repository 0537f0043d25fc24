"""Runs under MicroPython's unix port: updates on a littlefs as a board has it, and a power cut at any write to flash.

argv: bytes of the flash, bytes of an image's payload, "whole" or a number of power cuts (0: all),
a seed. Prints one line of JSON for tests/host/test_slot_flash.py.
"""

import json
import os
import random
import sys

import vfs
import choose
from dialtone.errors import DialtoneError
from dialtone.storage.files import Storage
from dialtone.update import image, install, record
from dialtone.update.stage import Stage
from firmware_images import head, pack

BLOCK = 4096


class Cut(Exception):
    """The power is gone."""


class Flash:
    """A block device in memory that counts what is erased and written, and fails from call ``limit`` on."""

    def __init__(self, data, limit=None):
        self.data = bytearray(data)
        self.erased = self.calls = 0
        self.limit = limit

    def _use(self):
        if self.limit is not None and self.calls >= self.limit:
            return False
        self.calls += 1
        return True

    def readblocks(self, block, room, offset=0):
        at = block * BLOCK + offset
        room[:] = memoryview(self.data)[at : at + len(room)]

    def writeblocks(self, block, room, offset=0):
        if not self._use():
            return -5  # EIO
        at = block * BLOCK + offset
        self.data[at : at + len(room)] = room

    def ioctl(self, request, argument):
        if request == 4:
            return len(self.data) // BLOCK
        if request == 5:
            return BLOCK
        if request == 6:
            if not self._use():
                return -5
            self.erased += 1
            self.data[argument * BLOCK : (argument + 1) * BLOCK] = b"\xff" * BLOCK
        return 0


class Platform:
    model, board, abi = "57i", "bench", 6

    class log:
        @staticmethod
        def info(area, text):
            pass

    def __init__(self):
        self.storage = Storage("/flash/phone")

    def feed(self):
        pass

    def unload(self, *names):
        pass


def payload(size, number):
    """The payload of version ``number``: a phone and a filler, unlike that of another number."""
    return pack({"dialtone/prelude.mpy": b"VERSION = %d\n" % number, "the.filler": bytes([number]) * (size - 200)})


def update(version, body, signed):
    """As downloads.py and payload.py do it, without server and signature. None, or the error."""
    platform = Platform()
    stage = Stage(platform.storage)
    try:
        held = stage.load()
        if not (held and held.version == version and stage.good()):
            header = image.parse_header(signed[:256])
            stage.begin(header)
            stage.write_head(signed)
            stage.end_head('"1"')
            stage.load()
        count = stage.ready()
        if count < stage.header.blocks:
            stage.resume(count)
            for at in range(count * BLOCK, len(body), 1000):
                stage.write(memoryview(body)[at : at + 1000])
            stage.finish()
        stage.close()
    except (DialtoneError, OSError) as error:
        return error
    made = install.install(platform, lambda *told: None)
    try:
        made.send(None)
    except StopIteration as done:
        return done.value


def confirm():
    storage = Storage("/flash/phone")
    now = record.load(storage)
    now.pop("tries")
    record.save(storage, now)


def mount(flash):
    vfs.mount(vfs.VfsLfs2(flash), "/flash")


def runs(versions):
    """The number of the version that a start picks, after a look at all of it."""
    slot = choose.choose("/flash/phone")[0]
    found = choose.look(choose.path("/flash/phone", slot))
    with found.open("dialtone/prelude.mpy") as file:
        number = int(file.read(11)[10:])
    with found.open("the.filler") as file:
        left = found.stat("the.filler")[6]
        assert left > 20000
        room = bytearray(BLOCK)
        while left:
            count = min(left, file.readinto(room))
            left -= count
            for at in range(0, count, 64):
                assert room[at] == number, "the slot is of two minds"
    assert number in versions, (number, versions)
    return number


def whole(size, length):
    """Three updates on flash of a board's size: what each erases, and what stays free."""
    flash = Flash(b"\xff" * size)
    vfs.VfsLfs2.mkfs(flash)
    mount(flash)
    Storage("/flash/phone").write_atomic("own", [bytes(1024)] * 128)  # what settings and certificates may take
    rows = []
    for number in (1, 2, 3):
        body = payload(length, number)
        erased = flash.erased
        error = update("%d.0-SIP" % number, body, head(body, version="%d.0-SIP" % number))
        assert error is None, error
        assert runs([number]) == number
        confirm()
        found = os.statvfs("/flash")
        blocks = (len(body) + BLOCK - 1) // BLOCK
        rows.append({"blocks": blocks, "erased": flash.erased - erased, "free": found[3] * BLOCK})
    return rows


def cuts(size, length, samples):
    """Power cuts in the third update, the one that takes the place of what could be gone back to."""
    flash = Flash(b"\xff" * size)
    vfs.VfsLfs2.mkfs(flash)
    mount(flash)
    bodies = [payload(length, number) for number in (1, 2, 3)]
    heads = [head(body, version="%d.0-SIP" % (at + 1)) for at, body in enumerate(bodies)]
    for at in (0, 1):
        assert update("%d.0-SIP" % (at + 1), bodies[at], heads[at]) is None
        confirm()
    before = bytes(flash.data)
    flash.calls = 0
    assert update("3.0-SIP", bodies[2], heads[2]) is None
    calls = flash.calls
    vfs.umount("/flash")
    chosen = range(calls) if samples == 0 else [random.getrandbits(24) % calls for _ in range(samples)] + [calls - 1]
    seen = {2: 0, 3: 0}
    for after in chosen:
        flash = Flash(before, after)
        mount(flash)
        update("3.0-SIP", bodies[2], heads[2])
        vfs.umount("/flash")
        flash = Flash(flash.data)  # files that were open then stay dead
        mount(flash)
        seen[runs([2, 3])] += 1
        if "tries" not in record.load(Storage("/flash/phone")):
            error = update("3.0-SIP", bodies[2], heads[2])
            assert error is None, (after, error)
        assert runs([3]) == 3
        vfs.umount("/flash")
    return {"calls": calls, "cuts": len(chosen), "old": seen[2], "new": seen[3]}


random.seed(int(sys.argv[4]))
size, length = int(sys.argv[1]), int(sys.argv[2])
print(json.dumps(whole(size, length) if sys.argv[3] == "whole" else cuts(size, length, int(sys.argv[3]))))
