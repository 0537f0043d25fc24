"""The rows of the table for keys that are known to be there. No ``parameters``: there is no room."""

from dialtone.config import rowtext

_SECTION = "softkeys"
_MODULES = ("dialtone.config.table.keytypes", "dialtone.config.table.keys")


def rows(prefix, numbers):
    """Yields the rows of the keys ``prefix`` with these ``numbers``, key by key, as ``parameters.find`` gives them."""
    texts = []
    for module in _MODULES:
        texts += rowtext.read(module)
    kind = rowtext.row(_SECTION, texts.pop(0))  # once: the choice of types alone has 900 bytes; the others' ...
    for number in numbers:
        yield _of(kind, prefix, str(number))
        for i in range(len(texts)):  # ... rows would take twice as much as their texts
            yield _of(rowtext.row(_SECTION, texts[i]), prefix, str(number))


def across(prefix, numbers):
    """The same rows, all types first, then all labels: for one who needs the memory himself."""
    for module in _MODULES:
        texts = rowtext.read(module)
        for i in range(len(texts)):
            row = rowtext.row(_SECTION, texts[i])
            for number in numbers:
                yield _of(row, prefix, str(number))
        texts = None


def _of(row, prefix, number):
    name = prefix + number + row.name[4:]
    return rowtext.Row(name, *row[1:7], row.field.replace("N", number), *row[8:])
