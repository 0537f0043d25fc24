"""Commit-confirm: what a web page has changed of network and server goes back by itself unless somebody confirms it.

The old rows wait in flash in ``unconfirmed.cfg`` (kept.py), so that neither a restart nor a power cut makes them last:
``=SECONDS DEADLINE RESTART``, then for each name ``-name`` with the local row of before, or alone when there was none,
and ``+name`` with each row that the page has put there. A row that somebody has changed since stays as it is.
"""

from asyncio import sleep_ms

from dialtone.config.layer import split
from dialtone.config.store import LOCAL
from dialtone.errors import DeviceError
from dialtone.storage import kept
from micropython import const

NAME = "unconfirmed.cfg"
UPLOADED = "uploaded files"  # in the place of a name: the server's rows before those that the page has brought
MODULES = ("dialtone.provisioning.pending", "dialtone.provisioning.lapse")
_ANSWER_MS = const(1500)  # for the page that asked for it
_WARNING = "Settings not confirmed"


def save(phone, seconds, before, names, restart):
    """``names`` have other rows here than in the local layer ``before`` and go back in ``seconds`` unless confirmed.

    ``restart``: they are in force after a restart only, and cannot be confirmed before. What waits already waits on
    with them, for its eldest rows. Saves the local layer, too. DeviceError when flash takes nothing: the caller takes
    its rows back then.
    """
    waiting = phone.unconfirmed
    entries = _read(phone.storage)[1] if waiting else []
    for name in names:
        old, new = before.tail(name), phone.store.layers[LOCAL].tail(name)
        known = [entry for entry in entries if entry[0] == name]
        if known:
            if old not in known[0][2]:
                known[0][1] = old  # somebody else has set that meanwhile, and it lasts
            known[0][2] = [old, new]  # the power may go before the new one is saved
        elif old != new or name == UPLOADED:
            entries.append([name, old, [new]])
    if waiting and waiting[1] and not waiting[2]:
        restart = True
    kept.save(phone.storage, NAME, _text(seconds, phone.clock.time() + seconds, restart, entries))
    try:
        phone.save_local()
    except (DeviceError, MemoryError):
        if not waiting:
            forget(phone)
        raise
    _wait(phone, seconds, restart, False)


def resume(phone):
    """At a start, when the local layer is loaded: goes on waiting, or takes back what nobody has confirmed in time."""
    head, entries = _read(phone.storage)
    local = phone.store.layers[LOCAL]
    entries = [entry for entry in entries if local.tail(entry[0]) in entry[2]]
    if not head or not entries:
        return forget(phone)
    # A board's clock may have stood still, or gone on from an older time: never longer than at first
    left = min(head[0], head[1] - phone.clock.time())
    if left > 0:
        return _wait(phone, left, head[2], True)
    phone.unconfirmed = [0, False, True]  # nothing of this start has read them yet
    revert(phone)


def confirm(phone):
    """What was changed stays. DeviceError when flash cannot forget the old rows."""
    forget(phone)
    phone.log.info("confirm", "the changed settings are confirmed")


def refusal(phone, host):
    """Why it cannot be confirmed by a request for ``host`` (its Host field, "" at the keys), "" when it can."""
    if phone.unconfirmed[1] and not phone.unconfirmed[2]:
        return "Restart the phone first: the settings are not in force yet."
    name = host[: host.rfind(":")] if host.rfind(":") > host.rfind("]") else host
    name = name.lower()
    if name.endswith(".local"):
        name = name[:-6]
    for entry in _read(phone.storage)[1] if name else ():
        if entry[0] == "hostname":
            old = _shown(phone, entry)[1] or phone.platform.hostname
            new = phone.store.get("hostname") or phone.platform.hostname
            if name == old.lower() != new.lower():
                return "Confirm it at the new name: %s.local" % new
    return ""


def revert(phone):
    """The rows of before are in force and in flash again. DeviceError when they are in force alone."""
    from dialtone.config import winning

    store = phone.store
    restart = phone.unconfirmed[1] and phone.unconfirmed[2]
    layer = store.layers[LOCAL].copy()
    names = []
    for name, old, news in _read(phone.storage)[1]:
        if name == UPLOADED:
            restart = _withdraw(phone) or restart
        elif layer.tail(name) in news:
            names.append(name)
            if old is None:
                layer.drop(name)
            else:
                layer.put(name, *split(old))
    if names:
        winning.restore_local(store, layer)
        phone.log.warning("confirm", "not confirmed, as before again: " + ", ".join(names))
    phone.save_local()
    forget(phone)
    if restart:
        phone.supervisor.spawn("restart", _restart(phone))


def _withdraw(phone):
    """The server's rows of before count again, from the next start on; unless the server has brought its own since.
    Returns whether they do.
    """
    from dialtone.provisioning import cache

    uploaded = [1 for each in cache.tags(phone.storage) if each and each[3] == "upload"]
    if uploaded:
        phone.storage.remove(cache.NAME)  # the generation before is whole, or there was none
        phone.log.warning("confirm", "not confirmed: the uploaded files go")
    return bool(uploaded)


def forget(phone):
    """Nothing waits any more. The older generation goes first: alone it would count."""
    phone.storage.remove(NAME + kept.OLD)
    phone.storage.remove(NAME)
    if phone.storage.exists(NAME):
        raise DeviceError("Cannot remove " + NAME, "Restart the phone; check its storage")
    phone.unconfirmed = None
    idle = phone.panel.idle
    if idle.warning == _WARNING:
        idle.warning = idle.advice = ""
        phone.panel.changed()


def rows(phone):
    """Yields (name, value of before, value of now) of what waits, as they are, not masked."""
    for entry in _read(phone.storage)[1]:
        yield _shown(phone, entry)


def _shown(phone, entry):
    """A row of before may be none of ours: then it is the server's, or the default."""
    from dialtone.config.winning import value_of

    name, old = entry[:2]
    if old is None:
        old = phone.store.server_winner(name)[1]
    return name, value_of(old), phone.store.get(name)


def _wait(phone, seconds, restart, in_force):
    from dialtone.provisioning.lapse import lapse

    due = [phone.clock.uptime_s() + seconds, restart, in_force]
    if phone.unconfirmed:
        phone.unconfirmed[:] = due  # and the task that looks at it goes on
    else:
        phone.unconfirmed = due
        phone.supervisor.spawn("confirm", lapse(phone, due))
    idle = phone.panel.idle
    idle.warning, idle.advice = _WARNING, "Keep them: web page or Administrator Menu"
    phone.panel.changed()


async def _restart(phone):
    await sleep_ms(_ANSWER_MS)
    phone.restart()


def _text(seconds, deadline, restart, entries):
    yield "=%d %d %d\n" % (seconds, deadline, restart)
    for name, old, news in entries:
        yield _row(b"-", name, old)
        for new in news:
            yield _row(b"+", name, new)


def _row(mark, name, tail):
    return mark + name.encode() + (b"" if tail is None else b"\t" + tail) + b"\n"


def _read(storage):
    """(None or [seconds, deadline, restart], list of [name, row of before, rows since])."""
    head, entries = None, []
    found, notice = kept.newest(storage, NAME)
    if notice and found == NAME:
        return head, entries  # damaged, and no generation before it: nobody knows what was
    for line in kept.lines(storage, found):
        line = line[:-1]
        if head is None:
            try:
                seconds, deadline, restart = line[1:].split()
                head = int(seconds), int(deadline), restart == b"1"
            except ValueError:
                return None, entries
            continue
        at = line.find(b"\t")
        tail = None if at < 0 else line[at + 1 :]
        name = (line if at < 0 else line[:at])[1:].decode()
        if line[:1] == b"-":
            entries.append([name, tail, []])
        elif entries and entries[-1][0] == name:
            entries[-1][2].append(tail)
    return head, entries
