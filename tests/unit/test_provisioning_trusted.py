"""Files with certificates: what is taken, from whom, and what happens to the old one."""

import asyncio
from binascii import a2b_base64, b2a_base64

import net_chains as chains
import net_identity as ids
from dialtone.errors import CallerError
from dialtone.net import anchors
from dialtone.provisioning import trusted
from dialtone.storage.files import Storage
from scripted_server import Platform
from support import raises, run, tmp_dir

HEAP = "160k"  # whole files, of both sides, which the phone never has in its heap

ROOTS = "https user certificates"
CLIENT = "https client certificate"
FOLDER = "https://config.example/phones/"
ENDLESS = b"#" * 100
KEY = b"-----BEGIN PRIVATE KEY-----\n" + b2a_base64(ids.KEY) + b"-----END PRIVATE KEY-----\n"
# A private number of 40 bytes, where the curve has 32
_DER = b"\x30\x39\2\1\1\4\x28" + b"\xff" * 40 + b"\xa0\x0a\6\x08*\x86H\xce=\3\1\7"
LONG = b"-----BEGIN EC PRIVATE KEY-----\n" + b2a_base64(_DER) + b"-----END EC PRIVATE KEY-----\n"
SEC1 = b"-----BEGIN EC PRIVATE KEY-----\n" + b2a_base64(ids.KEY_SEC1) + b"-----END EC PRIVATE KEY-----\n"


def pem(names):
    return b"".join([ids.pem(a2b_base64(getattr(chains, name))) for name in names.split()])


class _Exchange:
    def __init__(self, url, status, body, verified):
        self.url, self.status, self.verified = url, status, verified
        self._body = body
        self._at = 0
        self.closed = False

    async def view(self):
        await asyncio.sleep(0)
        if self._body is ENDLESS:
            return memoryview(ENDLESS)
        at, self._at = self._at, self._at + 100
        return memoryview(self._body)[at : at + 100]

    async def close(self):
        self.closed = True


class _Client:
    """``files``: what the server has under which URL."""

    def __init__(self, values):
        self.platform = Platform(Storage(tmp_dir()))
        self.store = self
        self.values = values
        self.files = {}
        self.verified = True
        self.asked = []
        self.closed = 0

    def get(self, name):
        return self.values.get(name, "")

    async def open(self, url):
        self.asked.append(str(url))
        body = self.files.get(str(url))
        self.exchange = _Exchange(url, 404 if body is None else 200, body or b"", self.verified)
        return self.exchange

    async def aclose(self):
        self.closed += 1

    def update(self):
        error = run(trusted.update(self.platform, self, lambda: self, lambda: None, FOLDER))
        assert not self.platform.storage.exists(trusted.NEW)
        return error and error.text

    def kept(self, name=anchors.FETCHED):
        return self.platform.storage.read(name, 20000)


def test_roots_are_fetched_kept_and_dropped():
    client = _Client({ROOTS: "own/roots.pem"})
    client.files[FOLDER + "own/roots.pem"] = b"# ours\n" + pem("ROOT OTHER_ROOT")
    assert client.update() is None and client.exchange.closed and client.closed == 1
    assert client.kept() == b"# ours\n" + pem("ROOT OTHER_ROOT")
    assert [bytes(der) for der in anchors.own(client.platform)] == [
        a2b_base64(chains.ROOT),
        a2b_base64(chains.OTHER_ROOT),
    ]
    assert "Root until 2100-01-01; Other Root until 2100-01-01" in client.platform.lines[-1]
    said = len(client.platform.lines)
    assert client.update() is None and len(client.platform.lines) == said  # the same file again: nothing is written
    client.files[FOLDER + "own/roots.pem"] = pem("ROOT_RSA")
    assert client.update() is None and client.kept() == pem("ROOT_RSA")
    client.values[ROOTS] = ""
    assert client.update() is None and client.kept() is None and "gone" in client.platform.lines[-1]
    assert client.update() is None


def test_an_address_of_its_own():
    client = _Client({ROOTS: "https://elsewhere.example:8443/x.pem"})
    client.files["https://elsewhere.example:8443/x.pem"] = pem("ROOT")
    assert client.update() is None and client.kept() == pem("ROOT")


def test_what_is_not_taken_leaves_the_old_file():
    client = _Client({ROOTS: "roots.pem"})
    client.files[FOLDER + "roots.pem"] = pem("ROOT")
    assert client.update() is None
    for place, body, verified, words in (
        ("roots.pem", pem("OTHER_ROOT"), False, "not verified"),
        ("http://config.example/roots.pem", pem("OTHER_ROOT"), True, "plain HTTP"),
        ("tftp://config.example/roots.pem", pem("OTHER_ROOT"), True, ""),
        ("gone.pem", None, True, "answered 404"),
        ("roots.pem", b"", True, "holds 0 certificates"),
        ("roots.pem", b"<html>no such file</html>", True, "holds 0 certificates"),
        ("roots.pem", pem("ROOT")[:-60], True, "cannot be read"),
        ("roots.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", True, "cannot be read"),
        ("roots.pem", pem("ROOT ") * 11, True, "holds 11 certificates"),
        ("roots.pem", ENDLESS, True, "too large"),
    ):
        client.values[ROOTS] = place
        client.files = {} if body is None else {FOLDER + "roots.pem": body, place: body}
        client.verified = verified
        client.asked = []
        said = client.update()
        assert said.startswith(ROOTS + ": ") and words in said, (place, said)
        assert client.kept() == pem("ROOT")
        assert not client.asked or place[:4] != "http", place  # nobody is even asked over anything else


def test_a_clients_identity_is_proved_and_kept_with_its_key_first():
    for body in (
        KEY + pem("LEAF_CLIENT INTER"),
        pem("LEAF_CLIENT") + KEY + pem("INTER"),
        b"text\n" + pem("LEAF_CLIENT INTER") + SEC1,
    ):
        client = _Client({CLIENT: "me.pem"})
        client.files[FOLDER + "me.pem"] = body
        assert client.update() is None
        kept = client.kept(anchors.IDENTITIES[1])
        at = kept.find(b"-----BEGIN CERTIFICATE-----")
        assert b"PRIVATE KEY" in kept[:at] and b"PRIVATE KEY" not in kept[at:] and kept[at:].count(b"BEGIN") == 2
        assert b"PRIVATE" not in "".join(client.platform.lines).encode()
        client.values[CLIENT] = ""
        assert client.update() is None and client.kept(anchors.IDENTITIES[1]) is None


def test_a_wrong_identity_is_refused():
    for body, words in (
        (pem("LEAF_CLIENT"), "no private key"),
        (KEY, "holds 0 certificates"),
        (KEY + pem("INTER LEAF_CLIENT"), "does not belong"),
        (KEY + pem("ROOT_384"), "does not belong"),
        (KEY[:-60] + pem("LEAF_CLIENT"), ""),
        (LONG + pem("LEAF_CLIENT"), "cannot be used"),
        (ENDLESS, "too large"),
    ):
        client = _Client({CLIENT: "me.pem"})
        client.files[FOLDER + "me.pem"] = body
        said = client.update()
        assert said and words in said, said
        assert client.kept(anchors.IDENTITIES[1]) is None


def test_what_a_page_uploads_is_proved_in_the_same_way():
    platform = Platform(Storage(tmp_dir()))
    platform.storage.write_atomic(trusted.NEW, [pem("ROOT")])
    assert trusted.take(platform, anchors.UPLOADED) == "Root until 2100-01-01"
    platform.storage.write_atomic(trusted.NEW, [pem("LEAF_CLIENT")])
    with raises(CallerError) as caught:
        trusted.take(platform, anchors.IDENTITIES[0])
    assert caught.value.advice


def test_the_servers_own_certificate_comes_over_verified_tls_only():
    name = "https server certificate"
    client = _Client({name: "server.pem"})
    client.files[FOLDER + "server.pem"] = KEY + pem("LEAF_CLIENT")
    client.verified = False
    assert "not verified" in client.update() and client.kept(anchors.SERVER) is None
    client.values[name] = "http://config.example/phones/server.pem"
    assert "plain HTTP" in client.update() and client.kept(anchors.SERVER) is None
    client.verified, client.values[name] = True, "server.pem"
    assert client.update() is None and client.kept(anchors.SERVER) == KEY + pem("LEAF_CLIENT")
    assert b"PRIVATE" not in "".join(client.platform.lines).encode()


def test_a_full_flash_is_told_and_leaves_the_old_file():
    class Full:
        def __init__(self, file, short):
            self.file, self.short = file, short

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def write(self, data):
            if not self.short:
                raise OSError(28)
            return self.file.write(data[: len(data) // 2])

    def opener(plain, short):
        return lambda name, mode: plain(name, mode) if mode == "rb" else Full(plain(name, mode), short)

    for short in (False, True):
        client = _Client({ROOTS: "roots.pem"})
        storage = client.platform.storage
        storage.write_atomic(anchors.FETCHED, (b"old",))
        client.files[FOLDER + "roots.pem"] = pem("ROOT")
        storage.open = opener(storage.open, short)
        assert "storage is full" in client.update()
        assert client.kept() == b"old"
