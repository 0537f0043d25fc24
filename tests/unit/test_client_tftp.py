"""TFTP against a server on loopback that answers each packet as a test tells it to."""

from dialtone.client import tftp
from dialtone.client.link import Broken
from dialtone.errors import PeerError
from dialtone.http.url import parse
from dialtone.net import seam
from net_support import House
from support import raises, run
from test_net_sntp import listening


def _transfer(answer, name="/a/57i.cfg", size=2048, host="127.0.0.1"):
    """(status, content, packets that the server saw) of a download.

    ``answer(packet, turn)``: the server's packets to ``packet``, None to be silent. The first one comes from another
    port than the one that was asked, as RFC 1350 wants it.
    """

    async def main():
        house = House()
        asked, asked_raw, port = listening()
        sock, raw, _ = listening()
        seen = []

        async def serve():
            await seam.readable(asked_raw)
            data, peer = asked.recvfrom(600)
            while True:
                seen.append(bytes(data))
                for packet in answer(bytes(data), len(seen)) or ():
                    sock.sendto(packet, peer)
                await seam.readable(raw)
                data, peer = sock.recvfrom(600)

        house.supervisor.spawn("server", serve())
        try:
            target = parse("tftp://%s:%d%s" % (host, port, name), True)
            transfer = await tftp.open(target, house.table, bytearray(size))
            content = b""
            while True:
                piece = await transfer.view()
                if not len(piece):
                    break
                content += bytes(piece)
            await transfer.close()
            await transfer.close()
            await tick(seen)
            return transfer, content, seen
        finally:
            assert house.table.entries == []
            asked_raw.close()
            raw.close()
            await house.close()

    return run(main())


async def tick(seen):
    import asyncio

    for _ in range(20):  # the last packet needs a moment to arrive
        await asyncio.sleep_ms(1)


def _data(number, body):
    return bytes((0, 3, number >> 8, number & 255)) + body


def _serving(content, options=None, block=512):
    """A server with the file ``content``; ``options``: its OACK, None = it knows none."""

    def answer(packet, turn):
        if packet[1] == 1:
            return [options] if options else [_data(1, content[:block])]
        if packet[1] == 4:
            number = packet[2] << 8 | packet[3]
            return [_data(number + 1 & 0xFFFF, content[number * block : (number + 1) * block])]
        return None

    return answer


def test_a_server_without_options_sends_blocks_of_512_bytes():
    content = bytes(range(256)) * 5
    transfer, got, seen = _transfer(_serving(content))
    assert got == content and transfer.status == 200 and transfer.length is None and not transfer.verified
    assert seen[0] == b"\0\1a/57i.cfg\0octet\0blksize\x001428\0tsize\x000\0"
    assert seen[1:] == [b"\0\4\0\1", b"\0\4\0\2", b"\0\4\0\3"]


def test_block_size_and_length_are_agreed():
    content = b"x" * 3000
    transfer, got, seen = _transfer(_serving(content, b"\0\6blksize\x001428\0tsize\x003000\0", 1428))
    assert got == content and transfer.length == 3000
    assert seen[1:] == [b"\0\4\0\0", b"\0\4\0\1", b"\0\4\0\2", b"\0\4\0\3"]
    _, got, seen = _transfer(_serving(content, b"\0\6blksize\x00508\0", 508), size=512)
    assert got == content and b"blksize\x00508\0" in seen[0], "a small buffer asks for what fits"


def test_a_file_that_ends_with_a_full_block_and_an_empty_one():
    for size in (0, 1, 511, 512, 1024):
        assert _transfer(_serving(b"y" * size))[1] == b"y" * size


def test_names_are_sent_decoded():
    assert _transfer(_serving(b""), name="/a%20b/c")[2][0].startswith(b"\0\1a b/c\0")
    with raises(PeerError):
        _transfer(_serving(b""), name="/a%00b")
    assert _transfer(_serving(b""), name="/a%ff")[2][0].startswith(b"\0\1a\xff\0"), "not every server's are UTF-8"
    with raises(PeerError):
        _transfer(_serving(b""), name="/")


def test_errors_that_have_a_status_and_those_that_have_not():
    for code, status in ((1, 404), (2, 403)):
        transfer, got, _ = _transfer(lambda packet, turn, code=code: [bytes((0, 5, 0, code)) + b"no\0"])
        assert transfer.status == status and got == b""
    with raises(PeerError) as e:
        _transfer(lambda packet, turn: [b"\0\5\0\0disk \x1b[2J on fire\0"])
    assert "on fire" in e.value.text and "\x1b" not in e.value.text
    with raises(PeerError) as e:
        _transfer(lambda packet, turn: [_data(1, bytes(512))] if packet[1] == 1 else [b"\0\5\0\3full\0"])
    assert "ended the transfer: full" in e.value.text


def test_a_server_that_lacks_a_packet_gets_it_again():
    content = b"z" * 1300
    serving = _serving(content)
    transfer, got, seen = _transfer(lambda packet, turn: None if turn == 2 else serving(packet, turn))
    assert got == content and seen[1] == seen[2] == b"\0\4\0\1"


def test_copies_and_strays_are_passed_over():
    content = bytes(range(250)) * 8
    serving = _serving(content)

    def twice(packet, turn):
        there = serving(packet, turn) or []
        return [b"", b"\0", b"\0\3\0", b"\1\3\0\1x", _data(999, b"?")] + there + there

    assert _transfer(twice)[1] == content


def test_floods_and_lies_end():
    with raises(PeerError) as e:
        _transfer(lambda packet, turn: [_data(9, b"no")] * 100)
    assert "without sense" in e.value.text
    for options in (b"\0\6blksize\x009999\0", b"\0\6blksize\x007\0", b"\0\6blksize\0big\0", b"\0\6tsize\x00-1\0"):
        with raises(PeerError):
            _transfer(_serving(b"", options))
    with raises(PeerError) as e:
        _transfer(_serving(b"abc", b"\0\6tsize\x004\0"))
    assert "sent 3 of 4 bytes" in e.value.text
    with raises(PeerError) as e:
        _transfer(lambda packet, turn: [_data(1, bytes(600))])
    assert "too long" in e.value.text


def test_options_that_are_refused_are_left_out():
    """Error 8 comes from a new port; the second question is a new transfer."""
    seen = []

    async def main():
        house = House()
        sock, raw, port = listening()

        async def serve():
            for _ in range(2):
                await seam.readable(raw)
                data, peer = sock.recvfrom(600)
                seen.append(data)
                sock.sendto(_data(1, b"plain") if b"blksize" not in data else b"\0\5\0\x08no options\0", peer)

        house.supervisor.spawn("server", serve())
        try:
            transfer = await tftp.open(parse("tftp://127.0.0.1:%d/f" % port, True), house.table, bytearray(2048))
            view = memoryview(bytearray(3))
            assert await transfer.readinto(view) == 3 and bytes(view) == b"pla"
            assert await transfer.readinto(view) == 2 and bytes(view[:2]) == b"in"
            assert await transfer.readinto(view) == 0
            await transfer.close()
        finally:
            raw.close()
            await house.close()

    run(main())
    assert seen[1] == b"\0\1f\0octet\0"


def test_nobody_there():
    class _Impatient:
        """A table whose waits are over at once: 31 s are long for a test."""

        def __init__(self, table):
            self._table = table

        def watch(self):
            entry = self._table.watch()
            real = entry.deadline
            entry.deadline = lambda ms: real(1)
            return entry

        def drop(self, entry):
            self._table.drop(entry)

    async def main(host):
        house = House()
        sock, raw, port = listening()
        try:
            target = parse("tftp://%s:%d/f" % (host, port), True)
            await tftp.open(target, _Impatient(house.table), bytearray(2048))
        finally:
            assert house.table.entries == []
            raw.close()
            await house.close()

    for host, words in (("127.0.0.1", "does not answer"), ("no.such.name.invalid", "cannot be reached")):
        with raises(Broken) as e:
            run(main(host))
        assert words in e.value.text and host in e.value.text and e.value.advice


def test_answers_of_other_hosts_do_not_count():
    """A datagram from an address that was not asked is passed over, however good it looks."""
    real = tftp.datagram.first

    def first(raw, host, view):
        return real(raw, "127.0.0.2", view)  # as if that one had been asked

    tftp.datagram.first = first
    try:
        with raises(PeerError):
            _transfer(lambda packet, turn: [_data(1, b"forged")] * 100)
    finally:
        tftp.datagram.first = real
