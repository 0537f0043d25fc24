"""A round while the phone runs: one at a time, when nobody is at the keys, and a restart only for what needs one."""

import asyncio
import gc

from dialtone import around, refresh
from dialtone.config.store import Store
from dialtone.lcd.page import Page
from dialtone.lcd.panel import Panel
from fake_phone import FakeLog, FakePlatform
from support import run

HEAP = "128k"  # nine stores and panels one after the other wear it out, which a phone has but once
around.LOOK_MS = 20


class Heap:
    reserved = False
    relieved = 0

    def relieve(self):
        self.relieved += 1


class Phone:
    """``rounds``: the modes that were asked for. ``does(phone)``: what a round does to the store."""

    alarm = round = deferred = None
    safe = False
    restored = 0
    listeners = ()

    def __init__(self, does=None):
        self.store = Store("57i")
        self.panel = Panel(24, 8, None, self)
        self.log = FakeLog()
        self.heap = Heap()
        self.supervisor = self.table = self
        self.platform = FakePlatform()
        self.clock = self
        self.entries = []
        self.rounds = []
        self.restarts = []
        self.heard = []
        self.does = does
        self.outcome = ("applied", "https://c/", [], None, "", None)
        self.store.watch(self.changed)

    def spawn(self, name, coroutine):
        return asyncio.create_task(coroutine)

    def unload(self, *names):
        self.platform.unload(*[name for name in names if name != "dialtone.around"])  # its constants are ours

    def changed(self, names):
        if self.deferred is not None:
            return self.deferred.update(names)
        if names:
            self.heard.append(names)

    def settle(self):
        gc.collect()

    def time(self):
        return 1780315200

    def restart(self):
        self.restarts.append(1)

    async def resync(self, mode):
        self.rounds.append((mode, self.heap.reserved))
        if self.does:
            self.does(self)


def _file(phone, text):
    draft = phone.store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(text)
    draft.commit()


def _after(phone, mode=3, meanwhile=None):
    async def main():
        assert refresh.request(phone, mode)
        assert not refresh.request(phone), "one at a time"
        task = phone.round
        if meanwhile:
            await meanwhile(phone)
        for _ in range(500):
            if not phone.round:
                await task  # whatever has ended it is raised here
                if not phone.round:
                    return
                task = phone.round
            await asyncio.sleep(0.01)
        raise AssertionError("no end")

    run(main())
    assert phone.heap.reserved is False and phone.heap.relieved


def test_an_unchanged_server_changes_nothing():
    phone = Phone()
    _after(phone, 1)
    assert [mode for mode, _ in phone.rounds] == [1] and phone.heard == [] and phone.restarts == []
    assert phone.alarm is None and "applied, 0 values changed" in phone.log.lines[-1]


def test_what_is_live_is_told_once_after_the_round():
    def does(phone):
        _file(phone, b"softkey1 type: xml\nsoftkey1 label: New\nhttps redirect http get: 0\n")
        assert phone.heard == [], "not in the middle of it"

    phone = Phone(does)
    _after(phone)
    assert phone.heard == [{"softkey1 type", "softkey1 label", "https redirect http get"}] and phone.restarts == []
    phone.store.set_local("softkey1 label", "Mine", "lcd")
    assert len(phone.heard) == 2, "the watchers are back"


def test_it_restarts_only_for_what_says_so():
    phone = Phone(lambda phone: _file(phone, b"https server: other.example\nsoftkey1 label: x\n"))
    _after(phone)
    assert phone.restarts == [1] and "restart for https server" in phone.log.lines[-1]


def test_it_asks_once_more_for_what_wants_another_connection():
    def does(phone):
        text = "time server2: t%d.example\nsoftkey1 label: x%d\n" % ((len(phone.rounds),) * 2)
        _file(phone, text.encode())  # another one each time, as of a server that never comes to rest

    phone = Phone(does)
    _after(phone, 1)
    assert [mode for mode, _ in phone.rounds] == [1, 1] and phone.restarts == []
    assert phone.heard == [{"time server2", "softkey1 label"}] * 2
    assert "once more for time server2" in [line for line in phone.log.lines if "once" in line][0]


def test_it_restarts_for_new_firmware_once():
    def does(phone):
        phone.outcome = ("unchanged", "https://c/", [], None, "9.9.9.9-SIP", None)

    phone = Phone(does)
    _after(phone)
    assert phone.restarts == [1] and "firmware 9.9.9.9-SIP" in phone.log.lines[-1]
    _after(phone)
    assert phone.restarts == [1], "it is the same that waits already"


def test_a_round_without_memory_is_made_by_a_start():
    from dialtone.errors import DeviceError

    def does(phone):
        phone.outcome = ("kept", "", [], DeviceError("Not enough memory for the configuration"), "", None)

    phone = Phone(does)
    _after(phone)
    assert phone.restarts == [1] and "found no memory" in phone.log.lines[-1]
    assert len(phone.rounds) == 2, "the second may find what the first has left half loaded gone"


def test_a_round_that_ends_without_memory_is_made_once_more_too():
    enough = []

    def does(phone):
        if len(phone.rounds) < enough[-1]:
            raise MemoryError()
        phone.outcome = ("applied", "", [], None, "", None)

    for rounds, restarts in ((2, []), (9, [1])):
        enough.append(rounds)
        phone = Phone(does)
        _after(phone)
        assert len(phone.rounds) == 2 and phone.restarts == restarts


def test_a_second_round_may_find_memory():
    from dialtone.errors import DeviceError

    def does(phone):
        short = DeviceError("Not enough memory for the firmware check") if len(phone.rounds) == 1 else None
        phone.outcome = ("applied", "", [], None, "", short)
        if short:
            _file(phone, b"softkey1 label: New\n")

    phone = Phone(does)
    _after(phone)
    assert len(phone.rounds) == 2 and not phone.restarts and phone.heard == [{"softkey1 label"}]


def test_it_waits_for_somebody_in_a_menu():
    async def meanwhile(phone):
        phone.panel.push(Page("Somebody", ["reads this"]))
        await asyncio.sleep(0.3)
        assert phone.rounds == [] and "waits until nobody" in phone.log.lines[-1]
        phone.panel.home()

    phone = Phone()
    _after(phone, 3, meanwhile)
    assert [mode for mode, _ in phone.rounds] == [3]


def test_it_does_not_wait_for_ever():
    async def meanwhile(phone):
        phone.panel.push(Page("Somebody", ["has left"]))

    before, around.LOOKS = around.LOOKS, 3
    try:
        phone = Phone()
        _after(phone, 3, meanwhile)
        assert phone.rounds and not phone.panel.screens()
    finally:
        around.LOOKS = before


def test_a_warning_of_the_last_round_goes_with_it():
    from dialtone.errors import PeerError

    phone = Phone()
    phone.outcome = ("kept", "https://c/", [], PeerError("No answer", "Check it"), "", None)
    phone.panel.idle.warning, phone.panel.idle.advice = "No answer", "Check it"

    def does(phone):
        phone.outcome = ("unchanged", "https://c/", [], None, "", None)

    phone.does = does
    _after(phone)
    assert phone.panel.idle.warning == "" and phone.panel.idle.status == "Ready"


def test_a_failed_round_leaves_the_phone_as_it_was():
    phone = Phone()

    async def fails(mode):
        raise MemoryError

    phone.resync = fails

    async def main():
        refresh.request(phone)
        try:
            await phone.round
        except MemoryError:
            pass
        assert phone.round is None and not phone.heap.reserved

    run(main())
    phone.store.set_local("softkey1 label", "Mine", "lcd")
    assert phone.heard == [{"softkey1 label"}]
