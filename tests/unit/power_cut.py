"""A file system in memory whose power can be cut after any byte and any call. For storage tests on three targets."""


import os

from dialtone.storage import files, sweep


class PowerCut(BaseException):
    """The phone is off: no ``except OSError`` may outlive that."""


class Flash:
    """Files by path. ``budget``: steps until the power goes (None = never); each byte and each call that changes
    something is one step. ``steps`` counts those taken.

    What was written counts from the moment it was: the bytes of a file that was being written are there up to the cut.
    """

    def __init__(self):
        self.files = {}
        self.folders = set()
        self.budget = None
        self.steps = 0
        self.off = False

    def copy(self):
        """The same flash, with power and as read after a restart."""
        other = Flash()
        other.files = {path: bytes(data) for path, data in self.files.items()}
        other.folders = set(self.folders)
        return other

    def step(self):
        if self.off or self.budget is not None and self.steps >= self.budget:
            self.off = True
            raise PowerCut()
        self.steps += 1

    # What storage/files.py uses of ``os`` and ``open``

    def stat(self, path):
        if path in self.files:
            return (0x8000, 0, 0, 0, 0, 0, len(self.files[path]))
        if path in self.folders:
            return (0x4000, 0, 0, 0, 0, 0, 0)
        raise OSError(2, "ENOENT")

    def mkdir(self, path):
        if path in self.folders:
            raise OSError(17, "EEXIST")
        self.step()
        self.folders.add(path)

    def rename(self, old, new):
        self.stat(old)
        self.step()
        self.files[new] = self.files[old]
        del self.files[old]

    def remove(self, path):
        self.stat(path)
        self.step()
        del self.files[path]

    def listdir(self, folder):
        at = len(folder) + 1
        return [path[at:] for path in self.files if path.startswith(folder + "/")]

    def sync(self):
        self.step()

    def open(self, path, mode):
        if mode[0] == "r":
            self.stat(path)
            return _Reader(self.files[path])
        self.step()
        self.files[path] = b""
        return _Writer(self, path)


class On:
    """While it is entered, storage works on a ``Flash`` instead of the machine's files."""

    def __init__(self, flash):
        self._flash = flash

    def __enter__(self):
        files.os = sweep.os = self._flash
        files.open = self._flash.open

    def __exit__(self, kind, value, trace):
        files.os = sweep.os = os
        files.open = open


class _Reader:
    def __init__(self, data):
        self._data = data
        self._at = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        pass

    def read(self, count):
        piece = self._data[self._at : self._at + count]
        self._at += len(piece)
        return piece

    def readline(self, limit):
        end = self._data.find(b"\n", self._at) + 1 or len(self._data)
        return self.read(min(limit, end - self._at))


class _Writer:
    def __init__(self, flash, path):
        self._flash = flash
        self._path = path

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        pass

    def write(self, data):
        flash = self._flash
        room = len(data) if flash.budget is None else min(len(data), flash.budget - flash.steps)
        flash.files[self._path] += bytes(data[:room])
        flash.steps += room
        if room < len(data):
            flash.step()  # the power goes
        return len(data)

    def flush(self):
        self._flash.step()
