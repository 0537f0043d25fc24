"""One round with the configuration server: configuration, then firmware, each with the heap to itself."""

from asyncio import sleep_ms

from dialtone.config.store import ON_DEMAND as CONFIG_ON_DEMAND
from dialtone.errors import DialtoneError
from micropython import const

_SCARCE = const(65536)  # bytes free: with less ...
_BUFFER = const(1024)  # ... files come in pieces of that size, for the parser needs the room, too


async def resync(phone, mode=3):
    """Fetch, apply, check for firmware. Never raises; ``phone.outcome`` tells how it went.

    ``mode``: 1 the configuration, 2 firmware, 3 both; what is not asked for stays as the last round has left it. 4: no
    round, an image that was uploaded is installed. In safe mode there are no rounds (provisioning/ladder.py).
    """
    if mode != 4:
        if phone.safe:
            return
        await _clock(phone)
        await sleep_ms(0)
    if not phone.https_port and phone.storage.size("xml.restart") == 1:  # this start is a FastReboot's, see settings.py
        mode = _fast(phone, mode)
    result, source, files, error, pending, firmware_error = phone.outcome
    if mode & 1:
        result, source, files, error = await _configuration(phone)
        await sleep_ms(0)  # takes the place of the finished coroutine in this frame, which MicroPython would keep alive
        if result == "kept":
            mode = 0
    if mode:
        if mode & 1:
            from dialtone import authorities

            error = await authorities.trusted(phone) or error
            authorities = None
            await sleep_ms(0)
            phone.unload("dialtone.authorities")
        if mode & 6:
            from dialtone import downloads

            pending, firmware_error = await downloads.firmware(phone, _progress(phone), mode == 4)
            downloads = None
            await sleep_ms(0)
            phone.unload("dialtone.downloads")
    if phone.why:
        phone.log.error("firmware", phone.why)  # until somebody has acknowledged it
    phone.outcome = (result, source, files, _plain(error), pending, _plain(firmware_error))


def _fast(phone, mode):
    try:
        phone.storage.write_atomic("xml.restart", ())  # the next start is none
    except DialtoneError as error:
        phone.log.error("firmware", error)
    return mode & 1


async def _clock(phone):
    """Before the first certificate is checked. Without a time server the check runs by the clock as it stands."""
    from dialtone import timekeeping

    if timekeeping.servers(phone.store, phone.platform):
        phone.panel.progress("Clock", "Asking the time server")
    right = await timekeeping.settle(phone.store, phone.platform, phone.table, phone.platform.time_port)
    if not right and (not phone.platform.simulated or phone.clock.ahead):
        phone.log.warning("clock", "no time server has set it: the dates of certificates may be judged wrongly")
    timekeeping = None
    await sleep_ms(0)
    phone.unload("dialtone.timekeeping")


async def _configuration(phone):
    from dialtone.client import MODULES
    from dialtone.provisioning import run

    def forget():
        phone.unload(*MODULES)

    scarce = 0 <= phone.platform.heap_free() < _SCARCE

    def connect():
        return phone.client(buffer_bytes=_BUFFER if scarce else 0)

    provisioner = run.Provisioner(phone.platform, phone.store, connect, forget, _progress(phone), scarce)
    outcome = await provisioner.run()
    found = outcome.result, outcome.source, outcome.files, outcome.error
    modules = run.ON_DEMAND
    provisioner = outcome = run = None
    await sleep_ms(0)
    phone.unload(*modules)
    phone.unload(*CONFIG_ON_DEMAND)
    if found[0] != "unchanged" or not phone.https_port:  # at a start they come from the saved copy
        from dialtone.config import sense

        sense.tell(phone.store, phone.log)
        sense = None
        phone.store.forget()  # the values of some 30 names, which nobody asks for again
        await sleep_ms(0)
        phone.unload("dialtone.config.sense", *CONFIG_ON_DEMAND)
    from dialtone.config import packing

    packing.move(phone.store)
    packing = None
    phone.settle()
    return found


def _progress(phone):
    def progress(stage, text):
        phone.panel.progress("Firmware" if stage == "firmware" else "Configuration", text)

    return progress


def _plain(error):
    """The same error without its class: an object of a class of theirs would keep its whole module in the heap."""
    return DialtoneError(error.text, error.advice) if error else None
