"""Lines of configuration files that this firmware does not use: they go to flash while files are read.

One file for each layer, ``foreign.2.new`` say: a line of it is ``line TAB mark TAB name TAB value``, and ``=`` tells
that there was no room for all. Passwords are not kept: nobody here needs them. What follows is in unused.py, since
the client is in the heap as well.
"""

from dialtone.errors import DeviceError
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

    def __init__(self, storage, pattern="foreign.%d.new"):
        self._storage = storage
        self._pattern = pattern
        self._file = None
        self._index = -1
        self._line = self._left = 0
        self._rows = b""
        self.files = []  # indices of the layers that have any

    def row(self, index, line, mark, name, value):
        """Keeps one line of the file for layer ``index``. Whether there is room for more."""
        if index != self._index or line < self._line:  # another file, or the same once more
            self.close()
            self._begin(index)
        self._line = line
        if not self._file:
            return False
        if value and ("password" in name or "secret" in name):
            value = "********"
        value = clean(value)
        if len(value.encode()) > 900:
            value = value[:_CUT]
        row = ("%d\t%s\t%s\t%s\n" % (line, mark, clean(name, _NAME), value)).encode()
        self._left -= len(row)
        if self._left < 0:
            self._rows += b"=\n"
            self._end()
            return False
        if len(self._rows) + len(row) > _CHUNK:
            self._write()
        self._rows += row
        return True

    def close(self):
        """Writes what is left of the last file."""
        self._end()
        self._line = 0
        self._index = -1

    def _begin(self, index):
        self._index = index
        self._left = _BYTES
        try:  # takes the place of what an earlier round has left there, in which the power went
            self._file = self._storage.open(self._pattern % index, "wb")
            self.files.append(index)
        except DeviceError:
            pass

    def _end(self):
        if self._file:
            self._write()
            file, self._file = self._file, None
            try:
                file.close()
            except OSError:
                pass  # flash is full

    def _write(self):
        try:
            self._file.write(self._rows)
        except OSError:
            pass  # flash is full
        self._rows = b""
