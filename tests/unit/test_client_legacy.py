"""The client over SSL 3.0 and TLS 1.0: what is downloaded, what is checked, and that nobody ever logs in over them."""

from client_support import body
from dialtone.client.http_client import Client
from dialtone.errors import PeerError
from dialtone.net.table import Table
from dialtone.storage.files import Storage
from dialtone.tls.legacy.record import DATA
from net_identity import CA, pem
from old_server import CERTIFICATE, OldServer, lot
from scripted_server import Platform, answer, listen, shut
from support import raises, run, tmp_dir

HEAP = "208k"  # the old server that is scripted here and the client share one heap

METHODS = (("SSLv3", 0x0300), ("TLSv1", 0x0301))


class _Store:
    layers = ()

    def __init__(self, method, verify="1"):
        self._values = {"https client method": method, "https validate certificates": verify}
        for name in ("https validate expires", "https validate hostname"):
            self._values[name] = "1"
        self._values.update({"http digest username": "phone", "http digest password": "secret"})

    def get(self, name):
        return self._values.get(name, "")

    def flag(self, name):
        return self.get(name) == "1"


def _session(method, version, replies, test, anchor=CERTIFICATE, verify="1", cut=False):
    """Run ``test(client, url, requests)`` against an old server that gives one of ``replies`` to each request."""

    async def session():
        requests = []

        async def serve(reader, writer):
            old = OldServer(version)
            old.chain = (CERTIFICATE,)
            while not old.closed:
                data = await reader.read(1000)
                if not data:
                    break
                try:
                    old.feed(data)
                except PeerError:
                    break  # an alert
                if b"\r\n\r\n" in old.got:
                    requests.append(old.got)
                    old.got = b""
                    old.records.send(DATA, replies.pop(0))
                writer.write(old.take())
                await writer.drain()
                if cut and requests:
                    break
            await shut(writer)

        platform = Platform(Storage(tmp_dir()))
        platform.random = lot(7)
        platform.trust_anchor = "anchors.pem"
        platform.storage.write_atomic("anchors.pem", [pem(anchor)])
        server, port = await listen(serve)
        client = Client(platform, _Store(method, verify), Table())
        client.pause_ms, client.retries = 1, 0
        client.homes = [("https", "localhost", port)]
        try:
            await test(client, "https://localhost:%d/a" % port, requests)
        finally:
            await client.aclose()
            server.close()

    run(session())


def test_a_download_is_checked_but_counts_as_unverified():
    async def test(client, url, requests):
        for _ in range(2):
            exchange = await client.open(url)
            assert not exchange.verified and await body(exchange) == b"hello" * 300
        assert len(requests) == 2

    for method, version in METHODS:
        _session(method, version, [answer(b"hello" * 300)] * 2, test)


def test_a_certificate_of_somebody_else_gets_no_request():
    async def test(client, url, requests):
        with raises(PeerError) as e:
            await client.open(url)
        assert e.value.text == "Bad Certificate: its issuer is not trusted" and requests == []

    for method, version in METHODS:
        _session(method, version, [], test, anchor=CA)

        async def unchecked(client, url, requests):
            assert await body(await client.open(url)) == b"x"

        _session(method, version, [answer(b"x")], unchecked, anchor=CA, verify="0")


def test_nobody_logs_in_over_them():
    wanted = (
        ("WWW-Authenticate", 'Basic realm="r"'),
        ("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'),
    )

    async def test(client, url, requests):
        for place in (url, url.replace("//", "//me:pw@")):
            with raises(PeerError) as e:
                await client.open(place)
            assert "asks for a log-in, which is sent over TLS 1.2 or later only" in e.value.text and e.value.advice
        assert len(requests) == 2
        for request in requests:
            assert b"uthorization" not in request and b"secret" not in request and b"phone" not in request

    for method, version in METHODS:
        for field in wanted:
            _session(method, version, [answer(b"", "401 Unauthorized", (field,))] * 2, test)


def test_a_log_in_that_is_known_from_before_is_not_sent_either():
    async def test(client, url, requests):
        from dialtone.client import digest

        challenge = digest.parse('Digest realm="r", nonce="n", qop="auth", algorithm=MD5')[0]
        client._challenge = client.homes[0], challenge
        assert await body(await client.open(url)) == b"x"
        assert b"uthorization" not in requests[0]

    for method, version in METHODS:
        _session(method, version, [answer(b"x")], test)


def test_a_cut_stream_is_told_as_such():
    async def test(client, url, requests):
        with raises(PeerError) as e:
            await body(await client.open(url))
        assert "cut the connection: what it sent may be incomplete" in e.value.text

    for method, version in METHODS:
        part = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhttp port: 1\n"
        _session(method, version, [part], test, cut=True)
