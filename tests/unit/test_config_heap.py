"""What the configuration costs in the heap of the phone, beyond the code that is loaded."""

import gc
import sys

from dialtone.config import parameters
from dialtone.config.store import ON_DEMAND, Store
from support import long

_WORD = 1 if sys.maxsize < 1 << 32 else 2  # on 64 bits everything but text is twice as large
_IDLE = 6 * 1024 * _WORD
_GROWTH = 6 * 1024 * _WORD
_LINES = 10000

_KEY = (
    "softkey%d type: xml\nsoftkey%d label: Directory\nsoftkey%d value: https://apps.example.com/key%d?x=$$LOCALIP$$\n"
)
_DEMO = """https server: provisioning.example.com
https path: phones/57i
https port: 8443
https client method: TLSv1.3
admin password: 471147
user password: 1234
xml application post list: 10.0.0.10, push.example.com
xml application uri: https://apps.example.com/menu.xml
auto resync mode: 3
auto resync time: 02:30
"""


def used():
    """Bytes in use; 0 on CPython, where the rest of the test still holds."""
    if not hasattr(gc, "mem_alloc"):
        return 0
    gc.collect()
    return gc.mem_alloc()


def demo(store):
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(_DEMO.encode())
    draft.layer("mac", "00085D123456.cfg", True)
    for i in range(1, 11):
        draft.feed((_KEY % (i, i, i, i)).encode())
    draft.commit()
    assert store.diagnostics == []
    return sum([1 for layer in store.layers for _ in layer.rows()])


def load_code():
    for name in ON_DEMAND:
        __import__(name)
    demo(Store("57i"))


def test_an_idle_store_with_40_values():
    load_code()
    before = used()
    store = Store("57i")
    assert demo(store) == 40
    assert store.number("https port") == 8443 and store.flag("https redirect http get")
    after = used()
    assert after - before <= _IDLE, after - before


def line(i):
    """Line ``i`` of a long file: mostly of foreign names, some wrong, some known."""
    if i % 50 == 0:
        return b"http port: %d\n" % (i + 1)
    if i % 333 == 1:
        return b"no colon on line %d\n" % i
    return b"sip line%d feature number %d: some value %d\n" % (i % 9, i, i)


class Peak:
    """The greatest growth seen; also looks when a section of the table is in the heap."""

    def __init__(self):
        self.least = used()
        self.growth = 0
        self._read = parameters.read

    def look(self):
        self.growth = max(self.growth, used() - self.least)

    def read(self, module):
        texts = self._read(module)
        self.look()
        return texts


def test_a_file_of_10000_lines():
    load_code()
    store = Store("57i")
    demo(store)
    buffer = bytearray(64)
    view = memoryview(buffer)
    peak = Peak()
    parameters.read = peak.read
    try:
        draft = store.begin_server()
        draft.layer("aastra", "aastra.cfg", True)
        for i in range(_LINES):
            text = line(i)
            buffer[: len(text)] = text
            draft.feed(view[: len(text)])
            if i % (10 if long() else 500) == 0:
                peak.look()
        peak.look()
        draft.commit()
    finally:
        parameters.read = peak._read
    peak.look()
    assert store.number("http port") == _LINES - 49
    assert store.origin("http port") == "aastra.cfg line %d" % (_LINES - 49)
    assert len(store.diagnostics) + store.more_diagnostics == _LINES - _LINES // 50
    assert peak.growth <= _GROWTH, peak.growth
