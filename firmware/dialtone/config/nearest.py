"""The known name that a mistyped one was probably meant to be."""

from micropython import const

from dialtone.config import parameters

_FAR = const(99)


def nearest(name, model):
    """The known name with the fewest differences to ``name``, few enough to be slips of the pen; else ""."""
    digits = [c for c in name if "0" <= c <= "9"]
    number = "".join(digits) if 0 < len(digits) < 3 else ""
    best = ""
    least = _FAR
    for row in parameters.rows():
        names = (row.name,)
        if row.name.startswith("keyN"):
            keys = parameters.keys(model) if number else ()
            names = [prefix + number + row.name[4:] for prefix, count in keys if 0 < int(number) <= count]
        for known in names:
            cost = min(_slips(known, name), _by_words(known.split(), name.split()))
            if cost < least:
                least = cost
                best = known
    return best


def _slips(known, name):
    """Characters between the common head and the common tail of two names; _FAR when they are more than three."""
    longer = max(len(known), len(name))
    shorter = min(len(known), len(name))
    if longer - shorter > 2:
        return _FAR
    head = 0
    while head < shorter and known[head] == name[head]:
        head += 1
    tail = 0
    while tail < shorter - head and known[-1 - tail] == name[-1 - tail]:
        tail += 1
    cost = longer - head - tail
    return cost if cost <= (3 if longer > 8 else 2) else _FAR


def _by_words(known, words):
    """The sum of the slips in each word, so that two words may be wrong; words of two letters must be right."""
    if len(known) != len(words):
        return _FAR
    cost = 0
    for i in range(len(words)):
        if known[i] != words[i]:
            cost += _slips(known[i], words[i]) if len(words[i]) > 2 else _FAR
    return cost if cost < 7 else _FAR
