"""Firmware downloads over the real client: the header decides, what is whole stays, memory stays constant.

What comes of each byte is in test_update_stage.py; here are connections.
"""

import asyncio
import gc
from hashlib import sha256

from dialtone.client.http_client import Client
from dialtone.crypto import p256
from dialtone.errors import DialtoneError
from dialtone.net.table import Table
from dialtone.storage.files import Storage
from dialtone.update import building, check, image
from dialtone.update.payload import load
from dialtone.update.stage import HEAD, Stage
from firmware_images import PRIVATE, build
from scripted_server import Cut, Platform, Scripted, answer, listen, shut
from support import run, tmp_dir

_PAYLOAD = bytes(range(256)) * 40
_SLOT = "slots/a.romfs"

HEAP = "768k"  # the server that is scripted here, its images and the client share one heap


class _Store:
    layers = ()

    def get(self, name):
        return "TLS"

    def flag(self, name):
        return False


async def _both(connect, url, storage, running, progress):
    """Head, then payload: (Header or None); raises what went wrong."""

    def judge(header):
        return header.version != running

    staged = Stage(storage)
    if not (staged.load() and staged.tag() and staged.good()):
        client = connect()
        try:
            header = await check._ask(client, url, Stage(storage), lambda: judge)
        finally:
            await client.aclose()
        if not header:
            return None
    stage = Stage(storage)
    header = stage.load()
    platform = Platform(storage)
    platform.feed = None
    done, error = await load(platform, connect(), url, stage.digest()[0], progress)
    if error:
        raise error
    assert done
    return header


def _fetch(answers, storage, running="1.0.0.1-SIP", **limits):
    """(Header, None or error, texts shown, server) after fetching /57i.st."""
    shown = []

    async def session():
        server = await Scripted({"/57i.st": answers}).start()
        table = Table()
        sweeper = asyncio.create_task(table.sweep())

        def connect():
            client = Client(Platform(), _Store(), table)
            client.pause_ms = 10
            client.retries = 0
            client.stall_ms = limits.get("stall_ms", 5000)
            return client

        url = server.url + "/57i.st"
        try:
            try:
                result = await _both(connect, url, storage, running, lambda stage, text: shown.append(text))
            except DialtoneError as error:
                result = error
            return result, shown, server
        finally:
            sweeper.cancel()
            server.stop()
            await asyncio.sleep(0)

    return run(session())


def _rest(whole):
    def rest(fields):
        start = int(fields["range"][6:-1])
        more = (("Content-Range", "bytes %d-%d/%d" % (start, len(whole) - 1, len(whole))), ("ETag", '"1"'))
        return answer(whole[start:], "206 Partial Content", more)

    return rest


def test_loads_and_shows_progress():
    storage = Storage(tmp_dir())
    header, shown, _ = _fetch(answer(build(_PAYLOAD)), storage)
    assert header.version == "1.0.0.2-SIP" and storage.read(_SLOT, 20000) == _PAYLOAD
    assert shown[0] == "Loading 57i.st" and shown[-1] == "Checking"
    assert len(shown) > 2 and shown[1].startswith("Loading 57i.st ") and shown[1].endswith("%")


def test_no_image_on_the_server():
    for status in ("404 Not Found", "410 Gone"):
        assert _fetch(answer(b"", status), Storage(tmp_dir()))[:2] == (None, [])


def test_equal_version_stops_after_the_header():
    storage = Storage(tmp_dir())
    data = build(_PAYLOAD, version="1.0.0.1-SIP")
    found, shown, server = _fetch(answer(data[:256], length=len(data)), storage)  # the rest never comes
    assert found is None and shown == [] and not storage.exists("slots")
    assert len(server.requests) == 1


def test_chunked_short_and_long():
    good = build(_PAYLOAD)
    for body, word in ((good[:-1], "shorter"), (good + b"x", ""), (good[:300], "inside its header")):
        raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
        found, _, _ = _fetch(raw, Storage(tmp_dir()))
        assert word in found.text if word else found.blocks == 3, "what is behind the last block does not count"


def test_status_other_than_404():
    error, _, _ = _fetch(answer(b"", "403 Forbidden"), Storage(tmp_dir()))
    assert error.text == "Server answered 403 for the firmware image" and error.advice


def test_broken_download_is_resumed_over_another_connection():
    whole = build(_PAYLOAD)
    storage = Storage(tmp_dir())
    first = answer(whole, fields=(("ETag", '"1"'),))
    found, _, server = _fetch([first, Cut(first[:5000]), _rest(whole)], storage)
    assert found.version == "1.0.0.2-SIP" and len(server.requests) == 3


def test_broken_download_is_resumed_after_a_restart():
    whole = build(_PAYLOAD)
    storage = Storage(tmp_dir())
    first = answer(whole, fields=(("ETag", '"1"'),))
    error, _, _ = _fetch([first, Cut(first[:9500]), answer(b"", "503 Later")], storage)
    assert error and storage.size(_SLOT) == 8192
    found, _, server = _fetch(_rest(whole), storage)
    assert found.version == "1.0.0.2-SIP" and storage.read(_SLOT, 20000) == _PAYLOAD
    _, _, fields = server.requests[0]
    assert fields["range"] == "bytes=%d-" % (len(whole) - len(_PAYLOAD) + 8192) and fields["if-range"] == '"1"'


def test_a_weak_tag_is_no_validator():
    """RFC 9110, 13.1.5: If-Range takes a strong one or a date."""
    whole = build(_PAYLOAD)
    for fields, kept in (
        ((("ETag", 'W/"1"'),), ""),
        ((("ETag", 'W/"1"'), ("Last-Modified", "Thu, 26 Nov 2026 03:00:00 GMT")), "Thu, 26 Nov 2026 03:00:00 GMT"),
        ((("ETag", '"1"'), ("Last-Modified", "Thu, 26 Nov 2026 03:00:00 GMT")), '"1"'),
    ):
        storage = Storage(tmp_dir())
        found, _, server = _fetch(answer(whole, fields=fields), storage)
        assert found.version == "1.0.0.2-SIP" and Stage(storage).tag() == kept
        assert server.requests[-1][2].get("if-range", "") == kept


def test_a_server_that_breaks_off_again_and_again_is_asked_while_it_gets_further():
    """In one round, each time for what is behind the last whole block."""
    whole = build(_PAYLOAD)
    first = answer(whole, fields=(("ETag", '"1"'),))

    def rest(size):
        def part(fields):
            found = _rest(whole)(fields)
            return Cut(found[: found.find(b"\r\n\r\n") + 4 + size]) if size else found

        return part

    for pieces, taken in (([5000, 4500, 0], True), ([5000, 4000, 0], False), ([5000, 0], True), ([100, 0], False)):
        storage = Storage(tmp_dir())
        found, _, server = _fetch([first] + [rest(size) for size in pieces], storage)
        assert hasattr(found, "version") == taken, (pieces, found)
        if taken:
            assert storage.read(_SLOT, 20000) == _PAYLOAD and len(server.requests) == len(pieces) + 1
        else:
            assert found.text and found.advice and storage.size(_SLOT) == (4096 if pieces[0] > 4096 else 0)


def test_a_server_that_stalls():
    storage = Storage(tmp_dir())
    data = build(_PAYLOAD)
    error, _, _ = _fetch(answer(data[:5500], length=len(data)), storage, stall_ms=300)
    assert error.text.endswith("stalled") and storage.size(_SLOT) == 4096


def test_heap_growth_of_a_long_download():
    """4 MB in pieces of 4 KB: live heap at most 8 KB above what it was when the body began."""
    piece = bytes(range(256)) * 16
    count = 1024
    header = image.Header(1, ("57i",), "1.0.0.2-SIP", count * len(piece), 6)
    signed = sha256()
    hashed = sha256(piece).digest()
    signed.update(building.build_header(header))
    for _ in range(count):
        signed.update(hashed)
    proof = b"".join([part.to_bytes(32, "big") for part in p256.sign(PRIVATE, signed.digest())])
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
        length = header.head_length + count * len(piece)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
        writer.write(building.build_header(header))
        for _ in range(count):
            writer.write(hashed)
        writer.write(proof)
        for _ in range(count):
            writer.write(piece)
            await writer.drain()
        await shut(writer)

    async def session():
        big, port = await listen(serve)
        table = Table()
        try:
            url = "http://127.0.0.1:%d/" % port
            return await _both(lambda: Client(Platform(), _Store(), table), url, storage, "0", progress)
        finally:
            big.close()

    found = run(session())
    assert found.payload_length == 4194304 and shown[0] >= 11
    assert storage.size(HEAD) == 256 + 1024 * 32 + 64
    assert most[0] <= 8192, most[0]
    print("heap growth of a 4 MB download:", most[0])
