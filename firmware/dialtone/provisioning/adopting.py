"""A plan comes in force: the files that it wrote are saved and loaded, or all stays as it was. See plan.py."""

from dialtone.config.store import LOCAL
from dialtone.errors import CallerError, DeviceError
from dialtone.provisioning import cache, plan, unused
from dialtone.storage import kept


def adopt(phone, number, who):
    """Does so for the plan ``number``. CallerError when it is another one, or the phone is not as it was then;
    DeviceError when flash takes nothing.
    """
    storage, store = phone.storage, phone.store
    said = plan.said(storage)
    if not said or said[0] != "?" or said[1] != number:
        raise CallerError("Another file was looked at since", "Look at yours again")
    if int(said[2]) != store.generation:
        raise CallerError("Settings have changed since it was looked at", "Look at the file again")
    if phone.unconfirmed and storage.exists(plan.ROWS):  # only one generation of the server's rows is kept
        raise CallerError("Other settings wait for their confirmation", "Keep or undo them first")
    before = store.layers
    try:
        _load(phone)
    except (DeviceError, MemoryError):
        if store.layers is not before:
            from dialtone.config import winning

            winning.replace(store, before)
        raise
    try:
        unused.adopt(storage, [each == "1" for each in said[3]], range(6), plan.PATTERN)
    except DeviceError as error:
        phone.log.error("configuration", error)
    plan.forget(storage)
    phone.log.info("configuration", "%s has put %s in force: %s changes" % (who, said[4], said[5]))
    plan.say(storage, "+", "\t".join(said[4:7]))


def _load(phone):
    """In force first, for that finds out whether there is memory; then in flash, what was set here last."""
    storage, store = phone.storage, phone.store
    before = store.layers
    server = storage.exists(plan.ROWS)
    if server:
        cache.load(storage, store, plan.ROWS)
    if storage.exists(plan.OURS):
        store.load("local", storage.lines(plan.OURS))
    waiting = phone.unconfirmed
    _save_local(phone, before[LOCAL], server)
    if server:
        try:
            kept.save(storage, cache.NAME, storage.lines(plan.ROWS))
        except DeviceError:
            store.restore_local(before[LOCAL])
            phone.save_local()
            if phone.unconfirmed and not waiting:
                from dialtone.provisioning import pending

                pending.forget(phone)
            raise


def _save_local(phone, before, server):
    """With what goes back unless somebody confirms it, as after a form."""
    storage = phone.storage
    names, restart = _confirmed(storage)
    seconds = phone.store.number("change confirm timeout")
    if names and seconds:
        from dialtone.provisioning import pending

        if server:
            names.append(pending.UPLOADED)
        pending.save(phone, seconds, before, names, restart)
    elif storage.exists(plan.OURS):
        phone.save_local()


def _confirmed(storage):
    """(names of what goes back unless somebody confirms it, whether one of them needs a restart) of the plan."""
    names = []
    restart = False
    for line in storage.lines(plan.TEXT):
        if line[:1] == b"~":
            fields = line[1:].decode().rstrip("\n").split("\t")
            if fields[7] == "1":
                names.append(fields[0])
                restart = restart or fields[4] == "restart"
    return names, restart
