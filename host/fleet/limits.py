"""The limits of ``--limit NAME=VALUE`` and the verdict against them."""

import re

_TIMES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
_COUNTS = ("failures", "unprovisioned")
_SHARES = ("not-modified",)
NAMES = (*_TIMES, *_COUNTS, *_SHARES)


class BadLimit(Exception):
    """A limit that cannot be read; the text says what can."""


def read(text):
    """(name, value) of ``p99=5s``: times in ms, shares 0 to 1."""
    name, equals, value = text.partition("=")
    if name in _TIMES:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|min)", value)
        if match:
            return name, float(match.group(1)) * {"ms": 1, "s": 1000, "min": 60000}[match.group(2)]
        raise BadLimit("%s is a time: write %s=5s or %s=800ms" % (name, name, name))
    if name in _COUNTS:
        if value.isdigit():
            return name, int(value)
        raise BadLimit("%s is a number: write %s=0" % (name, name))
    if name in _SHARES:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)%", value)
        if match:
            return name, float(match.group(1)) / 100
        raise BadLimit("%s is a share: write %s=95%%" % (name, name))
    raise BadLimit("there is no limit %r: %s" % (name if equals else text, ", ".join(NAMES)))


def judge(limits, figures):
    """A list of dicts: limit, wanted, measured (both as texts) and whether it holds. What was not measured fails."""
    found = []
    for name, wanted in limits:
        measured = _measured(name, figures)
        if name in _TIMES:
            row = ("at most " + shown_ms(wanted), shown_ms(measured), measured is not None and measured <= wanted)
        elif name in _COUNTS:
            row = ("at most %d" % wanted, str(measured), measured <= wanted)
        else:
            row = ("at least " + _share(wanted), _share(measured), measured is not None and measured >= wanted)
        found.append({"limit": name, "wanted": row[0], "measured": row[1], "holds": row[2]})
    return found


def _measured(name, figures):
    if name in _TIMES:
        return figures["provisioned_ms"][name]
    return figures[{"failures": "failures", "unprovisioned": "unprovisioned"}.get(name, "not_modified_share")]


def shown_ms(ms):
    """A time for people."""
    if ms is None:
        return "none"
    if ms < 10:
        return "%.1f ms" % ms
    return "%.0f ms" % ms if ms < 1000 else "%.2f s" % (ms / 1000) if ms < 60000 else "%.1f min" % (ms / 60000)


def _share(part):
    return "none" if part is None else "%.1f %%" % (100 * part)
