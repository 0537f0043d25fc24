"""Slots: only a finished, verified slot is ever named by the record, whatever fails and whenever."""

import hashlib

from dialtone.errors import CallerError, DeviceError, PeerError
from dialtone.storage.files import Storage
from dialtone.update.image import Header
from dialtone.update.slots import Slots
from support import raises, tmp_dir

_PAYLOAD = bytes(range(256)) * 20


def _header(payload=_PAYLOAD, version="1.0.0.2-SIP", digest=None):
    return Header(1, ("57i",), version, len(payload), digest or hashlib.sha256(payload).digest())


def _install(slots, payload=_PAYLOAD, version="1.0.0.2-SIP"):
    slots.begin(_header(payload, version))
    for at in range(0, len(payload), 1000):
        slots.write(memoryview(payload)[at : at + 1000])
    return slots.finish()


def test_first_and_second_image_take_turns():
    storage = Storage(tmp_dir())
    slots = Slots(storage)
    assert slots.active() is None
    first = _install(slots)
    assert (first.name, first.version, first.length) == ("a", "1.0.0.2-SIP", len(_PAYLOAD))
    assert storage.read("slots/a.img", 10000) == _PAYLOAD
    second = _install(Slots(storage), b"other", "1.0.0.3-SIP")
    assert second.name == "b"
    again = Slots(storage)
    assert again.active().version == "1.0.0.3-SIP" and again.active().name == "b"
    assert storage.exists("slots/a.img")
    again.sweep()
    assert storage.exists("slots/a.img") and storage.exists("slots/b.img")
    assert _install(again, b"third", "1.0.0.4-SIP").name == "a"


def test_abort_removes_the_half_written_slot():
    storage = Storage(tmp_dir())
    slots = Slots(storage)
    _install(slots)
    slots.begin(_header(version="1.0.0.3-SIP"))
    slots.write(_PAYLOAD[:100])
    slots.abort()
    slots.abort()
    assert not storage.exists("slots/b.img") and slots.active().version == "1.0.0.2-SIP"
    assert _install(slots, version="1.0.0.3-SIP").name == "b"


def test_crash_between_any_two_steps_leaves_the_old_slot_active():
    for steps in range(7):
        storage = Storage(tmp_dir())
        _install(Slots(storage), b"one", "1.0.0.1-SIP")
        _install(Slots(storage), b"two", "1.0.0.2-SIP")
        crashed = Slots(storage)
        crashed.begin(_header())
        for at in range(steps):
            crashed.write(_PAYLOAD[at * 800 : at * 800 + 800])
        # power fails here: nobody calls finish or abort
        fresh = Slots(storage)
        assert fresh.active().version == "1.0.0.2-SIP"
        fresh.sweep()
        assert not storage.exists("slots/a.img") and storage.read("slots/b.img", 100) == b"two"


def test_wrong_hash_short_and_long():
    storage = Storage(tmp_dir())
    slots = Slots(storage)
    slots.begin(_header(digest=bytes(32)))
    slots.write(_PAYLOAD)
    with raises(PeerError) as e:
        slots.finish()
    assert "SHA-256" in e.value.text and e.value.advice
    slots.abort()
    slots.begin(_header())
    slots.write(_PAYLOAD[:-1])
    with raises(PeerError) as e:
        slots.finish()
    assert "shorter" in e.value.text
    slots.abort()
    slots.begin(_header())
    slots.write(_PAYLOAD)
    with raises(PeerError) as e:
        slots.write(b"x")
    assert "longer" in e.value.text
    slots.abort()
    assert slots.active() is None and not storage.exists("slots/a.img")


def test_read_back_catches_flash_that_lies():
    storage = Storage(tmp_dir())
    slots = Slots(storage)
    slots.begin(_header())
    slots.write(_PAYLOAD)
    slots._close()
    with storage.open("slots/a.img", "r+b") as file:
        file.seek(700)
        file.write(b"!")
    with raises(DeviceError) as e:
        slots.finish()
    assert "read back" in e.value.text
    slots.abort()
    assert slots.active() is None


def test_two_downloads_at_once_are_refused():
    slots = Slots(Storage(tmp_dir()))
    slots.begin(_header())
    with raises(CallerError):
        slots.begin(_header())
    slots.abort()


def test_record_that_is_damaged_means_no_slot():
    for text in (
        b"",
        b"\xff\xfe\x00",
        b"dialtone slots 2\na 1 2 3\n",
        b"dialtone slots 1\na 1 x 3\n",
        b"dialtone slots 1\nc 1 2 3",
    ):
        storage = Storage(tmp_dir())
        _install(Slots(storage))
        storage.write_atomic("slots/record", [text])
        slots = Slots(storage)
        assert slots.active() is None
        assert _install(slots).name == "a"


class _FullFile:
    def __init__(self, error):
        self._error = error

    def write(self, view):
        if self._error:
            raise OSError(28)
        return len(view) - 1

    def close(self):
        raise OSError(28)


class _FullStorage:
    """Storage whose slot file is on a full disk: ``error`` raises, otherwise the write is short."""

    def __init__(self, storage, error):
        self._storage = storage
        self._error = error
        self.exists = storage.exists
        self.read = storage.read
        self.remove = storage.remove
        self.path = storage.path
        self.write_atomic = storage.write_atomic

    def open(self, name, mode):
        return _FullFile(self._error)


def test_full_disk_is_a_clear_device_error():
    for error in (True, False):
        storage = Storage(tmp_dir())
        _install(Slots(storage))
        slots = Slots(_FullStorage(storage, error))
        slots.begin(_header(version="1.0.0.9-SIP"))
        with raises(DeviceError) as e:
            slots.write(_PAYLOAD)
        assert e.value.text == "Not enough flash for the firmware image" and e.value.advice
        slots.abort()
        assert slots.active().version == "1.0.0.2-SIP" and storage.read("slots/a.img", 10000) == _PAYLOAD
