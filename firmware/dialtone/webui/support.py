"""The support bundle: what somebody far away needs to know of a phone, in one text."""

from dialtone.config.store import LAYERS, LOCAL
from dialtone.webui.export import foreign, masked

_STEP = "\n== %s\n"


def bundle(context):
    """Yields its pieces."""
    phone = context.phone
    yield "Support bundle of %s %s. Passwords are masked.\n" % (phone.platform.model, phone.platform.mac)
    yield _STEP % "status"
    for piece in phone.status_json(context.faces):
        yield bytes(piece)
    phone.platform.unload("dialtone.report")
    hidden = []
    for part, pieces in (
        ("settings: value, origin", _settings(phone, hidden)),
        ("what each layer says", _layers(phone.store, hidden)),
        ("what this firmware does not use", _foreign(phone)),
        ("diagnostics of the last files", _diagnostics(phone.store)),
        ("TLS connections of the client", phone.platform.tls_events),
        ("XML log", phone.xml_log or ()),
        ("log", phone.log.lines),
    ):
        yield _STEP % part
        for piece in pieces:
            yield piece
            yield "\n"


def _settings(phone, hidden):
    """Each setting; the names of secrets are added to ``hidden``."""
    from dialtone.config import parameters

    store = phone.store
    for row in parameters.rows():
        if row.name[:4] != "keyN":
            if parameters.SECRET in row.flags:
                hidden.append(row.name)
            store.forget()  # values that are read once need not be kept decoded
            lock = " (locked)" if store.locked(row.name) else ""
            yield "%s: %s  # %s%s" % (
                row.name,
                masked(hidden, row.name, store.get(row.name)),
                store.origin(row.name),
                lock,
            )


def _layers(store, hidden):
    for index in range(len(LAYERS)):
        layer = store.layers[index]
        for name, mark, line, value in layer.rows():
            file = layer.file if index < LOCAL else LAYERS[index]
            lock = "!" if mark == "!" else ""
            yield "%s:%s: %s%s: %s" % (file, line, lock, name, masked(hidden, name, value))


def _foreign(phone):
    for index in range(LOCAL + 1):
        for piece in foreign(phone.storage, phone.store, index):
            yield piece.rstrip("\n")


def _diagnostics(store):
    for file, line, column, reason, nearest in store.diagnostics:
        yield "%s:%d:%d: %s%s" % (file, line, column, reason, ' (did you mean "%s"?)' % nearest if nearest else "")
    if store.more_diagnostics:
        yield "and %d more" % store.more_diagnostics
