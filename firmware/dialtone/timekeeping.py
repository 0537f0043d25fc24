"""The clock by which certificates are checked: never before what is certain, and right before the first check.

Loaded for that and dropped again. The last good time is a small file, because a phone has no battery for a clock.
"""

from dialtone.errors import DialtoneError
from dialtone.version import BUILT
from micropython import const

NAME = "clock"  # its content: seconds since 1970 as text
_WAIT_MS = const(2000)  # for one time server: they answer within 0.2 s; three silent ones delay a start by 6 s
_AHEAD_S = const(0x3C000000)  # 32 years: what is further ahead of the build date is no time, and would stay for ever
_MODULES = ("dialtone.net.sntp", "dialtone.net.datagram")


def raise_to_floor(platform):
    """Put a clock that stands before the build date or the last saved time there. Tells whether it had to."""
    lowest = floor(platform.storage)
    if platform.clock.time() >= lowest:
        return False
    platform.set_time(lowest)
    return True


def floor(storage):
    """The later of build date and last saved time, seconds since 1970. A damaged file counts as none."""
    try:
        saved = int(storage.read(NAME, 20) or 0)
    except (ValueError, DialtoneError):
        saved = 0
    return saved if BUILT < saved < BUILT + _AHEAD_S else BUILT


def save(platform):
    """Keep the present time for the next start. A full flash costs no more than that."""
    try:
        platform.storage.write_atomic(NAME, ["%d" % platform.clock.time()])
    except DialtoneError as error:
        platform.log.warning("clock", error)


def servers(store, platform):
    """Names to ask, in order. The flash tool's stands for the built-in default; a simulator's PC keeps its own time."""
    if store.flag("time server disabled"):
        return []
    names = []
    for number in "123":
        name = "time server" + number
        text = store.get(name)
        if store.winner(name)[0] < 0 and text:
            text = platform.time_server or ("" if platform.simulated else text)
        if text:
            names.append(text)
    return names


async def settle(store, platform, table, port=123):
    """Ask the time servers in turn until one answers; set and save the clock. Returns whether it is known to be right.

    A time before the floor is refused: a forged answer could make an old, stolen certificate good again.
    """
    from dialtone.net import sntp

    try:
        for name in servers(store, platform):
            try:
                now = await sntp.ask(name, table, platform.random(8), _WAIT_MS, port)
            except DialtoneError as error:
                platform.log.warning("clock", error)
                continue
            if now < floor(platform.storage):
                platform.log.warning("clock", "%s says a time that has passed: not taken" % name)
            elif now < BUILT + _AHEAD_S:
                platform.set_time(now)
                save(platform)
                platform.log.info("clock", "set by %s" % name)
                return True
    finally:
        sntp = None
        platform.unload(*_MODULES)
    return False
