"""The firmware check of a start: what it stages, what it says, and that it never raises."""

import firmware_images
from dialtone.client.http_client import Client
from dialtone.config.layer import Layer
from dialtone.errors import DeviceError, PeerError
from dialtone.net.table import Table
from dialtone.provisioning.source import homes
from dialtone.storage.files import Storage
from dialtone.update import record
from dialtone.update.check import check
from dialtone.update.stage import HEAD
from dialtone.version import VERSION
from firmware_images import build
from scripted_server import Cut, Platform, Scripted, answer
from support import run, tmp_dir

_PAYLOAD = b"payload " * 100
_SLOT = "slots/a.romfs"

HEAP = "160k"  # the server that is scripted here, its images and the client share one heap


class _Store:
    """``trusted``: of the layer that names the firmware server, None when none does."""

    layers = ()

    values = {"http digest username": "me", "http digest password": "secret"}

    def __init__(self, trusted=None):
        self._named = -1 if trusted is None else 0
        self.layers = [Layer("aastra.cfg", trusted)]

    def winner(self, name):
        return self._named, None

    def get(self, name):
        return self.values.get(name, "TLS")

    def flag(self, name):
        return False


class _Closes:
    """A client that cannot even connect, and says whether it was closed."""

    closed = False
    store = _Store()

    def __init__(self, error):
        self._error = error

    async def open(self, url, fields=()):
        raise self._error

    async def aclose(self):
        self.closed = True


def _image(version):
    return build(_PAYLOAD, version=version)


class _Start:
    """One phone; ``check(answers)`` is the check of one start."""

    def __init__(self):
        self.platform = Platform(Storage(tmp_dir()))
        self.platform.board, self.platform.abi, self.platform.feed = "", 6, None
        firmware_images.trust(self.platform.storage)
        self.texts = []

    def check(self, answers, folder=None, trusted=None):
        return run(self._check(answers, folder, trusted))

    async def _check(self, answers, folder, trusted):
        self.texts = []
        self.server = await Scripted({"/57i.st": answers}).start()
        client = Client(self.platform, _Store(trusted), Table())
        client.retries = 0
        url = self.server.url + "/57i.st"
        try:
            folder = folder or self.server.url + "/"
            client.homes = homes(client.store, folder, url)
            version, staged, error = await check(self.platform, client, url, self.progress)
            assert not staged
            return version, error
        finally:
            self.server.stop()

    def progress(self, stage, text):
        assert stage == "firmware"
        self.texts.append(text)


def test_a_new_image_is_staged_and_named():
    start = _Start()
    assert start.check(answer(_image("1.0.0.9-SIP"))) == ("1.0.0.9-SIP", None)
    assert start.texts == ["Checking 57i.st..."]
    assert start.platform.storage.read(HEAD, 1000) == _image("1.0.0.9-SIP")[: -len(_PAYLOAD)]
    # what the record says runs counts, also if it calls itself otherwise
    record.save(start.platform.storage, {"run": "a", "version": "1.0.0.9-SIP"})
    assert start.check(answer(_image("1.0.0.9-SIP"))) == ("", None)
    assert len(start.server.requests) == 1


def test_what_was_rolled_back_is_not_loaded_again_until_somebody_allows_it():
    start = _Start()
    record.save(start.platform.storage, {"run": "a", "version": "1.0.0.5-SIP", "why": "x", "bad": "1.0.0.9-SIP"})
    for _ in range(2):
        assert start.check(answer(_image("1.0.0.9-SIP"))) == ("", None), "not an error again and again"
        assert not start.platform.storage.exists(_SLOT)
        record.acknowledge(start.platform.storage)
    assert start.check(answer(_image("1.0.0.10-SIP"))) == ("1.0.0.10-SIP", None)
    record.acknowledge(start.platform.storage, True)
    assert start.check(answer(_image("1.0.0.9-SIP"))) == ("1.0.0.9-SIP", None)


def test_young_firmware_is_not_replaced_and_the_log_says_so():
    start = _Start()
    record.save(start.platform.storage, {"run": "a", "version": "1.0.0.5-SIP", "young": 1})
    assert start.check(answer(_image("1.0.0.9-SIP"))) == ("", None)
    assert "1.0.0.9-SIP waits until what runs has lasted for a minute" in str(start.platform.lines)


def test_nothing_new():
    start = _Start()
    for found in (answer(b"", "404 Not Found"), answer(_image(VERSION))):
        assert start.check(found) == ("", None)
    assert start.platform.lines == []


def test_a_bad_image_is_one_line_and_no_more():
    for found, words in (
        (answer(b"<html>" * 100), "Not a firmware image"),
        (answer(b"", "500 Oops"), "Server answered 500 for the firmware image"),
        (Cut(answer(_image("2-SIP")[:300], length=len(_image("2-SIP")))), "too early"),
        (Cut(b"\x00nonsense\r\n\r\n"), "This is not HTTP"),
    ):
        start = _Start()
        version, error = start.check(found)
        assert version == "" and words in error.text and error.advice, (words, error)
        assert start.platform.storage.size(_SLOT) < 1


def test_only_configuration_and_firmware_server_get_the_credentials():
    """A firmware server counts when a file or person named it that may lower trust."""
    asks = answer(b"", "401 Who", (("WWW-Authenticate", 'Digest realm="x", qop="auth", nonce="1"'),))
    start = _Start()
    for folder, trusted, given in (
        ("http://127.0.0.1:9/phones/", None, False),
        ("http://127.0.0.1:9/phones/", False, False),
        ("http://127.0.0.1:9/phones/", True, True),
        (None, None, True),
    ):
        start.check(asks, folder, trusted)
        assert given == bool([1 for _, _, fields in start.server.requests if "authorization" in fields])


def test_whatever_happens_the_client_is_closed():
    start = _Start()
    for raised, kind in ((MemoryError(), DeviceError), (PeerError("The server is away", "Wait"), PeerError)):
        client = _Closes(raised)
        found = run(check(start.platform, client, "http://h/57i.st", start.progress))
        assert client.closed and found[:2] == ("", False) and isinstance(found[2], kind) and found[2].advice
