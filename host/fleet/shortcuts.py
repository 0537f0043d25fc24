"""What thousands of phones in one process need not do again and again: results that depend on their arguments alone.

A phone has no memory for them; here they are most of the work. Nothing is skipped that a server could notice, and what
is kept is never of one phone for another but where both asked the very same. Import it before any other firmware module
that takes these functions by name; see phone.py.
"""

import functools
import io
from types import SimpleNamespace

import dialtone_shims  # noqa: F401  CPython gets MicroPython's names
from asyncio import sleep_ms
from dialtone import downloads, log, resync
from dialtone.client import http_client, securing
from dialtone.config import families, finding, layer, lexer, packing, parameters, rowtext, saving, sense, settle
from dialtone.config import values
from dialtone.config.store import LAYERS, LOCAL
from dialtone.http import response, url
from dialtone.http.address import Url
from dialtone.net import anchors, events, tls, trust
from dialtone.provisioning import cache, opening, run
from tls import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext

_TEXTS = 8192  # different values of phones, at most, that are remembered
_FILES = 64  # texts of aastra.cfg and <model>.cfg whose rows are remembered
_FILE_BYTES = 6000  # ... half of what a phone takes: its bound on all rows is never met by then
_CERTIFICATES = 64  # ... as many: a server shows two or three
_CONTEXTS = 200  # TLS contexts that wait for their next handshake


def install():
    """Replaces the functions by ones that remember. For a worker process: the firmware's modules are changed."""
    rowtext.row = parameters.row = functools.cache(rowtext.row)
    finding.lookup = functools.lru_cache(_TEXTS)(finding.lookup)
    parameters.trusted_rows = functools.cache(lambda rows=parameters.trusted_rows: tuple(rows()))
    families.key_row = functools.lru_cache(_TEXTS)(families.key_row)
    values.canonical = functools.lru_cache(_TEXTS)(values.canonical)
    layer.split = functools.lru_cache(_TEXTS)(layer.split)
    plain = layer.Layer.rows
    layer.Layer.rows = lambda rows: _rows(rows, plain)
    lexer.Lexer = Reader
    settle.changes = lambda store, layers, changes=settle.changes: changes(store, layers) if store._watchers else ()
    saving.dump = functools.partial(_dump, saving.dump)
    sections = tuple(parameters.sections())
    parameters.sections = lambda: sections
    settle.check = functools.partial(_checked, settle.check)
    parts = functools.lru_cache(_TEXTS)(lambda text, tftp, parse=url.parse: parse(text, tftp).parts)
    url.parse = lambda text, tftp=False: Url(*parts(text, tftp))
    response.Response = Head
    skim, read = functools.lru_cache(_CERTIFICATES)(Skim), functools.lru_cache(_CERTIFICATES)(_certificates)
    trust.Skim = lambda der: skim(bytes(der))
    anchors.certificates = lambda file: read(file.read())
    tls.client_context = lambda: None  # phone.FleetClient lends those of Contexts
    cache._short = functools.lru_cache(_TEXTS)(cache._short)
    log.clean = functools.partial(_clean, log.clean)
    sense.tell = functools.partial(_tell, sense.tell)
    events.note = packing.move = lambda *_: None  # for a page that is not there; for MicroPython's heap
    for module in (resync, downloads, run, opening, securing, http_client):
        module.sleep_ms = _pause
    for module in (downloads, run):
        module.clean = log.clean


class _Now:
    """What is there at once to be awaited."""

    def __await__(self):
        return iter(())


_NOW = _Now()


def _pause(ms):
    """As ``asyncio.sleep_ms``. Those of 0 ms make room in MicroPython's heap there; other phones have no need of them,
    for each waits for its server soon.
    """
    return sleep_ms(ms) if ms else _NOW


def _clean(plain, text, limit=log._LINE):
    text = text[:limit]
    return text if text.isprintable() else plain(text, limit)


def _checked(plain, draft, index):
    """As ``settle.check``, which goes through the whole table also when nothing waits. Remembers for ``Reader``."""
    key = vars(draft).get("fleet_keys", {}).pop(index, None)
    said = _said(draft)
    if draft.waiting[index].chunks or draft.checked or draft.spool:
        plain(draft, index)
    if key and said == _said(draft) and len(Reader.known) < _FILES:
        Reader.known[key] = tuple(draft.layers[index].chunks)


def _tell(plain, store, log, known={}):  # noqa: B006 - it remembers
    """As ``sense.tell``. What is odd about settings that no row of the phone's own file is about, is so for all."""
    layers = store.layers
    others = *layers[: LOCAL - 1], *layers[LOCAL:]
    key = store.model, *[(each.file, tuple(each.chunks)) for each in others]
    mine = {row[0] for row in layers[LOCAL - 1].rows()}
    asked, found = known.get(key, (mine, None))
    if found is None or not mine.isdisjoint(asked):
        asked = set()
        one = SimpleNamespace(layers=layers, diagnostics=(), winner=store.winner, origin=store.origin)
        one.get = lambda name: asked.add(name) or store.get(name)
        plain(one, log)
        found = one.diagnostics
        if mine.isdisjoint(asked) and len(known) < _FILES:
            known[key] = asked, found
    told = [each for each in store.diagnostics if each[2]]
    store.diagnostics = told + found[: max(sense._KEEP - len(told), 0)]


class Head(response.Response):
    """A server's answers to many phones have the very same head within a second, but for those of their own files."""

    def __init__(self, buffer, start, end):
        self.__dict__.update(_head(bytes(memoryview(buffer)[start:end])))

    def header(self, name):
        return _header(self._fields, name)


@functools.lru_cache(_TEXTS)
def _head(data, plain=response.Response):
    return vars(plain(bytearray(data), 0, len(data)))


@functools.lru_cache(_TEXTS)
def _header(fields, name, plain=response.Response):
    one = plain.__new__(plain)
    one._fields = fields
    return one.header(name)


class Reader:
    """In place of the lexer: remembers which rows the very same file has come to. Files with faults are read anew by
    each phone, for they are told each time; so are those of one phone, and long ones.
    """

    plain = lexer.Lexer
    known = {}

    def __init__(self, draft, foreign=None):
        self._draft = draft
        self._foreign = foreign
        self._pieces = []
        self._left = _FILE_BYTES
        self._lexer = None
        if not hasattr(draft, "waiting") or not 0 <= draft._index < LOCAL - 1:
            self._read()

    def feed(self, view):
        if self._lexer:
            return self._lexer.feed(view)
        self._pieces.append(bytes(view))
        self._left -= len(view)
        if self._left < 0:
            self._read()

    def pass_over(self, foreign):
        self._lexer.pass_over(foreign)

    def _read(self):
        self._lexer = self.plain(self._draft, self._foreign)
        for piece in self._pieces:
            self._lexer.feed(piece)

    def finish(self):
        if self._lexer:
            return self._lexer.finish()
        draft, text = self._draft, b"".join(self._pieces)
        mine = draft.layers[draft._index]
        key = draft.store.model, draft._index, mine.trusted, text
        if key in self.known:
            mine.chunks = list(self.known[key])
            return
        said = _said(draft)
        self._read()
        self._lexer.finish()
        rows = sum(each.size() for each in (*draft.layers[:LOCAL], draft.waiting[draft._index]))
        if said == _said(draft) and rows < _FILE_BYTES and rowtext.MASK.encode() not in text and not draft.spool:
            draft.fleet_keys = {**vars(draft).get("fleet_keys", {}), draft._index: key}


def _said(draft):
    return draft.more, draft._unknown, len(draft.diagnostics)


def _dump(plain, store, layer, masked):
    """As ``saving.dump``; the rows of aastra.cfg are many, and the same for all phones."""
    each = store.layers[LAYERS.index(layer)]
    if masked or layer not in LAYERS[: LOCAL - 1]:
        return plain(store, layer, masked)
    return (_dumped(layer, each.file, each.trusted, tuple(each.chunks), plain),)


@functools.lru_cache(_FILES)
def _dumped(name, file, trusted, chunks, plain):
    one = layer.Layer(file, trusted)
    one.chunks = list(chunks)
    return "".join(plain(SimpleNamespace(layers={LAYERS.index(name): one}), name, False))


class Skim(trust.Skim):
    """What was read of a certificate, and the last host that it was compared with."""

    def __init__(self, der):
        super().__init__(der)
        self.fits = functools.lru_cache(_TEXTS)(super().fits)


def _certificates(text, plain=anchors.certificates):
    """As ``anchors.certificates`` of the open file with that text."""
    return tuple(bytes(der) for der in plain(io.BytesIO(text)))


def _rows(rows, plain):
    """As ``Layer.rows``: most chunks are of aastra.cfg, and those of all phones alike."""
    for chunk in rows.chunks[:]:
        yield from _of_chunk(chunk, plain)


@functools.lru_cache(_TEXTS)
def _of_chunk(chunk, plain):
    one = layer.Layer()
    one.chunks = [chunk]
    return tuple(plain(one))


class Context(SSLContext):
    """A client's TLS context that may be used for one handshake after another. It costs as much as the handshake's own
    arithmetic to make one and to read the anchors into it.

    ``anchors`` are those that it was given; ``plain``: nothing else was done to it, such as a client certificate.
    """

    def __init__(self, protocol):
        super().__init__(protocol)
        self.anchors = set()
        self.plain = True

    def load_verify_locations(self, cadata):
        if cadata not in self.anchors:
            super().load_verify_locations(cadata)
            self.anchors.add(cadata)

    def load_cert_chain(self, certificate, key):
        self.plain = False
        super().load_cert_chain(certificate, key)

    def set_ciphers(self, names):
        self.plain = False
        super().set_ciphers(names)

    def wrap_socket(self, raw, **more):
        if self.anchors and self.verify_mode == CERT_NONE:  # OpenSSL would call back for the handshake before
            raise ValueError("a context that has verified cannot stop to")
        return super().wrap_socket(raw, **more)


class Contexts:
    """Contexts of phones that trust the same ``anchors`` and nobody else. One is lent for one handshake at a time."""

    def __init__(self):
        self._free = []
        self._anchors = None

    def take(self):
        return self._free.pop() if self._free else Context(PROTOCOL_TLS_CLIENT)

    def give_back(self, context):
        """Keeps it if it is as good as new for any of them: the first one's anchors are the measure."""
        if self._anchors is None and context.plain and context.anchors:
            self._anchors = set(context.anchors)
        if context.plain and context.anchors == self._anchors and len(self._free) < _CONTEXTS:
            context.verify_callback = None
            self._free.append(context)
