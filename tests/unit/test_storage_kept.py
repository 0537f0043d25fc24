"""A save leaves the old or the new state, wherever the power goes; damage falls back with a notice."""

import power_cut
from dialtone.config.store import Store
from dialtone.provisioning import cache
from dialtone.storage import kept
from dialtone.storage.files import Storage
from support import long, seed, tmp_dir

_TAGS = [cache.tag(200, '"1"'), cache.tag(404), cache.tag(404)]


def _read(storage, name="a.cfg"):
    found, notice = kept.newest(storage, name)
    return b"".join(kept.lines(storage, found)), notice


def test_what_is_saved_comes_back_without_its_check_line():
    storage = Storage(tmp_dir())
    assert _read(storage) == (b"", "")
    kept.save(storage, "a.cfg", ("one\n", b"two\n"))
    assert _read(storage) == (b"one\ntwo\n", "")
    kept.save(storage, "a.cfg", ())
    assert _read(storage) == (b"", "")
    assert _read(storage, "a.cfg.old") == (b"one\ntwo\n", "")


def test_every_damaged_byte_is_noticed_and_the_older_generation_used():
    storage = Storage(tmp_dir())
    kept.save(storage, "a.cfg", ("old: 1\n",))
    kept.save(storage, "a.cfg", ("new: 2\n",))
    good = storage.read("a.cfg", 1000)
    for at in range(len(good)):
        for bad in (good[:at], good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :]):
            storage.write_atomic("a.cfg", [bad])
            assert _read(storage) == (b"old: 1\n", "a.cfg is damaged: the one before it is used"), bad
    storage.write_atomic("a.cfg", [good, b"more\n"])
    assert _read(storage)[0] == b"old: 1\n"


def test_damage_without_an_older_generation_costs_what_is_damaged():
    storage = Storage(tmp_dir())
    kept.save(storage, "a.cfg", ("a: 1\n", "b: 2\n"))
    storage.write_atomic("a.cfg", [storage.read("a.cfg", 1000).replace(b"b", b"c")])
    assert _read(storage) == (b"a: 1\nc: 2\n", "a.cfg is damaged: what can be read of it is used")
    kept.save(storage, "a.cfg", ("a: 3\n",))
    assert not storage.exists("a.cfg.old"), "a damaged file never becomes the older generation"
    assert _read(storage) == (b"a: 3\n", "")


def test_a_file_of_the_release_before_or_made_by_hand_is_taken():
    storage = Storage(tmp_dir())
    storage.write_atomic("a.cfg", ["http port: 1\n"])
    assert _read(storage) == (b"http port: 1\n", "")


def _change(store, value):
    store.set_local("hostname", value, "lcd")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"http path: %s\nsoftkey1 label: %s\n" % (value.encode(), value.encode()))
    draft.commit()


def _save(flash, store):
    storage = Storage("/flash")
    cache.save(storage, store, _TAGS)
    kept.save(storage, "local.cfg", store.dump("local"))


def _state(flash):
    """(hostname, http path, notices) after a restart with this flash."""
    with power_cut.On(flash.copy()):
        storage, store = Storage("/flash"), Store("57i")
        storage.sweep()
        name, one = kept.newest(storage, cache.NAME)
        cache.load(storage, store, name)
        name, two = kept.newest(storage, "local.cfg")
        store.load("local", kept.lines(storage, name))
        assert store.diagnostics == [], store.diagnostics
        assert not [name for name in storage_names(flash) if name.count(".") > 2]
        return store.get("hostname"), store.get("http path"), one + two


def storage_names(flash):
    return flash.listdir("/flash")


def test_power_cut_at_every_byte_and_call_leaves_the_old_or_the_new_state():
    flash, store = power_cut.Flash(), Store("57i")
    with power_cut.On(flash):
        for value in ("eldest", "elder"):
            _change(store, value)
            _save(flash, store)
    whole = flash.copy()
    _change(store, "newer")
    with power_cut.On(whole):
        _save(whole, store)
    assert _state(flash) == ("elder", "elder", "") and _state(whole) == ("newer", "newer", "")
    cuts = range(whole.steps)
    if not long():
        step = max(1, whole.steps // 60)
        cuts = range(seed() % step, whole.steps, step)
    seen = set()
    for budget in cuts:
        broken = flash.copy()
        broken.budget = budget
        try:
            with power_cut.On(broken):
                _save(broken, store)
            raise AssertionError("the power did not go")
        except power_cut.PowerCut:
            pass
        here, server, notice = _state(broken)
        assert notice == "" and here in ("elder", "newer") and server in ("elder", "newer"), (budget, here, server)
        assert not (here == "newer" and server == "elder"), "the server's rows are saved first"
        seen.add((here, server))
        with power_cut.On(broken.copy()):  # and the phone that starts so can save again
            again = Storage("/flash")
            kept.save(again, "local.cfg", store.dump("local"))
            assert kept.newest(again, "local.cfg") == ("local.cfg", "")
    assert len(seen) > 1


def test_power_cut_between_the_calls_of_a_save():
    flash, store = power_cut.Flash(), Store("57i")
    with power_cut.On(flash):
        _change(store, "elder")
        _save(flash, store)
    _change(store, "newer")
    cut = 0
    while True:  # the last calls one by one, whatever the sample above took
        broken = flash.copy()
        with power_cut.On(broken):
            storage = Storage("/flash")
            size = sum([len(piece) for piece in store.dump("local")]) + 25
            broken.budget = size + cut
            try:
                kept.save(storage, "local.cfg", store.dump("local"))
                break
            except power_cut.PowerCut:
                cut += 1
        assert _state(broken)[0] in ("elder", "newer")
    assert 3 <= cut < 9
