"""CPython edition of MicroPython's module ``micropython``: the names that the firmware uses."""

import dialtone_shims  # noqa: F401  nearly every firmware module imports const from here, so the shims come along


def const(value):
    return value


def opt_level(level=None):
    return 0 if level is None else None


def alloc_emergency_exception_buf(size):
    return None


def mem_info(verbose=None):
    return None


def native(function):
    return function


viper = native
