"""Log-in passwords on their way into the store and out to flash: hashed, whoever sets them."""

from dialtone.config.parameters import MASK
from dialtone.config.store import Store
from dialtone.crypto.passwords import MARK, matches
from dialtone.errors import CallerError
from dialtone.provisioning.spool import Spool
from dialtone.storage.files import Storage
from support import raises, tmp_dir
from test_config_settle import commit, reasons

_NAMES = ("admin password", "user password")


class Salts:
    """Another one each time, and how many there were."""

    count = 0

    def __call__(self, size):
        self.count += 1
        return bytes([self.count]) * size


def store_with(text=""):
    store = Store("57i", Salts())
    if text:
        commit(store, {"aastra": text})
    return store


def flash(store):
    return "".join(["".join(store.dump(layer)) for layer in ("aastra", "model", "mac", "local")])


def test_a_file_a_page_and_the_lcd_store_a_hash():
    store = store_with("admin password: 4711\n!user password: geheim\n")
    assert matches("4711", store.get("admin password")) and matches("geheim", store.get("user password"))
    assert "4711" not in flash(store) and "geheim" not in flash(store) and flash(store).count(MARK) == 2
    for source in ("https page", "http page", "lcd"):
        store.set_local("admin password", source, source)
        assert matches(source, store.get("admin password")) and source not in flash(store)


def test_other_secrets_are_needed_as_they_are():
    store = store_with("http digest password: abc\n")
    assert store.get("http digest password") == "abc" and store.random.count == 0


def test_the_default_costs_no_hash_and_a_file_that_sets_it_counts():
    store = store_with()
    store.set_local("admin password", "22222", "lcd")
    assert store.get("admin password") == "22222" and store.origin("admin password") == "default"
    commit(store, {"aastra": "admin password: 22222\n"})
    assert store.origin("admin password") == "aastra.cfg line 1" and matches("22222", store.get("admin password"))


def test_the_same_file_again_changes_nothing():
    store = store_with("admin password: 4711\n")
    before = store.get("admin password")
    heard = []
    store.watch(heard.append)
    commit(store, {"aastra": "\nadmin password: 4711\n"})
    assert store.get("admin password") == before and not heard
    store.set_local("admin password", "4711", "lcd")
    assert store.origin("admin password") == "aastra.cfg line 2" and not heard
    commit(store, {"aastra": "admin password: 4712\n"})
    assert heard == [{"admin password"}]


def test_flash_and_back_keeps_the_hash():
    store = store_with("admin password: 4711\n")
    store.set_local("user password", "77", "lcd")
    again = Store("57i", Salts())
    for layer in ("aastra", "local"):
        again.load(layer, [(line + "\n").encode() for line in "".join(store.dump(layer)).split("\n")[:-1]])
    assert again.random.count == 0 and not again.diagnostics
    for name in _NAMES:
        assert again.get(name) == store.get(name)


def test_plain_values_of_an_older_release_are_hashed():
    store = store_with()
    store.load("aastra", [b"=aastra.cfg\t1\n", b"admin password\t-7\t4711\n"])
    store.load("local", [b"user password: 77\n"])
    assert matches("4711", store.get("admin password")) and matches("77", store.get("user password"))
    assert store.origin("admin password") == "aastra.cfg line 7"
    assert "4711" not in flash(store) and ": 77" not in flash(store)


def test_masked_exports_bring_nothing_new():
    store = store_with("admin password: 4711\n")
    store.set_local("user password", "77", "lcd")
    before = [store.get(name) for name in _NAMES]
    for layer in ("aastra", "local"):
        text = "".join(store.dump(layer, True))
        assert MASK in text and MARK not in text
    commit(store, {"aastra": "admin password: %s\n" % MASK})
    store.load("local", ["".join(store.dump("local", True)).encode()])
    store.set_local("admin password", MASK, "https page")
    assert [store.get(name) for name in _NAMES] == before
    assert [each[1] for each in store.explain("user password")] == ["", MASK]


def test_a_file_may_bring_a_hash_but_no_impossible_one():
    made = store_with("admin password: 4711\n").get("admin password")
    store = store_with("admin password: %s\n" % made)
    assert store.get("admin password") == made and store.random.count == 0
    commit(store, {"aastra": "admin password: %s\n" % made.replace("$800$", "$900000$")})
    assert store.get("admin password") == "22222" and "hash" in reasons(store)[0]
    with raises(CallerError):
        store.set_local("admin password", MARK + "1$AAAA$AAAA", "lcd")


def test_passwords_of_a_long_file_never_wait_in_flash():
    storage = Storage(tmp_dir())
    spool = Spool(storage)
    seen = []
    take = spool.add

    def add(index, layer):
        take(index, layer)
        seen.append([line for line in storage.lines("waiting.aastra") if b"geheim" in line or b"password" in line])

    spool.add = add
    store = store_with()
    draft = store.begin_server(spool=lambda: spool)
    draft.layer("aastra", "aastra.cfg", True)
    for number in range(80):
        draft.feed(b"admin password: geheim%d\nsoftkey1 label: some words %d\n" % (number, number))
        if number == 30:
            draft.feed(b"User  Password: 77\n")
    draft.commit()
    assert len(seen) >= 2 and not any(seen), seen
    assert matches("geheim79", store.get("admin password")) and matches("77", store.get("user password"))
    assert store.get("softkey1 label") == "some words 79" and not store.diagnostics
