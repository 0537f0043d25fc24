"""Settings that scripts change and restarts that they ask for (facts page, 6.3, 6.4), each with the heap to itself."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from micropython import const

_ONE_BOOT = "oneboot.rows"  # what the next start loads above the server's files, see startup.py
_RESTARTED = "xml.restart"  # a script has restarted the phone the last time; "1" in it: see resync.py
_PEACE_S = const(600)  # without another such restart: time enough to switch the server off that sends it
_ANSWER_MS = const(100)  # for the answer to a push, and for the code of scripts to go
_LAST_MS = const(400)  # for the text on the display
_CODE = (
    "dialtone.actions", "dialtone.keys", "dialtone.softkeys", "dialtone.scripts.push", "dialtone.scripts.script",
)  # fmt: skip


def may_restart(phone):
    """Whether a script may restart the phone: not within ten minutes of the last time, also over that restart."""
    return not phone.storage.exists(_RESTARTED) or phone.clock.uptime_s() >= _PEACE_S


async def run(phone, items):
    """Applies ``items`` of ``config.levels.apply`` and restarts the phone if that is due; () only restarts it, False
    does so without a look for firmware (FastReboot), None clears what was set here before that.
    """
    await sleep_ms(_ANSWER_MS)
    phone.panel.rest()
    phone.unload(*_CODE)
    if phone.heap.relieve:
        phone.heap.relieve()
    before = phone.store.layers
    following = True
    try:
        if items is None:
            phone.store.clear_local("xml")
            phone.save_local()
            if phone.unconfirmed:
                _forget(phone)
        elif items:
            following = _apply(phone, items)
    except (DialtoneError, MemoryError) as error:
        _undo(phone, before)
        _tell(phone, error)
        following = False
    from dialtone.config.store import ON_DEMAND

    phone.unload(*ON_DEMAND)
    if following:
        await _restart(phone, items is False)


def _forget(phone):
    from dialtone.provisioning import pending

    modules = pending.MODULES
    pending.forget(phone)
    pending = None
    phone.unload(*modules)


def _apply(phone, items):
    """Whether something waits for the next start."""
    from dialtone.config import levels

    refused, saved, following = levels.apply(phone.store, items)
    for text in refused:
        phone.log.info("xml", text)
    if following:
        phone.storage.write_atomic(_ONE_BOOT, levels.rows(following))
    if saved:
        phone.save_local()
    return following is not None


def _undo(phone, layers):
    """Flash or memory was full: all is as it was before."""
    phone.storage.remove(_ONE_BOOT)
    if phone.store.layers is not layers:
        from dialtone.config import winning

        winning.replace(phone.store, layers)


def _tell(phone, error):
    from dialtone.lcd.page import Page

    if isinstance(error, MemoryError):
        error = DialtoneError("No memory for these settings", "Send fewer at once")
    phone.log.warning("xml", error)
    page = Page("Settings not changed", [error.text, error.advice])
    phone.panel.push_later(page)
    phone.supervisor.spawn("page", page.leave(phone.panel))


async def _restart(phone, fast):
    if not may_restart(phone):
        phone.log.warning("xml", "no second restart by a script within 10 minutes")
        return
    phone.storage.write_atomic(_RESTARTED, ("1",) if fast else ())
    await sleep_ms(_LAST_MS)
    phone.log.info("xml", "restart asked for by a script")
    phone.restart()
