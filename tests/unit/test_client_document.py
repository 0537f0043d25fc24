"""A whole small document at once."""

import asyncio

from dialtone.client import document
from dialtone.errors import DeviceError, PeerError
from dialtone.http.url import parse
from support import raises, run


class _Exchange:
    def __init__(self, url, status, body):
        self.url, self.status = parse(url), status
        self._body = body

    async def readinto(self, view):
        await asyncio.sleep(0)
        count = min(len(view), len(self._body), 100)
        view[:count] = self._body[:count]
        self._body = self._body[count:]
        return count

    def header(self, name):
        return name + "!"


class _Client:
    closed = False

    def __init__(self, status, body):
        self._answer = status, body

    async def open(self, url):
        await asyncio.sleep(0)
        return _Exchange(url, *self._answer)

    def lighten(self):
        assert not self.closed  # it is open, and nothing has been read

    async def aclose(self):
        self.closed = True


def _fetch(status, body, free=-1):
    client = _Client(status, body)
    try:
        return run(document.fetch(client, "http://u:secret@h/a?pin=4711", 1000, "refresh", lambda: free))
    finally:
        assert client.closed


def test_it_comes_in_pieces():
    for size in (0, 1, 99, 100, 255, 256, 1000):
        body = b"x" * size
        url, pieces, field = _fetch(200, body)
        assert b"".join(pieces) == body and field == "refresh!" and url.host == "h"
        assert not [1 for piece in pieces if len(piece) > 255]


def test_too_long_and_no_memory():
    with raises(PeerError) as e:
        _fetch(200, b"x" * 1001)
    assert "too large" in e.value.text
    with raises(DeviceError):
        _fetch(200, b"x" * 300, 2000)


def test_an_error_does_not_tell_what_was_typed():
    with raises(PeerError) as e:
        _fetch(404, b"")
    assert str(e.value) == "The server answered 404. Check http://h/a"
