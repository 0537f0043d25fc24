"""Which values are in force, and who may lower a trust row: what a change on the phone needs of all that files need."""

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
