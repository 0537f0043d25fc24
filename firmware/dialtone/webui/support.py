"""The support bundle: what somebody far away needs to know of a phone, in one text."""

from dialtone.config.store import LAYERS, LOCAL
from dialtone.webui.export import masked, secrets

_STEP = "\n== %s\n"


def bundle(context):
    """Yields its pieces."""
    phone = context.phone
    yield "Support bundle of %s %s. Passwords are masked.\n" % (phone.platform.model, phone.platform.mac)
    yield _STEP % "status"
    for piece in phone.status_json(context.faces):
        yield bytes(piece)
    phone.platform.unload("dialtone.report")
    for part, pieces in (
        ("settings: value, origin", _settings(phone.store)),
        ("what each layer says", _layers(phone.store)),
        ("diagnostics of the last files", _diagnostics(phone.store)),
        ("TLS connections of the client", phone.platform.tls_events),
        ("XML log", phone.xml_log or ()),
        ("log", phone.log.lines),
    ):
        yield _STEP % part
        for piece in pieces:
            yield piece
            yield "\n"


def _settings(store):
    from dialtone.config import parameters

    for row in parameters.rows():
        if row.name[:4] != "keyN":
            hidden = (row.name,) if parameters.SECRET in row.flags else ()
            lock = " (locked)" if store.locked(row.name) else ""
            yield "%s: %s  # %s%s" % (
                row.name,
                masked(hidden, row.name, store.get(row.name)),
                store.origin(row.name),
                lock,
            )


def _layers(store):
    hidden = secrets()
    for index in range(len(LAYERS)):
        layer = store.layers[index]
        for name, mark, line, value in layer.rows():
            file = layer.file if index < LOCAL else LAYERS[index]
            lock = "!" if mark == "!" else ""
            yield "%s:%s: %s%s: %s" % (file, line, lock, name, masked(hidden, name, value))


def _diagnostics(store):
    for file, line, column, reason, nearest in store.diagnostics:
        yield "%s:%d:%d: %s%s" % (file, line, column, reason, ' (did you mean "%s"?)' % nearest if nearest else "")
    if store.more_diagnostics:
        yield "and %d more" % store.more_diagnostics
