"""Why is it so: every layer's value of a parameter, and what was wrong in the files."""

from dialtone.config import parameters
from dialtone.config.store import LAYERS, LOCAL
from dialtone.errors import CallerError


def explain(store, name):
    """See ``Store.explain``."""
    row = parameters.find(name, store.model)
    if row is None:
        raise CallerError("No parameter %s" % name[:48])
    winner = store.winner(row.name)[0]
    told = [("default", shown(row, row.default), False, "default", winner < 0)]
    for index in (0, 1, 2, 4, 5, LOCAL):
        tail = store.layers[index].tail(row.name)
        if tail is not None:
            value = shown(row, tail[tail.find(b"\t") + 1 :].decode())
            told.append((LAYERS[index], value, tail[:1] == b"!", store.origin_of(index, tail), winner == index))
    return told


def describe(diagnostic):
    """One line of text for a diagnostic of the store: ``file:line:column: reason (did you mean ...?)``."""
    file, line, column, reason, nearest = diagnostic
    hint = ' (did you mean "%s"?)' % nearest if nearest else ""
    return "%s:%d:%d: %s%s" % (file, line, column, reason, hint)


def shown(row, value):
    """``value`` as a person may see it: the mask for a secret that is set, and for the password in a URL."""
    return parameters.MASK if value and row is not None and parameters.SECRET in row.flags else bare(value)


def bare(value):
    """``value`` with a mask for the password in it, if it is a URL that has one."""
    start = value.find("://") + 3
    at = value.rfind("@", start, value.find("/", start) if value.find("/", start) >= 0 else len(value))
    colon = value.find(":", start, at)
    if start > 2 and at > 0 and colon > 0:
        return value[: colon + 1] + parameters.MASK + value[at:]
    return value
