"""How much heap is left: sampled once a second, and asked afresh before a new connection is let in."""

import asyncio
import gc
import time

from micropython import const

_LOOK_MS = const(200)
_LOOKS = const(5)  # from one sample to the next, for it walks the heap (24 us on 160 KB) or even collects
_RESERVE = const(4096)  # a new connection finds that much: log-in and status take 3 KB; what a page lacks is a 503
_SHUT_MS = const(500)  # for who was let in to come to an end: a TLS client waits 1.5 s for room
_AMPLE = const(16384)  # with that much free nothing large is loaded, and garbage may wait until the heap is full


class HeapMeter:
    """``free`` and ``used`` in bytes at the last sample, -1 where the port has no such figure (CPython).

    While no request is in work the sample follows a collection, so that ``used`` is what really lives. ``relieve()`` is
    called when memory is short, to forget code that nobody runs. ``reserved``: all there is has been promised to other
    work. ``worn``: when somebody found no memory, 0 once all that was loaded has left since (``webui.faces``): code
    that lies in the holes between others' leaves none for a buffer, however much is free.
    """

    reserved = False
    worn = 0

    def __init__(self, table):
        self._table = table
        self.relieve = int  # nothing
        self.free = self.used = -1

    async def run(self):
        """Samples until cancelled. Ends the frequent collections (``platform.make_room``) once there is room again, or
        what was to be loaded has been for two looks: three collections a request would halve the rate of a busy phone.
        """
        looks = 0
        often = False
        while True:
            if not looks % _LOOKS:
                self._sample()
            looks += 1
            loading = (gc.threshold() or 0) > 0
            if loading and (often or gc.mem_free() >= _AMPLE):
                gc.threshold(-1)
            often = loading
            await asyncio.sleep_ms(_LOOK_MS)

    def _sample(self):
        if not [entry for entry in self._table.entries if not entry.is_idle]:
            gc.collect()
        self.free = gc.mem_free()
        self.used = gc.mem_alloc()

    def wear(self):
        """There was no memory for what somebody asked: for a moment nobody is let in, so that the code can leave."""
        self.worn = time.ticks_ms() or 1

    def shut(self):
        """Whether nobody is let in, whatever is free."""
        return self.reserved or self.worn and time.ticks_diff(time.ticks_ms(), self.worn) < _SHUT_MS

    def admits(self):
        """Whether there is room for another connection; collects, and forgets idle code, before it says no."""
        if self.shut():
            return False
        if self._enough():
            return True
        gc.collect()
        if not self._enough():
            self.relieve()
        return self._enough()

    def _enough(self):
        free = gc.mem_free()
        return free < 0 or free >= _RESERVE
