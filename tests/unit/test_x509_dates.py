from dialtone.x509 import dates


def test_days_and_calendar_are_each_others_inverse():
    assert dates.days(1970, 1, 1) == 0 and dates.days(2000, 3, 1) == 11017 and dates.days(1950, 1, 1) == -7305
    assert dates.days(2026, 13, 1) == dates.days(2027, 1, 1)
    for day in list(range(0, 60)) + list(range(10900, 11100)) + list(range(47400, 47600)) + [2932896]:
        year, month, number = dates.calendar(day * 86400 + 86399)
        assert dates.days(year, month, number) == day, day


def test_dates_as_text():
    for seconds, text in (
        (0, "1970-01-01"),
        (951782399, "2000-02-28"),
        (951782400, "2000-02-29"),
        (1795600000, "2026-11-25"),
        (253402300799, "9999-12-31"),
    ):
        assert dates.text(seconds) == text
