"""MicroPython's os with getenv, which only its port for a PC has."""

from environment import values
from uos import *  # noqa: F403


def getenv(name, default=None):
    return values.get(name, default)
