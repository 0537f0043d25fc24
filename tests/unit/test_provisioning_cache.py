"""The cache: what goes in comes out, and damage costs no more than the damaged part."""

from dialtone.config.store import Store
from dialtone.provisioning import cache
from dialtone.storage.files import Storage
from support import tmp_dir

_FILES = (("aastra", "aastra.cfg"), ("model", "57i.cfg"), ("mac", "00085D123456.cfg"))


def _filled():
    storage, store = Storage(tmp_dir()), Store("57i")
    draft = store.begin_server()
    for number, (layer, name) in enumerate(_FILES):
        draft.layer(layer, name, number != 1)
        if number != 2:
            draft.feed(b'# word\nhttp port: %d\n!softkey%d label: "a # b"\n' % (8000 + number, number + 1))
    draft.commit()
    tags = [
        cache.tag(200, '"v1"', "", "https://h/aastra.cfg"),
        cache.tag(200, None, "Sun, 06 Nov 1994 08:49:37 GMT", "https://h/57i.cfg"),
        cache.tag(404, "", "", "https://h/00085D123456.cfg"),
    ]
    cache.save(storage, store, tags)
    return storage


def test_rows_come_back_with_file_line_lock_and_trust():
    storage = _filled()
    store = Store("57i")
    assert cache.load(storage, store) == 3
    assert store.get("http port") == "8001" and store.origin("http port") == "57i.cfg line 2"
    assert store.get("softkey1 label") == "a # b" and store.locked("softkey1 label")
    assert [layer.trusted for layer in store.layers[:3]] == [True, False, True]
    assert [layer.file for layer in store.layers[:3]] == [name for _, name in _FILES]
    assert store.diagnostics == []


def test_tags_come_back():
    found = cache.tags(_filled())
    assert [tag[0] for tag in found] == [200, 200, 404]
    assert [tag[1] for tag in found] == ['"v1"', "", ""]
    assert found[1][2] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert found[2][3] == "https://h/00085D123456.cfg"


def test_no_raw_file_is_kept():
    data = _filled().read(cache.NAME, 10000)
    assert b"# word" not in data and b"http port\t-2\t8000\n" in data


def test_no_cache():
    storage, store = Storage(tmp_dir()), Store("57i")
    assert cache.load(storage, store) == 0
    assert cache.tags(storage) == [None, None, None]


def test_tags_of_another_firmware_do_not_count_but_rows_do():
    storage = _filled()
    data = storage.read(cache.NAME, 10000)
    end = data.find(b"\n")
    storage.write_atomic(cache.NAME, [b"dialtone rows 1 0.9.9.9-SIP", data[end:]])
    assert cache.tags(storage) == [None, None, None]
    assert cache.load(storage, Store("57i")) == 3


def test_hostile_validators_are_dropped():
    for text in ('"a\tb"', '"a\nb"', '"' + "x" * 200 + '"', '"\x7f"', "\x80"):
        assert cache.tag(200, text)[1] == "" and cache.tag(200, "", text)[2] == ""
    assert cache.tag(200, None, None)[1] == ""


def test_damage():
    good = _filled().read(cache.NAME, 10000)
    for data in (
        b"",
        b"\x00\xff" * 50,
        b"other rows 1\n@aastra\t200\t\t\t\n",
        good[:40],
        good[:90],
        good.replace(b"@model", b"@other"),
        good.replace(b"v1", b"\xff1"),
    ):
        storage = Storage(tmp_dir())
        storage.write_atomic(cache.NAME, [data])
        store = Store("57i")
        cache.load(storage, store)
        assert store.get("http port") in ("80", "8000", "8001")
        cache.tags(storage)
    storage.write_atomic(cache.NAME, [good.replace(b"http port\t-2", b"http port\t?2")])
    store = Store("57i")
    assert cache.load(storage, store) == 3
    assert store.get("http port") == "80" and store.get("softkey2 label") == "a # b" and store.diagnostics
