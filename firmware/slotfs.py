"""A slot's file as a file system: a ROMFS image (MicroPython's docs/reference/romfs) on flash, read where it lies.

MicroPython's own ``vfs.VfsRom`` wants such an image mapped into memory, and the images that its project publishes for
boards are built without it. This one needs nothing but files. It stays in the heap, while choose.py, which makes it,
does not. No update replaces either.
"""

import gc
import io

from micropython import const

_DATA = const(2)
_FOLDER = const(4)
_FILE = const(5)
_HEAD = const(64)  # bytes that are read of a record: kind, length, and a name of up to 48 (dialtone/update/romfs.py)
_IS_FOLDER = (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_IS_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)  # nobody asks for more than the kind


class Slot:
    r"""What ``vfs.mount`` takes: the methods that imports and reading call. Nothing can be written.

    ``path``: of the slot's file. ``folders``: {path of a folder in it: (names, places)}: a line for each file, its name
    with a slash behind it or, of a .mpy, without the ending, a line's end at both ends of the text; and for each line
    three bytes, where the record of the file is. ``sources``: whether there is any .py.
    """

    def __init__(self, path, folders, sources):
        self._path = path
        self._folders = folders
        self._sources = sources

    def mount(self, readonly, mkfs):
        """Nothing to prepare."""

    def umount(self):
        """Nothing to end."""

    def chdir(self, path):
        """Only the root can be the current folder."""
        if path.strip("/"):
            raise OSError(1)

    def getcwd(self):
        """See ``chdir``."""
        return "/"

    def stat(self, path):
        """Whether it is a folder or a file, and no more of it. Most that imports ask for is neither."""
        try:
            if path.strip("/") in self._folders:
                return _IS_FOLDER
            if (self._sources or not path.endswith(".py")) and "." in path and self._find(path) > 0:
                return _IS_FILE
            raise OSError(2)
        except MemoryError:
            return _IS_FILE  # an import takes any error here for "no such module": let ``open`` tell

    def open(self, path, mode="r"):
        """A file, binary. Of a .mpy the slot's file from there on: who loads it knows where it ends."""
        at = self._find(path)
        if at < 0:
            raise MemoryError() if path.endswith("py") else OSError(2)  # see ``stat``
        if (gc.threshold() or 0) > 0:  # memory is scarce: the code comes to lie where the search for it has been
            gc.collect()
        file = open(self._path, "rb")
        kind, _, at, end = record(file, at)
        stop = at
        while kind != _DATA and stop < end:  # there may be padding
            kind, _, at, stop = record(file, stop)
        file.seek(at)
        return file if path.endswith(".mpy") else _Part(file, at, stop - at)

    def ilistdir(self, path):
        """(name, kind, 0) of all in a folder."""
        path = path.strip("/")
        for folder in self._folders:
            above, _, name = folder.rpartition("/")
            if name and above == path:
                yield name, 0x4000, 0
        for name in self._folders[path][0].split("\n")[1:-1]:
            yield name[:-1] if name.endswith("/") else name + ".mpy", 0x8000, 0

    def _find(self, path):
        """Where the record of a file is, -1 for what is none."""
        folder, _, name = path.strip("/").rpartition("/")
        names, places = self._folders.get(folder) or ("", b"")
        at = names.find("\n%s\n" % (name[:-4] if name.endswith(".mpy") else name + "/"))
        if at < 0:
            return at
        line = 3 * names.count("\n", 0, at)
        return places[line] << 16 | places[line + 1] << 8 | places[line + 2]


class _Part(io.IOBase):
    """``size`` bytes of the open ``file`` from ``start`` on."""

    def __init__(self, file, start, size):
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readinto(self, room):
        """As a file's."""
        left = self._size - self._at
        count = self._file.readinto(memoryview(room)[:left] if len(room) > left else room)
        self._at += count
        return count

    def read(self, size=-1):
        """As a file's."""
        left = self._size - self._at
        room = bytearray(left if size < 0 or size > left else size)
        return bytes(room[: self.readinto(room)])

    def seek(self, at, whence=0):
        """As a file's, from its beginning alone."""
        self._at = min(at, self._size)
        self._file.seek(self._start + self._at)
        return self._at

    def ioctl(self, request, argument):
        """What MicroPython's own code asks for: to close it (4)."""
        if request == 4:
            self._file.close()
        return 0

    def close(self):
        """As a file's."""
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()


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
