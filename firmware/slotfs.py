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

    ``path``: of the slot's file. ``folders``: {path of a folder in it: (names, places)}: a line for each record in it,
    and a line's end in front: the name of a .mpy without the ending, of another file with a slash behind it, else
    nothing. ``places``: three bytes for each eighth line, where in the file its record is.
    """

    def __init__(self, path, folders):
        self._path = path
        self._folders = folders

    def mount(self, *more):
        """Nothing to prepare, nothing to end, and always in the root."""
        return "/"

    umount = chdir = getcwd = mount

    def stat(self, path):
        """Whether it is a folder or a file; with the size, unless it is a .mpy. There are no Python sources."""
        size = 0
        try:
            if path.strip("/") in self._folders:
                return (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            if path.endswith(".py") or "." not in path or self._find(path)[1] < 0:  # most that imports ask for
                raise OSError(2)
            if not path.endswith(".mpy"):
                with open(self._path, "rb") as file:
                    size = self._seek(file, path)
        except MemoryError:
            pass  # an import takes any error here for "no such module": let ``open`` tell
        return (0x8000, 0, 0, 0, 0, 0, size, 0, 0, 0)

    def open(self, path, mode="r"):
        """The slot's file from where ``path`` begins: who loads a .mpy knows its end, others ask ``stat``."""
        if self._find(path)[1] < 0:
            raise MemoryError() if path.endswith("py") else OSError(2)  # see ``stat``
        if (gc.threshold() or 0) > 0:  # memory is scarce: the code comes to lie where the search for it has been
            gc.collect()
        file = open(self._path, "rb")
        self._seek(file, path)
        return file

    def _find(self, path):
        """(folder's names and places, where in the names); -1 for what is not there."""
        folder, _, name = path.strip("/").rpartition("/")
        found = self._folders.get(folder) or ("", b"")
        return found, found[0].find("\n%s\n" % (name[:-4] if name.endswith(".mpy") else name + "/"))

    def _seek(self, file, path):
        """Goes to where a file begins. Its size."""
        (names, places), at = self._find(path)
        line = names.count("\n", 0, at)
        at = line // 8 * 3
        at = places[at] << 16 | places[at + 1] << 8 | places[at + 2]
        for _ in range(line % 8):
            at = record(file, at)[3]
        kind, _, stop, end = record(file, at)
        while kind != _DATA and stop < end:  # there may be padding
            kind, _, at, stop = record(file, stop)
        file.seek(at)
        return stop - at


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
