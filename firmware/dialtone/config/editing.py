"""What is done to the store seldom and by people: setting, explaining, saving and loading a layer."""

from dialtone.config import parameters, values
from dialtone.config.draft import changes, copy
from dialtone.config.store import LAYERS, LOCAL
from dialtone.config.trust import TRUSTED
from dialtone.errors import CallerError

_SAVED_HEAD = "# Settings made on this phone. The phone writes this file itself.\n"


def check(store, name, text, source):
    """``(row, value)`` for a value that ``source`` wants to set here; raises CallerError, see ``Store.set_local``."""
    row = parameters.find(name, store.model)
    if row is None:
        raise CallerError("No parameter %s" % name[:48], "Look it up in the configuration reference")
    if parameters.FILE_ONLY in row.flags:
        raise CallerError("%s is set by configuration files only" % row.label)
    if store.locked(row.name):
        index, tail = store.server_winner(row.name)
        raise CallerError("%s is locked by %s" % (row.label, store.origin_of(index, tail)), "Ask your administrator")
    if text == values.MASK and parameters.SECRET in row.flags:
        return row, store.get(row.name)
    try:
        value = values.canonical(row, text)
    except CallerError as error:
        raise CallerError("%s %s" % (row.label, error.text))
    if parameters.TRUST in row.flags and source not in TRUSTED and values.lowers(row, store.get(row.name), value):
        raise CallerError(
            "%s cannot be made weaker from here" % row.label, "Use the HTTPS web page or the phone's own menu"
        )
    return row, value


def set_local(store, name, text, source):
    """See ``Store.set_local``."""
    row, value = check(store, name, text, source)
    before = store.get(row.name)
    if text == values.MASK and parameters.SECRET in row.flags:
        return
    layer = store.layers[LOCAL]
    if value == _value(store.server_winner(row.name)[1]):
        if not layer.drop(row.name):
            return
    else:
        layer.put(row.name, "-", "0", value)
    store.changed({row.name} if value != before else ())


def clear_local(store, source):
    """See ``Store.clear_local``."""
    layers = store.layers[:]
    local = copy(layers[LOCAL])
    for name, _, _, value in layers[LOCAL].rows():
        row = parameters.find(name, store.model)
        if source not in TRUSTED and row is not None and parameters.TRUST in row.flags:
            if values.lowers(row, value, _value(store.server_winner(name)[1])):
                continue
        local.drop(name)
    layers[LOCAL] = local
    names = changes(store, layers)
    store.layers = layers
    store.changed(names)


def explain(store, name):
    """See ``Store.explain``."""
    row = parameters.find(name, store.model)
    if row is None:
        raise CallerError("No parameter %s" % name[:48])
    winner = store.winner(row.name)[0]
    told = [("default", _shown(row, row.default), False, "default", winner < 0)]
    for index in range(len(LAYERS)):
        tail = store.layers[index].tail(row.name)
        if tail is not None:
            shown = _shown(row, _value(tail))
            told.append((LAYERS[index], shown, tail[:1] == b"!", store.origin_of(index, tail), winner == index))
    return told


def describe(diagnostic):
    """One line of text for a diagnostic of the store: ``file:line:column: reason (did you mean ...?)``."""
    file, line, column, reason, nearest = diagnostic
    hint = ' (did you mean "%s"?)' % nearest if nearest else ""
    return "%s:%d:%d: %s%s" % (file, line, column, reason, hint)


def dump(store, layer, masked):
    """See ``Store.dump``. Server layers begin with a line that names file and trust."""
    each = store.layers[LAYERS.index(layer)]
    if layer == "local":
        yield _SAVED_HEAD
    elif each.file:
        yield "=%s\t%d\n" % (each.file, each.trusted)
    for name, mark, line, value in each.rows():
        if masked:
            value = _shown(parameters.find(name, store.model), value)
        if layer == "local":
            yield "%s: %s\n" % (name, quoted(value))
        else:
            yield "%s\t%s%s\t%s\n" % (name, mark, line, value)


def load(store, layer, lines):
    """See ``Store.load``."""
    draft = store.begin_server()
    if layer == "local":
        draft.layer(layer, "local.cfg", True)
        for line in lines:
            draft.feed(line)
    else:
        _load_rows(draft, layer, lines)
    draft.commit(False)


def _load_rows(draft, layer, lines):
    number = 0
    for line in lines:
        number += 1
        try:
            text = line.decode().rstrip("\n")
        except UnicodeError:
            text = ""
        parts = text.split("\t")
        if number == 1:
            if len(parts) == 2 and parts[0][:1] == "=":
                draft.layer(layer, parts[0][1:], parts[1] == "1")
                continue
            draft.layer(layer, layer + ".cfg", False)
        mark = parts[1][:1] if len(parts) == 3 else ""
        if mark and mark in "-!^" and parts[1][1:].isdigit() and len(parts[1]) < 8:
            draft.row(int(parts[1][1:]), 1, mark, parts[0], parts[2])
        else:
            draft.problem(number, 1, "damaged row in the phone's own copy")


def quoted(value):
    """``value`` as it stands in a file: in quotes when it would not be read back otherwise."""
    if value and (value[0] in '" ' or value[-1] == " " or "#" in value):
        return '"' + value.replace('"', '""') + '"'
    return value


def _shown(row, value):
    return values.MASK if value and row is not None and parameters.SECRET in row.flags else value


def _value(tail):
    return "" if tail is None else tail[tail.find(b"\t") + 1 :].decode()
