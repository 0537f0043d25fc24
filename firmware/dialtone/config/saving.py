"""A layer to text and back: ``local.cfg`` in the syntax of the files, server layers as rows with line and lock."""

from dialtone.config.store import LAYERS

_HEAD = "# Settings made on this phone. The phone writes this file itself.\n"


def dump(store, layer, masked):
    """See ``Store.dump``. Server layers begin with a line that names file and trust."""
    if masked:
        from dialtone.config import explaining, parameters
    each = store.layers[LAYERS.index(layer)]
    if layer == "local":
        yield _HEAD
    elif each.file:
        yield "=%s\t%d\n" % (each.file, each.trusted)
    for name, mark, line, value in each.rows():
        if masked:
            value = explaining.shown(parameters.find(name, store.model), value)
        if layer == "local":
            yield "%s%s: %s\n" % ("!" if line == "1" else "", name, quoted(value))  # "1": see provisioning/source.py
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
        if mark and mark in "-!" and parts[1][1:].isdigit() and len(parts[1]) < 8:
            draft.row(int(parts[1][1:]), 1, mark, parts[0], parts[2])
        else:
            draft.problem(number, 1, "damaged row in the phone's own copy")


def quoted(value):
    """``value`` as it stands in a file: in quotes when it would not be read back otherwise."""
    if value and (value[:1] in '" ' or value[-1:] == " " or "#" in value):
        return '"' + value.replace('"', '""') + '"'
    return value
