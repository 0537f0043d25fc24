"""The start of a phone, in the real one's order: what is stored, configuration, firmware, then the two listeners.

Runs once. What stays and what provisioning needs too is imported first, so that it lies below what comes and goes; the
server's own modules come last, since their room in the heap is needed while files are parsed.
"""

from asyncio import sleep_ms
from binascii import hexlify
from hashlib import sha256

from dialtone.config.store import ON_DEMAND as CONFIG_ON_DEMAND
from dialtone.errors import DeviceError, DialtoneError
from dialtone.http import encode, inbound  # stay in the heap: below everything that comes and goes while provisioning
from dialtone.net import stream, tls
from dialtone.version import VENDOR
from micropython import const

_RESULT = const(0)  # places in Phone.outcome
_ERROR = const(3)
_FIRMWARE_ERROR = const(5)
_STAY = encode, inbound, stream
_DER = const(4096)  # bytes of a key or certificate file; ours have some 500
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def start(phone):
    """See ``Phone.start``."""
    phone.panel.progress("Starting")
    phone.supervisor.start("sweeper", phone.table.sweep, restart=True)
    phone.supervisor.start("heap", phone.heap.run, restart=True)
    context = _identity(phone)
    _restore(phone)
    await provision(phone)
    await sleep_ms(0)  # takes the place of the finished coroutine in this frame, which MicroPython would keep alive
    _serve(phone, context)
    phone.store.watch(phone.changed)
    _show_idle(phone)


async def provision(phone):
    """One run against the configuration server. Never raises; ``phone.outcome`` tells how it went."""
    from dialtone.provisioning import run

    def progress(stage, text):
        phone.panel.progress("Firmware" if stage == "firmware" else "Configuration", text)

    outcome = await run.Provisioner(phone.platform, phone.store, phone.client, progress).run()
    # Plain values: an object of a class of theirs would keep its whole module, and what that imports, in the heap.
    pending = outcome.firmware.version if outcome.firmware else ""
    errors = _plain(outcome.error), _plain(outcome.firmware_error)
    phone.outcome = (outcome.result, outcome.source, outcome.files, errors[0], pending, errors[1])
    modules = run.ON_DEMAND
    outcome = run = None
    await sleep_ms(0)  # as in start()
    phone.unload(*modules)
    phone.unload(*CONFIG_ON_DEMAND)


def _plain(error):
    return DialtoneError(error.text, error.advice) if error else None


def _restore(phone):
    from dialtone.provisioning import cache

    storage = phone.storage
    storage.sweep()
    try:
        phone.restored = cache.load(storage, phone.store)
        phone.store.load("local", storage.lines("local.cfg"))
    except DeviceError as error:
        phone.log.error("storage", error)
    phone.unload(*CONFIG_ON_DEMAND)


def _identity(phone):
    """The server's TLS context, and the fingerprint that people compare."""
    certificate = phone.storage.read("certificate.der", _DER)
    key = phone.storage.read("key.der", _DER)
    if not certificate or not key:
        raise DeviceError("The phone has no key and certificate", "Deploy or start it with the PC tools again")
    phone.fingerprint = hexlify(sha256(certificate).digest()).decode()
    return tls.server_context(certificate, key)


def _serve(phone, context):
    from dialtone.net.limits import Limits
    from dialtone.net.listener import Listener
    from dialtone.server.access import Access
    from dialtone.server.service import Service
    from dialtone.webui.faces import Faces

    platform = phone.platform
    access = Access(phone.store, platform.random(16))
    faces = Faces(platform, phone.supervisor)
    for name, port, secure in (("http", platform.http_port, None), ("https", platform.https_port, context)):
        service = Service(phone, secure is not None, access, faces, phone.on_push)
        limits = Limits(**platform.limits)
        listener = Listener(
            name, platform.bind_host, port, service.handle, phone.supervisor, phone.table,
            secure, limits, phone.heap.admits, _BUSY,
        )  # fmt: skip
        listener.start()
        phone.listeners.append(listener)
    phone.http_port, phone.https_port = [listener.port for listener in phone.listeners]


def _show_idle(phone):
    idle = phone.panel.idle
    outcome = phone.outcome
    idle.title = "%s %s" % (VENDOR, phone.platform.model)
    idle.address = phone.platform.address()
    error = outcome[_ERROR] or outcome[_FIRMWARE_ERROR]
    if error:
        idle.warning, idle.advice = error.text, error.advice
    idle.status = "Ready"
    if outcome[_RESULT] == "kept":
        idle.status = "Saved configuration" if phone.restored else "Default configuration"
    phone.panel.progress(None)
    phone.changed(())
