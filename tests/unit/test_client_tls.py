"""The client over TLS: what is verified, when the request may leave, and what ends a body."""

import sys

import net_identity as ids
from client_support import body
from dialtone.client.http_client import Client
from dialtone.errors import PeerError
from dialtone.net import tls
from dialtone.net.listener import Listener
from dialtone.net.supervisor import Supervisor
from dialtone.net.table import Table
from dialtone.storage.files import Storage
from scripted_server import Platform, answer, listen, shut
from support import raises, run, tmp_dir

HEAP = "128k"  # the TLS server that is scripted here and the client share one heap
_OLD = ("dialtone.tls.legacy", "dialtone.net.legacy", "dialtone.crypto", "dialtone.x509.building")


class _Store:
    layers = ()

    def __init__(self, verify="1", method="TLS"):
        self._values = {"https validate certificates": verify, "https client method": method}
        for name in ("https validate expires", "https validate hostname"):
            self._values[name] = "1"

    def get(self, name):
        return self._values.get(name, "phone")

    def flag(self, name):
        return self.get(name) == "1"


def _session(answers, test, certificate=ids.LEAF, anchors=ids.CA, **settings):
    """Run ``test(client, url, heads)`` against a TLS server that gives ``answers`` by path."""

    async def session():
        heads = []

        async def handler(stream, entry):
            data, room = b"", bytearray(1000)
            while True:
                while b"\r\n\r\n" not in data:
                    entry.busy()
                    count = await stream.readinto(room)
                    if not count:
                        return
                    data += bytes(room[:count])
                heads.append(str(data, "utf-8"))
                path = heads[-1].split(" ")[1]
                data = b""
                reply = answers[path]
                await stream.write(reply.pop(0) if isinstance(reply, list) else reply)
                if b"Connection: close" in reply:
                    stream.close()
                    return

        platform = Platform(Storage(tmp_dir()))
        platform.trust_anchor = "anchors.pem"
        platform.storage.write_atomic("anchors.pem", [ids.pem(anchors)])
        supervisor, table = Supervisor(platform.log), Table()
        supervisor.spawn("sweeper", table.sweep())
        context = tls.server_context(certificate, ids.KEY)
        listener = Listener("https", "127.0.0.1", 0, handler, supervisor, table, context)
        listener.start()
        client = Client(platform, _Store(**settings), table)
        client.pause_ms, client.retries = 1, 0
        try:
            await test(client, "https://localhost:%d" % listener.port, heads)
        finally:
            await client.aclose()
            await listener.stop()
            await supervisor.stop()

    run(session())


def test_verified_requests_over_one_connection():
    async def test(client, url, heads):
        for _ in range(3):
            exchange = await client.open(url + "/a")
            assert exchange.verified and await body(exchange) == b"hello" * 100
        assert len(heads) == 3

    _session({"/a": answer(b"hello" * 100)}, test)


def test_wrong_certificates_get_no_request():
    for certificate, words in (
        (ids.EXPIRED, "expired"),
        (ids.FUTURE, "not valid yet"),
        (ids.OTHER_NAME, "another host"),
        (ids.SELF_SIGNED, "not trusted"),
    ):

        async def test(client, url, heads, words=words):
            with raises(PeerError) as e:
                await client.open(url + "/a")
            assert e.value.text.startswith("Bad Certificate") and words in e.value.text and e.value.advice
            assert heads == []

        _session({}, test, certificate)


def test_without_verification_nothing_counts_as_verified():
    async def test(client, url, heads):
        exchange = await client.open(url + "/a")
        assert not exchange.verified and await body(exchange) == b"x"

    _session({"/a": answer(b"x")}, test, ids.SELF_SIGNED, verify="0")


def test_a_body_until_close_is_refused():
    async def test(client, url, heads):
        with raises(PeerError) as e:
            await body(await client.open(url + "/a"))
        assert e.value.text.endswith("sent an answer without its length") and e.value.advice

    _session({"/a": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhttp port: 1\n"}, test)


def test_of_what_is_not_there_nobody_needs_the_length():
    """Old servers end each answer by closing: that they lack security.tuz must not keep a phone from its files."""

    async def test(client, url, heads):
        exchange = await client.open(url + "/a")
        assert exchange.status == 404 and exchange.verified
        await exchange.close()

    _session({"/a": b"HTTP/1.0 404 Not Found\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\nno"}, test)


def test_truncation_is_noticed():
    for raw in (
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 99\r\n\r\nhttp port: 1\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nd\r\nhttp port: 1\n\r\n",
    ):

        async def test(client, url, heads):
            with raises(PeerError) as e:
                await body(await client.open(url + "/a"))
            assert e.value.text.endswith("ended the transfer too early")

        _session({"/a": raw}, test)


def test_basic_log_in_over_verified_tls_only():
    who = answer(b"", "401 Unauthorized", (("WWW-Authenticate", 'Basic realm="r"'),))

    async def verified(client, url, heads):
        assert await body(await client.open(url.replace("//", "//me:pw@") + "/a")) == b"in"
        assert "Authorization: Basic bWU6cHc=\r\n" in heads[1]

    async def unverified(client, url, heads):
        with raises(PeerError) as e:
            await client.open(url.replace("//", "//me:pw@") + "/a")
        assert "Basic" in e.value.text and "Authorization" not in heads[0] and len(heads) == 1

    _session({"/a": [who, answer(b"in")]}, verified)
    _session({"/a": who}, unverified, verify="0")


def test_redirect_from_https_to_http_is_refused():
    async def test(client, url, heads):
        with raises(PeerError) as e:
            await client.open(url + "/a")
        assert "from https to http" in e.value.text

    _session({"/a": answer(b"", "302 Found", (("Location", "http://localhost:9/"),))}, test)


def test_a_redirect_is_as_verified_as_who_gave_it():
    """Else whoever is on the line of a plain download sends the phone to his own server, with a good certificate."""

    async def test(client, url, heads):
        server, port = await listen(moved)
        try:
            exchange = await client.open("http://localhost:%d%s/a" % (port, url[url.rfind(":") :].replace(":", "/")))
            assert not exchange.verified and await body(exchange) == b"x" and len(heads) == 1
            exchange = await client.open(url + "/b")
            assert exchange.verified and await body(exchange) == b"x" and len(heads) == 3
            client.vouched = False  # nor is a server more than who has named it, see provisioning/source.py
            exchange = await client.open(url + "/a")
            assert not exchange.verified and await body(exchange) == b"x"
        finally:
            server.close()

    async def moved(reader, writer):
        _, port, path = str(await reader.readline(), "utf-8").split(" ")[1].split("/")
        while len(await reader.readline()) > 2:
            pass  # what is left unread would become a reset
        writer.write(answer(b"", "302 Found", (("Location", "https://localhost:%s/%s" % (port, path)),)))
        await writer.drain()
        await shut(writer)

    _session({"/a": answer(b"x"), "/b": answer(b"", "302 Found", (("Location", "/a"),))}, test)


def test_plain_server_on_the_tls_port():
    async def test(client, url, heads):
        server, port = await listen(plain)
        try:
            with raises(PeerError) as e:
                await client.open("https://localhost:%d/" % port)
            assert e.value.text and e.value.advice
        finally:
            server.close()

    async def plain(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await shut(writer)

    _session({}, test)


def _take_out(name):
    package, _, child = name.rpartition(".")
    if hasattr(sys.modules.get(package), child):
        delattr(sys.modules[package], child)
    return sys.modules.pop(name)


def test_what_the_old_methods_need_is_not_imported_for_tls():
    """Not for a verified request, nor for the refusal of a certificate."""

    def there():
        return [name for name in sys.modules if [1 for old in _OLD if name.startswith(old)]]

    kept = [(name, _take_out(name)) for name in sorted(there())]  # on CPython all tests share their modules
    try:
        test_verified_requests_over_one_connection()
        test_wrong_certificates_get_no_request()
        assert there() == []
        test_old_methods_are_never_upgraded()
        assert "dialtone.tls.legacy.record" in there() and "dialtone.net.legacy" in there(), "these are the names"
    finally:
        for name, module in kept:
            package, _, child = name.rpartition(".")
            sys.modules[name] = module
            setattr(sys.modules[package], child, module)


def test_old_methods_are_never_upgraded():

    async def test(client, url, heads):
        with raises(PeerError) as e:
            await client.open(url + "/a")
        assert "ended TLS 1.0 (alert 70)" in e.value.text and e.value.advice and heads == []

    _session({}, test, method="TLSv1", verify="0")
