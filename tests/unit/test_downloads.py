"""A phone with little memory asks whether there is firmware before it loads what reads an image."""

from dialtone import downloads
from dialtone.errors import DeviceError
from support import run

URL = "https://config.example/57i.st"


class _Exchange:
    def __init__(self, status):
        self.status = status

    async def close(self):
        self.status = None


class _Client:
    """``answer``: the status of a HEAD, or an exception."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []
        self.closed = 0

    async def open(self, url, fields=(), method="GET"):
        self.asked.append((method, url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return _Exchange(self.answer)

    async def aclose(self):
        self.closed += 1


class _Phone:
    def __init__(self, reserved):
        self.heap = self
        self.reserved = reserved

    def unload(self, *names):
        pass


def _load(client, url=URL, reserved=True):
    """(what came of it, whether the steps were taken)."""
    taken = []

    async def steps(phone, client, url, tell):
        taken.append(url)
        return "9.9", None

    kept = downloads._client, downloads._steps
    downloads._client, downloads._steps = lambda phone: (client, url), steps
    try:
        return run(downloads._load(_Phone(reserved), None)), bool(taken)
    finally:
        downloads._client, downloads._steps = kept


def test_where_there_is_none_no_more_is_asked():
    for status in (404, 410):
        client = _Client(status)
        assert _load(client) == (("", None), False)
        assert client.asked == [("HEAD", URL)] and client.closed


def test_where_there_may_be_one_it_is_looked_at():
    for status in (200, 401, 405, 501, 503):
        client = _Client(status)
        assert _load(client) == (("9.9", None), True), status
        assert client.closed


def test_a_start_and_tftp_ask_at_once():
    client = _Client(404)
    assert _load(client, reserved=False)[1] and _load(client, "tftp://config.example/57i.st")[1]
    assert not client.asked


def test_without_memory_for_the_question():
    (version, error), taken = _load(_Client(MemoryError()))
    assert not version and not taken and error.text == "Not enough memory for the firmware check"


def test_what_was_sent_and_finds_no_memory_is_tried_again():
    """refresh.py knows it by its first words; all else stays on the display, with the reason in front."""
    from dialtone.update import install

    for raised, words in (
        (DeviceError("Not enough memory to install the firmware"), "Not enough memory to install the firmware"),
        (DeviceError("Flash error 5"), "Firmware is not installed. Flash error 5"),
    ):

        async def fails(platform, tell, raised=raised):
            return raised

        phone = _Phone(True)
        phone.platform = phone.log = phone
        phone.trial = 0
        phone.warning = lambda *what: None
        kept = downloads._staged, install.install
        downloads._staged, install.install = lambda phone: "9.9", fails
        try:
            version, error = run(downloads.firmware(phone, lambda *what: None, True))
        finally:
            downloads._staged, install.install = kept
        assert version == "" and error.text == words
