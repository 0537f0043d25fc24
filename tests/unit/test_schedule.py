"""When the next round with the configuration server comes: time of day, days, random delay, files that must come."""

import asyncio

from dialtone import alarm, schedule
from dialtone.config.store import Store
from support import run

_NOON = 1780315200  # 2026-06-01 12:00 UTC
_DAY = 86400


class Clock:
    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now


class Phone:
    """As much of a phone as planning needs; ``random``: what the platform's generator gives, as a number."""

    alarm = None

    def __init__(self, now=_NOON, random=0, **values):
        self.store = Store("57i")
        self.clock = Clock(now)
        self.platform = self.supervisor = self
        self.number = random
        self.outcome = ("applied", "", [("aastra.cfg", 200, 3), ("57i.cfg", 404, 0)], None, "", None)
        self.spawned = []
        for name in values:
            self.store.set_local(name.replace("_", " "), values[name], "lcd")

    def random(self, count):
        return self.number.to_bytes(count, "big")

    def unload(self, *names):
        pass

    def spawn(self, name, coroutine):
        self.spawned.append(name)
        return asyncio.create_task(coroutine)


def _planned(phone, **how):
    """(seconds from now until the round, its mode, attempt) that ``plan`` has planned, or None."""
    told = []

    async def wait(phone, due, mode, attempt):
        told.append((due - phone.clock.now, mode, attempt))

    async def main():
        before, alarm.wait = alarm.wait, wait
        try:
            schedule.plan(phone, **how)
            await asyncio.sleep(0)
        finally:
            alarm.wait = before
        return told[0] if told else None

    return run(main())


def test_nothing_is_planned_without_a_mode():
    phone = Phone(auto_resync_time="13:00")
    assert _planned(phone) is None and phone.spawned == []


def test_the_next_time_that_the_clock_shows_it():
    values = {"auto_resync_mode": "1", "auto_resync_max_delay": "0"}
    assert _planned(Phone(auto_resync_time="13:00", **values)) == (3600, 1, 0)
    assert _planned(Phone(auto_resync_time="12:00", **values)) == (_DAY, 1, 0)
    assert _planned(Phone(auto_resync_time="11:59", **values)) == (_DAY - 60, 1, 0)


def test_days_and_the_wait_of_24_hours():
    for days, first, later in (("0", 3600, _DAY), ("1", 3600 + _DAY, _DAY), ("7", 3600 + 7 * _DAY, 7 * _DAY)):
        values = {"auto_resync_mode": "3", "auto_resync_max_delay": "0", "auto_resync_days": days}
        assert _planned(Phone(auto_resync_time="13:00", **values))[0] == first, days
        # Made 10 minutes late: the next one is due a whole number of days after 13:00, not after 13:10
        late = Phone(_NOON + 4200, auto_resync_time="13:00", **values)
        assert _planned(late, done=True)[0] == later - 600, days
        night = Phone(_NOON + 12 * 3600 + 300, auto_resync_time="23:50", **values)  # made after midnight
        assert _planned(night, done=True)[0] == later - 900, days


def test_a_random_delay_up_to_its_bound():
    values = {"auto_resync_mode": "1", "auto_resync_time": "13:00", "auto_resync_max_delay": "20"}
    seen = {_planned(Phone(random=number, **values))[0] for number in (0, 1, 600, 1200, 1201, 1202, 16777215)}
    assert min(seen) == 3600 and max(seen) == 3600 + 1200 and len(seen) == 5


def test_local_time_counts_and_the_day_on_which_clocks_change():
    values = {"auto_resync_mode": "1", "auto_resync_max_delay": "0", "time_zone_name": "DE-Berlin"}
    assert _planned(Phone(auto_resync_time="15:00", **values))[0] == 3600  # noon is 14:00 there
    before = Phone(1774746000 - 7200, auto_resync_time="05:00", **values)  # 0:00 there, and 5:00 comes after 4 hours
    assert _planned(before)[0] == 4 * 3600


def test_files_that_must_come_are_asked_for_again():
    values = {"config_files_mandatory_download": "startup.cfg, 57I.cfg"}
    assert _planned(Phone(**values)) is None, "no retries are set"
    values["config_files_number_of_reattempt"] = "2"
    values["config_files_max_delay"] = "30"
    phone = Phone(random=10, **values)
    assert schedule.missing(phone) == "57i.cfg" and _planned(phone) == (11, 3, 1)
    assert _planned(phone, attempt=1) == (11, 3, 2)
    assert _planned(phone, attempt=2) is None, "twice is enough"
    values["config_files_number_of_reattempt"] = "-1"
    assert _planned(Phone(**values), attempt=5000) == (1, 3, 5001)
    phone.outcome = ("kept", "", (), None, "", None)
    assert schedule.missing(phone) == "aastra.cfg"
    phone.outcome = ("applied", "", [("aastra.cfg", 200, 3), ("57i.cfg", 200, 0)], None, "", None)
    assert schedule.missing(phone) == "" and _planned(phone) is None


def test_a_retry_comes_before_the_daily_round_when_it_is_sooner():
    values = {"auto_resync_mode": "1", "auto_resync_time": "12:01", "auto_resync_max_delay": "0"}
    values["config_files_mandatory_download"] = "57i.cfg"
    values["config_files_number_of_reattempt"] = "1"
    assert _planned(Phone(random=0, **values)) == (1, 3, 1)
    assert _planned(Phone(random=200, **values)) == (60, 1, 0)


def test_planning_anew_ends_what_was_planned():
    async def main():
        phone = Phone(auto_resync_mode="1")
        schedule.plan(phone)
        first = phone.alarm
        schedule.plan(phone)
        assert phone.alarm is not first and phone.spawned == ["auto resync"] * 2
        phone.store.set_local("auto resync mode", "0", "lcd")
        schedule.plan(phone)
        assert phone.alarm is None
        await asyncio.sleep(0.01)
        assert first.done()

    run(main())
