"""Commit-confirm: the old rows come back exactly, after any restart, wherever the power goes; never a mix."""

import power_cut
from dialtone.config.store import LOCAL, Store
from dialtone.errors import DeviceError
from dialtone.provisioning import lapse, pending
from dialtone.storage import kept
from dialtone.storage.files import Storage
from fake_phone import FakeLog, QuietPanel, SetClock
from support import long, raises, run, seed, tmp_dir

HEAP = "160k"  # a store, its saved copies and the code that loads, changes and saves them, side by side
_NAMES = ("hostname", "https server", "https port")


class _Tasks:
    def __init__(self):
        self.tasks = []

    def spawn(self, name, coroutine):
        self.tasks.append((name, coroutine))


class _Platform:
    hostname = "57i-123456"


class _Heap:
    relieve = None


class _Phone:
    """A phone with this storage, as after its start."""

    unconfirmed = None
    heap = _Heap
    platform = _Platform

    def __init__(self, storage, now=1_700_000_000):
        self.storage = storage
        self.store = Store("57i")
        self.clock = SetClock(now)
        self.supervisor = _Tasks()
        self.panel = QuietPanel()
        self.log = FakeLog()
        self.restarts = 0
        storage.sweep()
        name, notice = kept.newest(storage, "local.cfg")
        assert not notice
        self.store.load("local", kept.lines(storage, name))
        if storage.exists(pending.NAME) or storage.exists(pending.NAME + kept.OLD):
            pending.resume(self)

    def save_local(self):
        kept.save(self.storage, "local.cfg", self.store.dump("local"))

    def unload(self, *names):
        pass

    def restart(self):
        self.restarts += 1

    def set(self, source="https page", **values):
        for name in values:
            self.store.set_local(name.replace("_", " "), values[name], source)

    def page(self, seconds=60, restart=False, **values):
        """What a page does with these values: names with underscores."""
        before = self.store.layers[LOCAL]
        names = [name.replace("_", " ") for name in values]
        try:
            self.set(**values)
            pending.save(self, seconds, before, names, restart)
        except DeviceError:
            self.store.restore_local(before)
            raise

    def rows(self):
        return sorted(self.store.layers[LOCAL].rows())

    def wait(self, seconds):
        """The time passes; the tasks that see to it run once."""
        self.clock.up += seconds
        tasks, self.supervisor.tasks = self.supervisor.tasks, []
        for name, task in tasks:
            if name == "confirm" and (not self.unconfirmed or self.unconfirmed[0] > self.clock.up):
                self.supervisor.tasks.append((name, task))
            else:
                run(task)

    def end(self):
        for _, task in self.supervisor.tasks:
            task.close()
        return Storage(self.storage._root)


def _phone(**local):
    phone = _Phone(Storage(tmp_dir()))
    phone.set(**local)
    phone.save_local()
    return phone


def test_old_rows_and_their_absence_come_back_in_time():
    phone = _phone(hostname="old", https_path="mine")
    before = phone.rows()
    phone.page(hostname="new", https_server="config.example", https_path="")
    assert phone.store.get("hostname") == "new" and len(phone.rows()) == 2
    assert "not confirmed" in phone.panel.idle.warning
    phone.wait(59)
    assert phone.store.get("hostname") == "new" and phone.unconfirmed
    phone.wait(1)
    assert phone.rows() == before and phone.unconfirmed is None and phone.panel.idle.warning == ""
    again = _Phone(phone.end())
    assert again.rows() == before and again.unconfirmed is None
    assert not [name for name in _names(again.storage) if name.startswith("unconfirmed")]


def _names(storage):
    import os

    return os.listdir(storage.path("x")[:-2])


def test_what_is_confirmed_stays():
    phone = _phone(hostname="old")
    phone.page(hostname="new")
    after = phone.rows()
    pending.confirm(phone)
    phone.wait(100)
    assert phone.rows() == after and phone.unconfirmed is None
    again = _Phone(phone.end())
    assert again.rows() == after and again.unconfirmed is None


def test_it_waits_on_after_a_restart_but_never_longer_than_at_first():
    for off, left in ((10, 50), (-5000, 60), (59, 1)):
        phone = _phone(hostname="old")
        phone.page(hostname="new")
        again = _Phone(phone.end(), phone.clock.time() + off)
        assert again.store.get("hostname") == "new" and again.unconfirmed[0] == left
        assert again.panel.idle.warning
        again.wait(left)
        assert again.store.get("hostname") == "old" and _Phone(again.end()).store.get("hostname") == "old"


def test_who_was_off_too_long_starts_with_the_old_values():
    phone = _phone(hostname="old")
    phone.page(hostname="new", https_port="8443", restart=True)
    again = _Phone(phone.end(), phone.clock.time() + 60)
    assert (again.store.get("hostname"), again.store.get("https port")) == ("old", "443")
    assert again.unconfirmed is None and not again.supervisor.tasks, "nothing is running yet that a restart would help"
    assert "as before again" in again.log.lines[-1]


def test_what_needs_a_restart_is_confirmed_after_it_and_taken_back_with_another():
    phone = _phone()
    phone.page(https_server="new.example", restart=True)
    assert "Restart" in pending.refusal(phone, "")
    again = _Phone(phone.end())
    assert pending.refusal(again, "") == ""
    again.wait(60)
    assert again.store.get("https server") == ""
    again.wait(1)
    assert again.restarts == 1
    phone = _phone()
    phone.page(https_server="new.example", restart=True)
    phone.wait(60)
    phone.wait(1)
    assert phone.restarts == 0, "it was never in force"


def test_a_new_name_is_confirmed_at_the_new_name_or_by_address():
    phone = _phone()
    phone.page(hostname="desk")
    for host in ("57i-123456", "57I-123456.local:8443", "57i-123456.LOCAL"):
        assert "desk.local" in pending.refusal(phone, host), host
    for host in ("desk", "desk.local:8443", "192.0.2.7", "[2001:db8::1]:443", ""):
        assert pending.refusal(phone, host) == "", host
    assert list(pending.rows(phone)) == [("hostname", "", "desk")]


def test_two_browsers_share_one_wait_and_the_eldest_rows():
    phone = _phone(hostname="old")
    before = phone.rows()
    phone.page(hostname="one", https_port="444")
    phone.wait(50)
    phone.page(hostname="two", https_path="p")
    tasks = [name for name, _ in phone.supervisor.tasks]
    assert tasks == ["confirm"], "the same task waits on"
    phone.wait(50)
    assert phone.store.get("hostname") == "two", "the time begins anew"
    assert sorted([row[0] for row in pending.rows(phone)]) == ["hostname", "https path", "https port"]
    phone.wait(10)
    assert phone.rows() == before


def test_a_restart_that_one_browser_needs_is_needed_for_both():
    phone = _phone()
    phone.page(https_server="a.example", restart=True)
    phone.page(hostname="one")
    assert "Restart" in pending.refusal(phone, "")
    again = _Phone(phone.end())
    again.page(hostname="two")
    assert pending.refusal(again, "192.0.2.7") == ""


def test_what_somebody_has_set_since_stays():
    phone = _phone(hostname="old", https_port="444")
    phone.page(hostname="new", https_port="445", https_path="p")
    phone.set("lcd", hostname="keys")
    phone.save_local()
    phone.wait(60)
    assert [phone.store.get(name) for name in ("hostname", "https port", "https path")] == ["keys", "444", ""]
    phone.page(hostname="new")
    phone.set("lcd", hostname="better")
    phone.page(hostname="worse")
    phone.wait(60)
    assert phone.store.get("hostname") == "better", "what was set between two pages is what comes back"
    phone.end()


def test_the_trust_mark_of_a_row_comes_back():
    phone = _phone()
    phone.set("http page", hostname="plain")
    phone.save_local()
    before = phone.rows()
    assert before[0][2] == "1"
    phone.page(hostname="new")
    assert phone.rows() != before
    phone.wait(60)
    assert phone.rows() == before


def test_a_full_flash_changes_nothing():
    phone = _phone(hostname="old")
    before = phone.rows()

    def full(*more):
        raise DeviceError("Cannot write: storage is full")

    write = phone.storage.write_atomic
    phone.storage.write_atomic = full
    with raises(DeviceError):
        phone.page(hostname="new")
    assert phone.rows() == before and phone.unconfirmed is None
    calls = []

    def second(name, *more):
        calls.append(name)
        return full() if name == "local.cfg" else write(name, *more)

    phone.storage.write_atomic = second
    with raises(DeviceError):
        phone.page(hostname="new")
    assert calls == [pending.NAME, "local.cfg"]
    assert phone.rows() == before and phone.unconfirmed is None and not phone.storage.exists(pending.NAME)


def test_a_flash_that_is_full_when_the_time_is_over_is_tried_again():
    phone = _phone(hostname="old")
    phone.page(hostname="new")
    save, tries = phone.save_local, []

    def at_last():
        tries.append(phone.store.get("hostname"))
        if len(tries) < 3:
            raise DeviceError("Cannot write: storage is full")
        save()

    phone.save_local = at_last
    old, lapse.sleep_ms = lapse.sleep_ms, _no_wait
    try:
        phone.wait(60)
    finally:
        lapse.sleep_ms = old
    assert tries == ["old"] * 3, "in force at once, whatever flash says"
    assert phone.unconfirmed is None and _Phone(phone.end()).store.get("hostname") == "old"


async def _no_wait(ms):
    pass


def test_a_damaged_record_is_no_record():
    phone = _phone(hostname="old")
    phone.page(hostname="new")
    good = phone.storage.read(pending.NAME, 1000)
    storage = phone.end()
    for at in range(len(good)):
        storage.write_atomic(pending.NAME, [good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :]])
        again = _Phone(storage)
        assert again.store.get("hostname") == "new"
        if at < good.find(b"# check"):
            assert again.unconfirmed is None and not storage.exists(pending.NAME)
        again.end()


def _cut_everywhere(flash, act, look):
    """``act(phone)`` with the power cut at every step, or a sample; ``look(phone)`` judges the start afterwards."""
    whole = flash.copy()
    with power_cut.On(whole):
        phone = _Phone(Storage("/flash"))
        whole.steps = 0
        act(phone)
        phone.end()
    step = 1 if long() else max(1, whole.steps // 40)
    seen = set()
    for budget in sorted(set(range(seed() % step, whole.steps, step)) | set(range(whole.steps - 8, whole.steps))):
        broken = flash.copy()
        with power_cut.On(broken):
            phone = _Phone(Storage("/flash"))
            broken.steps, broken.budget = 0, budget
            try:
                act(phone)
                raise AssertionError("the power did not go")
            except power_cut.PowerCut:
                pass
            phone.end()
        broken = broken.copy()
        with power_cut.On(broken):
            phone = _Phone(Storage("/flash"))
            seen.add(look(phone))
            phone.end()
    return seen


def test_power_cut_at_every_byte_and_call():
    flash = power_cut.Flash()
    with power_cut.On(flash):
        phone = _Phone(Storage("/flash"))
        phone.set(hostname="old", https_path="mine")
        phone.save_local()
        old = tuple(phone.rows())

    def change(phone):
        phone.page(hostname="new", https_path="")

    def after_change(phone):
        rows = tuple(phone.rows())
        assert (rows == old) == (phone.unconfirmed is None), "the new values never without their way back"
        phone.wait(60)
        assert tuple(phone.rows()) == old
        return rows

    assert _cut_everywhere(flash, change, after_change) == {old}, "the last step is the one that counts"
    changed = flash.copy()
    with power_cut.On(changed):
        phone = _Phone(Storage("/flash"))
        change(phone)
        new = tuple(phone.rows())
        phone.end()

    def again(phone):
        phone.page(hostname="newer", https_port="444")

    def after_again(phone):
        assert phone.unconfirmed
        name = phone.store.get("hostname")
        phone.wait(60)
        assert tuple(phone.rows()) == old
        return name

    assert _cut_everywhere(changed, again, after_again) == {"new"}

    def undo(phone):
        pending.revert(phone)

    def after_undo(phone):
        rows = tuple(phone.rows())
        assert rows in (old, new) and (rows == new) == (phone.unconfirmed is not None)
        return rows

    assert len(_cut_everywhere(changed, undo, after_undo)) == 2

    def after_confirm(phone):
        assert tuple(phone.rows()) == new
        return phone.unconfirmed is None

    assert True not in _cut_everywhere(changed, pending.confirm, after_confirm), "until the last call"
