"""A phone with storage, store and tasks that run when they are told to: for dry runs and what follows them."""

from cryptolib import aes
from dialtone.config.store import LOCAL, Store
from dialtone import importing
from dialtone.provisioning import cache, pending, plan
from dialtone.storage import kept
from fake_phone import FakeLog, FakePlatform, QuietPanel, SetClock
from support import run


class _Tasks:
    def __init__(self):
        self.tasks = []

    def spawn(self, name, coroutine):
        if name == "resync":
            self.tasks.append((name, coroutine))
        else:
            coroutine.close()
        return name


class _Heap:
    relieve = None
    reserved = False


class _Table:
    entries = ()


class _Platform(FakePlatform):
    drawn = 0

    def random(self, count):
        self.drawn += 1
        return bytes([self.drawn]) * count


class ImportPhone:
    """As after its start with this storage. ``heard``: the sets of names that ``changed`` was called with."""

    unconfirmed = round = alarm = deferred = why = None
    safe = False

    def __init__(self, storage, now=1_700_000_000, model="57i"):
        self.storage = storage
        self.platform = _Platform()
        self.platform.storage = storage
        self.store = Store(model, lambda count: b"r" * count)
        self.clock = SetClock(now)
        self.supervisor = _Tasks()
        self.panel = QuietPanel()
        self.heap = _Heap()
        self.table = _Table()
        self.log = FakeLog()
        self.restarts = self.rounds = 0
        self.heard = []
        self.store.watch(self.changed)
        storage.sweep()
        name, notice = kept.newest(storage, cache.NAME)
        assert not notice
        cache.load(storage, self.store, name)
        name, notice = kept.newest(storage, "local.cfg")
        assert not notice
        self.store.load("local", kept.lines(storage, name))
        if storage.exists(pending.NAME) or storage.exists(pending.NAME + kept.OLD):
            pending.resume(self)
        plan.forget(storage)
        self.heard = []

    def changed(self, names):
        if self.deferred is not None:
            return self.deferred.update(names)
        self.heard.append(names)

    def take(self, *what):
        importing.begin(self, *what)

    def refresh(self):
        self.rounds += 1

    def save_local(self):
        kept.save(self.storage, "local.cfg", self.store.dump("local"))

    def settle(self):
        pass

    def unload(self, *names):
        pass

    def restart(self):
        self.restarts += 1

    def client(self, **more):
        from dialtone.client.http_client import Client

        return Client(self.platform, self.store, self.table, **more)

    def set(self, source="https page", **values):
        for name in values:
            self.store.set_local(name.replace("_", " "), values[name], source)
        self.save_local()

    def server(self, **files):
        """The server's files ``aastra``, ``model``, ``mac`` as of a round."""
        draft = self.store.begin_server()
        names = ("aastra.cfg", "57i.cfg", "00085D123456.cfg")
        tags = []
        for index, layer in enumerate(cache.LAYERS):
            draft.layer(layer, names[index], True)
            draft.feed(files.get(layer, "").encode())
            tags.append((200, '"v1"', "", "https://config.example/" + names[index]))
        draft.commit()
        cache.save(self.storage, self.store, tags)

    def tasks(self):
        """Runs what was begun; nothing else that is spawned does."""
        for _, coroutine in self.supervisor.tasks:
            run(coroutine)
        self.supervisor.tasks = []

    def look(self, text, name="local.cfg"):
        """The fields of what the page says of a file: see ``plan.said``."""
        data, key = text.encode(), self.platform.random(32)
        data += b"\n" * (16 - len(data) % 16)
        with self.storage.open(plan.FILE, "wb") as file:
            file.write(aes(key[:16], 2, key[16:]).encrypt(data))
        self.take(name, key, "admin at 192.0.2.9")
        assert self.round == "resync"
        self.tasks()
        assert self.round is None
        return plan.said(self.storage)

    def adopt(self, number=None):
        """The same after a yes."""
        self.take(number or plan.said(self.storage)[1], "admin at 192.0.2.9")
        self.tasks()
        return plan.said(self.storage)

    def lines(self, kind="~"):
        """The plan's lines as lists of fields."""
        found = []
        for line in self.storage.lines(plan.TEXT):
            line = line.decode().rstrip("\n")
            if line[:1] == kind:
                found.append(line[1:].split("\t"))
        return found

    def local(self):
        return {name: value for name, _, _, value in self.store.layers[LOCAL].rows()}
