"""Emulated board: a reset ends the process with a code that its owner knows; see tests/host/emulated_board.py."""

import sys

RESET_CODE = 43


def reset():
    sys.exit(RESET_CODE)


soft_reset = reset


def unique_id():
    return b"\x00\x08\x5d\x12\x34\x56"


class WDT:
    def __init__(self, id=0, timeout=5000):
        pass

    def feed(self):
        pass


class RTC:
    """Its setting is forgotten: the clock of the emulated board is this computer's."""

    def datetime(self, fields):
        if len(fields) != 8:
            raise ValueError(fields)
