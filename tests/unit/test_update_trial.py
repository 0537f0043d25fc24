"""The self-test: what must work does, and what does not is named; in time or back."""

import asyncio

import firmware_images
from dialtone.config.layer import Layer
from dialtone.errors import DeviceError
from dialtone.net.table import Table
from dialtone.storage import kept
from dialtone.storage.files import Storage
from dialtone.update import record, signature, trial, waiting
from dialtone.version import BUILT
from firmware_images import KEY, PRIVATE, public
from scripted_server import listen, shut
from support import run, tmp_dir


class _Clock:
    def __init__(self, now):
        self.time = lambda: now


class _Store:
    def __init__(self):
        self.layers = [Layer() for _ in range(6)]


class _Log:
    def __init__(self):
        self.lines = []

    def info(self, area, text):
        self.lines.append(text)

    error = info


class _Phone:
    """A phone whose parts can be broken. It is its own platform."""

    bind_host = "127.0.0.1"
    trial = 1
    where = "127.0.0.1"

    def __init__(self):
        self.storage = Storage(tmp_dir())
        self.store = _Store()
        self.clock = _Clock(BUILT + 1)
        self.platform = self
        self.table = Table()
        self.log = _Log()
        self.http_port = self.https_port = 0
        self.restarts = 0

    def address(self):
        return self.where

    def random(self, count):
        return bytes(count)

    def unload(self, *names):
        pass

    def heap_free(self):
        return -1

    def restart(self):
        self.restarts += 1


def _answering(first):
    async def serve(reader, writer):
        await reader.read(5)
        writer.write(first)
        await writer.drain()
        await shut(writer)

    return serve


async def _run(phone, http=b"HTTP/1.1 302 F\r\n\r\n", https=b"\x16\x03\x03\x00\x50", bound_ms=0):
    plain, phone.http_port = await listen(_answering(http))
    secure, phone.https_port = await listen(_answering(https))
    sweeper = asyncio.create_task(phone.table.sweep())
    try:
        await waiting.run(phone, bound_ms, 20)
    finally:
        sweeper.cancel()
        plain.close()
        secure.close()
        await asyncio.sleep(0)


def _on_trial(**more):
    phone = _Phone()
    firmware_images.trust(phone.storage)
    found = {"run": "b", "back": "a", "version": "3", "before": "2", "tries": 1, "starts": 3}
    found.update(more)
    record.save(phone.storage, found)
    return phone


def test_a_phone_that_works_stays():
    phone = _on_trial()
    run(_run(phone))
    found = {"run": "b", "back": "a", "version": "3", "before": "2", "young": 1, "starts": 1}
    assert record.load(phone.storage) == found, phone.log.lines
    assert phone.log.lines == ["the new one has passed its self-test"] and not phone.restarts and phone.trial == 0
    assert signature.keys(phone.storage) == [KEY] and not phone.storage.exists("slots/probe")


def test_keys_change_when_it_stays_and_not_before():
    new = public(PRIVATE + 1)
    from binascii import hexlify

    more = {"key": str(hexlify(new), "utf-8"), "drop": str(hexlify(signature.key_id(KEY)), "utf-8")}
    phone = _on_trial(**more)
    run(_run(phone, b""))
    assert signature.keys(phone.storage) == [KEY] and phone.restarts == 1
    assert "key" not in record.load(phone.storage)
    phone = _on_trial(**more)
    run(_run(phone))
    assert signature.keys(phone.storage) == [new]
    assert "key" not in record.load(phone.storage) and "tries" not in record.load(phone.storage)


def test_what_does_not_work_is_named_and_the_phone_goes_back():
    def no_network(phone):
        phone.where = "0.0.0.0"

    def old_clock(phone):
        phone.clock = _Clock(BUILT - 1)

    def unread(phone):
        kept.save(phone.storage, "local.cfg", ["sip mode: 1\n"])

    def unread_rows(phone):
        kept.save(phone.storage, "server.rows", ["dialtone rows 1 x\n", "@aastra\t200\n", "a: 1\n"])

    def flash(phone):
        phone.storage.remove = lambda name: False

    for breaks, words in (
        (no_network, "it has no network"),
        (old_clock, "its clock is not set"),
        (unread, "it does not read local.cfg"),
        (unread_rows, "it does not read server.rows"),
        (flash, "its storage does not work"),
    ):
        phone = _on_trial()
        breaks(phone)
        run(_run(phone))
        found = record.load(phone.storage)
        assert found["why"] == "Firmware 3: " + words and found["run"] == "a" and found["bad"] == "3", found
        assert phone.restarts == 1 and phone.log.lines == [found["why"]]
    for http, https, words in ((b"", b"\x16\x03", "HTTP server"), (b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/", "HTTPS")):
        phone = _on_trial()
        run(_run(phone, http, https))
        assert words in record.load(phone.storage)["why"]


def _full_for(phone, name, times):
    """The next ``times`` writes of the file ``name`` find no room."""
    write, left = phone.storage.write_atomic, [times]

    def write_atomic(file, pieces):
        if file == name and left[0]:
            left[0] -= 1
            raise DeviceError("Cannot write %s: storage is full" % name)
        write(file, pieces)

    phone.storage.write_atomic = write_atomic


def test_what_cannot_be_written_down_has_not_passed():
    """It is tried again; when time is up the phone starts anew, and choose.py runs nothing new that it cannot count."""
    for times, bound_ms in ((2, 20000), (9, 100)):
        phone = _on_trial()
        before = record.load(phone.storage)
        _full_for(phone, "boot.json", times)
        run(_run(phone, bound_ms=bound_ms))
        found = record.load(phone.storage)
        if times == 2:
            assert "tries" not in found and not phone.restarts and phone.trial == 0
        else:
            assert found == before and phone.restarts == 1 and "storage is full" in str(phone.log.lines[-1])


def test_settings_that_were_read():
    phone = _on_trial()
    kept.save(phone.storage, "local.cfg", ["sip mode: 1\n"])
    phone.store.layers[3].append("sip mode", "", 1, "1")
    run(_run(phone))
    assert "tries" not in record.load(phone.storage)


def test_it_waits_for_the_listeners():
    async def late():
        phone = _on_trial()
        task = asyncio.create_task(waiting.run(phone, 20000, 20))
        await asyncio.sleep(0.1)
        plain, phone.http_port = await listen(_answering(b"HTTP/1.1 200 OK\r\n\r\n"))
        secure, phone.https_port = await listen(_answering(b"\x16\x03\x03\x00\x50"))
        await task
        plain.close()
        secure.close()
        return phone

    phone = run(late())
    assert "tries" not in record.load(phone.storage) and not phone.restarts


def test_no_listeners_in_time():
    phone = _on_trial()
    run(waiting.run(phone, 0, 20))
    assert record.load(phone.storage)["why"] == "Firmware 3: its web servers did not start" and phone.restarts == 1


def test_the_hello_is_one():
    hello = trial._HELLO % bytes(32)
    assert len(hello) == 5 + hello[4] == 9 + hello[8] and hello[3] == hello[6] == 0
