"""What each rung leaves out, and what stays on all of them."""

import choose

from dialtone.config.store import LOCAL, Store
from dialtone.errors import DeviceError
from dialtone.provisioning import cache, ladder
from dialtone.storage import kept
from dialtone.storage.files import Storage
from dialtone.update import record
from fake_phone import FakeLog, FakePanel, FakeTasks
from support import tmp_dir

HEAP = "160k"  # a store with all layers beside the code that loads and changes it, which a start has one by one


class _Platform:
    cold = False
    trial = 0


class _Phone:
    """One start of a phone with this storage, as startup.py makes it."""

    def __init__(self, storage, cold=False):
        self.storage = storage
        self.platform = _Platform()
        self.platform.cold = cold
        self.log = FakeLog()
        self.panel = FakePanel()
        self.supervisor = FakeTasks()
        self.store = Store("57i")
        self.outcome = ("kept", "", (), None, "", None)
        choose.choose(storage.path("x")[:-2])  # as each start does before anything else
        self.climbs = ladder.begin(self)
        cache.load(storage, self.store, kept.newest(storage, cache.NAME)[0])
        self.load()
        ladder.apply(self, self.climbs)

    def load(self):
        self.store.load("local", kept.lines(self.storage, kept.newest(self.storage, "local.cfg")[0]))

    def save_local(self):
        kept.save(self.storage, "local.cfg", self.store.dump("local"))

    def set(self, **values):
        for name in values:
            self.store.set_local(name.replace("_", " "), values[name], "lcd")
        self.save_local()

    def told(self):
        return self.panel.warning


def _storage(server=b""):
    """A phone with two generations of local settings, and files of the server."""
    storage = Storage(tmp_dir())
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"softkey1 type: xml\nsoftkey1 label: Boom\nhostname: desk\nuser password: secret\n" + server)
    draft.commit()
    cache.save(storage, store, [cache.tag(200, '"1"'), cache.tag(404), cache.tag(404)])
    for label in ("elder", "newer"):
        store.set_local("softkey2 label", label, "lcd")
        kept.save(storage, "local.cfg", store.dump("local"))
    return storage


def _crash(storage, count):
    """So many starts that do not last; the last phone."""
    for _ in range(count):
        phone = _Phone(storage)
    return phone


def _shows(phone):
    get = phone.store.get
    return get("softkey1 label"), get("softkey2 label")


def test_rung_by_rung():
    storage = _storage()
    phone = _crash(storage, 3)
    assert _shows(phone) == ("Boom", "newer") and not phone.trouble and not phone.safe and not phone.told()
    phone = _crash(storage, 1)
    assert _shows(phone) == ("Boom", "elder") and (phone.trouble, phone.safe) == (1, False)
    assert "Older local settings" in phone.told() and "again and again" in phone.log.lines[-1]
    phone = _crash(storage, 2)
    assert _shows(phone) == ("Boom", "") and phone.trouble == 2 and "No local settings" in phone.told()
    phone = _crash(storage, 2)
    assert _shows(phone) == ("", "") and phone.safe and "Safe mode" in phone.told()
    assert phone.store.get("hostname") == "desk" and phone.store.get("user password") == "secret"
    phone = _crash(storage, 5)
    assert phone.safe, "for as long as no start lasts"
    assert b"newer" in b"".join(storage.lines(ladder.BAD)), "all that was set here can be read"


def test_a_start_that_lasts_ends_it_but_is_told_on():
    storage = _storage()
    ladder.lasted(_crash(storage, 8))
    phone = _crash(storage, 1)
    assert not phone.safe and phone.trouble == 3 and "Safe mode" in phone.told()
    assert _shows(phone) == ("", "") and phone.store.get("user password") == "secret", "the rest is fetched anew"
    assert [tag[1] for tag in cache.tags(storage)] == [""] * 3
    phone = _crash(storage, 3)
    assert phone.safe, "it climbs from where it was"
    ladder.acknowledge(phone)
    assert phone.told() == "" and phone.trouble == 0 and phone.safe
    phone = _crash(storage, 1)
    assert not phone.safe and phone.trouble == 0 and _shows(phone) == ("", "")


def test_what_was_mended_lasts():
    storage = _storage()
    phone = _crash(storage, 4)
    phone.set(softkey2_label="good")
    ladder.lasted(phone)
    assert _shows(_crash(storage, 1)) == ("Boom", "good")


def test_passwords_and_trust_stay_on_each_rung():
    storage = _storage(b"https validate certificates: 0\nhttps client method: TLS\n")
    phone = _crash(storage, 1)
    phone.set(admin_password="old", https_validate_hostname="0", options_password_enabled="0")
    phone.set(
        admin_password="new",
        user_password="",
        https_validate_hostname="1",
        https_validate_certificates="1",
        https_client_method="TLSv1.3",
        options_password_enabled="1",
        softkey2_label="newest",
    )
    names = "admin password,user password,options password enabled,https validate hostname,https client method,"
    names = (names + "https validate certificates").split(",")
    before = [phone.store.get(name) for name in names]
    ladder.lasted(phone)
    for starts, safe in ((4, False), (2, False), (2, True)):
        phone = _crash(storage, starts)
        assert [phone.store.get(name) for name in names] == before and phone.safe == safe
        assert phone.store.get("softkey2 label") != "newest"
    ladder.lasted(phone)
    ladder.acknowledge(phone)
    assert [_crash(storage, 1).store.get(name) for name in names] == before


def test_trust_that_was_raised_is_not_lowered_again():
    storage = Storage(tmp_dir())
    phone = _Phone(storage)
    phone.set(https_validate_certificates="0")
    phone.set(https_validate_certificates="1", softkey1_label="x")
    assert phone.store.layers[LOCAL].row("https validate certificates") is None, "the default again"
    phone = _crash(storage, 3)
    assert phone.trouble == 1 and phone.store.flag("https validate certificates")


def test_factory_defaults_in_safe_mode_leave_nothing():
    from dialtone.storage import defaults

    storage = _storage(b"admin password: 4711\n")
    phone = _crash(storage, 8)
    assert phone.safe and phone.store.get("user password")
    defaults.erase(storage)
    ladder.lasted(phone)  # as the restart does that follows
    assert kept.newest(storage, cache.NAME)[0] is None
    phone = _Phone(storage)
    assert not phone.safe and not phone.store.get("user password") and phone.store.get("admin password") == "22222"


def test_a_power_cut_is_no_crash():
    storage = _storage()
    for _ in range(9):
        phone = _Phone(storage, cold=True)
    assert not phone.trouble and _shows(phone) == ("Boom", "newer")


def test_a_flash_that_takes_nothing_stops_no_start():
    storage = _storage()
    _crash(storage, 2)
    write = storage.write_atomic

    def full(*more):
        raise DeviceError("Cannot write: storage is full")

    storage.write_atomic = full
    phone = _crash(storage, 3)
    assert _shows(phone) == ("Boom", "newer") and not phone.trouble and "storage is full" in phone.log.lines[-1]
    ladder.lasted(phone)
    storage.write_atomic = write
    assert _crash(storage, 2).trouble == 1


def test_each_start_is_waited_for():
    phone = _crash(_storage(), 1)
    assert phone.supervisor.names == ["steady"] and record.load(phone.storage)["starts"] == 1
    ladder.lasted(phone)
    assert "starts" not in record.load(phone.storage)
