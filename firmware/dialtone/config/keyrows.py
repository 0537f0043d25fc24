"""The rows of the table for keys that are known to be there."""

from dialtone.config import parameters


def rows(prefix, numbers):
    """Yields the rows of the keys ``prefix`` with these ``numbers``, key by key, as ``parameters.find`` gives them."""
    texts = []  # once, and not their rows, which are twice as large
    for section, _, module in parameters.SECTIONS:
        if section == "softkeys":
            texts += parameters.read(module)
    for number in numbers:
        for i in range(len(texts)):
            yield _of(parameters.row("softkeys", texts[i]), prefix, str(number))


def across(prefix, numbers):
    """The same rows, all types first, then all labels: for one who needs the memory himself."""
    for row in parameters.rows("softkeys"):
        for number in numbers:
            yield _of(row, prefix, str(number))


def _of(row, prefix, number):
    name = prefix + number + row.name[4:]
    return parameters.Row(name, *row[1:7], row.field.replace("N", number), *row[8:])
