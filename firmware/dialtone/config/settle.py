"""The end of a draft: its rows are checked with the table, its trust is guarded, and it takes the old layers' place."""

from micropython import const

from dialtone.config import families, finding, parameters, trust, values
from dialtone.config.layer import Layer
from dialtone.config.rowtext import MASK
from dialtone.config.store import LOCAL, family
from dialtone.config.winning import changes
from dialtone.errors import CallerError

_ROOM = const(12288)  # bytes of all server layers: 300 values of ordinary length, a tenth of the smallest heap

_TABLE = const(8)  # rows of the table remembered for one file: 2 KB on 32 bits, without what only faces show
_CHECKED = const(8)  # rows put in place together: names that come again and again are put there once

_CHUNK = const(255)  # bytes of a chunk of rows, see layer.py

_MERGED = "server.cfg"  # all files of the server as one, as the web page gives them out
_MASKED = ":********@"  # the password in a URL, as that page gives it out

_EXCESS = "the files set more than this phone can hold"


def check(draft, index):
    """Moves the legal ones of the rows that wait for layer ``index`` into it; one module of the table at a time."""
    waiting = draft.waiting[index]
    draft.waiting[index] = Layer()
    wanted = draft.wanted[index]
    draft.wanted[index] = 0
    if wanted:
        for module in draft.store.modules:
            if wanted & 1:
                _check(draft, index, waiting, module)
            wanted >>= 1
    if draft.checked:
        put(draft, index)
    if draft.spool:
        draft.spool.drop(index)


def _waiting(draft, index, waiting):
    """The rows that wait, in their order: those in the spool, then those in the heap."""
    if draft.spool:
        for row in draft.spool.rows(index):
            yield row
    for row in waiting.rows():
        yield row


def _check(draft, index, waiting, module):
    texts = parameters.read(module)
    own = str(draft.store.modules.index(module))
    for name, mark, place, value in _waiting(draft, index, waiting):
        line, column, number = place.split(",")
        if number == own:
            row = _row(draft, texts, name)
            if row is not None:
                take(draft, index, row, mark, int(line), int(column), value)
            elif family(name) != name:
                draft.note(index, int(line), int(column), name[:48] + ": this model has no such key")
            else:  # another name with the hash of one that is known
                draft.unknown(int(line), int(column), name, index)


def _row(draft, texts, name):
    """The Row of a name, None without one. ``draft.table`` keeps it without what only faces show."""
    row = met(draft, name)
    if row is None:
        pattern = family(name)
        row = finding.of_pattern("", texts, pattern)
        if row:
            if len(draft.table) >= _TABLE:
                draft.table.clear()
            most = int(row.domain) if row.kind == "text" or row.kind == "secret" else 0
            draft.table[pattern] = type(row)(*row[:4], most, row.flags, "", "", "", "", "")
            row = met(draft, name)
    return row


def met(draft, name):
    """The Row of a name that ``draft.table`` has, or has for its whole family, else None."""
    table = draft.table
    row = table.get(name)
    if row is None:
        pattern = family(name)
        row = table.get(pattern)
        if row and pattern != name:
            row = families.key_row(row, name, draft.store.model)
            if row and len(table) < _TABLE:
                table[name] = row
    return row


def take(draft, index, row, mark, line, column, value):
    """Checks one row of the file of layer ``index``; a legal one joins those that ``put`` moves into the layer."""
    if MASK in value:
        value = _unmasked(draft, index, row, line, column, value)
        if value is None:
            return
    try:
        value = values.canonical(row, value)
    except CallerError as error:
        draft.note(index, line, column, row.name + " " + str(error))
        return
    kind = row.kind
    if kind == "password" and draft.store.random:
        from dialtone.crypto import passwords

        old = draft.store.layers[index].row(row.name)
        value = passwords.kept(value, draft.store.random, (old[2],) if old else ())
    if kind == "method" and draft.layers[index].trusted and value in ("SSLv3", "TLSv1"):
        draft.note(index, line, column, value + " is insecure: others can read and change what is downloaded")
    draft.checked[row.name] = line, column, mark, row.name, value
    if len(draft.checked) > _CHECKED:
        put(draft, index)


def put(draft, index):
    """Moves the rows in ``draft.checked`` into the layer ``index``, in the order of their lines."""
    layer = draft.layers[index]
    most = 0
    for line, column, mark, name, value in sorted(draft.checked.values()):
        if index >= LOCAL:
            _replace(layer, name, "-", "1" if mark == "!" else "0", value)  # see saving.py
            continue
        length = len(name) + len(value)
        if most == 0 or most + length >= _ROOM:
            most = sum([each.size() for each in draft.layers[:LOCAL]])
        if most + length < _ROOM:
            _replace(layer, name, mark, line, value)
            most += length + 12  # at most
        elif draft.full:
            draft.more += 1
        else:
            draft.full = True
            draft.note(index, line, column, _EXCESS)
    draft.checked.clear()


def _replace(layer, name, mark, line, value):
    """``Layer.put``, which has to move no other row if the new one fits in the place of the older one."""
    key = ("\n" + name + "\t").encode()
    chunks = layer.chunks
    for i in range(len(chunks)):
        at = chunks[i].find(key)
        if at >= 0:
            at += len(key)
            rest = chunks[i][chunks[i].find(b"\n", at) :]
            tail = ("%s%s\t%s" % (mark, line, value)).encode()
            if at + len(tail) + len(rest) > _CHUNK:
                return layer.put(name, mark, line, value)
            chunks[i] = chunks[i][:at] + tail + rest
            return
    layer.append(name, mark, line, value)


def _unmasked(draft, index, row, line, column, value):
    """``value`` with the secret that a mask in it stands for: "keep the present one". None when there is none."""
    secret = value == MASK and parameters.SECRET in row.flags
    if not secret and _MASKED not in value:
        return value
    from dialtone.config.explaining import bare

    old = None
    for layer in draft.store.layers[:LOCAL] if draft.layers[index].file == _MERGED else (draft.store.layers[index],):
        old = layer.row(row.name) or old
    if secret or old and bare(old[2]) == value:
        return old and old[2]
    draft.note(index, line, column, row.name + " has a masked password that is not known here")
    return None


def commit(draft, reset):
    """See ``Draft.commit``."""
    store = draft.store
    reset = prepare(draft, reset)
    store.diagnostics = draft.diagnostics
    store.more_diagnostics = draft.more
    names = changes(store, draft.layers)
    store.layers = draft.layers
    draft.layers = store.layers[:]
    store.changed(names)
    return reset


def prepare(draft, reset):
    """See ``Draft.prepare``."""
    store = draft.store
    for index in range(len(draft.waiting)):
        if not draft.fresh[index]:
            draft.layers[index] = store.layers[index]  # somebody may have set something while the files came
        if draft.waiting[index] is not None:
            check(draft, index)
            draft.waiting[index] = None
    draft.table.clear()
    if draft.layers[4].chunks or draft.layers[5].chunks or [1 for each in draft.layers if not each.trusted]:
        for row in parameters.trusted_rows():
            trust.guard(store, draft, row)
    reset = _resets(draft, reset)
    draft.diagnostics = _diagnostics(draft)
    return reset


def _resets(draft, reset):
    """Drops local rows that a file read now marks with ``^``, once: the mark goes, and a kept file resets nothing.

    Works on a copy of the local layer, so that the old one stays whole.
    """
    local = draft.layers[LOCAL].copy()
    dropped = False
    for index in range(LOCAL):
        layer = draft.layers[index]
        if draft.fresh[index] and [1 for each in layer.chunks if b"\t^" in each]:
            for name, mark, line, value in layer.rows():
                if mark == "^":
                    layer.put(name, "-", line, value)
                    dropped = reset and local.drop(name) or dropped
    if dropped:
        draft.layers[LOCAL] = local
    return dropped


def _diagnostics(draft):
    """What the files read now say, in the order of their lines, then what is still known of the others."""
    from dialtone.config.nearest import nearest
    from dialtone.log import clean

    files = [layer.file for layer in draft.layers]
    told = draft.diagnostics
    meant = nearest([each[4] for each in told if each[3] is None], draft.store.model)
    for i in range(len(told)):
        file, line, column, reason, name = told[i]
        if reason is None:
            known = meant.pop(0)
            reason = 'unknown parameter "%s"' if known else "%s is not used by this firmware"
            told[i] = (file, line, column, reason % clean(name), known)
    told.sort(key=lambda each: (files.index(each[0]), each[1], each[2]))
    read = [files[i] for i in range(len(files)) if draft.fresh[i]]
    old = [each for each in draft.store.diagnostics if each[0] in files and each[0] not in read]
    return (told + old)[: draft.keep_diagnostics]
