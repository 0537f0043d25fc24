"""Configuration files from the web page: first looked at, then put in force, each with the heap to itself.

A task, since the page that asks has no room for it. It counts as a round with the configuration server, so that neither
meets the other: ``phone.round``.
"""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from micropython import const

_ANSWER_MS = const(100)  # for the answer to who asked, and for the code that made it to go
_CLOSE_MS = const(20)
_CLOSES = const(150)  # so 3 s for the end of all connections
_SCARCE = const(65536)  # bytes free: with less nobody is let in meanwhile
_TRIES = const(2)  # an import that found no memory has left something behind: the second begins without that
_SHORT = "No memory for it now. Close other pages and try again, or take a shorter file"
_MODULES = (
    "dialtone.importing",
    "dialtone.provisioning.adopting",
    "dialtone.provisioning.cache",
    "dialtone.provisioning.fetching",
    "dialtone.provisioning.foreign",
    "dialtone.provisioning.lapse",
    "dialtone.provisioning.later",
    "dialtone.provisioning.looking",
    "dialtone.provisioning.pending",
    "dialtone.provisioning.plan",
    "dialtone.provisioning.planning",
    "dialtone.provisioning.spool",
    "dialtone.provisioning.unused",
)


def begin(phone, *what):
    """Looks at (name, key or None, who), or puts in force (number, who), as a task.

    ``name``: what the file is called that lies in flash under the key (webui/importing.py); without one the URL of a
    file, or with "/" at its end of a server's folder.
    ``number``: of the plan that was looked at.
    """
    phone.round = phone.supervisor.spawn("resync", _run(phone, what))


async def _run(phone, what):
    alarm = phone.alarm
    why = None
    try:
        phone.deferred = set()
        for _ in range(_TRIES):
            await _room(phone)
            why = await _step(phone, what)
            if why is not _SHORT:
                break
    finally:
        names, phone.deferred = phone.deferred, None
        phone.round = None
        phone.heap.reserved = False
        _forget(phone)
        if why:
            _refused(phone, why)
        phone.settle()
        if names:
            phone.changed(names)
        if alarm and not phone.alarm:
            phone.refresh()  # the time of a planned round has come meanwhile, and it was sent away


async def _step(phone, what):
    """Why nothing came of it, or None."""
    try:
        await (_look if len(what) == 3 else _adopt)(phone, *what)
    except DialtoneError as error:
        return str(error)
    except MemoryError:
        return _SHORT
    finally:
        await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
        _forget(phone)


def _forget(phone):
    from dialtone.client import MODULES
    from dialtone.config.store import ON_DEMAND

    for modules in (MODULES, _MODULES, ON_DEMAND):
        phone.unload(*modules)


async def _room(phone):
    """Connections that wait for nothing end; who asks has had the answer."""
    await sleep_ms(_ANSWER_MS)
    phone.panel.rest()
    phone.heap.reserved = 0 <= phone.platform.heap_free() < _SCARCE
    for _ in range(_CLOSES):
        for entry in phone.table.entries:
            if phone.heap.reserved and entry.is_idle and entry.begun:
                entry.expire()
        if not [entry for entry in phone.table.entries if not entry.is_idle]:
            break
        await sleep_ms(_CLOSE_MS)
    await sleep_ms(0)
    if phone.heap.relieve:
        phone.heap.relieve()
    phone.settle()


def _refused(phone, why):
    from dialtone.provisioning import plan
    from dialtone.provisioning.spool import Spool

    Spool(phone.storage)  # forgets what waits there
    plan.refuse(phone, why)
    plan = Spool = None
    phone.unload(*_MODULES)


async def _look(phone, name, key, who):
    tags = keeper = None
    if key is None:
        from dialtone.provisioning import plan

        plan.begin(phone.storage)
        plan = None
        phone.unload(*_MODULES)
        from dialtone.provisioning import fetching

        draft, kept, tags, name = await fetching.fetched(phone, name)
        fetching = None
        await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
        from dialtone.client import MODULES

        phone.unload(*MODULES)
        phone.unload(*_MODULES)
        draft = draft.open()
        draft.release()  # what is in it of these modules would keep them in the heap
        keeper = kept[0] if kept else None
    else:
        from dialtone.provisioning import looking

        draft, name = await looking.uploaded(phone, name, key)
        looking = None
        await sleep_ms(0)
        phone.unload(*_MODULES)
    from dialtone.provisioning import planning

    planning.make(phone, draft, keeper, tags, name)
    phone.storage.remove("import.file")
    phone.log.info("configuration", "%s has looked at %s" % (who, name))


async def _adopt(phone, *what):
    from dialtone.provisioning import adopting

    adopting.adopt(phone, *what)
