"""What can be taken home: both configuration files, and a support bundle (support.py), as text with secrets masked."""

from dialtone.config.store import LOCAL
from dialtone.server.answer import TEXT, Answer

_SERVER = (0, 1, 2)  # layers


def serve(context):
    """GET of a file, streamed: nothing of it is held."""
    name = context.request.path[1:]
    phone = context.phone
    pieces = _pieces(context, name)
    if name == "support.txt":
        name = "support-%s.txt" % phone.platform.mac
    return Answer(200, pieces, TEXT, (("Content-Disposition", 'attachment; filename="%s"' % name),))


def _pieces(context, name):
    context.phone.platform.unload("dialtone.webui.pages")  # its room is needed
    if name == "local.cfg":
        pieces = _local(context.store)
    elif name == "server.cfg":
        pieces = _server(context.store)
    else:
        from dialtone.webui import support

        pieces = support.bundle(context)
    for piece in pieces:
        yield piece
    for index in (LOCAL,) if name == "local.cfg" else _SERVER if name == "server.cfg" else ():
        for piece in foreign(context.phone.storage, context.store, index):
            yield piece


def foreign(storage, store, index):
    """The lines of a layer's file that this firmware does not use, as they came."""
    from dialtone.config.saving import quoted
    from dialtone.provisioning import unused

    begun = False
    for line, mark, name, value in unused.rows(storage, index):
        if not begun:
            begun = True
            yield "\n# %s: what this firmware does not use\n" % (store.layers[index].file or "local.cfg")
        if mark == "=":
            yield "# and more\n"
        else:
            value = quoted(masked((), name, value))
            yield "%s%s: %s  # line %s\n" % (mark if mark != "-" else "", name, value, line)


def secrets():
    """The names of all parameters that no face shows."""
    from dialtone.config import parameters

    return [row.name for row in parameters.rows() if parameters.SECRET in row.flags]


def masked(hidden, name, value):
    """``value`` without what must not be seen: all of a secret (its name is in ``hidden``), the password of a URL."""
    from dialtone.config.explaining import bare
    from dialtone.config.rowtext import MASK

    if value and name in hidden:
        return MASK
    return bare(value)


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
