"""When the phone asks its configuration server again by itself: ``auto resync ...`` and ``config files ...``.

Loaded to plan, dropped afterwards; alarm.py waits. Facts page, section 2.
"""

from dialtone import alarm
from micropython import const

_DAY_S = const(86400)
_RETRY_S = const(300)  # between two tries for files that must come, when `config files max delay` is 0
_OUTCOME_FILES = const(2)  # place in Phone.outcome


def plan(phone, attempt=0, done=False):
    """Cancels what was planned and plans anew. ``attempt``: tries for mandatory files that were made since the start;
    ``done``: the daily round has just been made.
    """
    if phone.alarm:
        phone.alarm.cancel()
        phone.alarm = None
    get, number = phone.store.get, phone.store.number
    due = mode = 0
    if get("auto resync mode") != "0":
        mode = number("auto resync mode")
        due = daily(phone, done) + _some(phone, number("auto resync max delay") * 60)
    most = int(get("config files number of reattempt") or 0)
    if missing(phone) and (most < 0 or attempt < most):
        soon = phone.clock.time() + 1 + _some(phone, int(get("config files max delay") or 0) or _RETRY_S)
        if not due or soon < due:
            due, mode, attempt = soon, 3, attempt + 1
    if due:
        phone.alarm = phone.supervisor.spawn("auto resync", alarm.wait(phone, due, mode, attempt))


def daily(phone, done):
    """Seconds since 1970 of the next round: ``auto resync time`` in local time, ``auto resync days`` later.

    With 0 days that is the next time the clock shows it, with 1 the phone waits 24 hours first. After a round the days
    count from the time that it was planned for, not from the random moment at which it was made.
    """
    from dialtone import localtime

    store = phone.store
    now = phone.clock.time()
    here = now + localtime.offset(store, now)
    hours, minutes = store.get("auto resync time").split(":")
    at = here // _DAY_S * _DAY_S + int(hours) * 3600 + int(minutes) * 60
    days = store.number("auto resync days")
    if done:
        days = max(days, 1) - (at > here)
    elif at <= here:
        days += 1
    due = at + days * _DAY_S - (here - now)
    due -= localtime.offset(store, due) - (here - now)  # the clocks may be changed until then
    localtime = None
    phone.unload("dialtone.localtime", "dialtone.config.zones")
    return due


def missing(phone):
    """The first file of ``config files mandatory download`` that the last round did not bring, or ""."""
    for name in phone.store.get("config files mandatory download").replace(",", " ").lower().split():
        if name == "startup.cfg":  # the later phones' name
            name = "aastra.cfg"
        found = [file[1] for file in phone.outcome[_OUTCOME_FILES] if file[0].lower() == name]
        if found != [200]:
            return name
    return ""


def _some(phone, most_s):
    """A random number of seconds up to ``most_s``, so that a fleet does not ask all at once."""
    return int.from_bytes(phone.platform.random(3), "big") % (most_s + 1)
