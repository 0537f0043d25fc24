"""A dry run: what configuration files would change, written down as plan.py tells."""

from binascii import hexlify

from dialtone.config import explaining, finding, parameters
from dialtone.config.saving import dump
from dialtone.config.store import LAYERS, LOCAL
from dialtone.config.winning import set_by_object, value_of
from dialtone.log import clean
from dialtone.provisioning import cache, unused
from dialtone.provisioning.plan import OURS, PATTERN, ROWS, SHOWN, TEXT, UPLOADED, say

_CONFIRMED = ("network", "configuration server")  # sections that go back unless confirmed, see pending.py
_PASSWORDS = ("admin password", "user password")


def make(phone, draft, keeper, tags, title):
    """Writes down what ``draft``, to which all files were fed, would change.

    ``keeper``: its ``foreign.Foreign`` or None; ``tags``: see ``cache.tag``, None for files that were uploaded;
    ``title``: for people. Raises DeviceError when flash is full.
    """
    storage = phone.storage
    draft.prepare()
    if keeper:
        keeper.close()
    files = [draft.layers[index].file for index in range(len(LAYERS)) if draft.fresh[index]]
    draft.diagnostics = [each for each in draft.diagnostics if each[0] in files]
    counts = [0, 0, 0]  # changes, those that need a restart, those that are to be confirmed
    if draft.fresh[LOCAL]:
        _keep_passwords(draft)
    storage.write_atomic(TEXT, _lines(draft, counts))
    if True in draft.fresh[:LOCAL]:
        storage.write_atomic(ROWS, cache.pieces(_Dump(draft), _tags(storage, draft, tags)))
    if draft.layers[LOCAL] is not draft.store.layers[LOCAL]:
        storage.write_atomic(OURS, dump(draft, "local", False))
    lines = sum([1 for index in range(len(LAYERS)) for _ in unused.rows(storage, index, PATTERN)])
    number = hexlify(phone.platform.random(4)).decode()
    fresh = "".join(["1" if each else "0" for each in draft.fresh])
    figures = (number, phone.store.generation, fresh, clean(title, SHOWN)) + tuple(counts)
    problems = len(draft.diagnostics) + draft.more
    say(storage, "?", "%s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\t%d" % (figures + (lines, problems)))


class _Dump:
    """A draft's layers as ``cache.pieces`` wants them."""

    def __init__(self, draft):
        self._draft = draft

    def dump(self, layer):
        return dump(self._draft, layer, False)


def _tags(storage, draft, tags):
    """The tags of the layers as they would be. An uploaded file has none: the next round asks for the server's own."""
    found = cache.tags(storage)
    for index in range(LOCAL):
        if draft.fresh[index]:
            found[index] = tags[index] if tags else cache.tag(200, "", "", UPLOADED)
        elif not found[index]:
            found[index] = cache.tag(404)
    return found


def _keep_passwords(draft):
    """A file that does not speak of the log-in passwords leaves those that were set here: nobody is to be let in by
    what is not there.
    """
    for name in _PASSWORDS:
        old = draft.store.layers[LOCAL].row(name)
        if old and not draft.layers[LOCAL].tail(name):
            draft.layers[LOCAL].put(name, *old)


def _lines(draft, counts):
    """Yields the plan's lines, and counts. One module of the table is in the heap at a time."""
    store = draft.store
    for section, _, module in parameters.sections():
        names = _names(draft, module)
        if names:
            texts = parameters.read(module)
            for name in names:
                row = finding.lookup(section, texts, name, store.model)
                if row:
                    if draft.fresh[LOCAL]:
                        _tidy(draft, row)
                    yield _change(draft, row, counts)
    for file, line, column, reason, nearest in draft.diagnostics:
        yield "!%s\t%d\t%d\t%s\t%s\n" % (file, line, column, clean(reason), nearest)


def _names(draft, module):
    """The sorted names of a module in all rows that are other ones."""
    store = draft.store
    names = set()
    for index in range(len(LAYERS)):
        if draft.layers[index] is not store.layers[index]:
            for layer in (draft.layers[index], store.layers[index]):
                for row in layer.rows():
                    if store.module(row[0]) == module:
                        names.add(row[0])
    return sorted(names)


def _tidy(draft, row):
    """What may not be set here is not, and what the server says anyway is none of our own."""
    local = draft.layers[LOCAL]
    mine = local.row(row.name)
    if not mine:
        return
    if parameters.FILE_ONLY in row.flags:
        local.drop(row.name)
        draft.note(LOCAL, 0, 0, row.name + " is set by the server's files only")
    elif _locked(draft.store, row.name, draft.layers):
        draft.note(LOCAL, 0, 0, row.name + " is locked by the server's files: what is set here has to wait")
    elif mine[2] == value_of(draft.store.server_winner(row.name)[1]):
        if not set_by_object(draft.store.layers, row.name):
            local.drop(row.name)


def _change(draft, row, counts):
    """The line of one setting, "" when it stays as it is."""
    store = draft.store
    old = store.winner(row.name)[1]
    layer, new = store.winner(row.name, draft.layers)
    before, after = _locked(store, row.name, store.layers), _locked(store, row.name, draft.layers)
    if value_of(old) == value_of(new) and before == after:
        return ""
    confirm = row.effect != "" and row.section in _CONFIRMED
    counts[0] += 1
    counts[1] += row.effect == "restart"
    counts[2] += confirm
    origin = store.origin_of(layer, new)
    if 0 <= layer < LOCAL:
        origin = "%s line %s" % (draft.layers[layer].file, new[1 : new.find(b"\t")].decode())
    lock = "locked" if after and not before else "no longer locked" if before and not after else ""
    old, new = [clean(explaining.shown(row, value_of(tail)), SHOWN) for tail in (old, new)]
    if old == new == parameters.MASK:
        new = "another one"
    fields = (row.name, row.label, old, new, row.effect, origin, lock, confirm)
    return "~%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n" % fields


def _locked(store, name, layers):
    index, tail = store.server_winner(name, layers)
    return index >= 0 and tail[:1] == b"!"
