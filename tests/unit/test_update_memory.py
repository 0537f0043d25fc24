"""No memory in the middle of an update, at any call that takes some: what runs stays, it is said, and it can go on.

And a flipped bit anywhere in the file.
"""

import random

from dialtone.errors import DialtoneError
from dialtone.update import check, image, install, judging, payload, proof, record, signature, stage
from firmware_images import FILES, build, pack
from support import long, run, seed, tmp_dir
from update_rig import Server, phone

HEAP = "256k"  # images are made here, too, and lie in the heap of the phone

_PAYLOAD = pack(FILES)
_IMAGE = build(_PAYLOAD)
_TAKE = ("bytearray", "memoryview", "sha256", "bytes", "range", "min", "verify", "find")
_MODULES = (check, image, install, judging, payload, proof, record, signature, stage)


class _Memory:
    """Call number ``after`` of what takes memory fails (None: none does). ``calls`` counts them. Use with ``with``."""

    def __init__(self, after=None):
        self.after = after
        self.calls = 0
        self._before = []

    def __enter__(self):
        for module in _MODULES:
            for name in _TAKE:
                own = hasattr(module, name)
                real = getattr(module, name) if own else _BUILT_IN.get(name)
                if real:
                    self._before.append((module, name, real if own else None))
                    setattr(module, name, self._counted(real))
        return self

    def __exit__(self, *error):
        for module, name, real in self._before:
            if real:
                setattr(module, name, real)
            else:
                delattr(module, name)

    def _counted(self, real):
        def take(*what):
            self.calls += 1
            if self.calls - 1 == self.after:
                raise MemoryError()
            return real(*what)

        return take


_BUILT_IN = {"bytearray": bytearray, "memoryview": memoryview, "bytes": bytes, "range": range, "min": min}


def _update(it):
    """The error of an update, None without."""
    try:
        return run(it.update(Server(_IMAGE)))
    except MemoryError:  # of the signature's check, which downloads.py catches
        return DialtoneError("Not enough memory")
    except DialtoneError as error:
        return error


def test_no_memory_at_any_call():
    with _Memory() as memory:
        assert _update(phone(tmp_dir())) is None
    calls = memory.calls
    assert calls > 30, calls
    random.seed(seed())
    some = sorted({random.getrandbits(16) % calls for _ in range(12)} | {0, calls - 1})
    failed = 0
    for after in range(calls) if long() else some:
        it = phone(tmp_dir())
        with _Memory(after):
            error = _update(it)
        if error:  # else what failed was tried again
            assert "memory" in error.text, (after, error)
            assert it.start() == ("", 0) and "run" not in it.record(), after
            failed += 1
            assert _update(it) is None, after
        assert it.storage.read("local.cfg", 99) == b"mine: 1\n"
        assert it.start() == ("a", 1) and it.content("a", FILES) == FILES, after
    assert failed > 6, failed


def test_a_flipped_bit_anywhere():
    random.seed(seed())
    places = range(len(_IMAGE)) if long() else [random.getrandbits(20) % len(_IMAGE) for _ in range(12)]
    it = phone(tmp_dir())
    for at in places:
        it.shown, it.log.lines = [], []  # thousands of texts in the exhaustive form
        it.storage.remove("slots/a.romfs")  # good blocks of the time before would not be asked for again
        data = bytearray(_IMAGE)
        data[at] ^= 1 << random.getrandbits(3)
        try:
            error = run(it.update(Server(bytes(data))))
        except DialtoneError as caught:
            error = caught
        assert isinstance(error, DialtoneError), at
        assert "run" not in it.record() and it.start() == ("", 0), at
