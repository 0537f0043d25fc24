"""What is in memory while new firmware is on trial: waits for the listeners, and loads the self-test for a moment."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

from dialtone.errors import DialtoneError
from micropython import const

_BOUND_MS = const(180000)  # a start takes 20 to 60 s on a board; a slow server or network as long again
_TURN_MS = const(2000)
_SCARCE = const(65536)  # bytes free
_TEST = (
    "dialtone.update.trial",
    "dialtone.update.record",
    "dialtone.update.signature",
    "dialtone.update.system",
    "dialtone.update.running",
)


async def run(phone, bound_ms=_BOUND_MS, turn_ms=_TURN_MS):
    """Test until all is well, then keep this firmware; or, when time is up, let the one before it start again."""
    begin = ticks_ms()
    done = False
    while not done:
        await sleep_ms(turn_ms)
        late = ticks_diff(ticks_ms(), begin) > bound_ms
        if phone.http_port and phone.https_port or late:
            done = await _turn(phone, late)
            await sleep_ms(0)
            phone.unload(*_TEST)
    if not phone.platform.trial:
        phone.log.info("firmware", "the new one has passed its self-test")
        if 0 <= phone.platform.heap_free() < _SCARCE:
            phone.restart()  # what the test has learned lies in the way of pages: 40 KB were free, and none had room
    phone.unload("dialtone.update.waiting")


async def _turn(phone, late):
    """One self-test. Whether it was the last one."""
    wrong = ""
    try:
        from dialtone.update import trial

        wrong = await trial.test(phone)
        if not wrong:
            trial.confirm(phone)
    except MemoryError:
        if not late:
            return False  # somebody else needs it now
        wrong = "its memory is not enough"
    except (DialtoneError, OSError) as error:  # what it has passed cannot be written down
        wrong = str(error)
    if wrong and late:
        try:
            from dialtone.update import trial

            trial.back(phone, wrong)
        except (DialtoneError, OSError, MemoryError) as error:
            phone.log.error("firmware", error)
            phone.restart()  # choose.py runs nothing new that it cannot count
    return late or not wrong
