"""The next set of server layers, built aside: a run applies all of its files or none.

While bytes come in, only this module and the lexer are needed: rows whose names the store knows wait as they are.
``settle`` checks them with the table when the files are complete, or when too many wait and there is no spool.
"""

from binascii import crc32

from micropython import const

from dialtone.config.layer import Layer
from dialtone.config.store import LAYERS, LOCAL

_KEEP = const(20)  # diagnostics kept: about 100 B each; the rest is counted
_UNKNOWN = const(8)  # of these at most so many for unknown names, or a file full of SIP lines would hide the errors
_PASSWORDS = ("admin password", "user password")
_WAITING = const(1280)  # bytes of rows of one file that wait for the table: an ordinary file fits


class Draft:
    """Made by ``Store.begin_server``. A layer that is neither begun with ``layer`` nor named stays as it is.

    ``spool()`` is called when too much waits, and gives what takes it out of the heap, duck typed: ``add(index,
    layer)``, ``rows(index)``, ``drop(index)``. ``draft.spool`` is that, or None. ``draft.keeper(index, line, mark,
    name, value)`` gets each line with a name that no parameter has, unless it is None, and says whether it takes more.

    For ``settle``: ``waiting`` are the rows of each layer that wait, with "line,column,number of the table's module" in
    the place of the line, and ``wanted`` has a bit for each number that occurs; ``table`` are rows of the table that it
    has met, by name, and ``checked`` rows of the present file that have passed, by name, on their way into the layer.
    """

    keeper = None

    def __init__(self, store, keep=_KEEP, spool=None):
        self.store = store
        self.spool = None
        self._spool = spool
        self.keep_diagnostics = keep
        self.layers = store.layers[:]
        self.fresh = [False] * len(LAYERS)
        self.waiting = [None] * len(LAYERS)
        self.wanted = [0] * len(LAYERS)
        self.diagnostics = []
        self.more = 0
        self.full = False
        self.table = {}
        self.checked = {}
        self._unknown = 0
        self._index = -1
        self._lexer = None
        self._settle = None

    def layer(self, name, file, trusted, length=0):
        """Begins the new content of a layer; without any ``feed`` it will be empty, as after a 404.

        ``file`` is the name for origins and diagnostics; ``trusted`` whether it came over verified TLS 1.2 or later;
        ``length`` is a matter of provisioning.later.Later.
        """
        index = self._forget(name)
        self.layers[index] = Layer(file, trusted)
        self.fresh[index] = True
        self.waiting[index] = Layer()
        self.wanted[index] = 0
        self._index = index
        from dialtone.config.lexer import Lexer  # not before: where nothing has changed nobody needs it

        self._lexer = Lexer(self, None if self.keeper else self.foreign)

    def keep(self, name):
        """Leaves a layer as it is, as after a 304, whatever was fed for it."""
        index = self._forget(name)
        self.layers[index] = self.store.layers[index]
        self.fresh[index] = False
        self.waiting[index] = None

    def feed(self, view):
        """Takes the next bytes of the file begun last."""
        self._lexer.feed(view)

    def foreign(self, name):
        """Whether no parameter has this name, see Lexer; 2: nor one with the same first eight bytes."""
        if len(name) >= 8 and name[:3] not in b"act exp prg sof top":  # see store.told, store.family
            known = self.store.known
            code = crc32(name[:8]) & 1023
            if not known[(code >> 3) - 128] >> (code & 7) & 1:  # see known.py
                return 2
        return self.store.module(name.decode()) is None

    def row(self, line, column, mark, name, value):
        """Takes one parsed line; known names wait until the table is there to check them."""
        row = self.table.get(name)
        if row is None and self._settle:
            row = self._settle.met(self, name)
        if row:
            self._settle.take(self, self._index, row, mark, line, column, value)
            return row.effect
        module = self.store.module(name)
        if module is None:
            self.unknown(line, column, name)
            if self.keeper and not self.keeper(self._index, line, mark, name, value):
                self._lexer.pass_over(self.foreign)
        elif "\n" in value or "\t" in value or "\n" in name or "\t" in name:
            self.problem(line, column, name + " holds a control character")
        else:
            waiting = self.waiting[self._index]
            number = self.store.modules.index(module)
            self.wanted[self._index] |= 1 << number
            waiting.append(name, mark, "%d,%d,%d" % (line, column, number), value)
            if self._spool:
                if waiting.size() > _WAITING:
                    self._put_aside(waiting)
            elif len(waiting.chunks) > 1:  # 255 bytes where the table may come at once: what it says is remembered
                self.check(self._index)

    def again(self, line, mark, name, value):
        """Takes one more line of a name for which ``row`` would take any such value."""
        checked = self.checked
        if name in checked:
            checked[name] = line, 1, mark, name, value
        else:
            self.row(line, 1, mark, name, value)

    def check(self, index):
        """Moves what waits for the layer ``index`` into it, as far as it is legal."""
        from dialtone.config import settle

        self._settle = settle
        settle.check(self, index)

    def _put_aside(self, waiting):
        """Rows go to flash; passwords only when they are hashed, so the last one of each waits here."""
        passwords = Layer()
        for name in _PASSWORDS:
            row = waiting.row(name)
            while row:
                passwords.put(name, *row)
                waiting.drop(name)
                row = waiting.row(name)
        if not self.spool:
            self.spool = self._spool()
            for index in range(LOCAL):
                self.spool.drop(index)  # a power cut may have left rows of another day
        self.spool.add(self._index, waiting)
        self.waiting[self._index] = passwords

    def unknown(self, line, column, name, index=-1):
        """Notes a name that no parameter has; what was meant is looked up later. Of the present file, or of the layer
        ``index``. Returns whether the others are only counted.
        """
        if self._unknown < _UNKNOWN or self.keep_diagnostics > _KEEP:
            self._unknown += 1
            self.note(self._index if index < 0 else index, line, column, None, name[:48])
            return False
        self.more += 1
        return True

    def passed(self, count):
        """Counts lines of unknown names."""
        self.more += count

    def problem(self, line, column, reason, nearest=""):
        """Notes a diagnostic of the present file."""
        self.note(self._index, line, column, reason, nearest)

    def note(self, index, line, column, reason, nearest=""):
        """Keeps a diagnostic of the file of layer ``index`` while there is room, and counts it then. ``reason`` None:
        ``nearest`` is an unknown name.
        """
        if len(self.diagnostics) < self.keep_diagnostics:
            self.diagnostics.append((self.layers[index].file, line, column, reason, nearest))
        else:
            self.more += 1

    def release(self):
        """All files were fed; who has put their lines and rows aside is let go of."""
        self.finish()
        self.keeper = self._spool = None

    def prepare(self, reset=True):
        """Checks all that was fed, so that ``layers`` and ``diagnostics`` are what ``commit`` would put in force; that
        is not to be called any more then. ``reset`` and the result as there.
        """
        from dialtone.config.settle import prepare

        self.finish()
        return prepare(self, reset)

    def commit(self, reset=True):
        """Puts the new layers in force and returns whether a file reset (``^``) something set here.

        The caller saves both then, the local layer first. ``reset=False`` is for files that did so when they came.
        """
        from dialtone.config.settle import commit

        self.finish()
        return commit(self, reset)

    def finish(self):
        """Ends the present file: what is legal of the rows that did not have to wait is in its layer."""
        if self._lexer is not None:
            self._lexer.finish()
            self._lexer = None
            if self.checked:
                from dialtone.config.settle import put

                put(self, self._index)

    def _forget(self, name):
        """Ends the present file, and forgets what an earlier try for the layer ``name`` said; returns its index."""
        self.finish()
        index = LAYERS.index(name)
        if self.fresh[index]:
            if self.spool:
                self.spool.drop(index)
            file = self.layers[index].file
            self.diagnostics = [each for each in self.diagnostics if each[0] != file]
        return index
