import asyncio

from net_support import Log, until
from support import raises, run

from dialtone.errors import PeerError
from dialtone.net.supervisor import Supervisor


async def _fail(error):
    raise error


def test_a_failed_task_is_told_by_name_and_the_others_go_on():
    async def main():
        log = Log()
        supervisor = Supervisor(log)
        done = []

        async def work():
            await asyncio.sleep_ms(20)
            done.append(1)

        supervisor.spawn("worker", work())
        supervisor.spawn("bad peer", _fail(PeerError("nonsense", "ask again")))
        supervisor.spawn("lost", _fail(OSError(104)))
        assert await until(lambda: done)
        assert log.lines[0] == "warning bad peer nonsense. ask again"
        assert log.lines[1].startswith("warning lost ")
        assert len(log.lines) == 2

    run(main())


def test_memory_errors_are_one_line():
    async def main():
        log = Log()
        supervisor = Supervisor(log)
        supervisor.spawn("big", _fail(MemoryError()))
        assert await until(lambda: log.lines)
        assert log.lines[0].startswith("error big MemoryError")

    run(main())


def test_a_task_that_fails_is_started_again_after_a_while():
    async def main():
        log = Log()
        supervisor = Supervisor(log)
        runs = []

        async def work():
            runs.append(1)
            if len(runs) < 2:
                raise OSError(5)

        task = supervisor.start("phoenix", work, restart=True)
        await asyncio.sleep_ms(100)
        assert len(runs) == 1, "no back-off"
        assert await until(lambda: len(runs) == 2)
        await task
        assert len(log.lines) == 1

    run(main())


def test_without_restart_a_failed_task_stays_away():
    async def main():
        log = Log()
        runs = []

        async def work():
            runs.append(1)
            raise OSError(5)

        Supervisor(log).start("once", work)
        await asyncio.sleep_ms(700)
        assert len(runs) == 1 and len(log.lines) == 1

    run(main())


def test_stop_ends_all_tasks_and_runs_their_finally_blocks():
    async def main():
        log = Log()
        supervisor = Supervisor(log)
        ended = []

        async def work(name):
            try:
                await asyncio.sleep(100)
            finally:
                ended.append(name)

        for name in "abc":
            supervisor.spawn(name, work(name))
        supervisor.start("d", lambda: work("d"), restart=True)
        await supervisor.stop()
        assert sorted(ended) == ["a", "b", "c", "d"]
        assert log.lines == []

    run(main())


def test_a_task_may_stop_its_own_supervisor():
    async def main():
        supervisor = Supervisor(Log())
        done = []

        async def quit():
            await supervisor.stop()
            done.append(1)

        supervisor.spawn("quit", quit())
        supervisor.spawn("other", asyncio.sleep(100))
        assert await until(lambda: done)

    run(main())


def test_an_error_that_cannot_be_told_for_want_of_memory_ends_quietly():
    async def main():
        log = Log()

        def error(area, text):
            raise MemoryError

        log.error = error
        supervisor = Supervisor(log)

        async def fail():
            raise MemoryError

        task = supervisor.spawn("x", fail())
        await task
        assert supervisor._tasks == []

    run(main())


def test_a_task_for_whose_place_there_is_no_memory_does_not_run():
    """It would end with an error of ours, for nobody knows it."""
    ran = []

    async def work():
        ran.append(1)

    async def main():
        supervisor = Supervisor(Log())
        real = asyncio.create_task

        def none(coroutine):
            coroutine.close()
            raise MemoryError()

        asyncio.create_task = none
        try:
            with raises(MemoryError):
                supervisor.spawn("work", work())
        finally:
            asyncio.create_task = real
        await supervisor.spawn("work", work())
        await supervisor.stop()

    run(main())
    assert ran == [1]
