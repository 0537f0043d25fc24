"""The last part of a provisioning run: puts the draft in force and saves it. The client's code has left by then."""

from dialtone.config.store import ON_DEMAND
from dialtone.errors import DeviceError


def finish(draft, found, outcome, platform, keeper=None):
    """Put the draft in force if it brings anything, and tell ``outcome`` and the log. ``keeper``: the ``Foreign`` that
    has the lines that this firmware does not use, None where there were none.
    """
    store = draft.store
    if draft.fresh != [False] * len(draft.fresh):
        _apply(draft, found, outcome, platform)
        _adopt(keeper, draft.fresh, platform)
    else:
        outcome.result = "unchanged"
    for layer in range(len(found)):
        rows = store.layers[layer]
        outcome.files.append((rows.file, found[layer][0], sum([each.count(b"\n") - 1 for each in rows.chunks])))
        platform.log.info("configuration", "%s: %d, %d rows" % outcome.files[layer])


def _apply(draft, found, outcome, platform):
    store = draft.store
    reset = draft.commit()
    outcome.result = "applied"
    if store.diagnostics:
        _report(store, platform)
    platform.unload(*ON_DEMAND)  # what has judged the rows, and hashed a password: saving needs its room
    try:
        from dialtone.provisioning import cache

        if reset:  # first: a local row that outlived the file that reset it would come back for good
            from dialtone.storage import kept

            kept.save(platform.storage, "local.cfg", store.dump("local"))
        cache.save(platform.storage, store, found)
    except DeviceError as error:  # it works until the next start, which falls back to the older copy
        outcome.error = error
        platform.log.error("configuration", error)


def _adopt(keeper, fresh, platform):
    """The lines that nobody here reads are those of the files in force; without them the phone works as well."""
    from dialtone.provisioning import unused

    try:
        if keeper:
            keeper.close()
        unused.adopt(platform.storage, fresh, keeper.files if keeper else ())
    except DeviceError as error:
        platform.log.error("configuration", error)


def _report(store, platform):
    from dialtone.config.explaining import describe

    for diagnostic in store.diagnostics:
        platform.log.warning("configuration", describe(diagnostic))
