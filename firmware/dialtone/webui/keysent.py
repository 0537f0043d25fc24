"""Which keys a POST is about."""


def differing(store, prefix, typed):
    """Drops what is as it was: a browser sends all keys that it shows, and a person has changed one or two."""
    for field in list(typed):
        number = _number(field, prefix)
        name = "%s%s %s" % (prefix, number, field[: -len(number)])
        if number and typed[field] == store.get(name):
            typed.pop(field)


def rows(sections, typed):
    """Yields the rows of the keys that ``typed`` names, wherever they show: scripts know no second page."""
    from dialtone.config import keyrows

    prefix, numbers = sections[1], sections[3]
    sent = {_number(name, prefix) for name in typed}
    for row in keyrows.across(prefix, [number for number in numbers if str(number) in sent]):
        yield row


def _number(name, prefix):
    """The digits of ``type3`` and of ``softkey3_type``."""
    own = prefix.replace(" ", "_")
    if name.startswith(own):
        return name[len(own) :].partition("_")[0]
    return name[len(name.rstrip("0123456789")) :]
