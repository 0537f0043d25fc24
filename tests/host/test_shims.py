"""What CPython gets so that it runs the firmware: see host/shims/cpython."""

import asyncio
import gc
import importlib.machinery
import sys
import weakref

import dialtone_shims  # noqa: F401
import tls_verifying
from dialtone.config import rowtext
from net_support import House, ask, dial, echo, judge


def test_modules_of_the_table_are_read_from_a_file_once(monkeypatch):
    module = "dialtone.config.table.keys"
    first = rowtext.read(module)
    assert module not in sys.modules and len(first) > 3
    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", None)
    assert rowtext.read(module) == first and module not in sys.modules


def test_a_session_that_is_over_waits_for_no_collector():
    """A worker of ``dialtone fleet`` makes hundreds of connections a second: with a circle in each, their memory would
    pile up until CPython looks for it.
    """

    async def main():
        house = House()
        try:
            port = house.listen(echo, secure=True).port
            judged = judge()
            stream = await dial(port, judged=judged)
            judged.release()
            assert await ask(stream) == b"Shello" and judged.verified
            stream.close()
            return weakref.ref(judged.session), weakref.ref(judged.session._sock)
        finally:
            await house.close()

    gc.collect()
    gc.disable()
    try:
        assert [each() for each in asyncio.run(main())] == [None, None]
    finally:
        gc.enable()


def test_a_second_chain_on_a_connection_is_refused(monkeypatch):
    class Library:
        def __getattr__(self, name):
            return lambda *_: 1 if name == "X509_verify_cert" else 0

    monkeypatch.setattr(tls_verifying, "_library", Library())
    seen = []
    monkeypatch.setattr(tls_verifying, "_certificates", lambda store: [(0, b"x")])
    verdict = tls_verifying.Verdict(True, lambda der, depth: seen.append(bytes(der)) or 0)
    assert verdict.judge(1) and not verdict.refused
    assert not verdict.judge(1) and verdict.refused and seen == [b"x"]


def test_the_panels_tap_bears_answers_in_pieces_of_any_length(monkeypatch):
    """The self-test of new firmware reads five bytes of an answer: with an error there it would never pass."""
    import sim_tap
    from dialtone.net.stream import Stream

    class Raw:
        def __init__(self, pieces):
            self.pieces = pieces

        def readinto(self, view):
            piece = self.pieces.pop(0)
            view[: len(piece)] = piece
            return len(piece)

        def write(self, data):
            return len(data)

    class Entry:
        expired = False

    for name in ("read_now", "write_now"):
        monkeypatch.setattr(Stream, name, getattr(Stream, name))  # put back afterwards
    monkeypatch.setattr(Stream, "tap", None, raising=False)
    told = []
    sim_tap._tap(lambda incoming, peer, line, status, tls, since: told.append((incoming, line, status)))
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    for size in range(1, len(answer) + 1):
        stream = Stream(Raw([answer[at : at + size] for at in range(0, len(answer), size)]), None, "self-test", Entry())
        stream.write_now(b"GET /x HTTP/1.1\r\n\r\n")
        for _ in range(0, len(answer), size):
            assert stream.read_now(bytearray(40)) > 0
        assert told == ([(False, "GET /x HTTP/1.1", 204)] if size > 11 else []), size
        told.clear()
