"""The boot code: never an exception, never a slot that is not there, and no more than three tries."""

import json
import os

import choose
from dialtone.storage.files import Storage
from firmware_images import FILES, pack
from support import tmp_dir


def _phone(slots="ab", **record):
    folder = tmp_dir()
    storage = Storage(folder)
    for slot in slots:
        storage.write_atomic("slots/%s.romfs" % slot, [pack(FILES)])
    if record:
        storage.write_atomic("boot.json", [json.dumps(record)])
    return folder


def _record(folder):
    return json.loads(Storage(folder).read("boot.json", 2000))


def test_no_record_is_what_the_phone_came_with():
    folder = _phone()
    assert choose.choose(folder) == choose.choose(folder) == ("", 0)
    assert _record(folder) == {"starts": 2}
    assert choose.choose(tmp_dir() + "/missing") == ("", 0)


def test_records_that_make_no_sense():
    for text in (b"", b"{", b"[]", b"null", b"3", b'"x"', b'{"run": 7}', b'{"run": "../x"}', b'{"run": "c"}', b"\xff",
                 b'{"run": ["a"]}', b'{"run": "c", "starts": "x", "young": []}'):  # fmt: skip
        folder = _phone()
        Storage(folder).write_atomic("boot.json", [text])
        assert choose.choose(folder) == ("", 0), text
        assert _record(folder)["starts"] == 1, text
    folder = _phone(run="b", starts="x", tries="y")
    assert choose.choose(folder) == ("b", 1) and _record(folder) == {"run": "b", "starts": "x", "tries": 1}


def test_a_slot_that_has_proved_itself():
    folder = _phone(run="b", back="a", version="2")
    assert [choose.choose(folder) for _ in range(9)] == [("b", 0)] * 9
    assert _record(folder) == {"run": "b", "back": "a", "version": "2", "starts": 9}, "the ladder's business"


def test_three_tries_then_back():
    folder = _phone(run="b", back="a", version="3", before="2", starts=2, tries=0, key="x", drop="y", others="kept")
    assert [choose.choose(folder) for _ in range(5)] == [("b", 1), ("b", 2), ("b", 3), ("a", 0), ("a", 0)]
    found = _record(folder)
    assert found.pop("why") == "Firmware 3: it did not get through its self-test in 3 starts"
    assert found == {"run": "a", "version": "2", "back": "", "before": "", "bad": "3", "others": "kept", "starts": 2}


def test_firmware_that_has_yet_to_last_goes_back_too():
    folder = _phone(run="b", back="a", version="3", before="2", starts=1, young=1)
    assert [choose.choose(folder) for _ in range(3)] == [("b", 0), ("b", 0), ("a", 0)], "the first was its self-test's"
    found = _record(folder)
    assert found["why"] == "Firmware 3: it ended soon after its start 3 times" and found["starts"] == 1
    assert "young" not in found


def test_a_slot_that_is_gone():
    folder = _phone("a", run="b", back="a", version="3", before="2")
    assert choose.choose(folder) == ("a", 0) and "not in flash" in _record(folder)["why"]
    folder = _phone("", run="b", back="a", version="3")
    assert choose.choose(folder) == ("", 0)
    assert choose.choose(folder) == ("", 0)


def test_a_slot_that_is_no_whole_image():
    for content in (b"", b"\xd2\xcd\x31", pack(FILES)[:-1], b"not a file system", b"\xff" * 100):
        folder = _phone("a", run="b", back="a", version="3", before="2")
        Storage(folder).write_atomic("slots/b.romfs", [content])
        assert choose.choose(folder) == ("a", 0), content


def test_folders_of_an_earlier_firmware_are_no_slots():
    folder = _phone("", run="a", back="b", version="3")
    for slot in "ab":
        Storage(folder).write_atomic("slots/%s/dialtone/prelude.py" % slot, [b""])
    os.mkdir(folder + "/slots/b.romfs")
    assert choose.choose(folder) == choose.choose(folder) == ("", 0)


def test_who_cannot_count_does_not_try():
    folder = _phone(run="b", back="a", version="3", tries=0)
    os.mkdir(folder + "/boot.json.tmp")
    assert choose.choose(folder) == ("a", 0)
    assert _record(folder)["tries"] == 0
    folder = _phone("b", run="b", back="a", version="3", tries=0)
    os.mkdir(folder + "/boot.json.tmp")
    assert choose.choose(folder) == ("", 0), "nor what is not there"
    folder = _phone(run="b", back="a", version="3", starts=0, young=1)
    os.mkdir(folder + "/boot.json.tmp")
    assert choose.choose(folder) == ("b", 0), "it has passed its self-test"
