"""Action URIs: what the phone fetches by itself, at the end of its start and in turns (facts page, 6.5)."""

import asyncio

from dialtone.errors import DialtoneError
from micropython import const

_LEAST_S = const(10)  # between two polls: a fleet that asks more often is a load on its server
_LONGEST_S = const(60)  # for one answer when `xml get timeout` is 0: nobody waits at the display


def changed(phone):
    """The configuration may have changed: polling begins, ends or takes another pace."""
    interval = phone.store.number("action uri poll interval") if phone.store.get("action uri poll") else 0
    task, pace = phone.poller or (None, 0)
    if interval != pace:
        if task:
            task.cancel()
        phone.poller = (phone.supervisor.spawn("poll", _poll(phone, interval)), interval) if interval else None


async def _poll(phone, interval):
    while True:
        await asyncio.sleep_ms(max(interval, _LEAST_S) * 1000)
        begin(phone, "action uri poll")


def begin(phone, name):
    """Fetches the URI of the parameter ``name`` in the background, unless the last such one still goes on."""
    uri = phone.store.get(name)
    if uri and phone.action is None:
        phone.action = phone.supervisor.spawn(name, _fetch(phone, uri))


async def _fetch(phone, uri):
    try:
        seconds = phone.store.number("xml get timeout") or _LONGEST_S
        await asyncio.wait_for(_show(phone, uri), seconds)
    except asyncio.TimeoutError:
        phone.log.warning("xml", "no answer to an action URI within xml get timeout")
    except (DialtoneError, OSError) as error:
        phone.log.warning("xml", error)
    except MemoryError:
        phone.log.warning("xml", "no memory for an action URI")
    finally:
        phone.action = None


async def _show(phone, uri):
    from dialtone import keys
    from dialtone.http.url import parse
    from dialtone.scripts.variables import expand

    place = parse(expand(uri, keys.Host(phone).lookup)).parts
    expand = parse = None
    script = await keys.fetch(phone, place)
    keys.player(phone).push(script)
    keys = None
    await asyncio.sleep_ms(0)
    if phone.panel.rest():
        phone.unload("dialtone.keys")
