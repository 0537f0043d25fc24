"""One phone of a rehearsal: the firmware's own client, provisioning and configuration code, without pages and display.

It is what ``dialtone.resync`` wants of a phone. Import it after ``places.allow_firmware_imports``, in a worker only.
"""

import time
import weakref

import dialtone_shims  # noqa: F401  CPython gets MicroPython's names
from dialtone import downloads, resync
from dialtone.client import http_client
from dialtone.client.link import Broken, Link
from dialtone.config.store import Store
from dialtone.errors import DialtoneError, PeerError
from dialtone.http import url as urls
from dialtone.net.heap import HeapMeter
from dialtone.net.table import Table
from dialtone.phone import Phone
from dialtone.platform import Platform
from dialtone.update import check, install, judging, proof, stage

from host.fleet import memory, reasons, safety, shortcuts
from host.fleet.memory import MemoryStorage

# There is no flash, and whose key an image is signed with is no matter of the server's
stage.Stage = check.Stage = memory.HashedStage
judging.signature.find = memory.any_key
proof.prove = memory.prove
install.install = memory.install
_ANCHORS = "anchors.pem"
_NAMES = 4096  # of parameters that are remembered, for all phones of a model
_CONDITIONS = ("if-none-match", "if-modified-since")


class Silent:
    """A panel without a display."""

    def progress(self, *texts):
        pass


class Unread:
    """A log that nobody reads: what is worth telling is in the ledger."""

    lines = ()
    keep = 0
    remote = None

    def info(self, area, text):
        pass

    warning = error = info


class Values(dict):
    """What a store's ``get`` has found: room for all, where a phone keeps a few."""

    def __init__(self, store):
        self._store = weakref.ref(store)  # no circle: who is done with a phone gets its memory back at once

    def __missing__(self, name):
        tail = self._store().winner(name)[1]
        value = self[name] = "" if tail is None else tail[tail.find(b"\t") + 1 :].decode()
        return value


class FleetStore(Store):
    """Asks no time server that a configuration file names: the computer's clock is right, and they are not ours.

    It has no randomness, so passwords in the files are not hashed: nobody logs in here.
    """

    def __init__(self, model):
        super().__init__(model)
        self._remembered = {}
        self.pattern = None
        self.forget()

    def module(self, name):
        try:
            return self._remembered[name]
        except KeyError:
            found = super().module(name)
            if len(self._remembered) < _NAMES:
                self._remembered[name] = found
            return found

    def forget(self):
        """Until their first files come all phones share the values of their pattern: the same rows are in force."""
        if not self.pattern or self.layers != self.pattern.layers:
            self._memo = Values(self)
            self.get = self._memo.__getitem__

    def changed(self, names):
        self.pattern = None
        self.forget()
        super().changed(names)

    def flag(self, name):
        return name == "time server disabled" or super().flag(name)


class FleetPlatform(Platform):
    """A phone's outside in memory."""

    simulated = True

    def __init__(self, settings, files):
        super().__init__(dict(settings, state=""), _nobody)
        self.storage = MemoryStorage(files)
        self.log = Unread()
        self.unload = self.scrub = _nobody

    def address(self):
        return "127.0.0.1"


def _nobody(*_):
    pass


class FleetPhone(Phone):
    """What the firmware asks of a phone while it makes its rounds; there are no pages, keys and tasks.

    ``plan``: a plan.Plan. ``ledger``: what hears of requests and connections, see ledger.py. ``pattern``: a store of
    this model, from ``pattern_store``, whose defaults all phones share; ``contexts`` a shortcuts.Contexts of all that
    have the same ``anchors`` (PEM); ``table``: the net.table.Table of all, whose ``sweep`` somebody runs.
    """

    http_port = https_port = 0  # it has no listeners
    panel = Silent()
    heap = HeapMeter  # nothing of it is reserved

    def __init__(self, plan, number, ledger, pattern, anchors, contexts=None, table=None):
        self.plan = plan
        self.ledger = ledger
        self.contexts = contexts
        settings = {"model": pattern.model, "mac": plan.mac(number), "http_port": 0, "https_port": 0}
        settings.update(bind="127.0.0.1", config_server=plan.server, trust_anchor=_ANCHORS if anchors else "")
        self.platform = FleetPlatform(settings, {_ANCHORS: anchors} if anchors else None)
        self.log = self.platform.log
        self.storage = self.platform.storage
        self.clock = self.platform.clock
        self.store = fresh_store(pattern)
        self.table = table or Table()
        self.outcome = ("kept", "", (), None, "", None)
        self.restored = self.trouble = 0

    def client(self, **more):
        return FleetClient(self)

    def unload(self, *names):
        pass

    def settle(self):
        pass

    async def round(self, task):
        """Do what ``task`` (of plan.SCENARIOS) says. Returns (result, [DialtoneError, ...]); no error: it is done."""
        if task == "firmware":
            pending, error = await downloads.firmware(self, _nobody)
            return "stored" if pending else "unchanged", [error] if error else []
        if task == "configuration":
            result, _, _, error = await resync._configuration(self)
            return result, [error] if error else []
        await resync.resync(self)
        result, _, _, error, pending, firmware_error = self.outcome
        if result == "kept":
            firmware_error = None  # nobody has looked for firmware: it is that of an earlier round
        return result, [each for each in (error, firmware_error) if each]


def pattern_store(model, settings):
    """A Store with the defaults of ``model``, and ``settings`` set as at the phone itself."""
    store = FleetStore(model)
    for name, value in settings.items():
        store.set_local(name, value, "lcd")
    return store


def fresh_store(pattern):
    """Another one like it: the defaults, the local rows, to which nobody writes, and what was decoded are shared."""
    store = FleetStore.__new__(FleetStore)
    vars(store).update(vars(pattern), layers=list(pattern.layers), diagnostics=[], _watchers=[], pattern=pattern)
    return store


class CountedLink(Link):
    """Tells the ledger of each piece of a body."""

    ledger = None

    def piece_now(self):
        piece = super().piece_now()
        if piece:
            self.ledger.received(len(piece))
        return piece


http_client.Link = CountedLink
shortcuts.install()


class FleetClient(http_client.Client):
    """The phone's client, which tells the ledger of each connection and request, and goes nowhere else."""

    def __init__(self, phone):
        super().__init__(phone.platform, phone.store, phone.table)
        self._ledger = phone.ledger
        self._host = phone.plan.host
        self._contexts = phone.contexts
        self._head = None, ()

    def link(self, origin):
        self._only(origin[1])
        link = super().link(origin)
        link.ledger = self._ledger
        return link

    def _fields(self, target):
        """They are the same for one server while the configuration is."""
        key = target.origin, self.store.generation
        if key != self._head[0]:
            self._head = key, super()._fields(target)
        return self._head[1]

    def _only(self, host):
        if not safety.allowed(host, self._host):
            raise PeerError("It leads to %s, which nobody has named as his own" % host)

    async def open(self, url, fields=(), method="GET"):
        target = urls.parse(url, self.tftp) if isinstance(url, str) else url
        if target.scheme != "tftp":
            return await super().open(target, fields, method)
        self._only(target.host)
        begin = time.perf_counter()
        try:
            exchange = await super().open(target, fields, method)
        except DialtoneError as error:
            self._failed(error)
            raise
        ledger, view = self._ledger, exchange.view

        async def counted():  # a transfer has no Link
            piece = await view()
            if len(piece):
                ledger.received(len(piece))
            return piece

        exchange.view = counted
        return self._answered(exchange, target, (), begin)

    async def _connect(self, target):
        begin = time.perf_counter()
        context = self.context = self._lent(target)
        try:
            link = await super()._connect(target)
        except DialtoneError as error:
            self._failed(error)
            raise
        if context:
            self._contexts.give_back(context)
        self._ledger.connected(target.scheme, (time.perf_counter() - begin) * 1000)
        return link

    def _lent(self, target):
        """A TLS context of all phones with the usual settings; None for those that have others."""
        get = self.store.get
        usual = target.scheme == "https" and self._contexts and get("https client method") == "TLS"
        if usual and get("https validate certificates") == "1" and not get("https server pin"):
            return self._contexts.take()
        return None

    async def _send(self, link, target, fields, method):
        begin = time.perf_counter()
        kept = link.inbound is not None
        try:
            exchange = await super()._send(link, target, fields, method)
        except DialtoneError as error:
            if kept and isinstance(error, Broken) and not link.heard and not error.late:
                self._ledger.attempt("a kept connection had gone, a new one was made")
            else:
                self._failed(error)
            raise
        return self._answered(exchange, target, fields, begin)

    def _failed(self, error):
        self._ledger.attempt(reasons.words(error, self._host, self.platform.mac))

    def _answered(self, exchange, target, fields, begin):
        conditional = bool(fields) and any(name.lower() in _CONDITIONS for name, _ in fields)
        name = target.target.rsplit("/", 1)[-1].partition("?")[0].replace(self.platform.mac, "MAC")
        self._ledger.answered(name, exchange.status, (time.perf_counter() - begin) * 1000, conditional)
        return exchange
