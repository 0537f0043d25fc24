"""System images and ROMFS partitions: what is refused, what the bootloader makes of it, and power cuts at any call."""

import random
import sys

import esp32
import firmware_images
from dialtone.errors import DeviceError, PeerError
from dialtone.update import image, incoming, install, record, running, signature, stage, system, trial, waiting
from firmware_images import FILES, KEY, build, pack
from flash_rig import ROMS, SYSTEMS, TIGHT, Board, board, esp_image, flashed
from support import long, raises, run, seed, tmp_dir
from update_rig import Exchange, Power, Server, Store

HEAP = "768k"  # images are made here, too, and lie in the heap of the phone; so do the board's partitions

_OLD = esp_image("v1.26.1")
_NEW = esp_image("v1.27.0", fill=7500)
_PACKED = pack(FILES)
_NEXT = firmware_images.public(7)


def _system(payload=_NEW, version="1.27.0-SIP", **changes):
    return build(payload, version=version, kind=image.SYSTEM, **changes)


def _board(rows=SYSTEMS, at="ota_0"):
    it = board(tmp_dir(), rows, ((at, _OLD),) if at else ())
    it.on()
    return it


def _update(it, data):
    """None, or the error."""
    try:
        return run(it.update(Server(data)))
    except (PeerError, DeviceError) as error:
        return error


def _some(calls, count):
    """Some of the call numbers, or all of them; always the first and the last."""
    random.seed(seed())
    return range(calls) if long() else sorted({random.getrandbits(16) % calls for _ in range(count)} | {0, calls - 1})


def _told(it):
    return record.load(it.storage).get("why", "")


@flashed
def test_a_system_is_tried_once_and_stays_when_it_passes():
    it = _board()
    assert it.on() == "ota_0" and running.version(it.storage) == "1.26.1-SIP"
    assert _update(it, _system()) is None
    assert it.log.lines == ["System 1.27.0-SIP is in slot ota_1"] and not it.storage.exists(stage.HEAD)
    assert it.partition("ota_1", len(_NEW)) == _NEW and it.partition("ota_0", len(_OLD)) == _OLD
    assert it.on() == "ota_1" and it.trial == 1, "on trial"
    trial.confirm(it)
    assert it.trial == 0 and not it.storage.exists(system.PENDING)
    assert it.on() == "ota_1" == it.on() and it.trial == 0 and running.version(it.storage) == "1.27.0-SIP"
    assert _update(it, _system()) is None and it.log.lines[1:] == [], "the same again is nothing to do"
    assert _update(it, _system(_OLD, "1.26.1-SIP")).text.startswith("Firmware 1.26.1-SIP is older")
    assert _update(it, _system(esp_image("v2"), "1.28-SIP")) is None
    assert it.lives() == "ota_0" and running.version(it.storage) == "1.28-SIP", "the header's version counts"


@flashed
def test_one_that_fails_its_self_test_is_taken_back_and_told():
    it = _board()
    assert _update(it, _system()) is None and it.on() == "ota_1"
    trial.back(it, "its HTTPS server does not answer")
    assert it.restarts == 1
    assert it.on() == "ota_0" and it.trial == 0
    assert _told(it) == "System 1.27.0-SIP: its HTTPS server does not answer"
    assert _update(it, _system()) is None and it.on() == "ota_0", "not again until somebody allows it"
    assert _update(it, _system(version="1.27.1-SIP")) is None and it.lives() == "ota_1"


@flashed
def test_the_self_test_is_that_of_an_application():
    found = [""]

    async def test(phone):
        return found[0]

    kept, trial.test = trial.test, test
    try:
        for found[0], state, restarts in (("", esp32.VALID, 0), ("its clock is not set", esp32.PENDING, 1)):
            it = _board()
            it.http_port = it.https_port = 0
            assert _update(it, _system()) is None and it.on() == "ota_1"
            run(waiting.run(it, 0, 1))
            assert max(esp32.states()) == (2, state) and it.restarts == restarts and it.trial == restarts
    finally:
        trial.test = kept


@flashed
def test_a_bootloader_without_rollback_is_told_where_to_go_back_to():
    it = _board()
    assert _update(it, _system()) is None and it.on() == "ota_1"
    esp32.Partition.mark_app_valid_cancel_rollback()
    trial.back(it, "its clock is not set")
    assert it.on() == "ota_0" and _told(it) == "System 1.27.0-SIP: its clock is not set"


@flashed
def test_one_that_hangs_or_does_not_load_is_taken_back_by_the_bootloader():
    it = _board()
    assert _update(it, _system()) is None and it.on() == "ota_1"
    assert it.on() == "ota_0" == it.on(), "one reset without a passed self-test is enough"
    assert _told(it) == "System 1.27.0-SIP: it did not get through its self-test"
    # and once more into the same slot, whose last attempt the bootloader still has on record
    assert _update(it, _system(version="1.27.1-SIP")) is None
    assert it.on() == "ota_1" and it.trial == 1 and it.on() == "ota_0"
    assert _told(it).startswith("System 1.27.1-SIP")
    it = _board()
    assert _update(it, _system()) is None
    with open(it.flash + "/ota_1", "r+b") as file:
        file.seek(5000)
        file.write(b"worn out")
    assert it.on() == "ota_0" and _told(it).startswith("System 1.27.0-SIP")


@flashed
def test_a_switch_that_nobody_made_is_made_again():
    it = _board()
    assert _update(it, _system()) is None
    esp32.Partition("otadata").ioctl(6, 1)  # the power failed while it was written
    assert it.on() == "ota_0" and not _told(it) and not it.storage.exists(system.PENDING)
    assert _update(it, _system()) is None and it.lives() == "ota_1"


@flashed
def test_the_power_fails_between_the_note_and_the_switch():
    """The bootloader still has an earlier attempt on record, in the same slot: that is not this one."""
    it = _board()
    assert _update(it, _system()) is None and it.on() == "ota_1" and it.on() == "ota_0"
    note = b'{"on": "ota_1", "back": "ota_0", "version": "1.27.1-SIP"}'
    record.save(it.storage, {})
    it.storage.write_atomic(system.PENDING, [note])
    assert it.on() == "ota_0" and not _told(it) and not it.storage.exists(system.PENDING)


@flashed
def test_the_power_fails_behind_the_self_test():
    it = _board()
    assert _update(it, _system()) is None and it.on() == "ota_1"
    esp32.Partition.mark_app_valid_cancel_rollback()
    assert it.on() == "ota_1" and it.trial == 0 and not it.storage.exists(system.PENDING)
    assert running.version(it.storage) == "1.27.0-SIP"


@flashed
def test_a_note_from_another_board_is_no_trial():
    it = _board()
    assert _update(it, _system()) is None
    esp32.detach()
    system.begin(it)
    assert it.trial == 0 and not it.storage.exists(system.PENDING) and not _told(it)


def test_versions_of_micropython():
    for text, wanted in (("v1.26.1", "1.26.1"), ("1.27", "1.27"), ("v1.28.0-preview.5.gab", "1.28.0"), ("v1..2", "1")):
        assert running.described(esp_image(text)) == wanted + "-SIP"
    for text in ("", "v", "g1234", ".5"):
        assert running.described(esp_image(text)) == ""


@flashed
def test_a_soft_reset_is_no_rollback():
    it = _board()
    assert _update(it, _system()) is None
    system.begin(it)
    assert it.storage.exists(system.PENDING) and not _told(it) and it.lives() == "ota_1"


@flashed
def test_images_that_are_for_something_else():
    for payload, words in (
        (esp_image(chip=9), "is for chip 9, this is chip 0"),
        (esp_image(magic=0xABCD5433), "no application descriptor"),
        (esp_image(project="other"), "another program"),
        (b"\xe8" + _NEW[1:], "not one of an ESP32"),
        (bytes(9000), "not one of an ESP32"),
        (b"\xe9" + bytes(30), "no application descriptor"),
    ):
        it = _board()
        before = it.digest("ota_1")
        error = _update(it, _system(payload))
        assert isinstance(error, PeerError) and words in error.text and error.advice, error
        assert it.digest("ota_1") == before, "nothing is written"
        assert it.on() == "ota_0" and it.trial == 0
        with open(it.flash + "/ota_1", "r+b") as file:
            file.write(payload)  # it is there already, so there is nothing to write
        assert words in _update(it, _system(payload)).text and it.on() == "ota_0" and esp32.states()[1][0] > 2


@flashed
def test_images_that_the_bootloader_refuses():
    """Signed by the right key, but broken when they were made."""
    for payload in (_NEW[:-40], _NEW[:6000] + b"\0" + _NEW[6001:], _NEW[:-1] + b"\0"):
        it = _board()
        error = _update(it, _system(payload))
        assert isinstance(error, DeviceError) and "bootloader refuses" in error.text, error
        assert it.on() == "ota_0" and not it.storage.exists(system.PENDING) and not _told(it)
    with raises(OSError):
        esp32.Partition("nvs").set_boot()


@flashed
def test_nothing_is_written_while_a_system_waits_for_the_restart():
    it = _board()
    assert _update(it, _system()) is None
    for data in (build(_PACKED), _system(_OLD, "1.28-SIP")):
        assert "waits for the restart" in _update(it, data).text
    assert it.partition("ota_1", len(_NEW)) == _NEW and it.lives() == "ota_1"
    assert _update(it, build(_PACKED)) is None and it.record()["run"] == "a"


@flashed
def test_boards_without_a_second_slot():
    it = _board(ROMS, "factory")
    error = _update(it, _system())
    assert isinstance(error, DeviceError) and "two system slots" in error.text and error.advice
    esp32.detach()
    error = _update(it, _system())
    assert "two system slots" in error.text
    it = _board(TIGHT)
    error = _update(it, _system(esp_image(fill=8000)))
    assert "larger than its partition" in error.text and not it.storage.exists(stage.HEAD)


@flashed
def test_a_flipped_bit_or_a_wrong_key_changes_nothing():
    good = _system()
    empty = _board().digest("ota_1")
    first = len(good) - len(_NEW)
    # each block of the payload has one hash: the exhaustive form takes each byte of the head, then every 16th
    chosen = list(range(first)) + list(range(first, len(good), 16)) if long() else _some(len(good), 12)
    for at in chosen:
        it = _board()
        data = bytearray(good)
        data[at] ^= 1 << random.getrandbits(3)
        error = _update(it, bytes(data))
        assert error and it.on() == "ota_0" and it.trial == 0 and not it.storage.exists(system.PENDING), at
        if at < first:
            assert it.digest("ota_1") == empty, at
    for data, words in (
        (_system(private=firmware_images.PRIVATE + 1), "wrong signature"),
        (_system(signer=b"12345678"), "unknown key"),
        (good[:-1], "has %d bytes" % (len(good) - 1)),
        (_system(abi=7), "ABI 7"),
    ):
        it = _board()
        assert words in _update(it, data).text and it.on() == "ota_0"
        assert it.digest("ota_1") == empty


@flashed
def test_a_broken_transfer_goes_on_behind_the_blocks_in_the_slot():
    it = _board()
    server = Server(_system())
    server.breaks, server.error = len(server.data) - 100, PeerError("ended")
    with raises(PeerError):
        run(it.update(server))
    assert it.on() == "ota_0" and it.partition("ota_1", 4096) == _NEW[:4096]
    server.breaks = server.error = None
    assert run(it.update(server)) is None
    assert server.ranges[-1] == "bytes=%d-" % (len(server.data) - len(_NEW) + 4096), server.ranges
    assert it.lives() == "ota_1"


@flashed
def test_one_that_somebody_sends_goes_the_same_way():
    class Settings(Store):
        def forget(self):
            pass

    async def send(it, data):
        source = Exchange(Server(data), 200, data, {}, len(data))
        version = await incoming.receive(it, Settings(), source, len(data), it.tell)
        return version, await install.install(it, it.tell)

    it = _board()
    assert run(send(it, _system())) == ("1.27.0-SIP", None) and it.lives() == "ota_1"
    with raises(PeerError) as e:
        run(send(it, _system(esp_image(chip=9), "1.28-SIP")))
    assert "for chip 9" in e.value.text and it.partition("ota_0", len(_OLD)) == _OLD


@flashed
def test_keys_that_a_system_brings_count_when_it_has_passed():
    it = _board()
    assert _update(it, _system(next_key=_NEXT, revokes=True)) is None
    before = it.storage.read("firmware.keys", 500)
    it.on()
    assert it.storage.read("firmware.keys", 500) == before
    system.confirm(it)
    assert signature.keys(it.storage) == [_NEXT]


def _whole(it, server, power):
    """An update with all that follows it, up to the start after the self-test."""
    run(it.update(server))
    it.lives(power)
    it.lives(power)


def _cut_system(after):
    """The power fails at call ``after``; calls of the whole."""
    it = _board()
    server = Server(_system(next_key=_NEXT))
    power = Power(after)
    with power:
        it.on(power)
        _whole(it, server, power)
    if power.dead:
        it = Board(it.root)
        it.storage.sweep()
        label = it.lives()
        whole = {"ota_0": _OLD, "ota_1": _NEW}[label]
        assert it.partition(label, len(whole)) == whole, after
        assert it.storage.read("local.cfg", 99) == b"mine: 1\n" and it.storage.size("firmware.keys") > 0
        assert not _told(it) or label == "ota_0", after
        if label == "ota_0" and not _told(it):
            assert run(it.update(server)) is None, after
            label = it.lives()
    assert it.lives() in ("ota_1", "ota_0" if _told(it) else ""), (after, label)
    assert signature.keys(it.storage) == ([KEY] if _told(it) else [KEY, _NEXT]), after
    return power.calls


@flashed
def test_power_cut_at_any_call_of_a_system_update():
    calls = _cut_system(None)
    assert calls > 25
    for after in _some(calls, 10):
        _cut_system(after)


@flashed
def test_an_application_goes_into_the_partition_that_does_not_run():
    it = _board(ROMS, "factory")
    assert it.on() == "factory"
    versions = ("1.0.0.2-SIP", "1.0.0.3-SIP", "1.0.0.4-SIP")
    for number, version in enumerate(versions):
        slot = "aba"[number]
        payload = pack(dict(FILES, mine=version.encode()))
        it.storage.write_atomic("slots/%s.romfs" % slot, [b"older"])
        assert _update(it, build(payload, version=version)) is None
        found = it.record()
        assert (found["run"], found["version"]) == (slot, version)
        assert it.partition("romfs_" + slot, len(payload)) == payload
        assert not it.storage.exists("slots/%s.romfs" % slot)
        trial.confirm(it)
        record.lasted(it.storage)
    assert found["back"] == "b" and found["before"] == versions[1]
    it = _board(ROMS, "factory")
    assert "holds no phone" in _update(it, build(pack({"a.py": b""}))).text and it.record() == {}
    big = pack(dict(FILES, big=bytes(5000)))
    assert "larger than its partition" in _update(it, build(big)).text


def _cut_application(after):
    it = _board(ROMS, "factory")
    assert _update(it, build(_PACKED)) is None
    trial.confirm(it)
    record.lasted(it.storage)
    newer = pack(dict(FILES, mine=b"newer"))
    server = Server(build(newer, version="1.0.0.3-SIP"))
    power = Power(after)
    with power:
        it.on(power)
        run(it.update(server))
    it = Board(it.root)
    it.on()
    it.storage.sweep()
    found = it.record()
    if power.dead and found["version"] == "1.0.0.2-SIP":
        assert found["run"] == "a" and it.partition("romfs_a", len(_PACKED)) == _PACKED, after
        assert run(it.update(server)) is None, after
    found = it.record()
    assert (found["run"], found["back"], found["version"]) == ("b", "a", "1.0.0.3-SIP"), after
    assert it.partition("romfs_b", len(newer)) == newer and it.partition("romfs_a", len(_PACKED)) == _PACKED
    assert it.storage.read("local.cfg", 99) == b"mine: 1\n"
    return power.calls


@flashed
def test_power_cut_at_any_call_of_an_update_into_a_partition():
    calls = _cut_application(None)
    assert calls > 15
    for after in _some(calls, 8):
        _cut_application(after)


@flashed
def test_where_nothing_maps_a_partition_the_slot_is_a_file():
    """A board of ours that runs MicroPython's own image: what its partitions held could not be started."""
    it = _board(ROMS, "factory")
    known = sys.modules.pop("flashmap", None)
    sys.modules["flashmap"] = random  # which has no view
    try:
        assert _update(it, build(_PACKED)) is None
    finally:
        del sys.modules["flashmap"]
        if known:
            sys.modules["flashmap"] = known
    assert it.storage.read("slots/a.romfs", 20000) == _PACKED and it.partition("romfs_a", 3) == b"\xff\xff\xff"


@flashed
def test_the_slot_before_is_not_fallen_back_to_once_it_is_written_over():
    it = _board(ROMS, "factory")
    for version in ("1.0.0.2-SIP", "1.0.0.3-SIP"):
        assert _update(it, build(_PACKED, version=version)) is None
        trial.confirm(it)
        record.lasted(it.storage)
    assert it.record()["back"] == "a"
    newer = Server(build(pack(dict(FILES, mine=b"newer")), version="1.0.0.4-SIP"))
    newer.breaks, newer.error = len(newer.data) - 100, PeerError("ended")
    with raises(PeerError):
        run(it.update(newer))
    found = it.record()
    assert (found["run"], found["back"], found["before"]) == ("b", "", "")
