"""When a start counts as a good one. Alone in the heap, for the first minute."""

from asyncio import sleep_ms

from micropython import const

_LASTS_MS = const(60000)  # all that a start does is over by then, and a round with a slow server, too


async def last(phone):
    """Resets the count of starts; see update/record.py. Firmware on trial has to pass its self-test first."""
    while True:
        await sleep_ms(_LASTS_MS)
        if not phone.platform.trial:
            break
    from dialtone.provisioning import ladder

    modules = ladder.MODULES
    ladder.lasted(phone, True)
    ladder = None
    phone.unload(*modules)
