"""Files that are whole or not there: written aside, then renamed over the old one.

Runs on CPython's file system, MicroPython's unix port and a board's littlefs. Only CPython has ``os.fsync`` for one
file; some boards have ``os.sync``; littlefs commits a file when it is closed.
"""

import os

from micropython import const

from dialtone.errors import CallerError, DeviceError

_NAME = const(64)  # longest name with its folders: littlefs carries 255, our own names stay far below
_LINE = const(1100)  # bytes of one line: the longest that the configuration lexer takes, with its name and marks
_PIECE = const(110)  # bytes read at once: 1,100 in one piece are often not to be had
_TMP = ".tmp"


class Storage:
    """The phone's files under the folder ``root``. Names are relative: "local.cfg", "slots/a.img"."""

    def __init__(self, root):
        self._root = root

    def path(self, name):
        """The path of ``name`` for modules that must open it themselves; raises CallerError for an unfit name."""
        if not 0 < len(name) <= _NAME:
            raise CallerError("File name is empty or too long")
        for part in name.split("/"):
            if not part or part[0] == "." or part.endswith(_TMP):
                raise CallerError("File name is not allowed")
            for char in part:
                if not ("a" <= char <= "z" or "A" <= char <= "Z" or "0" <= char <= "9" or char in "._-"):
                    raise CallerError("File name is not allowed")
        return self._root + "/" + name

    def exists(self, name):
        """Whether the file or folder is there."""
        return self.size(name) >= 0

    def size(self, name):
        """Bytes of a file, or -1 when there is none."""
        try:
            return os.stat(self.path(name))[6]
        except OSError:
            return -1

    def read(self, name, limit):
        """The whole file as bytes, None when there is none. DeviceError when longer than ``limit`` bytes or broken."""
        size = self.size(name)
        if size > limit:
            raise DeviceError("%s is longer than %d bytes" % (name, limit), "Remove it or restore factory defaults")
        try:
            with open(self.path(name), "rb") as file:
                return file.read(size)  # a sized read takes its whole buffer first
        except OSError as error:
            if error.errno == 2:
                return None
            raise _failed("read", name, error)

    def lines(self, name):
        """Yields the file's lines with their line ends, overlong ones in pieces; nothing when there is no file."""
        try:
            with open(self.path(name), "rb") as file:
                while True:
                    line = file.readline(_PIECE)  # takes a buffer of that size first
                    while len(line) < _LINE and line[-1:] != b"\n":
                        more = file.readline(_PIECE)
                        if not more:
                            break
                        line += more
                    if not line:
                        return
                    yield line
        except OSError as error:
            if error.errno != 2:
                raise _failed("read", name, error)

    def open(self, name, mode):
        """An open file for modules that stream; folders are made when the mode writes. Raises DeviceError."""
        path = self.path(name)
        try:
            if mode[0] in "wa":
                self._make_folders(name)
            return open(path, mode)
        except OSError as error:
            raise _failed("open", name, error)

    def write_atomic(self, name, pieces, old=None):
        """Replaces the file by ``pieces`` (str or bytes, any iterable), or leaves it and raises DeviceError.

        ``old``: the name that the file before gets (see kept.py). An exception of the iterable passes through; the
        file is kept then too.
        """
        path = self.path(name)
        done = False
        try:
            self._make_folders(name)
            with open(path + _TMP, "wb") as file:
                for piece in pieces:
                    if isinstance(piece, str):
                        piece = piece.encode()
                    if file.write(piece) != len(piece):
                        raise OSError(28)  # a short write is a full disk that did not say so
                file.flush()
                if hasattr(os, "fsync"):
                    os.fsync(file.fileno())
            if hasattr(os, "sync") and not hasattr(os, "fsync"):
                os.sync()
            if old:
                os.rename(path, self.path(old))
            os.rename(path + _TMP, path)
            done = True
        except OSError as error:
            raise _failed("write", name, error)
        finally:
            if not done:
                _remove(path + _TMP)

    def remove(self, name):
        """Removes a file; tells whether there was one."""
        return _remove(self.path(name))

    def sweep(self):
        """Removes what an interrupted ``write_atomic`` left behind; to be called once at start. Returns how many."""
        from dialtone.storage.sweep import sweep

        return sweep(self._root, _TMP)

    def _make_folders(self, name):
        _make_folder(self._root)
        at = name.find("/")
        while at >= 0:
            _make_folder(self._root + "/" + name[:at])
            at = name.find("/", at + 1)


def _make_folder(path):
    try:
        os.mkdir(path)
    except OSError as error:
        if error.errno != 17:  # EEXIST
            raise


def _remove(path):
    try:
        os.remove(path)
        return True
    except OSError:
        return False


def _failed(verb, name, error):
    if error.errno == 28:
        return DeviceError("Cannot %s %s: storage is full" % (verb, name), "Remove files or a downloaded image")
    return DeviceError("Cannot %s %s: error %s" % (verb, name, error.errno), "Restart the phone; check its storage")
