"""What people do to the store: setting a value here, and dropping what was set."""

from dialtone.config import parameters, values
from dialtone.config.store import LOCAL
from dialtone.config.winning import TRUSTED, changes, value_of
from dialtone.errors import CallerError


def check(store, name, text, source):
    """``(row, value)`` for a value that ``source`` wants to set here; raises CallerError, see ``Store.set_local``."""
    row = parameters.find(name, store.model)
    if row is None:
        raise CallerError("No parameter %s" % name[:48], "Look it up in the configuration reference")
    if parameters.FILE_ONLY in row.flags:
        raise CallerError("%s is set by configuration files only" % row.label)
    if store.locked(row.name):
        name = row.name
        if (store.server_winner(name)[1] or b"-")[:1] != b"!":
            name = name[: name.find(" ")] + " locked"
        raise CallerError("%s is locked by %s" % (row.label, store.origin(name)), "Ask your administrator")
    if text == parameters.MASK and parameters.SECRET in row.flags:
        return row, store.get(row.name)
    return row, legal(row, text, store.get(row.name), source)


def legal(row, text, current, source):
    """The canonical value of ``text``, which ``source`` wants to set in the place of ``current``."""
    try:
        value = values.canonical(row, text)
    except CallerError as error:
        raise CallerError("%s %s" % (row.label, error.text))
    if parameters.TRUST in row.flags and source not in TRUSTED and values.lowers(row, current, value):
        raise CallerError(
            "%s cannot be made weaker from here" % row.label, "Use the HTTPS web page or the phone's own menu"
        )
    return value


def set_local(store, name, text, source):
    """See ``Store.set_local``."""
    row, value = check(store, name, text, source)
    before = store.get(row.name)
    if text == parameters.MASK and parameters.SECRET in row.flags:
        return
    layer = store.layers[LOCAL].copy()
    if value == value_of(store.server_winner(row.name)[1]) and not set_by_object(store.layers, row.name):
        if not layer.drop(row.name):
            return
    else:
        layer.put(row.name, "-", "0", value)
    store.layers[LOCAL] = layer
    store.changed({row.name} if value != before else ())


def set_by_object(layers, name):
    """Whether an XML object has set ``name`` for the time being."""
    return layers[4].tail(name) is not None or layers[5].tail(name) is not None


def clear_local(store, source):
    """See ``Store.clear_local``."""
    old = store.layers[LOCAL]
    local = old.copy()
    for name, _, _, value in old.rows():
        row = parameters.find(name, store.model)
        if source not in TRUSTED and row is not None and parameters.TRUST in row.flags:
            if values.lowers(row, value, value_of(store.server_winner(name)[1])):
                continue
        if source == "xml" and row is not None and parameters.NO_XML in row.flags:
            continue
        local.drop(name)
    restore_local(store, local)


def restore_local(store, layer):
    """See ``Store.restore_local``."""
    layers = store.layers[:]
    layers[LOCAL] = layer
    replace(store, layers)


def replace(store, layers):
    """Puts the list ``layers`` in force."""
    names = changes(store, layers)
    store.layers = layers
    store.changed(names)
