"""The boot record: what firmware and crash ladder share. Each start counts once, new firmware comes before the ladder,
and the power may go at any step.
"""

import choose
import power_cut
from dialtone.storage.files import Storage
from dialtone.update import record
from firmware_images import FILES, pack
from support import tmp_dir

HEAP = "256k"  # images are made here, too, and lie in the heap of the phone
_OLD = "local.cfg.old"


def _storage(*names, **fields):
    storage = Storage(tmp_dir())
    for name in names:
        storage.write_atomic(name, [pack(FILES) if name.startswith("slots") else b"hostname: x\n"])
    if fields:
        record.save(storage, fields)
    return storage


def _start(storage, cold=False):
    """What a start does with the record: the boot code counts, then the ladder looks."""
    choose.choose(storage.path("x")[:-2])
    return record.climb(storage, cold)


def _starts(storage, count):
    """(rung, what was climbed) of so many starts that do not last."""
    return [(found.get("rung", 0), climbs) for found, climbs in [_start(storage) for _ in range(count)]]


def test_what_cannot_be_read_is_empty():
    storage = Storage(tmp_dir())
    assert record.load(storage) == {}
    for text in (b"", b"{", b"[1]", b"7", b"\xff\xfe", b"x" * 2000):
        storage.write_atomic(record.NAME, [text])
        assert record.load(storage) == {}
        assert _start(storage) == ({"starts": 1}, 0)
    record.save(storage, {"run": "a", "starts": 2})
    assert record.load(storage) == {"run": "a", "starts": 2}


def test_numbers_that_are_none():
    for value in (None, "x", -1, 4, 1.5, [], {}):
        assert record.number({"rung": value}, "rung") == 0
        storage = _storage(rung=value, told=value, starts=0 if value == 4 else value)
        found, climbs = record.climb(storage)
        assert (record.number(found, "rung"), climbs) == (0, 0)


def test_going_back_is_what_the_boot_code_does():
    for start in ({"run": "b", "back": "a", "version": "3", "before": "2", "starts": 1, "key": "k"}, {"run": "a"}):
        mine, other = dict(start, more=1, tries=1, young=1), dict(start, more=1, tries=1, young=1)
        record.revert(mine, "it is bad")
        choose.revert(other, "it is bad")
        assert mine == other and mine["more"] == 1 and "tries" not in mine and "young" not in mine


def test_acknowledging():
    storage = _storage(run="a", why="it was bad", bad="3", rung=1, told=2, starts=1)
    record.acknowledge(storage)
    assert record.load(storage) == {"run": "a", "bad": "3", "starts": 1}, "it is not loaded again"
    storage.write_atomic = None  # nothing to write
    record.acknowledge(storage)
    storage = _storage(run="a", why="it was bad", bad="3")
    record.acknowledge(storage, True)
    assert record.load(storage) == {"run": "a"}


def test_three_starts_then_two_more_for_each_rung():
    storage = _storage("local.cfg", _OLD)
    expected = [(0, 0)] * 3 + [(1, 1), (1, 0), (2, 2), (2, 0), (3, 2), (3, 0), (3, 2), (3, 0)]
    assert _starts(storage, 11) == expected


def test_a_rung_that_leaves_out_nothing_is_passed_by():
    assert _starts(_storage("local.cfg"), 6)[3:] == [(2, 1), (2, 0), (3, 2)]
    assert _starts(_storage(), 4)[3:] == [(3, 1)]


def test_a_start_that_lasts_resets_count_and_rung_but_is_told_on():
    storage = _storage("local.cfg", _OLD)
    _starts(storage, 4)
    record.lasted(storage)
    assert record.load(storage) == {"told": 1}
    assert _starts(storage, 4) == [(0, 0)] * 3 + [(2, 2)], "and trouble goes on from there"
    record.acknowledge(storage)
    record.lasted(storage)
    assert _starts(storage, 4)[3] == (1, 1)


def test_two_bad_starts_are_no_trouble():
    storage = _storage("local.cfg", _OLD)
    for _ in range(5):
        assert _starts(storage, 2) == [(0, 0)] * 2
        record.lasted(storage, False)


def test_a_good_start_is_written_once():
    storage = _storage()
    _start(storage)
    record.lasted(storage)
    storage.write_atomic = None  # a second write would be an error
    record.lasted(storage)
    assert storage.read(record.NAME, 100) == b"{}"


def test_the_start_before_a_power_cut_does_not_count():
    storage = _storage("local.cfg")
    for _ in range(9):
        assert _start(storage, True) == ({"starts": 1}, 0)
    _starts(storage, 3)
    assert _start(storage, True)[0] == {"starts": 1, "rung": 2, "told": 2}, "what was climbed lasts"


def test_new_firmware_goes_back_before_the_ladder_moves():
    for trial in ({"tries": 0, "starts": 2}, {"young": 1, "starts": 0}):
        storage = _storage("local.cfg", _OLD, "slots/a.romfs", "slots/b.romfs")
        record.save(storage, dict(trial, run="b", back="a", version="3", before="2", rung=1, told=1))
        found = []
        for _ in range(7):
            now, climbs = _start(storage)
            found.append((now["run"], now["rung"], climbs))
        assert found == [("b", 1, 0)] * 3 + [("a", 1, 0)] * 2 + [("a", 2, 2), ("a", 2, 0)], (trial, found)
        assert "Firmware 3: it " in record.load(storage)["why"]


def test_firmware_is_young_until_a_start_has_lasted_by_itself():
    storage = _storage(run="b", tries=2)
    record.lasted(storage)
    assert record.load(storage)["tries"] == 2, "before its self-test nothing counts"
    storage = _storage(run="b", young=1, starts=2)
    record.lasted(storage, False)
    assert record.load(storage) == {"run": "b", "young": 1}
    record.lasted(storage)
    assert record.load(storage) == {"run": "b"}


def test_power_cut_while_the_boot_code_goes_back():
    from update_rig import Power

    for trial in ({"tries": 3}, {"young": 1, "starts": 3}):
        cut = 0
        for after in range(9):
            storage = _storage("slots/a.romfs", "slots/b.romfs")
            record.save(storage, dict(trial, run="b", back="a", version="3"))
            root = storage.path("x")[:-2]
            with Power(after) as power:
                choose.choose(root)
            cut += power.dead
            before = record.load(storage)
            assert before["run"] == ("b" if "tries" in before or "young" in before else "a")
            assert ("why" in before) == (before["run"] == "a")
            assert choose.choose(root) == ("a", 0) and "Firmware 3: it " in record.load(storage)["why"], after
        assert 2 <= cut < 9, cut


def test_power_cut_at_every_byte_and_call_of_each_update():
    flash = power_cut.Flash()
    cuts = 0
    with power_cut.On(flash):
        storage = Storage("/flash")
        storage.write_atomic("local.cfg", ["a\n"])
        storage.write_atomic("local.cfg.old", ["b\n"])
        record.save(storage, {"run": "b", "starts": 4, "why": "x", "bad": "3"})
    for act in (record.climb, record.acknowledge, lambda storage: record.lasted(storage)):
        before = flash
        flash = before.copy()
        with power_cut.On(flash):
            old = record.load(Storage("/flash"))
            act(Storage("/flash"))
            new = record.load(Storage("/flash"))
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
                assert record.load(storage) in (old, new), (budget, old, new)
                act(storage)
                assert not [name for name in broken.listdir("/flash") if name.endswith(".tmp")]
        if act is record.climb:
            with power_cut.On(flash):
                now = record.load(Storage("/flash"))
                record.save(Storage("/flash"), dict(now, starts=1))
    assert cuts > 100
