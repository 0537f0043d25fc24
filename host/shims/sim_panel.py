"""For the front panel, loaded when it asks: the configuration with its origins, and the faults of a phone's inside.

Faults are made around the firmware, never in it: ``open`` fails for a full flash, memory is held for a low heap, and
the clock is set as a bad time server would set it.
"""

import asyncio
import gc
import os
import sys

from dialtone.errors import DialtoneError
from dialtone.storage import files

_PIECE = 512  # bytes of one held block: finds room in a worn heap
_EASE = 3  # blocks that are given back while an operation is carried out
_ROWS = 8  # parameters in one event line
_FULL = 28  # ENOSPC
_LOOK_S = 0.02
_CRASHED = 70  # exit code of a phone that was told to crash


class _Full:
    """An open file on a flash without a free block."""

    def __init__(self, file):
        self._file = file

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def write(self, data):
        raise OSError(_FULL, "no space left")

    def __getattr__(self, name):
        return getattr(self._file, name)


def _open_full(path, mode="r", *more):
    if mode[0] in "wa" or "+" in mode:
        return _Full(open(path, "rb")) if "+" in mode else _no_room(path)
    return open(path, mode, *more)


def _no_room(path):
    raise OSError(_FULL, "no space left")


class Faults:
    """What is wrong inside ``phone``. ``set(name, value)``: "clock" seconds off, "flash" full or not, "heap" bytes
    that stay free (0: all), "crash" a "name=value" of the configuration: the phone ends while that is in force."""

    def __init__(self, phone):
        self._phone = phone
        self._clock_s = 0
        self._held = []
        self._mem_free = None

    def set(self, name, value):
        if name == "clock":
            self._clock(int(value))
        elif name == "flash":
            self._flash(bool(value))
        elif name == "crash":
            asyncio.create_task(self._crash(*value.split("=", 1)))
        elif name == "heap":
            self._heap(int(value))
        else:
            raise DialtoneError("No such fault: %s" % name)

    def ease(self):
        """Gives back a little of the held memory; the next ``fault`` operation takes it again."""
        held = self._held
        if held:
            for _ in range(min(_EASE, len(held))):
                held.pop()
            gc.collect()

    async def _crash(self, name, value):
        while self._phone.store.get(name) != value:
            await asyncio.sleep(_LOOK_S)
        sys.stderr.write("fault: the phone ends, for %s is %s\n" % (name, value))
        getattr(os, "_exit", sys.exit)(_CRASHED)

    def _clock(self, seconds):
        platform = self._phone.platform
        platform.set_time(platform.clock.time() + seconds - self._clock_s)
        self._clock_s = seconds
        if not self._phone.panel.screens():
            self._phone.panel.changed()

    def _flash(self, full):
        if full:
            files.open = _open_full
        elif hasattr(files, "open"):
            del files.open

    def _heap(self, left):
        self._held = []
        if self._mem_free:  # CPython has no limit: there the phone is told so
            gc.mem_free, self._mem_free = self._mem_free, None
        gc.collect()
        if not left:
            return
        if gc.mem_free() < 0:
            self._mem_free = gc.mem_free
            gc.mem_free = lambda: left
            return
        try:
            while gc.mem_free() > left + _PIECE:
                self._held.append(bytearray(_PIECE))
        except MemoryError:
            pass  # there are holes left, but none of that size


def origins(phone, emit):
    """Emits "origins" events: ``rows`` of [name, [[layer, value, locked, origin, wins], ...]], ``end`` at the last."""
    from dialtone.config.store import LAYERS, ON_DEMAND

    store = phone.store
    names = []
    for index in range(len(LAYERS)):
        for row in store.layers[index].rows():
            if row[0] not in names:
                names.append(row[0])
    names.sort()
    rows = []
    for name in names:
        rows.append([name, store.explain(name)])
        if len(rows) == _ROWS:
            emit("origins", rows=rows, end=False)
            rows = []
    files_wrong = [list(found) for found in store.diagnostics]
    emit("origins", rows=rows, end=True, diagnostics=files_wrong)
    phone.unload(*ON_DEMAND)
