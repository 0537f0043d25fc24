"""The phone's time zone: how far local time is ahead of UTC (``time zone ...``, ``dst ...``). Dropped after use.

Names and meaning: the vendor's guides and public provisioning code. ``time zone minutes`` counts *west* of Greenwich.
"""

from micropython import const

_DAY_S = const(86400)
# Names as in the real phone's list: minutes west of Greenwich, rule of daylight saving. Others: "Custom" and numbers.
_ZONES = (
    " "
    "us-hawaii 600 us-alaska 540u us-pacific 480u ca-pacific 480u us-mountain 420u ca-mountain 420u "
    "mx-pacific 420 us-central 360u ca-central 360u mx-mexico 360 us-eastern 300u ca-eastern 300u co-bogota 300 "
    "pe-lima 300 ca-atlantic 240u ve-caracas 240 ca-newfoundland 210u ar-buenos 180 br-brasilia 180 pt-azores 60e "
    "gb-london 0e ie-dublin 0e pt-lisbon 0e is-reykjavik 0 at-vienna -60e be-brussels -60e ch-zurich -60e "
    "cz-prague -60e de-berlin -60e dk-copenhagen -60e es-madrid -60e fr-paris -60e hu-budapest -60e it-rome -60e "
    "lu-luxembourg -60e nl-amsterdam -60e no-oslo -60e pl-warsaw -60e se-stockholm -60e si-ljubljana -60e "
    "sk-bratislava -60e ee-tallinn -120e fi-helsinki -120e gr-athens -120e lt-vilnius -120e lv-riga -120e "
    "ro-bucharest -120e ua-kiev -120e bg-sofia -120e za-johannesburg -120 tr-ankara -180 ru-moscow -180 "
    "ae-dubai -240 pk-islamabad -300 in-calcutta -330 th-bangkok -420 cn-beijing -480 hk-hong_kong -480 "
    "sg-singapore -480 au-perth -480 jp-tokyo -540 kr-seoul -540 au-brisbane -600 nz-auckland -720n "
    "au-sydney -600a au-melbourne -600a utc 0 "
)
# Begin and end of daylight saving: month, week (-1: the last), hour of local standard time, month, week, hour.
_RULES = {
    "u": (3, 2, 2, 11, 1, 1),
    "e": (3, -1, None, 10, -1, None),
    "a": (10, 1, 2, 4, 1, 2),
    "n": (9, -1, 2, 4, 1, 2),
}


def offset(store, now):
    """Seconds to add to ``now`` (seconds since 1970, UTC) for local time."""
    text = _entry(store.get("time zone name"))
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


def _entry(name):
    """Minutes and rule of a name in any letter case, or ""."""
    key = " " + name.strip().replace(" ", "_").lower() + " "
    at = _ZONES.find(key)
    if at < 0 or key[1:2] in "-0123456789 ":
        return ""
    at += len(key)
    return _ZONES[at : _ZONES.find(" ", at)]


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
    """Days since 1970 of a weekday (0 = Sunday) in the ``week``-th place of a month; -1 is the last one."""
    if week > 0:
        first = _days(year, month, 1)
        return first + (weekday - first - 4) % 7 + (min(week, 5) - 1) * 7
    last = _days(year + month // 12, month % 12 + 1, 1) - 1
    return last - (last + 4 - weekday) % 7


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
