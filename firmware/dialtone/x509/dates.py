"""Days and seconds since 1970 in today's calendar. MicroPython's own functions begin in 1970 or 2000, by port."""


def days(year, month, day):
    """Days since 1970-01-01; month 13 is the next January."""
    month += 9  # the year begins in March here
    year += month // 12 - 1
    month %= 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 719469


def calendar(seconds):
    """(year, month, day) of a moment since 1970."""
    day = seconds // 86400 + 719468
    century = (day * 4 + 3) // 146097
    day -= century * 146097 // 4
    year = (day * 4 + 3) // 1461
    day -= year * 1461 // 4
    month = (day * 5 + 2) // 153
    day -= (153 * month + 2) // 5
    year += century * 100
    return (year, month + 3, day + 1) if month < 10 else (year + 1, month - 9, day + 1)


def text(seconds):
    """A moment as "2026-11-25"."""
    return "%d-%02d-%02d" % calendar(seconds)
