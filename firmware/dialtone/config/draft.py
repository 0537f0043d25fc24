"""The next set of server layers, built aside: a run applies all of its files or none."""

from micropython import const

from dialtone.config.layer import Layer
from dialtone.config.lexer import Lexer
from dialtone.config.store import LAYERS, LOCAL, family
from dialtone.errors import CallerError

_KEEP = const(24)  # diagnostics kept: about 100 B each; the rest is counted
_UNKNOWN = const(10)  # of these at most so many for unknown names, or a file full of SIP lines would hide the errors
_PENDING = const(2048)  # bytes of rows that wait for the table: most files need it once, when they are complete
_ROOM = const(12288)  # bytes of all server layers: 300 values of ordinary length, a tenth of the smallest heap

_EXCESS = "the files set more than this phone can hold"


class Draft:
    """Made by ``Store.begin_server``. A layer that is neither begun with ``layer`` nor named stays as it is."""

    def __init__(self, store, keep=_KEEP):
        self._store = store
        self._keep = keep
        self.layers = store.layers[:]
        self.fresh = [False] * len(LAYERS)
        self.diagnostics = []
        self.more = 0
        self._unknown = 0
        self._index = -1
        self._pending = None
        self._lexer = None
        self._full = False

    def layer(self, name, file, trusted):
        """Begins the new content of a layer; without any ``feed`` it will be empty, as after a 404.

        ``file`` is the name for origins and diagnostics; ``trusted`` whether it came over verified TLS 1.2 or later.
        """
        self._index = self._drop(name)
        self.layers[self._index] = Layer(file, trusted)
        self.fresh[self._index] = True
        self._pending = Layer()
        self._lexer = Lexer(self)

    def keep(self, name):
        """Leaves a layer as it is, as after a 304, whatever was fed for it."""
        index = self._drop(name)
        self.layers[index] = self._store.layers[index]
        self.fresh[index] = False

    def feed(self, view):
        """Takes the next bytes of the file begun last."""
        self._lexer.feed(view)

    def row(self, line, column, mark, name, value):
        """Takes one parsed line; known names wait until the table is there to check them."""
        if hash(name) in self._store.names or "key" in name and hash(family(name)) in self._store.names:
            if "\n" in value or "\t" in value or "\n" in name or "\t" in name:
                self.problem(line, column, name + " holds a control character")
                return
            self._pending.append(name, mark, "%d,%d" % (line, column), value)
            if self._pending.size() > _PENDING:
                self._settle()
        elif self._unknown < _UNKNOWN or self._keep > _KEEP:
            self._unknown += 1
            self.problem(line, column, None, name[:48])
        else:
            self.more += 1

    def problem(self, line, column, reason, nearest=""):
        """Notes a diagnostic of the present file; a reason of None is an unknown name that is still to be looked up."""
        self.note(self.layers[self._index].file, line, column, reason, nearest)

    def note(self, *diagnostic):
        """Keeps a diagnostic ``(file, line, column, reason, nearest)`` while there is room, and counts it then."""
        if len(self.diagnostics) < self._keep:
            self.diagnostics.append(diagnostic)
        else:
            self.more += 1

    def commit(self, reset=True):
        """Puts the new layers in force and returns whether a file reset (``^``) something that was set here.

        The caller saves both then, the local layer first. ``reset=False`` is for files that did so when they came.
        """
        from dialtone.config import parameters, trust

        self._end_file()
        store = self._store
        for row in parameters.trusted_rows():
            trust.guard(store, self, row)
        reset = reset and self._reset_local()
        store.diagnostics = self._all_diagnostics()
        store.more_diagnostics = self.more
        names = changes(store, self.layers)
        store.layers = self.layers
        self.layers = store.layers[:]
        store.changed(names)
        return reset

    def _drop(self, name):
        """Ends the present file, and forgets what an earlier try for the layer ``name`` said; returns its index."""
        self._end_file()
        index = LAYERS.index(name)
        if self.fresh[index]:
            file = self.layers[index].file
            self.diagnostics = [each for each in self.diagnostics if each[0] != file]
        return index

    def _end_file(self):
        if self._lexer is not None:
            self._lexer.finish()
            self._settle()
            self._lexer = None

    def _settle(self):
        """Checks the rows that waited, with the table."""
        from dialtone.config import parameters

        pending = self._pending
        self._pending = Layer()
        for name, mark, place, value in pending.rows():
            row = parameters.find(name, self._store.model)
            line, column = place.split(",")
            if row is None:
                reason = name[:48] + ": this model has no such key" if family(name) != name else None
                self.problem(int(line), int(column), reason, "" if reason else name[:48])
            else:
                self._take(row, mark, int(line), int(column), value)

    def _take(self, row, mark, line, column, value):
        from dialtone.config import parameters, values

        layer = self.layers[self._index]
        if value == values.MASK and parameters.SECRET in row.flags:
            old = self._store.layers[self._index].row(row.name)
            if old is None:
                return
            value = old[2]
        try:
            value = values.canonical(row, value)
        except CallerError as error:
            self.problem(line, column, row.name + " " + error.text)
            return
        if self._index == LOCAL:
            layer.put(row.name, "-", "0", value)
            return
        layer.put(row.name, mark, line, value)
        if sum([each.size() for each in self.layers[:LOCAL]]) > _ROOM:
            layer.drop(row.name)
            if self._full:
                self.more += 1
            else:
                self.problem(line, column, _EXCESS)
            self._full = True

    def _all_diagnostics(self):
        """What the files read now say, in the order of their lines, then what is still known of the others."""
        from dialtone.config.parameters import nearest
        from dialtone.log import clean

        files = [layer.file for layer in self.layers]
        told = self.diagnostics
        for i in range(len(told)):
            file, line, column, reason, name = told[i]
            if reason is None:
                told[i] = (file, line, column, 'unknown parameter "%s"' % clean(name), nearest(name, self._store.model))
        told.sort(key=lambda each: (files.index(each[0]), each[1], each[2]))
        read = [files[i] for i in range(len(files)) if self.fresh[i]]
        return (told + [each for each in self._store.diagnostics if each[0] not in read])[: self._keep]

    def _reset_local(self):
        """Drops local rows that a file read now marks with ``^``, in a copy, so that the old layer stays whole."""
        local = None
        for i in range(LOCAL):
            if self.fresh[i]:
                for name, mark, _, _ in self.layers[i].rows():
                    if mark == "^" and self.layers[LOCAL].tail(name) is not None:
                        if local is None:
                            local = copy(self.layers[LOCAL])
                        local.drop(name)
        if local is not None:
            self.layers[LOCAL] = local
        return local is not None


def copy(layer):
    """A second layer with the same rows."""
    twin = Layer(layer.file, layer.trusted)
    for name, mark, line, value in layer.rows():
        twin.append(name, mark, line, value)
    return twin


def changes(store, layers):
    """The names whose effective value is another one under ``layers``."""
    names = set()
    old = store.layers
    for index in range(len(layers)):
        if layers[index] is not old[index]:
            for each in (layers[index], old[index]):
                for name, _, _, _ in each.rows():
                    names.add(name)
    changed = set()
    for name in names:
        if _value(store.winner(name, layers)[1]) != _value(store.winner(name)[1]):
            changed.add(name)
    return changed


def _value(tail):
    return b"" if tail is None else tail[tail.find(b"\t") + 1 :]
