"""The known name that a mistyped one was probably meant to be."""

from micropython import const

from dialtone.config import families, parameters

_FAR = const(99)


def nearest(names, model):
    """For each of ``names`` the known name with the fewest differences, few enough to be slips of the pen; else ""."""
    if not names:
        return []
    best = [""] * len(names)
    least = [_FAR] * len(names)
    for row in parameters.rows():
        for i in range(len(names)):
            for known in _meant(row.name, names[i], model):
                cost = min(_slips(known, names[i]), _by_words(known.split(), names[i].split()))
                if cost < least[i]:
                    least[i] = cost
                    best[i] = known
    return best


def _meant(row, name, model):
    """The concrete names that ``name`` may mean under the row of this name: for a key, those with its number."""
    if not row.startswith("keyN"):
        return (row,)
    numbers = bytes([byte if 48 <= byte <= 57 else 32 for byte in name.encode()]).split()
    if not numbers or len(numbers[-1]) > 2:
        return ()
    number = str(numbers[-1], "utf-8")
    keys = families.keys(model) + families.modules(model)
    return [prefix + number + row[4:] for prefix, count in keys if 0 < int(number) <= count]


def _slips(known, name):
    """Characters between the common head and the common tail of two names; _FAR when they are more than three."""
    longer = max(len(known), len(name))
    shorter = min(len(known), len(name))
    if longer - shorter > 2 or shorter < 2:
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
