"""The store: what each layer says, which value wins, and who wants to know when that changes.

Everything here stays in memory, so it knows nothing of the table: the other modules of the package
come when they are needed, and whoever caused that drops them with ``platform.unload(*ON_DEMAND)``.
Precedence (aastra-facts 3.3, 3.4, 6.3): default, then the server's files in order, then what XML objects have set, then
what was set here; a row that the server locks (``!``) beats all above it.
"""

from binascii import crc32, hexlify

from micropython import const

from dialtone.config.layer import Layer

# Server layers from the lowest to the highest, then the local one, then two that lie below the local one: what XML
# objects set until the next start, and for this one start (see levels.py). Below all of them lie the defaults.
LAYERS = ("aastra", "model", "mac", "local", "remote", "oneboot")
LOCAL = const(3)

ON_DEMAND = (
    "dialtone.storage.kept",
    "dialtone.config.known",
    "dialtone.config.parameters",
    "dialtone.config.rowtext",
    "dialtone.config.families",
    "dialtone.config.finding",
    "dialtone.config.keyrows",
    "dialtone.config.table",
    "dialtone.config.values",
    "dialtone.config.strict",
    "dialtone.config.zones",
    "dialtone.config.nearest",
    "dialtone.config.lexer",
    "dialtone.config.draft",
    "dialtone.config.settle",
    "dialtone.config.levels",
    "dialtone.config.trust",
    "dialtone.config.winning",
    "dialtone.config.editing",
    "dialtone.config.explaining",
    "dialtone.config.saving",
    "dialtone.config.packing",
    "dialtone.crypto.passwords",
)

_LOCK = const(33)  # "!" as the byte that begins a row's tail
_ENTRY = const(4)  # bytes for each name of the table: a dict of numbers takes twice as much
_STARTS = const(128)  # bytes behind them, see known.py
_MEMO = const(24)  # effective values kept decoded: more than one request or one menu reads


class Store:
    """The configuration of one phone of ``model``. Starts with the defaults alone. ``keys``: see ``families.keys``.
    ``random(n)`` gives the salt for passwords; without it (on a PC) they stay as they are.

    ``generation`` grows with every change; ``diagnostics`` holds ``(file, line, column, reason, nearest name)`` of what
    the last files said wrong, bounded, and ``more_diagnostics`` counts the rest. ``known``: see ``known.known``;
    ``modules``: of the table, in its order.
    """

    def __init__(self, model, random=None):
        from dialtone.config import families, known, parameters

        self.model = model
        self.random = random
        self.keys = families.keys(model)
        self.layers = [Layer()] * len(LAYERS)  # nobody writes to a layer that is in force: one empty one is enough
        self.generation = 0
        self.diagnostics = []
        self.more_diagnostics = 0
        self._memo = {}
        self._watchers = []
        self.modules = [module for _, _, module in parameters.sections()]
        self.known, self._defaults = known.known()

    def get(self, name):
        """The effective value of a canonical name; "" when nobody sets it."""
        value = self._memo.get(name)
        if value is None:
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            tail = self.winner(name)[1]
            value = self._memo[name] = "" if tail is None else tail[tail.find(b"\t") + 1 :].decode()
        return value

    def flag(self, name):
        """Whether a ``bool`` parameter is on."""
        return self.get(name) == "1"

    def number(self, name):
        """The value of an ``int`` parameter."""
        return int(self.get(name))

    def server_winner(self, name, layers=None):
        """``(index, tail)`` of the highest server layer that has the row; ``(-1, default or None)`` without one."""
        layers = layers or self.layers
        for index in (2, 1, 0):
            tail = layers[index].tail(name)
            if tail is not None:
                return index, tail
        return -1, self._defaults.tail(hexlify(key_of(family(name))).decode())

    def winner(self, name, layers=None):
        """``(index, tail)`` of the row that is in force, or would be under other ``layers``."""
        index, tail = self.server_winner(name, layers)
        if index < 0 or tail[0] != _LOCK:
            for above in (LOCAL, 5, 4):
                row = (layers or self.layers)[above].tail(name)
                if row is not None:
                    return above, row
        return index, tail

    def origin(self, name):
        """Where the effective value comes from: "default", "set here", "XML object" or "aastra.cfg line 12"."""
        index, tail = self.winner(name)
        return self.origin_of(index, tail)

    def origin_of(self, index, tail):
        """The same for any row: a layer's index (-1 the defaults) and the row's tail."""
        if index < 0:
            return "default"
        if index == LOCAL:
            return "set here"
        if index > LOCAL:
            return "XML object"
        return "%s line %s" % (self.layers[index].file, tail[1 : tail.find(b"\t")].decode())

    def locked(self, name):
        """Whether the server's files keep the parameter from being changed here, or its key is locked."""
        index, tail = self.server_winner(name)
        if index >= 0 and tail[0] == _LOCK:
            return True
        return family(name) != name and self.flag(name[: name.rfind(" ")] + " locked")

    def module(self, name):
        """The module of the table that has the name, or None: certain for names that it has, else by all odds."""
        key = key_of(family(name) if "key" in name else name)
        at = self.known.find(key, 0, -_STARTS)
        while at % _ENTRY and at >= 0:
            at = self.known.find(key, at + 1, -_STARTS)
        return self.modules[self.known[at + _ENTRY - 1]] if at >= 0 else told(name)

    def watch(self, callback):
        """``callback(names)`` is called after each change with the set of names whose effective value changed."""
        self._watchers.append(callback)

    def forget(self):
        """Nothing is kept decoded: the next reader asks the rows."""
        self._memo = {}

    def changed(self, names):
        """For this package: a change is complete and ``names`` have other values now."""
        self._memo.clear()
        self.generation += 1
        if names:
            for callback in self._watchers:
                callback(names)

    def check(self, name, text, source):
        """The canonical value that ``set_local`` would take, or its CallerError; changes nothing."""
        from dialtone.config import editing

        return editing.check(self, name, text, source)[1]

    def set_local(self, name, text, source):
        """Sets a value here. ``source``: one of ``trust.TRUSTED`` or "http page", "file plain", "push", "xml".

        Raises CallerError when name or value are not legal, the parameter is locked or set by files only, or the
        source may not lower it. A value equal to the server's removes the local row; a masked secret changes nothing.
        """
        from dialtone.config import editing

        editing.set_local(self, name, text, source)

    def restore_local(self, layer):
        """Puts what was set here back: ``layer`` is ``layers[LOCAL]`` of before, which no change touches."""
        from dialtone.config import winning

        winning.restore_local(self, layer)

    def clear_local(self, source="lcd"):
        """Drops all that was set here, but for trust rows that ``source`` may not lower."""
        from dialtone.config import editing

        editing.clear_local(self, source)

    def explain(self, name):
        """A list of ``(layer, value, locked, origin, wins)`` from the default up; secrets are masked."""
        from dialtone.config.explaining import explain

        return explain(self, name)

    def begin_server(self, keep=None, spool=None):
        """A Draft of the next set of server layers; ``keep`` bounds its diagnostics (lint wants all)."""
        from dialtone.config.draft import Draft

        return Draft(self, spool=spool) if keep is None else Draft(self, keep, spool)

    def dump(self, layer, masked=False):
        """Yields the text of a layer in short pieces: ``local.cfg`` syntax for "local", else rows for ``load``."""
        from dialtone.config.saving import dump

        return dump(self, layer, masked)

    def load(self, layer, lines):
        """Fills a layer from bytes lines that ``dump`` wrote. Damage costs the damaged line and a diagnostic.

        Server layers are loaded from the lowest to the highest, because trust is measured against what lies below.
        """
        from dialtone.config.saving import load

        load(self, layer, lines)


def told(name):
    """The module of names that tell it themselves: a score of words less to keep in the heap."""
    if name[:10] == "action uri":
        return "dialtone.config.table.actions"
    return "dialtone.config.table.scripts" if name[-7:] == " script" else None


def key_of(name):
    """24 bits that tell names apart: of the foreign ones, each that shares them costs a look into the table."""
    return (crc32(name.encode()) & 0xFFFFFF).to_bytes(_ENTRY - 1, "big")


def family(name):
    """``softkey3 type`` and ``expmod1 key3 type`` as ``keyN type``; any other name as it is."""
    at = name.find("key")
    if at >= 0 and name[: at + 3] in ("softkey", "topsoftkey", "prgkey") or at == 8 and name[:6] == "expmod":
        rest = name[at + 3 :].lstrip("01234567890")  # noqa: B005 - ten characters would be an identifier for good
        if at + 3 + len(rest) < len(name):
            return "keyN" + rest
    return name
