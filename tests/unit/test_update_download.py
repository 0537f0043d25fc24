"""Firmware downloads: the header decides, the slot stays unmarked until everything is right, memory stays constant."""

import asyncio
import gc
import hashlib

from dialtone.client.http_client import Client
from dialtone.errors import DialtoneError, PeerError
from dialtone.net.table import Table
from dialtone.storage.files import Storage
from dialtone.update import image
from dialtone.update.download import fetch
from dialtone.update.slots import Slots
from scripted_server import Cut, Platform, Scripted, answer, listen, shut
from support import run, tmp_dir

_PAYLOAD = bytes(range(256)) * 5

HEAP = "144k"  # the server that is scripted here, its images and the client share one heap


class _Store:
    layers = ()

    def get(self, name):
        return "TLS"

    def flag(self, name):
        return False


def _image(payload=_PAYLOAD, room=0, **changes):
    fields = {"kind": 1, "models": ("57i",), "version": "1.0.0.2-SIP", "payload_length": len(payload)}
    fields.update(changes)
    header = image.Header(digest=hashlib.sha256(payload).digest(), header_length=256 + room, **fields)
    return image.build_header(header) + bytes(room) + payload


def _fetch(answers, storage, running="1.0.0.1-SIP", **limits):
    """(Slot or error, texts shown, server) after fetching /57i.st."""
    shown = []

    async def session():
        server = await Scripted({"/57i.st": answers}).start()
        table = Table()
        sweeper = asyncio.create_task(table.sweep())
        client = Client(Platform(), _Store(), table)
        client.pause_ms = 10
        client.retries = 0
        client.stall_ms = limits.get("stall_ms", 5000)
        try:
            try:
                result = await fetch(
                    client,
                    server.url + "/57i.st",
                    Slots(storage),
                    "57i",
                    running,
                    lambda stage, text: shown.append(text),
                )
            except DialtoneError as error:
                result = error
            return result, shown, server
        finally:
            await client.aclose()
            sweeper.cancel()
            server.stop()
            await asyncio.sleep(0)

    return run(session())


def test_installs_and_shows_progress():
    storage = Storage(tmp_dir())
    slot, shown, _ = _fetch(answer(_image(room=600)), storage)
    assert (slot.name, slot.version, slot.length) == ("a", "1.0.0.2-SIP", len(_PAYLOAD))
    assert storage.read("slots/a.img", 2000) == _PAYLOAD
    assert shown[0] == "Loading 57i.st" and shown[-1] == "Checking 57i.st" and "Loading 57i.st 100%" in shown
    assert Slots(storage).active().version == "1.0.0.2-SIP"


def test_no_image_on_the_server():
    slot, shown, _ = _fetch(answer(b"", "404 Not Found"), Storage(tmp_dir()))
    assert slot is None and shown == []


def test_equal_version_stops_after_the_header():
    storage = Storage(tmp_dir())
    data = answer(_image(version="1.0.0.1-SIP", payload_length=3000000)[:256], length=3000256)
    slot, shown, server = _fetch(data, storage)  # the rest never comes, and nobody waits for it
    assert slot is None and shown == [] and not storage.exists("slots")
    assert len(server.requests) == 1


def test_wrong_images_are_refused_by_name():
    good = _image()
    for body, length, word in (
        (b"<html>no</html>" * 20, None, "Not a firmware image"),
        (good[:100], None, "ends inside its header"),
        (b"", None, "ends inside its header"),
        (_image(models=("53i", "55i")), None, "is for 53i, 55i, not for 57i"),
        (_image(kind=2), None, "System images"),
        (_image(kind=7), None, "unknown kind 7"),
        (good[:9] + b"\x02" + good[10:], None, "header version 2"),
        (good[:-1], None, "has %d bytes, its header says %d" % (len(good) - 1, len(good))),
        (good + b"x", None, "has %d bytes" % (len(good) + 1)),
        (good[:-1] + b"!", None, "wrong SHA-256"),
        (good, len(good) - 1, "has %d bytes" % (len(good) - 1)),
    ):
        storage = Storage(tmp_dir())
        error, _, _ = _fetch(answer(body, length=length), storage)
        assert isinstance(error, PeerError) and word in error.text and error.advice, (word, error)
        assert Slots(storage).active() is None and not storage.exists("slots/a.img")


def test_chunked_short_and_long():
    good = _image()
    for body, word in ((good[:-1], "shorter"), (good + b"x", "longer"), (good[:300], "shorter")):
        raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
        storage = Storage(tmp_dir())
        error, _, _ = _fetch(raw, storage)
        assert isinstance(error, PeerError) and word in error.text
        assert not storage.exists("slots/a.img")


def test_status_other_than_404():
    error, _, _ = _fetch(answer(b"", "403 Forbidden"), Storage(tmp_dir()))
    assert error.text == "Server answered 403 for 57i.st" and error.advice


def test_broken_download_leaves_the_slot_in_use_alone():
    storage = Storage(tmp_dir())
    assert _fetch(answer(_image()), storage)[0].name == "a"
    newer = _image(b"y" * 1500, version="1.0.0.3-SIP")
    error, _, _ = _fetch(Cut(answer(newer)[:-500]), storage, "1.0.0.2-SIP")
    assert "too early" in error.text
    assert Slots(storage).active().version == "1.0.0.2-SIP" and not storage.exists("slots/b.img")
    assert storage.read("slots/a.img", 2000) == _PAYLOAD


def test_broken_download_is_resumed():
    whole = _image()

    def rest(fields):
        start = int(fields["range"][6:-1])
        fields = (("Content-Range", "bytes %d-%d/%d" % (start, len(whole) - 1, len(whole))),)
        return answer(whole[start:], "206 Partial Content", fields)

    storage = Storage(tmp_dir())
    slot, _, server = _fetch([Cut(answer(whole, fields=(("ETag", '"1"'),))[:1000]), rest], storage)
    assert slot.version == "1.0.0.2-SIP" and len(server.requests) == 2


def test_a_server_that_stalls():
    storage = Storage(tmp_dir())
    error, _, _ = _fetch(answer(_image()[:700], length=len(_image())), storage, stall_ms=300)
    assert error.text.endswith("stalled") and not storage.exists("slots/a.img")


def test_heap_growth_of_a_long_download():
    """4 MB in pieces of 4 KB: live heap at most 8 KB above what it was when the body began."""
    piece = bytes(range(256)) * 16
    count = 1024
    check = hashlib.sha256()
    for _ in range(count):
        check.update(piece)
    header = image.Header(1, ("57i",), "1.0.0.2-SIP", count * len(piece), check.digest())
    storage = Storage(tmp_dir())
    before, most, shown = [0], [0], [0]

    def progress(stage, text):
        gc.collect()
        now = gc.mem_alloc()
        if not before[0]:
            before[0] = now
        most[0] = max(most[0], now - before[0])
        shown[0] += 1

    async def serve(reader, writer):
        while (await reader.readline()).strip():
            pass  # to the end of the head: closing with unread bytes would reset the connection, and lose the last ones
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (256 + count * len(piece)))
        writer.write(image.build_header(header))
        for _ in range(count):
            writer.write(piece)
            await writer.drain()
        await shut(writer)

    async def session():
        big, port = await listen(serve)
        table = Table()
        client = Client(Platform(), _Store(), table)
        try:
            return await fetch(client, "http://127.0.0.1:%d/" % port, Slots(storage), "57i", "0", progress)
        finally:
            await client.aclose()
            big.close()

    slot = run(session())
    assert slot.length == 4194304 and shown[0] >= 11
    assert most[0] <= 8192, most[0]
    print("heap growth of a 4 MB download:", most[0])
