"""From the stage into the other slot, power cuts at any call of the file system included."""

import random

import firmware_images
from dialtone.errors import DeviceError, PeerError
from dialtone.update import record, stage
from firmware_images import FILES, build, pack
from support import long, run, seed, tmp_dir
from update_rig import Cut, Phone, Power, Server, phone

HEAP = "256k"  # images are made here, too, and lie in the heap of the phone

_PAYLOAD = pack(FILES)
_NEWER = dict(FILES, **{"dialtone/phone.py": b"VERSION = 3\n", "dialtone/more.py": b"# new\n"})


def _confirm(it):
    now = it.record()
    now.pop("tries")
    record.save(it.storage, now)


def test_a_new_image_is_unpacked_and_runs_at_the_next_start():
    it = phone(tmp_dir())
    assert it.start() == ("", 0)
    assert run(it.update(Server(build(_PAYLOAD)))) is None
    assert it.content("a", FILES) == FILES
    found = it.record()
    assert (found["run"], found["back"], found["version"], found["tries"]) == ("a", "", "1.0.0.2-SIP", 0)
    assert not it.storage.exists(stage.PAYLOAD) and not it.storage.exists(stage.HEAD)
    assert it.log.lines == ["1.0.0.2-SIP is in slot a"] and it.start() == ("a", 1)


def test_slots_take_turns_and_nothing_of_the_old_one_is_left():
    it = phone(tmp_dir())
    versions = ["1.0.0.2-SIP", "1.0.0.3-SIP", "1.0.0.4-SIP"]
    for at, (slot, files) in enumerate((("a", FILES), ("b", _NEWER), ("a", FILES))):
        version = versions[at]
        assert run(it.update(Server(build(pack(files), version=version)))) is None
        assert it.start()[0] == slot and it.content(slot, files) == files
        _confirm(it)
    assert not it.storage.exists("slots/a/dialtone/more.py")
    found = it.record()
    assert (found["run"], found["back"], found["version"], found["before"]) == ("a", "b", versions[2], versions[1])


def test_what_is_in_it_must_be_a_phone():
    for files, words in (
        ({"a.py": b""}, "holds no phone"),
        (dict(FILES, **{"..": b"x"}), "file name that is not allowed"),
        (dict(FILES, **{"a b": b"x"}), "file name that is not allowed"),
        (dict(FILES, **{".hidden": b"x"}), "file name that is not allowed"),
    ):
        it = phone(tmp_dir())
        error = run(it.update(Server(build(pack(files)))))
        assert isinstance(error, PeerError) and words in error.text, error
        assert it.record() == {} and not it.storage.exists("slots/a") and not it.storage.exists(stage.PAYLOAD)
    it = phone(tmp_dir())
    assert "no ROMFS" in run(it.update(Server(build(b"no file system")))).text


def test_a_full_flash_leaves_what_runs():
    it = phone(tmp_dir())
    run(it.load(Server(build(_PAYLOAD))))
    calls = [3]

    class Full(Power):
        def use(self):
            calls[0] -= 1
            if calls[0] < 0:
                raise OSError(28)

    from dialtone.update import install

    with Full():
        error = run(install.install(it, it.tell))
    assert isinstance(error, DeviceError) and error.advice, error
    assert it.start() == ("", 0)
    assert run(it.update(Server(build(_PAYLOAD)))) is None


def _one(folder, after, versions=("1.0.0.2-SIP", "1.0.0.3-SIP")):
    """An update from the first to the second with the power failing at call ``after``. Calls of the whole."""
    it = phone(folder)
    run(it.update(Server(build(_PAYLOAD, version=versions[0]))))
    it.start()
    _confirm(it)
    newer = pack(_NEWER)
    server = Server(build(newer, version=versions[1]))
    power = Power(after)
    with power:
        run(it.update(server))
    if power.dead:
        _after_the_cut(folder, versions)
        it = Phone(folder)
        if it.record()["version"] == versions[0]:
            assert run(it.update(server)) is None, after
    assert it.start()[0] == "b" and it.content("b", _NEWER) == _NEWER, after
    assert it.storage.read("local.cfg", 99) == b"mine: 1\n"
    return power.calls


def _after_the_cut(folder, versions):
    """The phone boots, old or new, whole."""
    it = Phone(folder)
    it.storage.sweep()
    slot = it.start()[0]
    files = FILES if slot == "a" else _NEWER
    assert slot in ("a", "b") and it.content(slot, files) == files, slot
    assert it.record()["version"] == versions[slot == "b"]
    assert it.storage.read("local.cfg", 99) == b"mine: 1\n" and it.storage.size("firmware.keys") > 0


def test_power_cut_at_any_call():
    calls = _one(tmp_dir(), None)
    assert calls > 40
    random.seed(seed())
    chosen = range(calls) if long() else sorted({random.getrandbits(16) % calls for _ in range(12)} | {calls - 1, 0})
    for after in chosen:
        _one(tmp_dir(), after)


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
