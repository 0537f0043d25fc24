"""The boot record: whatever is in the file, it is a dict; going back says why and forgets the new keys."""

from dialtone.storage.files import Storage
from dialtone.update import record
from support import tmp_dir


def test_what_cannot_be_read_is_empty():
    storage = Storage(tmp_dir())
    assert record.load(storage) == {}
    for text in (b"", b"{", b"[1]", b"7", b"\xff\xfe", b"x" * 2000):
        storage.write_atomic(record.NAME, [text])
        assert record.load(storage) == {}
    record.save(storage, {"run": "a", "tries": 2})
    assert record.load(storage) == {"run": "a", "tries": 2}


def test_going_back_is_what_the_boot_code_does():
    import choose

    for start in ({"run": "b", "back": "a", "version": "3", "before": "2", "tries": 1, "key": "k"}, {"run": "a"}):
        mine, other = dict(start, more=1), dict(start, more=1)
        record.revert(mine, "it is bad")
        folder = tmp_dir()
        choose._revert(folder, other, "it is bad")
        assert mine == other == record.load(Storage(folder)) and mine["more"] == 1


def test_acknowledging():
    storage = Storage(tmp_dir())
    assert not record.acknowledge(storage)
    record.save(storage, {"run": "a", "why": "it was bad", "bad": "3"})
    assert record.acknowledge(storage) and not record.acknowledge(storage)
    assert record.load(storage) == {"run": "a", "why": "", "bad": ""}
