"""Lines of configuration files that this firmware does not use: they go to flash while files are read.

One file for each layer, ``foreign.2.new`` say: a line of it is ``line TAB mark TAB name TAB value``, and ``=`` tells
that there was no room for all. Passwords are not kept: nobody here needs them. What follows is in unused.py, since
the client is in the heap as well.
"""

from dialtone.log import clean
from micropython import const

_BYTES = const(8192)  # of one layer: some 200 lines, more than the vendor's longest example has
_CHUNK = const(512)  # written at a time
_NAME = const(64)  # characters of a name
_CUT = const(200)  # characters of a long value: ``Storage.lines`` gives lines of more than 1,100 bytes in pieces


class Foreign:
    """``row`` is what a ``config.draft.Draft`` calls its ``keeper``. ``close`` when all files were read.

    A flash that is full costs these lines alone: they are no reason to keep old settings.
    """

    def __init__(self, storage, ending=".new"):
        self._path = storage.path("foreign.") + "%d" + ending
        self._index = -1
        self._line = self._left = 0
        self._more = False  # than there is room for
        self._rows = b""
        self.files = []  # indices of the layers that have any

    def row(self, index, line, mark, name, value):
        """Keeps one line of the file for layer ``index``. Whether there is room for more."""
        if index != self._index or line < self._line:  # another file, or the same once more
            self.close()
            self._index = index
            self._left = _BYTES
            self._write("wb")  # what an earlier round has left there, in which the power went
            self.files.append(index)
        self._line = line
        if self._more:
            return False
        if value and ("pass" in name or "secret" in name):
            value = "********"
        value = clean(value)
        if len(value.encode()) > 900:
            value = value[:_CUT]
        row = ("%d\t%s\t%s\t%s\n" % (line, mark, clean(name, _NAME), value)).encode()
        self._left -= len(row)
        if self._left < 0:
            self._more = True
            return False
        if len(self._rows) + len(row) > _CHUNK:
            self._write("ab")
        self._rows += row
        return True

    def close(self):
        """Writes what is left of the last file."""
        if self._more:
            self._rows += b"=\n"
        if self._rows:
            self._write("ab")
        self._more = False
        self._line = 0
        self._index = -1

    def _write(self, mode):
        try:
            with open(self._path % self._index, mode) as file:
                file.write(self._rows)
        except OSError:
            self._more = True
        self._rows = b""
