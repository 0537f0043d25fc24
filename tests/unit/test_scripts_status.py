import asyncio

from dialtone.lcd.panel import Panel
from dialtone.scripts import status
from dialtone.scripts.objects import Builder
from support import run


def _perform(panel, messages, session="s", scroll_s=1):
    builder = Builder()
    text = "<AastraIPPhoneStatus><Session>%s</Session>%s</AastraIPPhoneStatus>" % (session, messages)
    builder.feed(text.encode())
    tasks = []

    def spawn(name, coroutine):
        tasks.append(asyncio.create_task(coroutine))
        return tasks[-1]

    status.perform(panel, builder.finish(), spawn, scroll_s)
    return tasks


def _texts(panel):
    return [note[0] for note in panel.idle.notes]


def test_an_alert_ends_by_itself():
    async def main():
        panel = Panel(24, 8)
        _perform(panel, "<Message index='0'>one</Message>")
        tasks = _perform(panel, "<Message type='alert' Timeout='1'>fire</Message>")
        assert _texts(panel) == ["fire", "one"] and len(tasks) == 1
        await asyncio.sleep(1.1)
        assert _texts(panel) == ["one"] and tasks[0].done()

    run(main())


def test_a_newer_alert_is_not_ended_by_the_clock_of_the_older():
    async def main():
        panel = Panel(24, 8)
        clocks = []
        for _ in range(20):
            clocks += _perform(panel, "<Message type='alert' Timeout='1'>fire</Message>")
        await asyncio.sleep(0)
        assert [clock.done() for clock in clocks] == [True] * 19 + [False], "one clock at a time"
        assert not _perform(panel, "<Message type='alert' Timeout='0'>water</Message>")
        await asyncio.sleep(1.1)
        assert _texts(panel) == ["water"]

    run(main())


def test_a_small_display_shows_one_after_the_other():
    async def main():
        panel = Panel(16, 3)
        assert not _perform(panel, "<Message index='0'>one</Message>")
        tasks = _perform(panel, "<Message index='1'>two</Message><Message index='2'>three</Message>")
        assert len(tasks) == 1 and panel.rows()[1] == "one"
        await asyncio.sleep(1.1)
        assert panel.rows()[1] == "two"
        assert not _perform(panel, "<Message index='0'/><Message index='1'/>"), "one clock is enough"
        await asyncio.sleep(1.1)
        assert _texts(panel) == ["three"] and tasks[0].done()

    run(main())


def test_sessions_are_kept_apart_and_the_number_is_bounded():
    async def main():
        panel = Panel(24, 8)
        for session in ("", "0", "a", "b"):
            _perform(panel, "<Message index='0'>%s</Message>" % (session or "none"), session)
        assert _texts(panel) == ["0", "a", "b"]  # no session is session 0
        for number in range(50):
            _perform(panel, "<Message index='%d'>%s</Message>" % (number, "x" * 200))
        assert len(panel.idle.notes) == 16 and len(panel.idle.notes[15][0]) == 80

    run(main())
