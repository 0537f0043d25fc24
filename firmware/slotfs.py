"""A slot's file as a file system: a ROMFS image (MicroPython's docs/reference/romfs) on flash, read where it lies.

MicroPython's own ``vfs.VfsRom`` wants such an image mapped into memory, and the images that its project publishes for
boards are built without it. This one needs nothing but files. It stays in the heap, while choose.py, which makes it,
does not: so it is no more than imports need. No update replaces either.
"""

import gc

from micropython import const

_DATA = const(2)
_FOLDER = const(4)
_FILE = const(5)
_HEAD = const(64)  # bytes that are read of a record: kind, length, and a name of up to 48 (dialtone/update/romfs.py)


class Slot:
    r"""What ``vfs.mount`` takes: the methods that imports and reading call. Nothing can be written or listed.

    ``path``: of the slot's file. ``folders``: {path of a folder in it: number of its first record and, 12 bits lower,
    of the one behind its last}. ``marks``: a byte for each record, the lowest of what ``hash`` makes of its name.
    ``places``: three bytes for each eighth record, where in the file it is.
    """

    def __init__(self, path, folders, marks, places):
        self._path = path
        self._folders = folders
        self._marks = marks
        self._places = places
        self._found = None  # the last path, for ``open`` follows ``stat``; where that file begins, and its size
        self._at = self._size = 0

    def mount(self, *more):
        """Nothing to prepare, nothing to end, and always in the root."""
        return "/"

    umount = chdir = getcwd = mount

    def stat(self, path):
        """Whether it is a folder or a file, with its size. There are no Python sources."""
        kind, size = 0x8000, 0
        try:
            if path.strip("/") in self._folders:
                kind = 0x4000
            else:
                size = -1 if path.endswith(".py") or "." not in path else self._find(path)  # most that imports ask for
                if size < 0:
                    raise OSError(2)
        except MemoryError:
            pass  # an import takes any error here for "no such module": let ``open`` tell
        return (kind, 0, 0, 0, 0, 0, size, 0, 0, 0)

    def open(self, path, mode="r"):
        """The slot's file from where ``path`` begins: who loads a .mpy knows its end, others ask ``stat``."""
        if self._find(path) < 0:
            raise MemoryError() if path.endswith("py") else OSError(2)  # see ``stat``
        if (gc.threshold() or 0) > 0:  # memory is scarce: the code comes to lie where the search for it has been
            gc.collect()
        file = open(self._path, "rb")
        file.seek(self._at)
        return file

    def _find(self, path):
        """The size of a file, which begins at ``_at`` then; -1 for what is not there."""
        if path == self._found:
            return self._size
        folder, _, name = path.strip("/").rpartition("/")
        last = self._folders.get(folder, 0)
        name = name.encode()
        mark = bytes((hash(name) & 255,))
        line = self._marks.find(mark, last >> 12, last & 4095)
        if line >= 0:
            with open(self._path, "rb") as file:
                while line >= 0:
                    at = line // 8 * 3
                    at = int.from_bytes(self._places[at : at + 3], "big")
                    for _ in range(line % 8):
                        at = record(file, at)[3]
                    kind, found, stop, end = record(file, at)
                    if kind == _FILE and found == name:
                        while kind != _DATA and stop < end:  # there may be padding
                            kind, _, at, stop = record(file, stop)
                        self._found, self._at, self._size = path, at, stop - at
                        return self._size
                    line = self._marks.find(mark, line + 1, last & 4095)
        return -1


def record(file, at):
    """(kind, name, where its content begins, where it ends) of the record at ``at``; only files and folders have a
    name.
    """
    head = bytearray(_HEAD)
    file.seek(at)
    file.readinto(head)
    kind, here = _number(head, 0)
    size, here = _number(head, here)
    stop = at + here + size
    name = b""
    if kind == _FILE or kind == _FOLDER:
        size, here = _number(head, here)
        name = bytes(head[here : here + size])
        here += size
    return kind, name, at + here, stop


def _number(data, at):
    """(value, place behind it): seven bits a byte, the highest bit says that more come."""
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
