"""What can be taken home: both configuration files and a support bundle, as text, with secrets masked."""

from dialtone.config.store import LAYERS, LOCAL
from dialtone.server.answer import TEXT, Answer

_SERVER = (0, 1, 2)  # layers
_STEP = "\n== %s\n"


def serve(context):
    """GET of a file, streamed: nothing of it is held."""
    name = context.request.path[1:]
    phone = context.phone
    if name == "local.cfg":
        pieces = _local(phone.store)
    elif name == "server.cfg":
        pieces = _server(phone.store)
    else:
        pieces = _bundle(context)
        name = "support-%s.txt" % phone.platform.mac
    return Answer(200, pieces, TEXT, (("Content-Disposition", 'attachment; filename="%s"' % name),))


def secrets():
    """The names of all parameters that no face shows."""
    from dialtone.config import parameters

    return [row.name for row in parameters.rows() if parameters.SECRET in row.flags]


def masked(hidden, name, value):
    """``value`` without what must not be seen: all of a secret (its name is in ``hidden``), the password of a URL."""
    from dialtone.config.parameters import MASK

    if value and name in hidden:
        return MASK
    start = value.find("://") + 3
    at = value.rfind("@", start, value.find("/", start) if value.find("/", start) >= 0 else len(value))
    colon = value.find(":", start, at)
    if start > 2 and at > 0 and colon > 0:
        return value[: colon + 1] + MASK + value[at:]
    return value


def _local(store):
    from dialtone.config.saving import quoted

    hidden = secrets()
    yield "# Settings made on this phone. ******** stands for a secret; given back it keeps the present one.\n"
    for name, _, _, value in store.layers[LOCAL].rows():
        yield "%s: %s\n" % (name, quoted(masked(hidden, name, value)))


def _server(store):
    """The server's layers as one file: of each name the row that counts, with its lock."""
    from dialtone.config.saving import quoted

    hidden = secrets()
    yield "# What the configuration files say, as one. ******** stands for a secret.\n"
    for index in _SERVER:
        layer = store.layers[index]
        begun = False
        for name, mark, _, value in layer.rows():
            if store.server_winner(name)[0] == index:
                if not begun:
                    begun = True
                    yield "\n# %s\n" % layer.file
                yield "%s%s: %s\n" % ("!" if mark == "!" else "", name, quoted(masked(hidden, name, value)))


def _bundle(context):
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
