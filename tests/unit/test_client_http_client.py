"""The client against a server that answers well, wrongly, slowly or not at all."""

import asyncio

from client_support import body
from dialtone.client.http_client import Client
from dialtone.config.layer import Layer
from dialtone.errors import CallerError, PeerError
from dialtone.net.table import Table
from scripted_server import HANG, Cut, Platform, Scripted, answer, listen, shut
from support import raises, run

HEAP = "144k"  # the web server that is scripted here and the client share one heap

LONG_HEAD = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 4200  # made while the heap of the 32-bit build still has room for it


class _Store:
    layers = ()

    def __init__(self, **values):
        self.values = {"https client method": "TLS", "http digest username": "phone", "http digest password": "secret"}
        self.values.update(values)

    def get(self, name):
        return self.values.get(name, "")

    def flag(self, name):
        return self.get(name) == "1"


def _with(answers, test, **limits):
    """Run ``test(client, server)`` with a server that gives ``answers``."""

    async def session():
        server = await Scripted(answers).start()
        table = Table()
        sweeper = asyncio.create_task(table.sweep())
        client = Client(Platform(), _Store(), table)
        client.pause_ms = 10
        client.connect_ms = client.first_byte_ms = client.stall_ms = 5000
        for name in limits:
            setattr(client, name, limits[name])
        try:
            await test(client, server)
        finally:
            await client.aclose()
            sweeper.cancel()
            server.stop()
            await asyncio.sleep(0)
        assert table.entries == [], "a connection was left open"

    run(session())


def _fails(answers, kind=PeerError, **limits):
    """The error of fetching /f completely."""
    caught = []

    async def test(client, server):
        with raises(kind) as e:
            exchange = await client.open(server.url + "/f")
            try:
                await body(exchange)
            finally:
                await exchange.close()
        caught.append(e.value)
        caught.append(server)

    _with(answers, test, **limits)
    assert caught[0].text and caught[0].advice
    return caught[0].text, caught[1]


def test_one_connection_serves_a_run():
    async def test(client, server):
        for path, status, content in (
            ("/a", 200, b"alpha"),
            ("/missing", 404, b"not here"),
            ("/e", 200, b""),
            ("/a", 200, b"alpha"),
        ):
            exchange = await client.open(server.url + path)
            assert exchange.status == status and exchange.length == len(content)
            assert await body(exchange, close=False) == content
            assert not len(await exchange.view())
            await exchange.close()
            await exchange.close()
        assert server.connections == 1

    _with({"/a": answer(b"alpha"), "/e": answer()}, test)


def test_what_the_phone_says_about_itself():
    async def test(client, server):
        exchange = await client.open(server.url + "/a?x=1", (("If-None-Match", '"t"'),))
        await exchange.close()
        method, target, fields = server.requests[0]
        assert (method, target) == ("GET", "/a?x=1")
        assert fields["user-agent"] == "Aastra57i MAC:00-08-5D-12-34-56 V:1.0.0.1-SIP"
        assert fields["host"] == "127.0.0.1:%d" % server.port and fields["accept-language"] == "en"
        assert fields["if-none-match"] == '"t"' and "authorization" not in fields
        assert not [name for name in fields if name[:2] == "x-"]

    _with({}, test)


def test_expansion_modules_are_told():
    async def test(client, server):
        client.store.layers = Layer(), Layer()
        client.store.layers[0].append("expmod1 key2 type", "-", 1, "xml")
        client.store.layers[0].append("softkey1 label", "-", 1, "expmod2 key1")
        client.store.layers[1].append("expmod3 key60 label", "-", 1, "Last")
        exchange = await client.open(server.url + "/a")
        await exchange.close()
        fields = server.requests[0][2]
        assert {name: fields[name] for name in fields if name[:2] == "x-"} == {
            "x-aastra-expmod1": "560M",
            "x-aastra-expmod3": "560M",
        }

    _with({}, test)


def test_chunked_body_in_small_reads():
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: x\r\n\r\n"

    async def test(client, server):
        exchange = await client.open(server.url + "/c")
        assert exchange.length is None
        room, data = bytearray(4), b""
        while True:
            count = await exchange.readinto(memoryview(room))
            if not count:
                break
            data += bytes(room[:count])
        assert data == b"hello world"
        assert await exchange.readinto(memoryview(room)) == 0
        await exchange.close()
        await (await client.open(server.url + "/c")).close()
        assert server.connections == 1

    _with({"/c": raw}, test)


def test_long_body_that_nobody_wants_closes_the_connection():
    async def test(client, server):
        exchange = await client.open(server.url + "/long")
        await exchange.readinto(memoryview(bytearray(100)))
        await exchange.close()
        exchange = await client.open(server.url + "/short")
        await exchange.close()
        await (await client.open(server.url + "/short")).close()
        assert server.connections == 2

    _with({"/long": answer(bytes(9000)), "/short": answer(bytes(1000))}, test)


def test_a_kept_connection_that_went_away_is_replaced():
    async def test(client, server):
        await (await client.open(server.url + "/a")).close()
        await asyncio.sleep(0.05)
        exchange = await client.open(server.url + "/b")
        assert await body(exchange) == b"2"
        await exchange.close()
        assert server.connections == 2 and server.paths() == ["/a", "/b"]

    _with({"/a": Cut(answer(b"1")), "/b": answer(b"2")}, test, retries=0)


def test_redirects():
    async def test(client, server):
        exchange = await client.open(server.url + "/1", (("If-None-Match", '"t"'),))
        assert await body(exchange) == b"end"
        assert exchange.url.target == "/dir/end?q"
        await exchange.close()
        assert server.paths() == ["/1", "/dir/2", "/dir/end?q"] and server.connections == 1
        assert server.requests[2][2]["if-none-match"] == '"t"'

    moved = answer(b"moved", "301 Moved Permanently", (("Location", "/dir/2"),))
    _with({"/1": moved, "/dir/2": answer(b"", "307 X", (("Location", "end?q"),)), "/dir/end?q": answer(b"end")}, test)


def test_redirect_loop_and_bad_locations():
    text, server = _fails({"/f": answer(b"", "302 Found", (("Location", "/f"),))})
    assert text.startswith("Too many redirects") and len(server.requests) == 6
    for place in ("ftp://h/x", "http://", "//user@@/", "http://h:99999/"):
        text, _ = _fails({"/f": answer(b"", "302 Found", (("Location", place),))})
        assert "redirects to" in text
    caught = []

    async def test(client, server):
        exchange = await client.open(server.url + "/none")
        caught.append(exchange.status)
        await exchange.close()

    _with({"/none": answer(b"", "302 Found")}, test)
    assert caught == [302]


def test_never_from_https_to_http():
    from dialtone.client.http_client import _follow
    from dialtone.http.url import parse

    with raises(PeerError) as e:
        _follow(parse("https://h/a"), "http://h/a", ())
    assert e.value.text == "h redirects from https to http" and e.value.advice
    url, fields = _follow(
        parse("http://u:p@h/a"), "https://h/a", (("Range", "bytes=1-"), ("X", "y"), ("If-None-Match", "z"))
    )
    assert url.scheme == "https" and not url.user and list(fields) == [("X", "y")]
    url, fields = _follow(parse("http://u:p@h/a"), "b", (("Range", "bytes=1-"),))
    assert (url.user, url.password, url.target) == ("u", "p", "/b") and list(fields) == [("Range", "bytes=1-")]


def test_another_origin_gets_no_private_fields():
    async def test(client, server):
        other = await Scripted({"/x": answer(b"x")}).start()
        try:
            server.answers["/f"] = answer(b"", "302 Found", (("Location", other.url + "/x"),))
            fields = (("If-None-Match", '"t"'), ("Authorization", "Basic abc"), ("Cookie", "c"), ("X-Kept", "1"))
            exchange = await client.open(server.url + "/f", fields)
            assert await body(exchange) == b"x"
            await exchange.close()
            seen = other.requests[0][2]
            assert "if-none-match" not in seen and "authorization" not in seen and "cookie" not in seen
            assert seen["x-kept"] == "1"
        finally:
            other.stop()

    _with({}, test)


def test_truncated_without_validator():
    text, server = _fails({"/f": Cut(answer(b"half", length=8))})
    assert text.endswith("ended the transfer too early") and len(server.requests) == 1


def test_truncated_chunks():
    for tail in (b"", b"5\r\nhel", b"5\r\nhello\r\n", b"5\r\nhello\r\n0\r\n"):
        text, _ = _fails({"/f": Cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + tail)})
        assert text.endswith("ended the transfer too early")


def test_more_than_the_content_length():
    text, _ = _fails({"/f": answer(b"longer than it says", length=6)})
    assert text.endswith("sent more than its Content-Length says")


def test_broken_transfer_is_resumed():
    whole = bytes(range(256)) * 8

    def rest(fields):
        start = int(fields["range"][6:-1])
        assert fields["if-range"] == '"v1"'
        fields = (("Content-Range", "bytes %d-%d/%d" % (start, len(whole) - 1, len(whole))),)
        data = answer(whole[start:], "206 Partial Content", fields)
        return Cut(data[:600]) if start < 1000 else data

    first = Cut(answer(whole, fields=(("ETag", '"v1"'),))[:800])

    async def test(client, server):
        exchange = await client.open(server.url + "/f")
        assert await body(exchange) == whole
        await exchange.close()
        assert len(server.requests) == 3 and server.connections == 3

    _with({"/f": [first, rest]}, test)


def test_resume_of_a_file_that_changed_fails():
    first = Cut(answer(b"x" * 100, fields=(("ETag", '"v1"'),))[:-50])
    for second in (
        answer(b"y" * 100, fields=(("ETag", '"v2"'),)),
        answer(b"y" * 50, "206 Partial Content", (("Content-Range", "bytes 50-99/120"),)),
        answer(b"y" * 50, "206 Partial Content", (("Content-Range", "bytes 49-99/100"),)),
        answer(b"y" * 20, "206 Partial Content", (("Content-Range", "bytes 50-99/100"),)),
        answer(b"y" * 70, "206 Partial Content", (("Content-Range", "bytes 50-99/100"),)),
        answer(b"y" * 50, "206 Partial Content"),
        answer(b"", "416 Range Not Satisfiable"),
    ):
        text, server = _fails({"/f": [first, second]})
        assert text.endswith("ended the transfer too early") and len(server.requests) == 2


def test_weak_tags_and_refused_ranges_are_not_resumed():
    for fields in ((("ETag", 'W/"v1"'),), (("ETag", '"v1"'), ("Accept-Ranges", "none"))):
        text, server = _fails({"/f": Cut(answer(b"x" * 100, fields=fields)[:-50])})
        assert text.endswith("too early") and len(server.requests) == 1


def test_silent_server_and_stalledbody():
    text, server = _fails({"/f": HANG}, first_byte_ms=300)
    assert text.endswith("did not answer in time") and len(server.requests) == 1

    async def kept(client, server):
        await (await client.open(server.url + "/a")).close()
        with raises(PeerError):
            await client.open(server.url + "/f")
        assert server.paths() == ["/a", "/f"]  # not once more over a new connection

    _with({"/a": answer(b"1"), "/f": HANG}, kept, first_byte_ms=300)

    async def test(client, server):
        async def stall(reader, writer):
            await reader.readline()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
            for _ in range(30):
                writer.write(b".")  # slower than anybody would wait, yet never silent for long
                await writer.drain()
                try:
                    await asyncio.sleep(0.1)
                except asyncio.CancelledError:
                    break
            await shut(writer)

        slow, port = await listen(stall)
        try:
            with raises(PeerError) as e:
                exchange = await client.open("http://127.0.0.1:%d/" % port)
                try:
                    await body(exchange)
                finally:
                    await exchange.close()
            assert e.value.text.endswith("stalled")
        finally:
            slow.close()

    _with({}, test, stall_ms=600)


def test_nobody_there():
    async def test(client, server):
        server.stop()
        await asyncio.sleep(0.05)
        with raises(PeerError) as e:
            await client.open(server.url + "/")
        assert e.value.text == "127.0.0.1:%d refused the connection" % server.port and e.value.advice

    _with({}, test)


def test_busy_server_is_asked_again_but_not_for_ever():
    async def test(client, server):
        exchange = await client.open(server.url + "/f")
        assert exchange.status == 200
        await exchange.close()
        exchange = await client.open(server.url + "/g")
        assert exchange.status == 503
        await exchange.close()
        assert server.paths() == ["/f", "/f", "/g", "/g", "/g"]

    busy = answer(b"", "503 Service Unavailable")
    _with({"/f": [busy, answer(b"ok")], "/g": busy}, test)


def test_answers_that_are_not_http():
    for raw in (
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        LONG_HEAD,
    ):
        text, server = _fails({"/f": Cut(raw)})
        assert text.startswith("127.0.0.1:") and len(server.requests) == 1


def test_compressed_answers_are_refused():
    text, _ = _fails({"/f": answer(b"x", fields=(("Content-Encoding", "gzip"),))})
    assert text.endswith("sent a compressed answer")


def test_body_until_close_is_taken_over_plain_http_only():
    async def test(client, server):
        exchange = await client.open(server.url + "/f")
        assert await body(exchange) == b"all of it"
        await exchange.close()

    _with({"/f": Cut(b"HTTP/1.0 200 OK\r\n\r\nall of it")}, test)


def test_bad_urls_are_the_callers_mistake():
    async def test(client, server):
        for url in ("", "host/path", "ftp://h/", "http://h:0x50/", "http://h/\r\nX: y"):
            with raises(CallerError):
                await client.open(url)

    _with({}, test)


def _digest(fields):
    if "authorization" not in fields:
        challenge = 'Basic realm="no", Digest realm="r", qop="auth", nonce="%s", algorithm=SHA-256'
        return answer(b"log in", "401 Unauthorized", (("WWW-Authenticate", challenge % "n1"),))
    assert 'username="phone"' in fields["authorization"] and "SHA-256" in fields["authorization"]
    return answer(b"in")


def test_digest_for_the_configuration_server_only():
    async def test(client, server):
        exchange = await client.open(server.url + "/f")
        assert exchange.status == 401
        await exchange.close()
        assert len(server.requests) == 1
        client.homes = [("http", "127.0.0.1", server.port)]
        for _ in range(2):
            exchange = await client.open(server.url + "/f")
            assert await body(exchange) == b"in"
            await exchange.close()
        assert len(server.requests) == 4 and server.connections == 1  # the second time the nonce is used again
        assert "nc=00000002" in server.requests[3][2]["authorization"]

    _with({"/f": _digest}, test)


def test_wrong_password_is_tried_once():
    async def test(client, server):
        client.homes = [("http", "127.0.0.1", server.port)]
        exchange = await client.open(server.url + "/f")
        assert exchange.status == 401
        await exchange.close()
        assert len(server.requests) == 2

    _with({"/f": answer(b"", "401 Unauthorized", (("WWW-Authenticate", 'Digest realm="r", nonce="n"'),))}, test)


def test_stale_nonce_is_renewed():
    first = answer(b"", "401 Unauthorized", (("WWW-Authenticate", 'Digest realm="r", nonce="1"'),))
    stale = answer(b"", "401 Unauthorized", (("WWW-Authenticate", 'Digest realm="r", nonce="2", stale=TRUE'),))

    async def test(client, server):
        exchange = await client.open("http://who:pw@127.0.0.1:%d/f" % server.port)
        assert exchange.status == 200 and "pw" not in str(exchange.url)
        await exchange.close()
        assert 'nonce="2"' in server.requests[2][2]["authorization"]
        assert 'username="who"' in server.requests[2][2]["authorization"]

    _with({"/f": [first, stale, answer(b"ok")]}, test)


def test_another_path_may_belong_to_another_realm():
    """What opened one is tried on the other, and is no reason to give up there."""

    def asks(realm):
        challenge = (("WWW-Authenticate", 'Digest realm="%s", nonce="%s"' % (realm, realm)),)

        def check(fields):
            good = 'realm="%s"' % realm in fields.get("authorization", "")
            return answer(b"in") if good else answer(b"", "401 Unauthorized", challenge)

        return check

    async def test(client, server):
        client.homes = [("http", "127.0.0.1", server.port)]
        for path in ("/a", "/b", "/b", "/a"):
            exchange = await client.open(server.url + path)
            assert exchange.status == 200, path
            await exchange.close()
        assert server.paths() == ["/a", "/a", "/b", "/b", "/b", "/a", "/a"]
        server.answers["/b"] = answer(b"", "401 Unauthorized", (("WWW-Authenticate", 'Digest realm="c", nonce="c"'),))
        exchange = await client.open(server.url + "/b")
        assert exchange.status == 401 and server.paths()[7:] == ["/b", "/b"], "the password has changed: not for ever"
        await exchange.close()

    _with({"/a": asks("a"), "/b": asks("b")}, test)


def test_basic_is_not_sent_in_the_clear():
    async def test(client, server):
        with raises(PeerError) as e:
            await client.open("http://who:pw@127.0.0.1:%d/f" % server.port)
        assert "Basic" in e.value.text and "pw" not in str(e.value)
        assert "authorization" not in server.requests[0][2]

    _with({"/f": answer(b"", "401 Unauthorized", (("WWW-Authenticate", 'Basic realm="r"'),))}, test)


def test_cancel_while_waiting():
    async def test(client, server):
        task = asyncio.create_task(client.open(server.url + "/f"))
        await asyncio.sleep(0.1)
        task.cancel()
        try:
            await task
            raise AssertionError("not cancelled")
        except asyncio.CancelledError:
            pass

    _with({"/f": HANG}, test)


def test_stopped_at_the_keys_is_no_reason_to_try_again():
    def stop(server, client):
        for _ in range(2):  # twice does no harm
            client.table.stop_clients()

    async def waiting(client, server):
        task = asyncio.create_task(client.open(server.url + "/f"))
        while not server.requests:
            await asyncio.sleep(0.01)
        stop(server, client)
        with raises(PeerError) as e:
            await task
        assert "Stopped" in e.value.text and len(server.requests) == 1

    async def receiving(client, server):
        server.answers["/f"] = answer(b"x" * 4600, fields=(("ETag", '"a"'),))  # it could be resumed
        exchange = await client.open(server.url + "/f")
        assert len(await exchange.view())
        stop(server, client)
        with raises(PeerError) as e:
            await body(exchange)
        assert "Stopped" in e.value.text and len(server.requests) == 1
        await exchange.close()
        server.answers["/f"] = answer(b"next")
        assert await body(await client.open(server.url + "/f")) == b"next", "the next one is not meant"

    _with({"/f": HANG}, waiting)
    _with({}, receiving)


def test_pauses_double_and_spread_by_lot():
    from dialtone.client import http_client  # here: others may have unloaded the one of above

    client = http_client.Client(Platform(), _Store(), Table())
    client.pause_ms = 500
    slept = []

    async def sleep_ms(ms):
        slept.append(ms)

    async def main():
        real, http_client.sleep_ms = http_client.sleep_ms, sleep_ms
        try:
            for lot in (0, 128, 255):
                client.platform.random = lambda count: bytes([lot]) * count  # noqa: B023 - used up within the round
                for turn in range(3):
                    await client.pause(turn)
        finally:
            http_client.sleep_ms = real

    run(main())
    assert slept == [500, 1000, 2000, 750, 1500, 3000, 998, 1996, 3992], slept


def test_head_has_nobody():
    async def test(client, server):
        exchange = await client.open(server.url + "/f", method="HEAD")
        assert exchange.status == 200 and not len(await exchange.view())
        await exchange.close()
        await (await client.open(server.url + "/f", method="HEAD")).close()
        server.answers["/f"] = answer(b"x" * 500)  # the same head, now with its body
        exchange = await client.open(server.url + "/f")
        assert await body(exchange) == b"x" * 500
        await exchange.close()
        assert server.connections == 1

    _with({"/f": answer(b"", length=500)}, test)
