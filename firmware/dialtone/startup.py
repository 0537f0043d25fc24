"""What a phone does before and after its first round with the configuration server.

Runs once. What stays and what provisioning needs too is imported first, so that it lies below what comes and goes; the
server's own modules come last, since their room in the heap is needed while files are parsed.
"""

from dialtone.config.store import ON_DEMAND as CONFIG_ON_DEMAND
from dialtone.errors import DeviceError
from dialtone.net import stream  # stays in the heap: below everything that comes and goes while provisioning
from dialtone.version import VENDOR
from micropython import const

_LADDER = ("dialtone.provisioning.ladder", "dialtone.update.record", "dialtone.provisioning.steady")
_RESULT = const(0)  # places in Phone.outcome
_ERROR = const(3)
_FIRMWARE_ERROR = const(5)
_STAY = stream
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def prepare(phone):
    """Everything before the network is asked."""
    phone.panel.progress("Starting")
    phone.supervisor.start("sweeper", phone.table.sweep, restart=True)
    if phone.storage.exists("slots/system.new"):
        from dialtone.update import system

        system.begin(phone)
        system = None
        phone.unload("dialtone.update.system", "dialtone.update.running", "dialtone.update.record")
    climbs = _look_back(phone)
    _clock(phone)
    _restore(phone, climbs)
    _send_log(phone)
    if phone.platform.trial:
        from dialtone.update import waiting

        phone.supervisor.spawn("self-test", waiting.run(phone))


def _look_back(phone):
    from dialtone.provisioning import ladder

    return ladder.begin(phone)


def listen(phone):
    """Open both listeners; what a MemoryError has left undone a second call does. DeviceError without ports, or room in
    flash for the phone's key.
    """
    context = _identity(phone)
    if not phone.listeners:
        phone.listeners = _listeners(phone, context)
    for listener in phone.listeners:
        listener.start()
    phone.http_port, phone.https_port = [listener.port for listener in phone.listeners]


def serve(phone):
    """What goes on from now on, and the idle screen."""
    phone.store.watch(phone.changed)
    phone.supervisor.start("heap", phone.heap.run, restart=True)
    show_idle(phone)
    if phone.storage.exists("locked"):
        from dialtone.lcd import locked

        locked.lock(phone, False)
    if phone.store.get("action uri startup"):
        from dialtone import polling

        polling.begin(phone, "action uri startup")
    if phone.platform.announced:
        from dialtone.net import neighbours

        neighbours.begin(phone)
    _send_log(phone)  # the first round may have brought another server
    _plan(phone)


def _send_log(phone):
    if phone.log.remote or phone.store.get("log server ip"):
        from dialtone.net import syslog

        syslog.follow(phone.log, phone.store, phone.platform)


def _plan(phone):
    """The first round that the phone makes by itself; one that never does has nothing of that in its heap."""
    get = phone.store.get
    if get("auto resync mode") != "0" or get("config files mandatory download"):
        from dialtone import schedule

        schedule.plan(phone)
        schedule = None
        phone.unload("dialtone.schedule")


def _clock(phone):
    from dialtone import timekeeping

    if timekeeping.raise_to_floor(phone.platform):
        phone.log.warning("clock", "not set: it goes on from the last time that was known")
    timekeeping = None
    phone.unload("dialtone.timekeeping")


def _restore(phone, climbs):
    from dialtone.provisioning import cache
    from dialtone.storage import kept

    storage = phone.storage
    storage.sweep()
    if storage.exists("import.say"):  # nobody has said yes to it: provisioning/plan.py
        from dialtone.provisioning import plan

        plan.forget(storage)
        plan = None
    phone.unload("dialtone.storage.sweep", "dialtone.provisioning.plan", "dialtone.provisioning.unused")
    try:
        name, notice = kept.newest(storage, cache.NAME)
        _notice(phone, notice)
        phone.restored = cache.load(storage, phone.store, name)
        name, notice = kept.newest(storage, "local.cfg")
        _notice(phone, notice)
        phone.store.load("local", kept.lines(storage, name))
        if storage.exists("oneboot.rows"):  # what an XML object has set for this start alone, see config/levels.py
            phone.store.load("oneboot", storage.lines("oneboot.rows"))
            storage.remove("oneboot.rows")
        for ending in ("", kept.OLD):
            if storage.exists("unconfirmed.cfg" + ending):
                _unconfirmed(phone)
                break
        if climbs or phone.trouble or phone.safe or phone.why:
            from dialtone.provisioning import ladder

            ladder.apply(phone, climbs)
    except (DeviceError, MemoryError) as error:
        if not isinstance(error, DeviceError) and not phone.safe and not climbs:
            raise
        phone.log.error("storage", error)  # in trouble the phone does without what it cannot even load
    phone.unload(*_LADDER, *CONFIG_ON_DEMAND)


def _unconfirmed(phone):
    from dialtone.provisioning import pending

    modules = pending.MODULES
    pending.resume(phone)
    pending = None
    phone.unload(*modules)


def _notice(phone, text):
    """A file in flash is not what was saved: the log and the idle screen tell, the phone goes on."""
    if text:
        phone.log.error("storage", text)
        phone.panel.idle.warning, phone.panel.idle.advice = text, "Look at the settings, and save them again"


def _identity(phone):
    """The server's TLS context. Now, because a configuration file may have given the phone its name."""
    from dialtone.identity import current
    from dialtone.identity.parts import MAKING, MODULES

    try:
        made = current.prepare(phone)
    except DeviceError as error:  # a full flash: the certificate of another name or address is better than no phone
        made = True
        phone.log.error("identity", error)
    if made:
        phone.unload(*MAKING)  # so that the context, which stays, finds a place near the others
    context = current.context(phone)
    current = None
    phone.unload(*MODULES)
    return context


def _listeners(phone, context):
    from dialtone.net.limits import Limits
    from dialtone.net.listener import Listener
    from dialtone.server.access import Access
    from dialtone.server.service import Service
    from dialtone.webui.faces import Faces

    platform = phone.platform
    access = Access(phone.store, platform)
    faces = Faces(platform, phone.supervisor, phone.panel.rest, phone.settle, phone.table.park, phone.heap)
    phone.heap.relieve = faces.shed
    carries = None
    if platform.system_heap:
        from dialtone.net import carrying

        carries = carrying.carrier(platform.system_heap)
    made = []
    for name, port, secure in (("http", platform.http_port, None), ("https", platform.https_port, context)):
        service = Service(phone, secure is not None, access, faces, phone.on_push)
        limits = Limits(**platform.limits)
        listener = Listener(
            name, platform.bind_host, port, service.handle, phone.supervisor, phone.table,
            secure, limits, phone.heap.admits, _BUSY, carries,
        )  # fmt: skip
        made.append(listener)
    return made


def show_idle(phone):
    """The idle screen as the last round has left the phone."""
    idle = phone.panel.idle
    outcome = phone.outcome
    idle.title = "%s %s" % (VENDOR, phone.platform.model)
    idle.address = phone.platform.address()
    error = outcome[_ERROR] or outcome[_FIRMWARE_ERROR]
    if error and not (phone.trouble or phone.why):
        idle.warning, idle.advice = error.text, error.advice
    idle.status = "Ready"
    if phone.safe:
        idle.status = "Safe mode"
    elif outcome[_RESULT] == "kept":
        idle.status = "Saved settings" if phone.restored else "Default settings"
    phone.panel.progress(None)
    phone.changed(())
