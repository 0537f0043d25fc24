"""A phone's update without a network, and a power supply that can fail at any call of the file system."""

import os

import choose
import firmware_images
from dialtone.errors import PeerError
from dialtone.storage import files
from dialtone.storage.files import Storage
from log_support import Log
from dialtone.update import check, install, payload, proof, record, stage

_OPEN = open
URL = "http://h/57i.st"


class Cut(BaseException):
    """The power is gone."""


class Power:
    """Fails at call number ``after`` of the file system (None: never); ``calls`` counts them. Use with ``with``."""

    _modules = (files, stage, choose)

    def __init__(self, after=None):
        self.after = after
        self.calls = 0
        self.dead = False

    def use(self):
        if self.dead or self.calls == self.after:
            self.dead = True
            raise Cut()
        self.calls += 1

    def __enter__(self):
        for module in self._modules:
            if hasattr(module, "os"):
                module.os = _Os(self)
            module.open = self._open
        return self

    def __exit__(self, kind, value, trace):
        for module in self._modules:
            if hasattr(module, "os"):
                module.os = os
            del module.open
        return kind is Cut

    def _open(self, path, mode="r"):
        if mode[0] in "wa" or "+" in mode:
            self.use()
            return _File(self, _OPEN(path, mode))
        if self.dead:
            raise Cut()
        return _OPEN(path, mode)


class _Os:
    """What changes something counts as a call; looking is free."""

    def __init__(self, power):
        self._power = power
        self.listdir = os.listdir
        self.stat = os.stat

    def remove(self, path):
        self._power.use()
        os.remove(path)

    def mkdir(self, path):
        self._power.use()
        os.mkdir(path)

    def rmdir(self, path):
        self._power.use()
        os.rmdir(path)

    def rename(self, old, new):
        self._power.use()
        os.rename(old, new)


class _File:
    """A write that the power fails in has written its half."""

    def __init__(self, power, file):
        self._power = power
        self._file = file
        self.seek = file.seek
        self.readinto = file.readinto if hasattr(file, "readinto") else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def write(self, data):
        try:
            self._power.use()
        except Cut:
            if not self._file.closed if hasattr(self._file, "closed") else True:
                self._file.write(data[: len(data) // 2])
                self._file.close()
            raise
        return self._file.write(data)

    def flush(self):
        self._power.use()
        self._file.flush()

    def close(self):
        self._file.close()


class Exchange:
    """An answer of ``Server``."""

    def __init__(self, server, status, body, fields, length):
        self._server = server
        self.status = status
        self.length = length
        self.header = fields.get
        self.validator = fields.get("etag")
        self._body = memoryview(body)
        self._piece = 1000
        self._break = None

    async def view(self):
        view, self._body = self._body[: self._piece], self._body[self._piece :]
        self._server.sent += len(view)
        if not len(view) and self._break:
            raise self._break
        return view

    async def readinto(self, view):
        piece = self._body[: len(view)]
        view[: len(piece)] = piece
        self._body = self._body[len(piece) :]
        self._server.sent += len(piece)
        return len(piece)

    async def close(self):
        pass


class Server:
    """Stands for client and server: has one file, ``data``; breaks off at byte ``breaks`` of it with ``error`` when
    that is set.
    """

    def __init__(self, data, tag='"1"'):
        self.data = data
        self.tag = tag
        self.breaks = self.error = None
        self.ranges = []
        self.sent = self.pauses = 0

    async def aclose(self):
        pass

    async def pause(self, turn):
        self.pauses += 1

    async def open(self, url, fields=()):
        fields = dict(fields)
        self.ranges.append(fields.get("Range"))
        start, status, more = 0, 200, {"etag": self.tag}
        if "Range" in fields and fields.get("If-Range") == self.tag:
            start, status = int(fields["Range"][6:-1]), 206
            more["content-range"] = "bytes %d-%d/%d" % (start, len(self.data) - 1, len(self.data))
        body = self.data[start:]
        cut = body if self.breaks is None else body[: max(0, self.breaks - start)]
        exchange = Exchange(self, status, cut, more, len(body))
        exchange._break = self.error
        return exchange


class Store:
    def __init__(self, downgrade=False):
        self._downgrade = downgrade

    def flag(self, name):
        assert name == "firmware allow downgrade"
        return self._downgrade


class Phone:
    """``root``: its folder. ``update(server)`` is what a start does: error or None."""

    model = "57i"
    board = "bench"
    abi = 6
    fed = 0  # how often the watchdog was

    def __init__(self, root):
        self.root = root
        self.storage = Storage(root)
        self.log = Log()
        self.shown = []

    def feed(self):
        self.fed += 1

    def unload(self, *names):
        pass

    def tell(self, stage, text):
        self.shown.append(text)

    async def load(self, server, downgrade=False):
        """As downloads.py does it. The Header, or None; raises what went wrong."""
        server.store = Store(downgrade)
        for _ in range(3):
            version, staged, error = await check.check(self, server, URL, self.tell)
            if error:
                raise error
            if not version:
                return None
            try:
                proved = proof.prove(self)
            except PeerError:
                if not staged:
                    raise
                continue
            done, error = await payload.load(self, server, URL, proved, self.tell)
            if error:
                raise error
            if done:
                return stage.Stage(self.storage).load()
        raise AssertionError("it never ends")

    async def update(self, server):
        if await self.load(server):
            return await install.install(self, self.tell)
        return None

    def start(self):
        """What the boot code picks: (slot, start of a trial)."""
        return choose.choose(self.root)

    def record(self):
        return record.load(self.storage)

    def content(self, slot, names):
        """{path: bytes} of the files of a slot, as the boot code reads them."""
        found = choose.look(choose.path(self.root, slot))
        return {name: found.open(name).read(len(names[name])) for name in names}


def phone(folder, *keys):
    made = Phone(folder)
    made.storage.write_atomic("local.cfg", [b"mine: 1\n"])
    firmware_images.trust(made.storage, *keys)
    return made
