"""Asks a page without a server around it."""

import gc

from dialtone.config.layer import Layer
from dialtone.config.store import ON_DEMAND
from dialtone.server.answer import Answer
from dialtone.webui import pages
from dialtone.storage.files import Storage
from fake_phone import FakePhone, FakeStore
from support import run, tmp_dir


_WHOLE = bytearray(4000)  # grows to 17 KB; the pieces of a page, kept, would lie all over the heap


class _Request:
    expect_continue = False

    def __init__(self, method, path, fields):
        self.method = method
        self.path = path
        self.query = ""
        self.host = "phone"
        self.fields = fields

    def header(self, name):
        return self.fields.get(name)


class _Access:
    sessions = ()

    def __init__(self, store):
        self.store = store

    def check(self, user, password):
        return user if self.store.get(user + " password") == password else None


class _Incoming:
    """A connection and its inbound half, over which ``body`` comes in pieces of ``size`` bytes or as it yields them."""

    buffered = 0

    def __init__(self, body, size):
        self._inbound = self._entry = self.limits = self
        self.request_ms = 15000
        if isinstance(body, bytes):
            body = iter([body[at : at + size] for at in range(0, len(body), size)])
        self.pieces = body

    def body(self):
        return memoryview(next(self.pieces, b""))


class _Context:
    connection = None

    def reading_only(self):
        return not self.phone.platform.private and self.store.origin("admin password") == "default"


class _Faces:
    def __init__(self, platform):
        self.platform = platform

    def shed(self):
        self.platform.unload(*ON_DEMAND)


class PageStore(FakeStore):
    """Values of the parameter table, all from their defaults but those given."""

    def __init__(self, **values):
        super().__init__(**values)
        self.diagnostics = []
        self.more_diagnostics = 0
        self.layers = [Layer()] * 6

    def get(self, name):
        from dialtone.config import parameters

        if name in self.values:
            return self.values[name]
        return parameters.find(name, self.model).default

    def flag(self, name):
        return self.get(name) == "1"

    def forget(self):
        pass

    def origin(self, name):
        return "set here" if self.values["admin password"] != "22222" and name == "admin password" else "default"

    def locked(self, name):
        return False


def context(path, method="GET", body=b"", phone=None, role="admin", secure=True, fields=None, size=100):
    """``path`` may have a query. Who reads a body while it comes gets ``size`` bytes at once."""
    phone = phone or FakePhone(PageStore())
    made = _Context()
    made.phone = phone
    made.store = phone.store
    made.faces = _Faces(phone.platform)
    made.access = _Access(phone.store)
    path, _, query = path.partition("?")
    made.request = _Request(method, path, fields or {})
    made.request.query = query
    made.body = body
    made.connection = _Incoming(body, size) if body else None
    made.secure = secure
    made.peer = "192.0.2.9"
    made.role = role
    return made


def joined(body):
    """A body as text."""
    if isinstance(body, bytes):
        return body.decode()
    size = 0
    for piece in body:
        piece = piece.encode() if isinstance(piece, str) else piece
        if size + len(piece) > len(_WHOLE):
            gc.collect()
            _WHOLE.extend(bytes(4000))
        _WHOLE[size : size + len(piece)] = piece
        size += len(piece)
    gc.collect()
    return bytes(memoryview(_WHOLE)[:size]).decode()


def ask(path, method="GET", body=b"", phone=None, role="admin", secure=True, fields=None, size=100, **values):
    """(status, text, answer); ``values``: parameters with underscores."""
    phone = phone or FakePhone(PageStore(**values))
    if not hasattr(phone, "storage"):
        phone.storage = Storage(tmp_dir())
    answer = pages.find(path.partition("?")[0])[2](context(path, method, body, phone, role, secure, fields, size))
    if not isinstance(answer, Answer):
        answer = run(answer)
    return answer.status, joined(answer.body), answer


def text_of(phone, path, secure):
    phone.store = PageStore()
    return ask(path, phone=phone, secure=secure)[1]
