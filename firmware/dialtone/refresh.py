"""A round with the configuration server while the phone runs: auto resync, the Reset page and a POST share this path.

It waits until nobody is in a menu or script, has the heap to itself, and puts in force at once what can be. When a
parameter that changed says so, all servers are asked once more, with what is in force now; the phone restarts only when
one says that, or new firmware has come. Facts page, section 2. What comes before
and after the round is in around.py, since the round needs the room.
"""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from micropython import const

_TRIES = const(2)  # a round that found no memory is made once more, with what it has brought already


def request(phone, mode=3, attempt=0, last=False):
    """Begins a round unless one is under way; returns whether it begins. ``mode``: 1 configuration, 2 firmware, 3 both,
    as ``auto resync mode``. ``last``: no further one follows, whatever it brings.
    """
    if phone.round:
        phone.unload("dialtone.refresh")
        return False
    phone.round = phone.supervisor.spawn("resync", _run(phone, mode, attempt, last))
    return True


async def _run(phone, mode, attempt, last):
    before = phone.outcome
    again = ""
    try:
        from dialtone import around

        await around.quiet(phone)
        around = None
        await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
        phone.unload("dialtone.around", "dialtone.refresh")
        phone.deferred = set()
        for _ in range(_TRIES):
            try:
                await phone.resync(mode)
            except MemoryError:  # not even for the code that installs what was sent
                phone.outcome = phone.outcome[:5] + (DialtoneError("Not enough memory to install it", ""),)
            await sleep_ms(0)
            errors = [error for error in phone.outcome if isinstance(error, DialtoneError)]
            if not [1 for error in errors if error.text[:17] == "Not enough memory"]:
                break
            if phone.heap.relieve:
                phone.heap.relieve()  # what an import without memory has left half loaded goes
            phone.settle()
        names, phone.deferred = phone.deferred, None
        from dialtone import around

        again = await around.finish(phone, names, before, attempt)
    finally:
        from dialtone import around

        around.open_again(phone)
        phone.deferred = phone.round = around = None
        await sleep_ms(0)
        phone.unload("dialtone.around")
        phone.settle()
    if again and not last:
        phone.log.info("resync", "once more for " + again)
        request(phone, mode, attempt, True)
