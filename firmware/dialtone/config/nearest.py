"""The known name that a mistyped one was probably meant to be."""

from micropython import const

from dialtone.config import families, parameters

FAR = const(99)


def nearest(names, model):
    """For each of ``names`` the known name with the fewest differences, few enough to be slips of the pen; else ""."""
    if not names:
        return []
    best = [""] * len(names)
    least = [FAR] * len(names)
    for _, _, module in parameters.sections():
        texts = parameters.read(module)
        for at in range(len(texts)):  # an iterator would keep them alive while the next section is read
            row = texts[at][: texts[at].find("|")]
            for i in range(len(names)):
                for known in _meant(row, names[i], model):
                    cost = slips(known, names[i])
                    if known.count(" ") == names[i].count(" "):  # split each time: all words together are 1 KB
                        cost = min(cost, _by_words(known.split(" "), names[i].split(" ")))
                    if cost < least[i]:
                        least[i] = cost
                        best[i] = known
        texts = None
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


def closest(values, text):
    """The one of ``values`` with the fewest slips in ``text``, or ""."""
    least = FAR
    best = ""
    for value in values:
        cost = slips(value.lower(), text)
        if cost < least:
            least = cost
            best = value
    return best


def slips(known, name):
    """Characters between the common head and the common tail of two names; FAR when they are more than three."""
    longer = max(len(known), len(name))
    shorter = min(len(known), len(name))
    if longer - shorter > 2 or shorter < 2:
        return FAR
    head = 0
    while head < shorter and known[head] == name[head]:
        head += 1
    tail = 0
    while tail < shorter - head and known[-1 - tail] == name[-1 - tail]:
        tail += 1
    cost = longer - head - tail
    return cost if cost <= (3 if longer > 8 else 2) else FAR


def _by_words(known, words):
    """The sum of the slips in as many words, so that two may be wrong; words of two letters must be right."""
    cost = 0
    for i in range(len(words)):
        if known[i] != words[i]:
            cost += slips(known[i], words[i]) if len(words[i]) > 2 else FAR
            if cost > 6:
                return FAR
    return cost
