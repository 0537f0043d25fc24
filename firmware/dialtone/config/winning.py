"""Which values are in force, and who may lower a trust row: what a change on the phone needs of all that files need."""

from dialtone.config.store import LOCAL

# Sources of ``set_local`` that may lower a trust row. All others may keep or raise it.
TRUSTED = ("lcd", "https page", "flash", "file verified")


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
        if value_of(store.winner(name, layers)[1]) != value_of(store.winner(name)[1]):
            changed.add(name)
    return changed


def value_of(tail):
    """The value in a row's tail; "" for None."""
    return "" if tail is None else tail[tail.find(b"\t") + 1 :].decode()


def put(store, name, value, source):
    """Sets a value here that was checked before, for ``source``. One that equals the server's is none of our own."""
    put_all(store, ((name, value),), source)


def put_all(store, values, source):
    """``put`` for several (name, value) in one step: whoever watches the store hears of it once."""
    mark = "0" if source in TRUSTED else "1"
    layer = store.layers[LOCAL].copy()
    names = set()
    touched = False
    for name, value in values:
        if value != store.get(name):
            names.add(name)
        if value == value_of(store.server_winner(name)[1]) and not set_by_object(store.layers, name):
            touched = layer.drop(name) or touched
        else:
            layer.put(name, "-", mark, value)
            touched = True
    if touched:
        store.layers[LOCAL] = layer
        store.changed(names)


def set_by_object(layers, name):
    """Whether an XML object has set ``name`` for the time being."""
    return layers[4].tail(name) is not None or layers[5].tail(name) is not None


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
