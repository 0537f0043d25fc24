"""Emulated board: the clock is right already."""

host = "pool.ntp.org"


def settime():
    pass
