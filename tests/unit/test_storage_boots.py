"""The boot record: it climbs with starts that do not last, and the power may go at any step of its update."""

import power_cut
from dialtone.storage import boots, kept
from dialtone.storage.files import Storage
from support import tmp_dir


def _storage(*names):
    storage = Storage(tmp_dir())
    for name in names:
        storage.write_atomic(name, [b"hostname: x\n"])
    return storage


def _starts(storage, count):
    """(rung, what was climbed) of so many starts that do not last."""
    return [(record[1], climbs) for record, climbs in [boots.count(storage) for _ in range(count)]]


def test_three_starts_then_two_more_for_each_rung():
    storage = _storage("local.cfg", "local.cfg.old")
    expected = [(0, 0)] * 3 + [(1, 1), (1, 0), (2, 2), (2, 0), (3, 2), (3, 0), (3, 2), (3, 0)]
    assert _starts(storage, 11) == expected


def test_a_rung_that_leaves_out_nothing_is_passed_by():
    assert _starts(_storage("local.cfg"), 6)[3:] == [(2, 1), (2, 0), (3, 2)]
    assert _starts(_storage(), 4)[3:] == [(3, 1)]


def test_a_start_that_lasts_resets_count_and_rung_but_is_told_on():
    storage = _storage("local.cfg", "local.cfg.old")
    _starts(storage, 4)
    boots.lasted(storage)
    assert boots.read(storage) == [0, 0, 1, []]
    assert _starts(storage, 4) == [(0, 0)] * 3 + [(2, 2)], "and trouble goes on from there"
    boots.acknowledge(storage)
    assert boots.read(storage) == [1, 0, 0, []]
    boots.lasted(storage)
    assert _starts(storage, 4)[3] == (1, 1)


def test_two_bad_starts_are_no_trouble():
    storage = _storage("local.cfg", "local.cfg.old")
    for _ in range(5):
        assert _starts(storage, 2) == [(0, 0)] * 2
        boots.lasted(storage)


def test_a_good_start_is_written_once():
    storage = _storage()
    boots.count(storage)
    boots.lasted(storage)
    before = storage.read(boots.NAME, 100)
    storage.write_atomic = None  # a second write would be an error
    boots.lasted(storage)
    assert storage.read(boots.NAME, 100) == before and len(before) < 40


def test_the_start_before_a_power_cut_does_not_count():
    storage = _storage("local.cfg")
    for _ in range(9):
        assert boots.count(storage, True) == ([1, 0, 0, []], 0)
    _starts(storage, 3)
    assert boots.count(storage, True)[0][:2] == [1, 2], "what was climbed lasts"


def test_a_slot_on_trial_comes_first():
    storage = _storage("local.cfg", "local.cfg.old")
    boots.write(storage, [0, 0, 0, [b"b", b"2"]])
    assert _starts(storage, 9) == [(0, 0)] * 9
    assert boots.read(storage) == [9, 0, 0, [b"b", b"2"]], "its words are kept"
    boots.write(storage, [9, 0, 0, []])
    assert _starts(storage, 1) == [(1, 1)]


def test_nonsense_is_no_record():
    storage = _storage()
    for text in (b"", b"\n", b"x y z\n", b"1 2\n", b"-1 0 0\n", b"0 4 0\n", b"0 0 9\n", b"1 1 \xff\n"):
        kept.save(storage, boots.NAME, (text,))
        assert boots.read(storage) == [0, 0, 0, []], text
    kept.save(storage, boots.NAME, (b"2 1 1\n",))
    kept.save(storage, boots.NAME, (b"1 1 1\n",))
    good = storage.read(boots.NAME, 100)
    storage.write_atomic(boots.NAME, [good[:-1]])
    assert boots.read(storage) == [2, 1, 1, []], "a damaged one: the one before"


def test_power_cut_at_every_byte_and_call_of_each_update():
    flash = power_cut.Flash()
    cuts = 0
    with power_cut.On(flash):
        storage = Storage("/flash")
        storage.write_atomic("local.cfg", ["a\n"])
        storage.write_atomic("local.cfg.old", ["b\n"])
        boots.count(storage)
        boots.count(storage)
    for act in (boots.count, boots.count, boots.lasted, boots.acknowledge):
        before = flash
        flash = before.copy()
        with power_cut.On(flash):
            old = boots.read(Storage("/flash"))
            act(Storage("/flash"))
            new = boots.read(Storage("/flash"))
        assert old != new
        for budget in range(flash.steps):
            broken = before.copy()
            broken.budget = budget
            try:
                with power_cut.On(broken):
                    act(Storage("/flash"))
                raise AssertionError("the power did not go")
            except power_cut.PowerCut:
                cuts += 1
            broken = broken.copy()
            with power_cut.On(broken):
                storage = Storage("/flash")
                storage.sweep()
                assert boots.read(storage) in (old, new), (budget, old, new)
                act(storage)
                assert not [name for name in broken.listdir("/flash") if name.endswith(".tmp")]
    assert cuts > 100
