"""What thousands of phones in one process need not do again and again: results that depend on their arguments alone.

A phone has no memory for them; here they are most of the work. Nothing is skipped that a server could notice, and what
is kept is never of one phone for another but where both asked the very same. Import it before any other firmware module
that takes these functions by name; see phone.py.
"""

import functools

import dialtone_shims  # noqa: F401  CPython gets MicroPython's names
from dialtone.config import families, finding, layer, parameters, rowtext, values
from tls import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext

_TEXTS = 8192  # different values of phones, at most, that are remembered
_CONTEXTS = 200  # TLS contexts that wait for their next handshake


def install():
    """Replaces the functions by ones that remember. For a worker process: the firmware's modules are changed."""
    read = functools.cache(lambda module, read=rowtext.read: tuple(read(module)))
    row = functools.cache(rowtext.row)
    for module in (rowtext, parameters, finding):  # those that have taken them by name, too
        for name, function in (("read", read), ("row", row)):
            if hasattr(module, name):
                setattr(module, name, function)
    finding.lookup = functools.lru_cache(_TEXTS)(finding.lookup)
    parameters.trusted_rows = functools.cache(lambda rows=parameters.trusted_rows: tuple(rows()))
    families.key_row = functools.lru_cache(_TEXTS)(families.key_row)
    values.canonical = functools.lru_cache(_TEXTS)(values.canonical)
    layer.split = functools.lru_cache(_TEXTS)(layer.split)
    plain = layer.Layer.rows
    layer.Layer.rows = lambda rows: _rows(rows, plain)


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
