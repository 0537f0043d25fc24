"""Architecture rule 11: trust can be raised by anyone and lowered by few."""

from dialtone.config.store import LOCAL
from dialtone.config.strict import lowers

_REFUSED = "%s is not lowered by a file that was not fetched over verified HTTPS"


def guard(store, draft, row):
    """Takes back what untrusted files of ``draft`` would lower of one trust row.

    A file read over an untrusted path is measured against what lies below it and against the row that the same
    layer had before: neither another value nor silence may make the phone weaker than it is.
    """
    below = row.default
    for index in range(LOCAL):
        layer = draft.layers[index]
        mine = layer.row(row.name)
        if not layer.trusted:
            old = store.layers[index].row(row.name) if draft.fresh[index] else None
            if mine is not None and (lowers(row, below, mine[2]) or old and lowers(row, old[2], mine[2])):
                _note(draft, index, row, mine[1])
                layer = _own(store, draft, index)
                layer.drop(row.name)
                mine = None
            if mine is None and old is not None and lowers(row, old[2], below):
                layer.put(row.name, *old)
                mine = old
            elif mine is not None and mine[0] != "-":
                _guard_local(draft, index, row, mine)
        if mine is not None:
            below = mine[2]
    _guard_objects(store, draft, row, below)


def _guard_objects(store, draft, row, below):
    """What XML objects have set is measured again."""
    for index in (4, 5):
        mine = draft.layers[index].row(row.name)
        if mine is not None and lowers(row, below, mine[2]):
            _own(store, draft, index).drop(row.name)


def _own(store, draft, index):
    """The draft's layer, as a copy if it is still the store's: a draft that is not committed changes nothing."""
    if draft.layers[index] is store.layers[index]:
        draft.layers[index] = draft.layers[index].copy()
    return draft.layers[index]


def _guard_local(draft, index, row, mine):
    """A lock or reset may not push a stricter value aside that was set here."""
    local = draft.layers[LOCAL].row(row.name)
    if local is not None and lowers(row, local[2], mine[2]):
        _note(draft, index, row, mine[1])
        draft.layers[index].put(row.name, "-", mine[1], mine[2])


def _note(draft, index, row, line):
    draft.note(index, int(line), 1, _REFUSED % row.name)
