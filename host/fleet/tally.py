"""What is counted in a rehearsal: nested dicts of numbers, so that those of many workers are simply added up.

Times go into histograms whose classes are 2 % wide: {"class": count}. All keys are texts, as they travel between
processes.
"""

import math

_STEP = math.log(1.02)
_DISTINCT = 300  # different keys of one kind: a server that answers each phone otherwise must not fill the report
_OTHERS = "(others)"
_BOUNDED = ("failures", "failed at", "attempts", "never", "diagnostics", "status")


class Tally:
    """``add("status", "aastra.cfg", "200")`` counts one; ``time("provisioned", ms)`` adds to a histogram."""

    def __init__(self):
        self.data = {}

    def add(self, *path, count=1):
        if path[0] in _BOUNDED:
            known = self.data.get(path[0], ())
            if len(known) >= _DISTINCT and path[1] not in known:
                path = path[0], _OTHERS, *path[2:]
        *way, last = path
        place = self.data
        for name in way:
            place = place.setdefault(name, {})
        place[last] = place.get(last, 0) + count

    def time(self, *path):
        """``*names, ms``."""
        *names, ms = path
        self.add("times", *names, text_class(ms))

    def merge(self, data):
        _merge(self.data, data)

    def get(self, *path, default=None):
        place = self.data
        for name in path:
            place = place.get(name)
            if place is None:
                return {} if default is None else default
        return place

    def total(self, *path):
        """The sum of all numbers below."""
        return _sum(self.get(*path))


def text_class(ms):
    """The class of a time."""
    return str(max(0, math.ceil(math.log(max(ms, 0.1) / 0.1) / _STEP)))


def upper_ms(name):
    """The upper end of a class in milliseconds."""
    return 0.1 * math.exp(int(name) * _STEP)


def quantile(histogram, part):
    """The time below which ``part`` (0 to 1) of a histogram lies, ms to within 2 %; None of an empty one."""
    count = sum(histogram.values())
    if not count:
        return None
    left = max(1, math.ceil(count * part))
    for name in sorted(histogram, key=int):
        left -= histogram[name]
        if left <= 0:
            return upper_ms(name)
    return None


def together(histograms):
    """One histogram of several."""
    whole = {}
    for each in histograms:
        _merge(whole, each)
    return whole


def _merge(into, data):
    for name, value in data.items():
        if isinstance(value, dict):
            _merge(into.setdefault(name, {}), value)
        else:
            into[name] = into.get(name, 0) + value


def _sum(value):
    return sum(_sum(each) for each in value.values()) if isinstance(value, dict) else value
