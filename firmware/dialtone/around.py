"""Before and after a round while the phone runs, see refresh.py: each leaves the heap to the round itself."""

from asyncio import sleep_ms

from dialtone.errors import DeviceError
from micropython import const

LOOK_MS = 2000
LOOKS = 900  # so half an hour for somebody who is in a menu or reads a script; then it is closed
_ANSWER_MS = const(100)  # for the answer to who asked, and for the code that made it to go
_CLOSE_MS = const(20)
_CLOSES = const(150)  # so 3 s for the end of all connections
_SCARCE = const(65536)  # bytes free: with less, nobody is let in meanwhile
_LAST_MS = const(1000)  # for the text on the display before a restart
_ERROR, _PENDING, _FIRMWARE_ERROR = const(3), const(4), const(5)  # places in Phone.outcome


async def quiet(phone):
    """Waits until nobody is at the keys, then makes room."""
    await sleep_ms(_ANSWER_MS)
    panel = phone.panel
    for turn in range(LOOKS):
        if not panel.screens():
            break
        if not turn:
            phone.log.info("resync", "waits until nobody is in a menu")
        await sleep_ms(LOOK_MS)
    panel.home()
    panel.rest()
    phone.heap.reserved = 0 <= phone.platform.heap_free() < _SCARCE
    for _ in range(_CLOSES):
        for entry in phone.table.entries:
            if phone.heap.reserved and entry.is_idle and entry.begun:  # a browser keeps them, each with its TLS
                entry.expire()
        if not [entry for entry in phone.table.entries if not entry.is_idle]:
            break
        await sleep_ms(_CLOSE_MS)
    if phone.heap.relieve:
        phone.heap.relieve()
    if phone.heap.reserved:
        from dialtone.identity import pause

        pause.begin(phone)
        phone.unload("dialtone.identity.pause", "dialtone.identity")
    phone.settle()


def open_again(phone):
    """Whoever comes is let in; a phone that cannot do so any more starts anew."""
    paused = [listener for listener in phone.listeners if listener.context == 0]
    if not paused and not phone.heap.reserved:  # another certificate may have come in the middle, which ends that
        return
    from dialtone.identity import pause
    from dialtone.identity.parts import MODULES

    try:
        pause.end(phone)
    except (DeviceError, MemoryError) as error:
        phone.log.error("resync", "no TLS after a round: %r" % error)
        phone.restart()
    pause = None
    phone.unload("dialtone.identity.pause", *MODULES)
    phone.heap.reserved = False


async def finish(phone, names, before, attempt):
    """After a round that has changed the values of ``names``; ``before``: the outcome of the round before it.

    Returns the first name that wants another connection, "" when none does.
    """
    open_again(phone)
    needs = _needs(phone.store, names)
    why = needs.get("restart")
    phone.unload("dialtone.config.finding", "dialtone.config.parameters")
    phone.unload("dialtone.config.rowtext", "dialtone.config.families")
    for error in (phone.outcome[_ERROR], phone.outcome[_FIRMWARE_ERROR]):
        if error and error.text[:17] == "Not enough memory":
            why = "a round that found no memory"  # a start has more; the server may have something new
    if phone.outcome[_PENDING] and phone.outcome[_PENDING] != before[_PENDING]:
        why = "firmware " + phone.outcome[_PENDING]
    phone.log.info("resync", "%s, %d values changed" % (phone.outcome[0], len(names)))
    if why:
        phone.log.info("resync", "restart for " + why)
        phone.panel.progress(None)
        await quiet(phone)
        phone.panel.progress("Restarting", "for " + why)
        await sleep_ms(_LAST_MS)
        phone.restart()
        return ""
    if names:
        phone.changed(names)
    _show(phone, before)
    from dialtone import schedule

    schedule.plan(phone, attempt, True)
    phone.unload("dialtone.schedule", "dialtone.startup")
    return needs.get("reconnect", "")


def _needs(store, names):
    """When the changes of ``names`` are felt (see parameters.py), each with the first name that says so."""
    from dialtone.config import finding, parameters

    found = {}
    modules = {store.module(name) for name in names}
    for section, _, module in parameters.sections():
        if module in modules:
            texts = parameters.read(module)
            for name in sorted(names):
                if store.module(name) == module:
                    row = finding.lookup(section, texts, name, store.model)
                    if row and row.effect not in found:
                        found[row.effect] = name
    return found


def _show(phone, before):
    """The idle screen tells of this round, no more of the one before."""
    idle = phone.panel.idle
    for error in (before[_ERROR], before[_FIRMWARE_ERROR]):
        if error and idle.warning == error.text:
            idle.warning = idle.advice = ""
    from dialtone import startup

    startup.show_idle(phone)
