"""The crash ladder: a phone that keeps ending soon after its start leaves out more and more of its configuration.

First the local configuration goes back one generation, then it goes, then the phone serves its web page alone. What
guards the phone, passwords and trust, stays on each rung as it was. Before all that firmware that is new goes back to
the one before: ``firmware/choose.py``, which counts the starts. Loaded by a start, and forgotten after it.
"""

from dialtone.config.layer import Layer
from dialtone.config.store import LOCAL
from dialtone.errors import DeviceError
from dialtone.storage import kept
from dialtone.update import record

BAD = "local.cfg.bad"
MODULES = (
    "dialtone.provisioning.cache", "dialtone.provisioning.ladder", "dialtone.provisioning.steady",
    "dialtone.update.record", "dialtone.update",
)  # fmt: skip
_TITLES = ("", "Older local settings", "No local settings", "Safe mode: web page only")
_SEE = "See web page or Administrator Menu"
_ADVICE = "It kept ending soon after its start. " + _SEE
_SAFE = ("access", "network")  # sections of the server's files that safe mode needs, too


def begin(phone):
    """Looks what starts before this one have come to, before anything that could end it. Returns what it has climbed,
    see ``record.climb``."""
    climbs = 0
    now = None
    try:
        if not phone.platform.trial:  # else it is the firmware's fault
            now, climbs = record.climb(phone.storage, phone.platform.cold)
    except DeviceError as error:
        phone.log.error("start", error)
    now = now or record.load(phone.storage)
    phone.safe = record.number(now, "rung") == record.SAFE
    phone.trouble = record.number(now, "told")
    phone.why = str(now.get("why") or "")
    if now.get("starts"):
        from dialtone.provisioning.steady import last

        phone.supervisor.spawn("steady", last(phone))
    return climbs


def apply(phone, climbs):
    """Leaves out what the rung says that ``begin`` has climbed, when all is loaded; safe mode leaves out the same at
    each start."""
    if climbs:
        _set_aside(phone, climbs == 1)
        _replace_local(phone)
        phone.log.error("start", "ended soon after its start again and again: " + _TITLES[phone.trouble].lower())
    if phone.safe:
        _reduce(phone.store)
    if phone.trouble or phone.why:
        tell(phone)


def tell(phone):
    """The display says so until somebody has acknowledged it."""
    idle = phone.panel.idle
    idle.warning, idle.advice = _TITLES[phone.trouble] or phone.why, _ADVICE if phone.trouble else _SEE


def lasted(phone, itself=False):
    """This start was a good one: it has lasted ``itself``, or somebody ends it. Never raises."""
    try:
        _fetch_anew(phone)
        record.lasted(phone.storage, itself)
    except (DeviceError, MemoryError) as error:
        phone.log.error("start", error)


def acknowledge(phone, again=False):
    """Somebody has read it, and why the last firmware was taken back. The next start leaves nothing out; safe mode
    lasts until then. ``again``: that firmware may be loaded once more. DeviceError when flash cannot take it."""
    _fetch_anew(phone)
    record.acknowledge(phone.storage, again)
    for text in (_TITLES[phone.trouble].lower(), phone.why):
        if text:
            phone.log.info("start", "acknowledged: " + text)
    phone.trouble = 0
    phone.why = ""
    phone.outcome = phone.outcome[:5] + phone.outcome[5:]  # another object: the status is written anew
    phone.panel.idle.warning = phone.panel.idle.advice = ""
    phone.panel.changed()


def _fetch_anew(phone):
    """Behind safe mode the saved copy of the server's files may be what ends the phone: the next start asks for them,
    and until it has them the same few rows are in force."""
    if not phone.safe:
        return
    from dialtone.provisioning import cache

    if kept.newest(phone.storage, cache.NAME)[0]:  # else factory defaults have erased it
        cache.save(phone.storage, phone.store, [cache.tag(200)] * LOCAL)


def _set_aside(phone, first):
    """What was set here can be read again: the whole of it, which is what the ``first`` rung finds."""
    storage = phone.storage
    found = kept.newest(storage, "local.cfg")[0]
    if found and (first or not storage.exists(BAD)):
        storage.write_atomic(BAD, storage.lines(found))


def _replace_local(phone):
    from dialtone.config import winning

    store = phone.store
    before = store.layers[LOCAL]
    if phone.trouble == record.PREVIOUS:
        store.load("local", kept.lines(phone.storage, "local.cfg" + kept.OLD))
        after = store.layers[LOCAL].copy()
    else:
        after = Layer("local.cfg")
    _keep_guards(store, before, after)
    winning.restore_local(store, after)
    phone.save_local()


def _keep_guards(store, before, after):
    """Neither a password nor trust becomes an older one because the phone ends unexpectedly."""
    from dialtone.config import parameters
    from dialtone.config.strict import lowers
    from dialtone.config.winning import value_of

    old, new = store.layers[:], store.layers[:]
    old[LOCAL], new[LOCAL] = before, after
    for row in parameters.rows():
        name = row.name
        if parameters.TRUST in row.flags:
            keeps = lowers(row, value_of(store.winner(name, old)[1]), value_of(store.winner(name, new)[1]))
        else:
            keeps = parameters.NO_XML in row.flags
        if keeps:
            was = before.row(name)
            if was is None:
                after.drop(name)
            else:
                after.put(name, *was)


def _reduce(store):
    """Safe mode: of the server's rows those that guard the phone, or make its address."""
    from dialtone.config import parameters, winning

    layers = store.layers[:]
    for index in range(len(layers)):
        if index == LOCAL:
            continue
        layer = layers[index]
        layers[index] = Layer(layer.file, layer.trusted)
        for name, mark, line, value in layer.rows():
            row = parameters.find(name, store.model)
            if row and (row.section in _SAFE or parameters.TRUST in row.flags):
                layers[index].append(name, mark, line, value)
    winning.replace(store, layers)
