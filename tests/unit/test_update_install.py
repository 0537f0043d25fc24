"""The switch to what is staged, power cuts at any call of the file system included."""

import random

import firmware_images
from dialtone.errors import DeviceError, PeerError
from dialtone.update import record, signature, stage, trial
from firmware_images import FILES, build, pack
from support import long, run, seed, tmp_dir
from update_rig import Cut, Phone, Power, Server, phone

HEAP = "768k"  # images are made here, too, and lie in the heap of the phone

_PAYLOAD = pack(FILES)
_NEXT = firmware_images.public(7)
_NEWER = dict(FILES, **{"dialtone/phone.py": b"VERSION = 3\n", "dialtone/more.py": b"# new\n"})
_THIRD = dict(FILES, **{"dialtone/phone.py": b"VERSION = 4\n" + b"# and more\n" * 300})
_CONTENT = ((FILES, "1.0.0.2-SIP", "a"), (_NEWER, "1.0.0.3-SIP", "b"), (_THIRD, "1.0.0.4-SIP", "a"))


def _confirm(it):
    now = it.record()
    now.pop("tries")
    record.save(it.storage, now)


def test_a_new_image_runs_at_the_next_start():
    it = phone(tmp_dir())
    assert it.start() == ("", 0)
    assert run(it.update(Server(build(_PAYLOAD)))) is None
    assert it.content("a", FILES) == FILES and it.storage.read("slots/a.romfs", 20000) == _PAYLOAD
    found = it.record()
    assert (found["run"], found["back"], found["version"], found["tries"]) == ("a", "", "1.0.0.2-SIP", 0)
    assert not it.storage.exists(stage.HEAD) and not it.storage.exists(stage.TAG)
    assert it.log.lines == ["1.0.0.2-SIP is in slot a"] and it.start() == ("a", 1)


def test_slots_take_turns_and_nothing_of_the_old_one_is_left():
    it = phone(tmp_dir())
    for files, version, slot in _CONTENT:
        assert run(it.update(Server(build(pack(files), version=version)))) is None
        assert it.start()[0] == slot and it.content(slot, files) == files
        assert it.storage.size("slots/%s.romfs" % slot) == len(pack(files))
        _confirm(it)
    found = it.record()
    assert (found["run"], found["back"], found["version"], found["before"]) == ("a", "b", "1.0.0.4-SIP", "1.0.0.3-SIP")


def test_what_is_in_it_must_be_a_phone():
    for payload, words in (
        (pack({"a.py": b""}), "holds no phone"),
        (pack(dict(FILES, **{"x" * 49: b"x"})), "file system is damaged"),
        (b"no file system", "no ROMFS"),
    ):
        it = phone(tmp_dir())
        server = Server(build(payload))
        for _ in range(2):
            error = run(it.update(server))
            assert isinstance(error, PeerError) and words in error.text, error
            assert it.record() == {} and not it.storage.exists(stage.HEAD)
        assert server.ranges[2:] == [None], "it has it, and asks for its head alone"


class Full(Power):
    """Flash in which call number ``after`` finds no room any more, nor the ones behind it."""

    def use(self):
        self.calls += 1
        if self.calls > self.after:
            raise OSError(28)


def _until_full(it, room):
    """(error of an update in flash that takes so many calls more, calls that it made)."""
    full = Full(room)
    with full:
        try:
            return run(it.update(Server(build(_PAYLOAD)))), full.calls
        except (DeviceError, PeerError) as error:
            return error, full.calls


def test_a_full_flash_leaves_what_runs():
    """Full while head, blocks or record are written: it is said, and with room again the update goes on."""
    calls = _until_full(phone(tmp_dir()), 1 << 20)[1]
    assert calls > 10, calls
    random.seed(seed())
    some = {random.getrandbits(16) % calls for _ in range(5)} | set(range(3)) | set(range(calls - 4, calls))
    for room in range(calls) if long() else sorted(some):
        it = phone(tmp_dir())
        error = _until_full(it, room)[0]
        if error:  # else nothing was lost: a folder that is there, a file that goes when there is time
            assert isinstance(error, DeviceError) and error.advice, (room, error)
            assert it.start() == ("", 0) and "run" not in it.record(), room
            assert run(it.update(Server(build(_PAYLOAD)))) is None, room
        assert it.start() == ("a", 1) and it.content("a", FILES) == FILES, room
        assert it.storage.read("local.cfg", 99) == b"mine: 1\n"


def _one(folder, after, last):
    """The update number ``last`` with the power failing at call ``after``, behind those before. Calls of the whole."""
    it = phone(folder)
    for files, version, slot in _CONTENT[:last]:
        assert run(it.update(Server(build(pack(files), version=version)))) is None
        assert it.start()[0] == slot
        _confirm(it)
    files, version, slot = _CONTENT[last]
    server = Server(build(pack(files), version=version))
    power = Power(after)
    with power:
        run(it.update(server))
    if power.dead:
        _after_the_cut(folder, last)
        it = Phone(folder)
        if it.record()["version"] != version:
            assert run(it.update(server)) is None, after
    assert it.start()[0] == slot and it.content(slot, files) == files, after
    assert it.storage.read("local.cfg", 99) == b"mine: 1\n"
    return power.calls


def _after_the_cut(folder, last):
    """The phone boots, old or new, whole."""
    it = Phone(folder)
    it.storage.sweep()
    found = it.start()[0]
    assert [slot for _, _, slot in _CONTENT[last - 1 : last + 1] if slot == found], found
    files, version, _ = [content for content in _CONTENT[last - 1 : last + 1] if content[2] == found][0]
    assert it.content(found, files) == files and it.record()["version"] == version
    assert it.storage.read("local.cfg", 99) == b"mine: 1\n" and it.storage.size("firmware.keys") > 0


def test_power_cut_at_any_call():
    random.seed(seed())
    for last in (1, 2):  # into an empty slot, and into one that could be gone back to
        calls = _one(tmp_dir(), None, last)
        assert calls > 15, calls
        chosen = range(calls) if long() else {random.getrandbits(16) % calls for _ in range(6)} | {calls - 1, 0}
        for after in sorted(chosen):
            _one(tmp_dir(), after, last)


def _cut_keys(after):
    """The power fails at call ``after`` of the self-test's end, where another key takes the place of the one before."""
    it = phone(tmp_dir())
    run(it.update(Server(build(_PAYLOAD, next_key=_NEXT, revokes=True))))
    power = Power(after)
    with power:
        assert it.start() == ("a", 1)
        it.platform = it
        trial.confirm(it)
    it = Phone(it.root)
    it.platform = it
    assert signature.keys(it.storage) in ([firmware_images.KEY], [_NEXT]), after
    slot, count = it.start()
    assert slot == "a" and (count == 0) == ("tries" not in it.record()), after
    trial.confirm(it)
    assert signature.keys(it.storage) == [_NEXT] and it.start() == ("a", 0), after
    return power.calls


def test_power_cut_while_keys_change():
    calls = _cut_keys(None)
    assert calls > 5
    for after in range(calls):
        _cut_keys(after)


def test_power_cut_while_the_boot_code_counts():
    for after in range(4):
        it = phone(tmp_dir())
        run(it.update(Server(build(_PAYLOAD))))
        with Power(after):
            it.start()
        slot, trial = it.start()
        assert slot == "a" and 1 <= trial <= 2, (after, slot, trial)


def test_a_cut_is_no_error_that_somebody_catches():
    it = phone(tmp_dir())
    with Power(0):
        try:
            it.storage.write_atomic("x", [b"x"])
        except Cut:
            raise
        except BaseException:
            raise AssertionError("somebody caught it")
    assert not it.storage.exists("x")


def test_images_of_the_helper_are_as_the_phone_reads_them():
    import io

    from dialtone.update import romfs

    found = {name: _PAYLOAD[at : at + size] for name, at, size in romfs.files(io.BytesIO(_PAYLOAD), len(_PAYLOAD))}
    assert found == firmware_images.FILES
