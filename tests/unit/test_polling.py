"""Action URIs in the background: when they are fetched, and that one that goes wrong does no harm."""

import asyncio

from dialtone import polling, softkeys
from dialtone.config.store import Store
from dialtone.errors import PeerError
from log_support import Log
from support import run


class Phone:
    """As much of a phone as polling needs. ``answer`` takes the place of the fetch."""

    poller = action = panel = None

    def __init__(self, **values):
        self.store = Store("57i")
        self.log = Log()
        self.supervisor = self
        for name in values:
            self.store.set_local(name.replace("_", " "), values[name], "lcd")
        self.asked = []
        self.names = []

    def spawn(self, name, coroutine):
        self.names.append(name)
        return asyncio.create_task(coroutine)


def _with(answer, test, **values):
    """Runs ``test(phone)``, a coroutine; ``answer(phone, uri)`` is what a fetch does."""

    async def main():
        phone = Phone(**values)

        async def show(phone, uri):
            phone.asked.append(uri)
            await answer(phone)

        before, polling._show = polling._show, show
        try:
            await test(phone)
            if phone.poller:
                phone.poller[0].cancel()
            await asyncio.sleep(0)
        finally:
            polling._show = before

    run(main())


async def _fine(phone):
    pass


async def _never(phone):
    await asyncio.sleep(60)


def test_polling_begins_ends_and_changes_its_pace():
    async def test(phone):
        polling.changed(phone)
        assert phone.poller is None
        phone.store.set_local("action uri poll interval", "30", "lcd")
        polling.changed(phone)
        assert phone.poller is None, "no URI"
        phone.store.set_local("action uri poll", "http://a/poll", "lcd")
        polling.changed(phone)
        first = phone.poller
        assert first[1] == 30 and phone.names == ["poll"]
        polling.changed(phone)
        assert phone.poller is first, "nothing has changed"
        phone.store.set_local("action uri poll interval", "60", "lcd")
        polling.changed(phone)
        assert phone.poller[1] == 60 and phone.names == ["poll", "poll"]
        phone.store.set_local("action uri poll interval", "0", "lcd")
        polling.changed(phone)
        assert phone.poller is None
        await asyncio.sleep(0)

    _with(_fine, test)


def test_one_at_a_time_and_goodbye_ends_it():
    async def test(phone):
        polling.begin(phone, "action uri startup")
        assert phone.action is None
        phone.store.set_local("action uri startup", "http://a/start", "lcd")
        for _ in range(3):
            polling.begin(phone, "action uri startup")
            await asyncio.sleep(0)
        await asyncio.sleep_ms(10)
        assert phone.asked == ["http://a/start"] and phone.action
        softkeys.press(phone, "goodbye")
        await asyncio.sleep_ms(10)
        assert phone.action is None
        polling.begin(phone, "action uri startup")
        await asyncio.sleep_ms(10)
        assert len(phone.asked) == 2
        softkeys.press(phone, "goodbye")
        await asyncio.sleep_ms(10)

    _with(_never, test)


def test_failures_are_told_in_the_log_alone():
    async def wrong(phone):
        error = (PeerError("The server answered 404"), OSError(113), MemoryError())[len(phone.asked) - 1]
        raise error

    async def test(phone):
        for _ in range(3):
            polling.begin(phone, "action uri startup")
            await asyncio.sleep_ms(20)
            assert phone.action is None
        assert len(phone.log.lines) == 3 and "404" in phone.log.lines[0] and "memory" in phone.log.lines[2]

    _with(wrong, test, action_uri_startup="http://a/start")


def test_a_silent_server_is_given_up_after_xml_get_timeout():
    async def test(phone):
        polling.begin(phone, "action uri startup")
        await asyncio.sleep_ms(1300)
        assert phone.action is None and "xml get timeout" in phone.log.lines[0]

    _with(_never, test, action_uri_startup="http://a/start", xml_get_timeout="1")
