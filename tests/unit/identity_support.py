"""A phone with just what makes and serves an identity."""

import gc
import os
import sys

import net_identity as ids
from fake_phone import FakeLog, FakeStore
from support import tmp_dir

from dialtone.storage.files import Storage

NOW = 1795600000  # 2026-11-25


class Clock:
    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now


class Platform:
    hostname = "57i-123456"

    def __init__(self):
        self.where = "192.0.2.7"
        self.fed = 0
        self.asked = []

    def address(self):
        return self.where

    def random(self, count):
        self.asked.append(count)
        return os.urandom(count)

    def feed(self):
        self.fed += 1

    def unload(self, *names):
        """As the phone does, where modules are not shared with other tests."""
        if hasattr(gc, "mem_alloc"):
            for name in names:
                sys.modules.pop(name, None)


class Panel:
    def __init__(self):
        self.said = []

    def progress(self, title, text=""):
        self.said.append((title, text))


class Listener:
    def __init__(self, context):
        self.context = context


class Table:
    def __init__(self):
        self.entries = []


class Heap:
    relieve = None


class Phone:
    """``listeners``: a plain one and one with a context."""

    def __init__(self, now=NOW, **values):
        values.setdefault("hostname", "")
        self.store = FakeStore(**values)
        self.platform = Platform()
        self.panel = Panel()
        self.log = FakeLog()
        self.clock = Clock(now)
        self.storage = Storage(tmp_dir())
        self.listeners = [Listener(None), Listener("old")]
        self.fingerprint = self.lacks = ""
        self.signed = self.judgement = None
        self.table = Table()
        self.heap = Heap()

    def unload(self, *names):
        self.platform.unload(*names)


def files(phone):
    return [phone.storage.read(name, 4096) for name in ("key.der", "certificate.der", "certificate.for")]


def uploaded(certificate=ids.SELF_SIGNED, key=ids.KEY, mark=b"self-signed\n"):
    return mark + ids.pem(certificate) + (ids.pem(key, "PRIVATE KEY") if key else b"")
