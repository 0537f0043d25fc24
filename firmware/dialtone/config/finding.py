"""One parameter of the table by its name."""

from dialtone.config import parameters
from dialtone.config.store import family


def find(name, model):
    """The row of a concrete parameter name in any letter case, or None. Its ``name`` is the canonical one.

    Only keys that ``model`` has are found; for them ``field`` carries the number too (``type3``).
    """
    for section, _, module in parameters.sections():
        found = lookup(section, parameters.read(module), name, model)
        if found is not None:
            return found
    return None


def lookup(section, texts, name, model):
    """``find`` in one section that was ``read`` already."""
    name = name.lower()
    pattern = family(name)
    found = of_pattern(section, texts, pattern)
    if found is None or pattern == name:
        return found
    from dialtone.config.families import key_row  # not before: most pages have no keys

    return key_row(found, name, model)


def of_pattern(section, texts, pattern):
    """The row for a name in lower case of which ``store.family`` has made ``pattern``, as it stands in the table."""
    for alias, real in parameters.ALIASES:
        if pattern == alias:
            pattern = real
    start = pattern + "|"
    if start.find("|") + 1 == len(start):
        for text in texts:
            if text.startswith(start):
                return parameters.row(section, text)
    return None
