"""Local time by the names of zones, by minutes and by dates of one's own."""

from dialtone import localtime
from dialtone.config.store import Store


def _store(**values):
    store = Store("57i")
    for name in values:
        store.set_local(name.replace("_", " "), values[name], "lcd")
    return store


# Seconds since 1970 around the changes of 2026, and hours ahead of UTC just before and at the change. Worked out with
# the IANA data base: tests/host/test_localtime_oracle.py compares every name with it.
_CHANGES = (
    ("DE-Berlin", 1774746000, 1, 2),
    ("DE-Berlin", 1792890000, 2, 1),
    ("GB-London", 1774746000, 0, 1),
    ("US-Eastern", 1772953200, -5, -4),
    ("US-Pacific", 1793523600, -7, -8),
    ("AU-Sydney", 1775318400, 11, 10),
    ("AU-Sydney", 1791043200, 10, 11),
    ("NZ-Auckland", 1790431200, 12, 13),
    ("us-eastern", 1772953200, -5, -4),
)


def test_zones_by_name_change_on_their_days():
    for name, moment, before, after in _CHANGES:
        store = _store(time_zone_name=name)
        assert localtime.offset(store, moment - 1) == before * 3600, name
        assert localtime.offset(store, moment) == after * 3600, name


def test_without_a_zone_it_is_utc():
    assert localtime.offset(_store(), 1774746000) == 0
    assert localtime.offset(_store(time_zone_name="Custom"), 1774746000) == 0


def test_an_unknown_name_that_an_older_release_has_stored_is_told_and_no_zone():
    store = Store("57i")
    for name in ("Atlantis", "-60e", "0", "e", ","):
        store.load("aastra", [b"=aastra.cfg\t1\n", b"time zone name\t-7\t%s\n" % name.encode()])
        assert store.get("time zone name") == "UTC" and localtime.offset(store, 1774746000) == 0, name
        ((file, line, _, reason, _),) = store.diagnostics
        assert (file, line) == ("aastra.cfg", 7) and "no time zone" in reason


def test_daylight_saving_switched_off_or_always_on():
    store = _store(time_zone_name="DE-Berlin", dst_config="0")
    assert localtime.offset(store, 1780000000) == 3600
    store = _store(time_zone_name="DE-Berlin", dst_config="1")
    assert localtime.offset(store, 1770000000) == 3600 + 1800
    store = _store(time_zone_name="DE-Berlin", dst_config="2")
    assert localtime.offset(store, 1770000000) == 7200


def _custom(**more):
    values = {
        "time_zone_name": "Custom",
        "time_zone_minutes": "-60",
        "dst_start_relative_date": "1",
        "dst_start_month": "3",
        "dst_start_week": "-1",
        "dst_start_day": "1",
        "dst_start_hour": "2",
        "dst_end_relative_date": "1",
        "dst_end_month": "10",
        "dst_end_week": "-1",
        "dst_end_day": "1",
        "dst_end_hour": "3",
    }
    values.update(more)
    return _store(**values)


def test_dates_of_ones_own_as_provisioning_systems_write_them():
    store = _custom()
    for moment, before, after in ((1774746000, 3600, 7200), (1792890000, 7200, 3600)):
        assert localtime.offset(store, moment - 1) == before
        assert localtime.offset(store, moment) == after
    assert localtime.offset(_custom(dst_minutes="30"), 1780000000) == 5400
    for week, day in ((-2, 22), (-5, 1), (2, 8), (0, 29)):  # Sundays of March 2026; 0 is none, and taken as the last
        moment = 1774746000 - (29 - day) * 86400
        store = _custom(dst_start_week=str(week))
        assert localtime.offset(store, moment - 1) == 3600 and localtime.offset(store, moment) == 7200, week
    fixed = _custom(dst_start_relative_date="0", dst_start_day="29")
    assert localtime.offset(fixed, 1774746000 - 1) == 3600 and localtime.offset(fixed, 1774746000) == 7200


def test_a_custom_zone_without_dates_has_no_daylight_saving():
    store = _store(time_zone_name="Custom", time_zone_minutes="300")
    assert localtime.offset(store, 1780000000) == -18000
