"""The phone's time zone: how far local time is ahead of UTC (``time zone ...``, ``dst ...``). Dropped after use.

Names and meaning: the vendor's guides and public provisioning code. ``time zone minutes`` counts *west* of Greenwich.
"""

from dialtone.config import zones
from micropython import const

_DAY_S = const(86400)
# Begin and end of daylight saving: month, week (-1: the last), hour of local standard time, month, week, hour.
_RULES = {
    "u": (3, 2, 2, 11, 1, 1),
    "e": (3, -1, None, 10, -1, None),
    "a": (10, 1, 2, 4, 1, 2),
    "n": (9, -1, 2, 4, 1, 2),
}


def offset(store, now):
    """Seconds to add to ``now`` (seconds since 1970, UTC) for local time."""
    text = zones.known(store.get("time zone name"))[1]
    rule = None
    if text:
        if not text[-1:].isdigit():
            rule = _RULES[text[-1:]]
            text = text[:-1]
        ahead = -int(text) * 60
    else:
        ahead = -_number(store, "time zone minutes") * 60
    kind = store.get("dst config")
    saved = 0
    if kind == "1" or kind == "2":  # always on
        return ahead + 1800 * int(kind)
    if kind == "3":
        saved = 3600
        if not text:
            if not store.get("dst start month") or not store.get("dst end month"):
                return ahead
            saved = _number(store, "dst minutes", 60) * 60
            start, end = [_custom(store, word, now + ahead) for word in ("start", "end")]
        elif rule:
            start, end = [_moment(now + ahead, ahead, rule[at : at + 3]) for at in (0, 3)]
        else:
            return ahead
        here = now + ahead
        if start < end and not start <= here < end or start > end and end <= here < start or start == end:
            saved = 0
    return ahead + saved


def _number(store, name, otherwise=0):
    text = store.get(name)
    return int(text) if text else otherwise


def _moment(here, ahead, rule):
    """When a rule takes effect in the year of ``here``, in local standard time. No hour: at 1:00 UTC, as in Europe."""
    month, week, hour = rule
    day = _weekday(_year(here), month, week, 0)
    return day * _DAY_S + (3600 + ahead if hour is None else hour * 3600)


def _custom(store, word, here):
    """The same by ``dst start ...`` or ``dst end ...``."""
    name = "dst %s " % word
    month, week, day = [_number(store, name + each, 1) for each in ("month", "week", "day")]
    hour = _number(store, name + "hour", 2)
    year = _year(here)
    if store.flag(name + "relative date"):
        days = _weekday(year, month, week, (day - 1) % 7)
    else:
        days = _days(year, month, day)
    seconds = days * _DAY_S + hour * 3600
    return seconds - _number(store, "dst minutes", 60) * 60 if word == "end" else seconds


def _weekday(year, month, week, weekday):
    """Days since 1970 of a weekday (0 = Sunday) in the ``week``-th place of a month; -1: the last, -2: that before."""
    if week > 0:
        first = _days(year, month, 1)
        return first + (weekday - first - 4) % 7 + (week - 1) * 7
    last = _days(year + month // 12, month % 12 + 1, 1) - 1
    return last - (last + 4 - weekday) % 7 + (min(week, -1) + 1) * 7


def _year(seconds):
    days = seconds // _DAY_S
    year = 1970 + days * 400 // 146097
    return year if _days(year + 1, 1, 1) > days else year + 1


def _days(year, month, day):
    """Days since 1970 of a date, after the usual calendar (the year is made to begin in March)."""
    if month < 3:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719469
