import asyncio
import gc

from dialtone.net.heap import HeapMeter
from dialtone.net.table import Table
from support import run


class Full(HeapMeter):
    """A meter of a heap in which little is free, until something was forgotten."""

    room = 0

    def _enough(self):
        return self.room > 0


def test_what_is_free_is_sampled_and_garbage_may_wait_again():
    async def main():
        gc.threshold(1024)
        meter = HeapMeter(Table())
        task = asyncio.create_task(meter.run())
        await asyncio.sleep_ms(1200)
        task.cancel()
        if gc.mem_free() >= 0:
            assert meter.free > 0 and meter.used > 0
            assert gc.threshold() < 0, "collections would go on after every KB"
        else:
            assert meter.free == meter.used == -1, "CPython has no such figures"

    run(main())


def test_little_memory_is_relieved_before_a_connection_is_refused():
    meter = Full(Table())
    assert not meter.admits(), "nothing can be forgotten"

    def relieve():
        meter.room = 1

    meter.relieve = relieve
    assert meter.admits()


def test_who_found_no_memory_keeps_others_out_for_a_moment():
    meter = HeapMeter(Table())
    meter.wear()
    assert meter.worn and meter.shut() and not meter.admits()
    meter.worn = 0  # all code has left
    assert not meter.shut() and meter.admits()

    async def main():
        meter.wear()
        await asyncio.sleep_ms(600)
        assert meter.worn and meter.admits(), "a slow reader of an answer must not keep everybody out"

    run(main())


def test_room_admits():
    assert HeapMeter(Table()).admits()


def test_nobody_is_let_in_while_the_heap_is_reserved():
    meter = HeapMeter(Table())
    meter.reserved = True
    assert not meter.admits()
    meter.reserved = False
    assert meter.admits()
