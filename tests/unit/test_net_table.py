import asyncio

from net_support import until
from support import run

from dialtone.net.limits import SWEEP_MS, Limits
from dialtone.net.table import Table


def _holder(entry, ended):
    async def hold():
        entry.begin()
        try:
            await asyncio.sleep(100)
        finally:
            ended.append(entry.peer)

    return asyncio.create_task(hold())


async def _fill(table, owner, peers, limits, ended):
    entries = []
    for peer in peers:
        entry = table.admit(owner, peer, limits)
        assert entry, peer
        _holder(entry, ended)
        await asyncio.sleep_ms(2)  # so that "least recently used" has an order
        entries.append(entry)
    return entries


def test_the_least_recently_used_idle_one_makes_room():
    async def main():
        table, ended = Table(), []
        a, b, c = await _fill(table, "http", "abc", Limits(connections=3, per_peer=3), ended)
        await asyncio.sleep_ms(2)
        a.busy()
        a.idle()
        assert table.admit("http", "d", a.limits)
        await asyncio.sleep_ms(5)
        assert ended == ["b"] and b.expired and not a.expired and not c.expired
        assert table.evicted == 1 and table.refused == 0

    run(main())


def test_busy_ones_are_not_evicted():
    async def main():
        table, ended = Table(), []
        entries = await _fill(table, "http", "abc", Limits(connections=3, per_peer=3), ended)
        for entry in entries:
            entry.busy()
        assert table.admit("http", "d", entries[0].limits) is None
        assert table.refused == 1
        entries[1].idle()
        assert table.admit("http", "d", entries[0].limits)
        await asyncio.sleep_ms(5)
        assert ended == ["b"]

    run(main())


def test_a_peer_at_its_cap_evicts_only_its_own():
    async def main():
        table, ended = Table(), []
        limits = Limits(connections=4, per_peer=2)
        entries = await _fill(table, "http", ["good", "bad", "bad"], limits, ended)
        assert table.admit("http", "bad", limits)
        await asyncio.sleep_ms(5)
        assert ended == ["bad"] and not entries[0].expired
        entries[2].busy()
        extra = table.entries[-1]
        extra.busy()
        assert table.admit("http", "bad", limits) is None
        assert table.admit("http", "third", limits)

    run(main())


def test_what_has_ended_keeps_no_code():
    async def main():
        table, ended = Table(), []
        entry = (await _fill(table, "http", "a", Limits(), ended))[0]
        sweeper = asyncio.create_task(table.sweep())
        await asyncio.sleep_ms(SWEEP_MS * 2)
        task = entry.task
        table.drop(entry)
        assert entry.task is None and table.entries == [], "the sweeper's frame may still have the entry"
        assert not entry.expire()
        for each in (task, sweeper):
            each.cancel()
        await asyncio.sleep_ms(5)

    run(main())


def test_listeners_have_separate_caps():
    async def main():
        table, ended = Table(), []
        limits = Limits(connections=2, per_peer=2)
        for entry in await _fill(table, "http", "aa", limits, ended):
            entry.busy()
        assert table.admit("http", "a", limits) is None
        assert table.admit("https", "a", limits)
        assert table.count("http") == 2 and table.count("https") == 1

    run(main())


def test_a_task_that_has_not_begun_is_not_cancelled():
    async def main():
        table = Table()
        limits = Limits(connections=1, per_peer=1)
        entry = table.admit("http", "a", limits)
        assert table.admit("http", "b", limits) is None
        assert not entry.expire() and not entry.expired

    run(main())


def test_the_sweeper_cancels_what_is_late_and_nothing_else():
    async def main():
        table, ended = Table(), []
        sweeper = asyncio.create_task(table.sweep())
        slow = Limits(first_byte_ms=100, request_ms=60000)
        late, busy = await _fill(table, "http", ["late", "busy"], slow, ended)
        busy.busy()
        forever = table.watch()
        assert await until(lambda: ended)
        await asyncio.sleep_ms(600)
        assert ended == ["late"] and late.expired and not busy.expired and not forever.expired
        assert table.late == 1
        sweeper.cancel()

    run(main())


def test_idle_keeps_the_first_deadline_until_a_request_has_come():
    async def main():
        table = Table()
        entry = table.admit("http", "a", Limits(first_byte_ms=50, idle_ms=5000, request_ms=3000))
        entry.idle()
        await asyncio.sleep_ms(60)
        import time

        assert entry.overdue(time.ticks_ms())
        entry.busy()
        entry.idle()
        await asyncio.sleep_ms(60)
        assert not entry.overdue(time.ticks_ms())

    run(main())


def test_a_client_tells_its_deadline_from_a_cancel_by_others():
    async def main():
        table = Table()
        asyncio.create_task(table.sweep())
        told = []

        async def client():
            entry = table.watch()
            entry.deadline(50)
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                told.append(entry.expired)
            finally:
                table.drop(entry)

        asyncio.create_task(client())
        other = asyncio.create_task(client())
        await asyncio.sleep_ms(0)
        other.cancel()
        assert await until(lambda: len(told) == 2)
        assert told == [False, True] and table.entries == []

    run(main())


def test_stopping_clients_ends_their_waits_and_no_listeners_connections():
    async def main():
        table = Table()
        asyncio.create_task(table.sweep())
        told = []

        async def client(ms):
            entry = table.watch()
            entry.deadline(ms)
            try:
                await asyncio.sleep(1)
                told.append("done")
            except asyncio.CancelledError:
                told.append(entry.expired and entry.stopped)
            finally:
                table.drop(entry)

        asyncio.create_task(client(100000))
        asyncio.create_task(client(None))  # at work, not waiting for anybody: is not cut in the middle of it
        served = table.admit("http", "a", Limits())
        await asyncio.sleep_ms(0)
        table.stop_clients()
        assert await until(lambda: len(told) == 2)
        assert told == [True, "done"] and table.entries == [served] and not served.stopped and not served.expired

    run(main())


def test_drop_twice_does_no_harm():
    table = Table()
    entry = table.admit("http", "a", Limits())
    table.drop(entry)
    table.drop(entry)
    assert table.entries == []


def test_without_memory_somebody_idle_has_to_go():
    async def main():
        table, ended = Table(), []
        limits = Limits()
        one, two = await _fill(table, "http", "ab", limits, ended)
        one.busy()
        assert table.admit("https", "c", limits, lambda: False)
        await asyncio.sleep_ms(5)
        assert ended == ["b"] and not one.expired
        assert table.admit("https", "d", limits, lambda: False) is None, "each has one: nobody is greedy"
        assert table.admit("https", "d", limits, lambda: True)

    run(main())


def test_a_greedy_peer_that_is_busy_on_all_its_connections_makes_room():
    async def main():
        table, ended = Table(), []
        limits = Limits(connections=4, per_peer=3)
        entries = await _fill(table, "http", ["slow", "slow", "slow", "good"], limits, ended)
        for entry in entries:
            entry.busy()
            await asyncio.sleep_ms(2)
        assert table.admit("http", "slow", limits) is None, "its own cap comes first"
        new = await _fill(table, "http", ["new"], limits, ended)
        await asyncio.sleep_ms(5)
        assert ended == ["slow"] and entries[0].expired, "the least recently used of the peer that has most"
        table.drop(entries[0])
        new[0].busy()
        assert table.admit("http", "third", limits)
        assert table.admit("http", "slow", limits) is None

    run(main())


def test_nobody_is_ended_for_its_own_sake_nor_a_client():
    async def main():
        table = Table()
        client = table.watch()
        client.is_idle = True
        mine = table.admit("http", "a", Limits())
        mine.begin()
        assert not table.make_room("b") and not client.expired and not mine.expired

    run(main())


def test_in_a_crowd_a_peer_at_its_cap_gets_nothing_and_others_do():
    async def main():
        table, ended = Table(), []
        limits = Limits(connections=3, per_peer=2)
        await _fill(table, "http", ["bad", "bad", "x"], limits, ended)
        assert table.admit("http", "bad", limits, None, True) is None and table.evicted == 0
        assert table.admit("http", "good", limits, None, True)
        assert table.evicted == 1

    run(main())
