"""What the unit tests share. Runs on all three targets, so it is small and uses no more than MicroPython has."""

import asyncio
import os

_made = [0]


class raises:
    """`with raises(ExcType) as e:` passes when the block raises that type; `e.value` is the exception."""

    def __init__(self, expected):
        self.expected = expected
        self.value = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if value is None:
            raise AssertionError("nothing raised, expected " + str(self.expected))
        self.value = value
        return isinstance(value, self.expected)


def run(coroutine):
    """Run one coroutine in an event loop of its own and return what it returns."""
    if hasattr(asyncio, "Runner"):  # CPython closes its loop itself and misses nothing
        return asyncio.run(coroutine)
    asyncio.new_event_loop()  # MicroPython's one loop may hold what an earlier test left behind
    return asyncio.run(coroutine)


def tmp_dir():
    """Return the path of a new, empty, writable folder; the runner removes it afterwards."""
    base = os.getenv("DIALTONE_TMP")
    if not base:
        raise RuntimeError("no DIALTONE_TMP: run the tests with tools/unit.py or pytest")
    while True:
        _made[0] += 1
        path = base + "/d" + str(_made[0])
        try:
            os.mkdir(path)
        except OSError as error:
            if error.errno != 17:  # EEXIST: another process shares the base
                raise
        else:
            return path


def seed():
    """Return the number that random samples start from: DIALTONE_SEED, printed at the start of every run."""
    return int(os.getenv("DIALTONE_SEED") or "1")


def long():
    """Tell whether this is the exhaustive run (`make test-long`)."""
    return os.getenv("DIALTONE_LONG") == "1"
