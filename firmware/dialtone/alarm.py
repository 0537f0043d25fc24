"""Waits for a time of the clock, then asks the configuration server: all of a planned round that stays in the heap."""

from asyncio import sleep_ms

from micropython import const

_STEP_S = const(600)  # the clock may be set meanwhile, uptime wants to be asked, and a long sleep's ticks would wrap


async def wait(phone, due, mode, attempt):
    """Until ``due`` (seconds since 1970), then a round of ``mode``, see refresh.py; ``attempt``: see schedule.py."""
    while True:
        left = due - phone.clock.time()
        if left <= 0 and not phone.round:  # a round plans the next one, an upload that fails does not
            break
        await sleep_ms(max(1, min(left, _STEP_S)) * 1000)
    from dialtone import refresh

    phone.alarm = None
    refresh.request(phone, mode, attempt)
