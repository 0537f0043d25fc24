"""The time that a change waits for its confirmation: alone in the heap, for it may be an hour."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from micropython import const

_LOOK_S = const(5)  # so soon a confirmed change's task ends
_AGAIN_MS = const(10000)  # what was in the heap's way may be gone


async def lapse(phone, waiting):
    """Takes back what ``waiting`` (``phone.unconfirmed``) stands for when its time is over; see pending.py."""
    while phone.unconfirmed is waiting:
        left_s = waiting[0] - phone.clock.uptime_s()
        if left_s > 0:
            await sleep_ms(min(left_s, _LOOK_S) * 1000)
            continue
        pending = modules = None
        try:
            from dialtone.provisioning import pending

            modules = pending.MODULES
            pending.revert(phone)
        except (DialtoneError, MemoryError) as error:
            phone.log.error("confirm", error)
            if phone.heap.relieve:
                phone.heap.relieve()
            await sleep_ms(_AGAIN_MS)
        pending = None
        from dialtone.config.store import ON_DEMAND

        phone.unload(*(modules or ()), *ON_DEMAND)
