"""What a Configuration object of the XML interface does to the store (facts page, 6.3).

``remote``, the usual level, holds until the next start; ``oneBoot`` for the next start; ``override`` is ``remote`` and
drops what lies above it; ``local`` is set here. No level lowers a trust row, passes a lock or opens the phone.
"""

from micropython import const

from dialtone.config import finding, parameters, strict
from dialtone.config.editing import legal
from dialtone.config.layer import Layer
from dialtone.config.store import LOCAL
from dialtone.config.winning import replace, set_by_object, value_of
from dialtone.errors import CallerError

LEVELS = ("remote", "oneboot", "override", "local")
_REMOTE = const(4)
_ONE_BOOT = const(5)
_SETTINGS = const(120)  # of one object: 30 items are what the vendor's library sends, each for a few keys
_ROOM = const(2048)  # bytes of what objects set for a while, all in the heap: some 40 values
_LOCAL_ROOM = const(8192)  # bytes of local.cfg that objects fill: all keys of a 57i


def apply(store, items):
    """Applies ``items``: (parameter name with ``#`` for a number, value, level "remote"..., first, last number).

    Returns (list of what was refused and why, whether the local layer has changed and wants to be saved, the Layer to
    be kept for the next start or None).
    """
    change = _Change(store)
    for section, _, module in parameters.sections():
        change.section(section, module, items)
    for name, _, _ in _settings(items):
        if store.module(name) is None:
            change.refuse(name, "unknown parameter")
    saved = change.layers[LOCAL] is not store.layers[LOCAL]
    replace(store, change.layers)
    return change.refused, saved, change.next


def rows(layer):
    """Yields the text of the Layer for the next start, in the form that ``Store.load`` reads."""
    yield "=%s\t0\n" % layer.file
    for name, mark, line, value in layer.rows():
        yield "%s\t%s%s\t%s\n" % (name, mark, line, value)


def _settings(items):
    """Yields (name, value, level) of the single settings, bounded."""
    left = _SETTINGS
    for name, value, level, first, last in items:
        name = name.strip().lower()
        for number in range(first, last + 1) if "#" in name else (0,):
            left -= 1
            if left < 0:
                return
            yield name.replace("#", str(number)), value, level


class _Change:
    def __init__(self, store):
        self.store = store
        self.layers = store.layers[:]
        self.next = None
        self.refused = []

    def refuse(self, name, text):
        text = "%s: %s" % (name[:48], text)
        if text not in self.refused and len(self.refused) < 8:  # lines in the log: enough to see what is wrong
            self.refused.append(text)

    def section(self, section, module, items):
        """All settings whose rows are in one module of the table."""
        texts = None
        for name, value, level in _settings(items):
            if self.store.module(name) == module:
                texts = texts or parameters.read(module)
                row = finding.lookup(section, texts, name, self.store.model)
                try:
                    if row is None:
                        raise CallerError("unknown parameter")
                    self._set(row, value, level)
                except CallerError as error:
                    self.refuse(name, error.text)

    def _set(self, row, text, level):
        name = row.name
        if parameters.NO_XML in row.flags or level == "local" and parameters.FILE_ONLY in row.flags:
            raise CallerError("not set by XML objects")
        server = self.store.server_winner(name)[1]
        lock = name[: name.rfind(" ")] + " locked"
        if server and server[:1] == b"!" or value_of(self.store.server_winner(lock)[1]) == "1":
            raise CallerError("locked")
        value = legal(row, text, value_of(self.store.winner(name, self.layers)[1]), "xml")
        if level == "oneboot":
            if self.next is None:
                self.next = Layer("XML object", False)
            self._put(self.next, name, value, _ROOM)
        elif level == "local":
            local = self._own(LOCAL)
            if value == value_of(server) and not set_by_object(self.layers, name):
                local.drop(name)
            else:
                self._put(local, name, value, _LOCAL_ROOM, "1")
        else:
            if level == "override":
                self._uncover(row, server)
            self._put(self._own(_REMOTE), name, value, _ROOM)

    def _put(self, layer, name, value, room, line="0"):
        if layer.size() + len(name) + len(value) > room:
            raise CallerError("no room")
        layer.put(name, "-", line, value)

    def _uncover(self, row, server):
        """Drops what lies above the level of ``remote``; after the next start the files' value holds."""
        local = self.layers[LOCAL].row(row.name)
        if local is not None:
            if parameters.TRUST in row.flags and strict.lowers(row, local[2], value_of(server)):
                raise CallerError("would be weaker after the next start")
            self._own(LOCAL).drop(row.name)
        if self.layers[_ONE_BOOT].tail(row.name) is not None:
            self._own(_ONE_BOOT).drop(row.name)

    def _own(self, index):
        """The layer as a copy that may be changed."""
        layers = self.layers
        if layers[index] is self.store.layers[index]:
            layers[index] = layers[index].copy()
            if index == _REMOTE:
                layers[index].file = "XML object"
                layers[index].trusted = False
        return layers[index]
