"""What people do to the store: setting a value here, and dropping what was set."""

from dialtone.config import rowtext, values
from dialtone.config.store import LOCAL
from dialtone.errors import CallerError


def check(store, name, text, source):
    """``(row, value)`` for a value that ``source`` wants to set here; raises CallerError, see ``Store.set_local``."""
    from dialtone.config import parameters

    row = parameters.find(name, store.model)
    if row is None:
        raise CallerError("No parameter %s" % name[:48], "Look it up in the configuration reference")
    return row, admissible(store, row, text, source)


def admissible(store, row, text, source):
    """The value of ``check`` for a ``row`` that is at hand already: the table is not read again."""
    if rowtext.FILE_ONLY in row.flags:
        raise CallerError("%s is set by configuration files only" % row.label)
    if store.locked(row.name):
        name = row.name
        if (store.server_winner(name)[1] or b"-")[:1] != b"!":
            name = name[: name.rfind(" ")] + " locked"
        raise CallerError("%s is locked by %s" % (row.label, store.origin(name)), "Ask your administrator")
    if text == rowtext.MASK and rowtext.SECRET in row.flags:
        return store.get(row.name)
    value = legal(row, text, store.get(row.name), source)
    if row.kind == "password" and store.random:
        from dialtone.config.winning import value_of
        from dialtone.crypto import passwords

        known = store.get(row.name), value_of(store.server_winner(row.name)[1])
        value = passwords.kept(value, store.random, known)
    return value


def legal(row, text, current, source):
    """The canonical value of ``text``, which ``source`` wants to set in the place of ``current``."""
    try:
        value = values.canonical(row, text)
    except CallerError as error:
        raise CallerError("%s %s" % (row.label, error.text), error.advice)
    if rowtext.TRUST in row.flags:
        from dialtone.config import strict
        from dialtone.config.winning import TRUSTED  # not before: checking a page's fields needs the room

        if source not in TRUSTED and strict.lowers(row, current, value):
            raise CallerError(
                "%s cannot be made weaker from here" % row.label, "Use the HTTPS web page or the phone's own menu"
            )
    return value


def set_local(store, name, text, source):
    """See ``Store.set_local``."""
    from dialtone.config.winning import put

    row, value = check(store, name, text, source)
    if text != rowtext.MASK or rowtext.SECRET not in row.flags:
        put(store, row.name, value, source)


def clear_local(store, source):
    """See ``Store.clear_local``."""
    from dialtone.config import parameters, strict
    from dialtone.config.winning import TRUSTED, restore_local, value_of

    old = store.layers[LOCAL]
    local = old.copy()
    for name, _, _, value in old.rows():
        row = parameters.find(name, store.model)
        if source not in TRUSTED and row is not None and rowtext.TRUST in row.flags:
            if strict.lowers(row, value, value_of(store.server_winner(name)[1])):
                continue
        if source == "xml" and row is not None and rowtext.NO_XML in row.flags:
            continue
        local.drop(name)
    restore_local(store, local)
