import asyncio
import socket
import time

import net_identity
from net_support import House, ask, dial, echo, ended, until
from support import raises, run

from dialtone.errors import DeviceError, PeerError
from dialtone.net import tls
from dialtone.net.limits import Limits

_CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
_AT_ONCE_MS = 5000  # on a busy machine; what is not at once comes after 10 s at the least
_SHORT = {"first_byte_ms": 200, "handshake_ms": 200, "request_ms": 200, "idle_ms": 200}


def test_plain_and_tls_answer_side_by_side():
    async def main():
        house = House()
        plain = house.listen(echo)
        secure = house.listen(echo, secure=True)
        assert plain.port != secure.port
        one = await dial(plain.port)
        two = await dial(secure.port, "TLS")
        for _ in range(3):
            assert await ask(one) == b"Phello"
            assert await ask(two) == b"Shello"
        assert len(house.table.entries) == 2
        one.close()
        two.close()
        assert await until(lambda: not house.table.entries)
        await house.close()
        assert house.log.lines == []

    run(main())


def test_plain_text_on_the_tls_port_reaches_the_handler_in_the_clear():
    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        stream = await dial(listener.port)
        assert await ask(stream, b"GET / HTTP/1.1\r\n") == b"PGET / HTTP/1.1\r\n"
        stream.close()
        await house.close()

    run(main())


def test_tls_on_the_plain_port_is_closed_at_once():
    async def main():
        house = House()
        listener = house.listen(echo)
        stream = await dial(listener.port)
        since = time.ticks_ms()
        assert await ask(stream, _CLIENT_HELLO) == b""
        assert time.ticks_diff(time.ticks_ms(), since) < _AT_ONCE_MS
        stream.close()
        with raises(PeerError):
            await dial(listener.port, "TLS")
        await house.close()
        assert house.log.lines == []

    run(main())


def test_a_parked_connection_loses_no_byte():
    async def main():
        house = House()
        parks = [0]

        async def handler(stream, entry):
            while True:
                try:
                    return await echo(stream, entry)
                except asyncio.CancelledError:
                    if not entry.parked or entry.expired:
                        raise
                    parks[0] += 1
                    entry.parked = False

        async def park():
            while True:
                house.table.park(0)
                await asyncio.sleep_ms(2)

        parking = asyncio.create_task(park())
        for stream in (await dial(house.listen(handler).port), await dial(house.listen(handler, True).port, "TLS")):
            for number in range(40):
                data = b"%d" % number
                assert await ask(stream, data) == (b"S" if stream.secure else b"P") + data
                await asyncio.sleep_ms(number % 5)
            stream.close()
        assert parks[0] > 10, parks
        assert await until(lambda: not house.table.entries), "a parked connection sees its end"
        parking.cancel()
        await house.close()
        assert house.log.lines == []

    run(main())


def test_only_what_has_been_idle_for_long_is_parked():
    async def main():
        house = House()
        listener = house.listen(echo)
        fresh, old = await dial(listener.port), await dial(listener.port)
        assert await ask(old) == b"Phello"
        house.table.park(60000)
        assert not [1 for entry in house.table.entries if entry.parked], "not long enough"
        house.table.park(0)
        assert len([1 for entry in house.table.entries if entry.parked]) == 1, "no first request is cut off"
        fresh.close()
        old.close()
        await house.close()

    run(main())


def test_garbage_in_a_handshake_ends_quietly():
    async def main():
        house = House()
        listener = house.listen(echo, secure=True, limits=Limits(handshake_ms=500))
        for data in (
            _CLIENT_HELLO + b"\xff" * 600,
            b"\x16\x03\x01\xff\xff" + b"\x01" * 700,
            b"\x16\x03\x03\x00\x02\x02\x28",
            b"\x16" * 400,
        ):
            stream = await dial(listener.port)
            await ask(stream, data)
            stream.close()
        stream = await dial(listener.port)
        await stream.write(b"\x16\x03")
        stream.close()
        assert await until(lambda: not house.table.entries, 3000)
        stream = await dial(listener.port, "TLS")
        assert await ask(stream) == b"Shello"
        stream.close()
        await house.close()
        assert house.log.lines == []

    run(main())


def test_deadlines_close_whoever_is_late():
    async def main():
        house = House()
        limits = Limits(**_SHORT)
        plain = house.listen(echo, limits=limits)
        secure = house.listen(echo, secure=True, limits=limits)
        streams = []
        for port, first in ((plain.port, b""), (secure.port, b""), (secure.port, b"\x16\x03\x01")):
            stream = await dial(port)
            if first:
                await stream.write(first)
            streams.append(stream)
        stream = await dial(plain.port)
        assert await ask(stream) == b"Phello"
        streams.append(stream)
        for stream in streams:
            assert await ended(stream, _AT_ONCE_MS)
            stream.close()
        assert house.table.late == 4 and house.table.entries == []
        await house.close()
        assert house.log.lines == []

    run(main())


def test_who_does_not_read_is_left_when_its_time_is_over():
    async def main():
        house = House()
        ended_by = []

        async def flood(stream, entry):
            entry.busy()
            entry.deadline(300)  # as the server sets it for an answer
            try:
                while True:
                    await stream.write(bytes(4096))
            except asyncio.CancelledError:
                ended_by.append(entry.expired)
                raise

        for secure in (False, True):
            listener = house.listen(flood, secure=secure)
            stream = await dial(listener.port, "TLS" if secure else None)
            await stream.write(b"G")
            assert await until(lambda: house.table.entries)
            assert await until(lambda: not house.table.entries), "it writes to nobody for ever"
            stream.close()
        assert ended_by == [True, True] and house.table.late == 2
        await house.close()

    run(main())


def test_a_flood_of_silent_connections_leaves_room():
    async def main():
        house = House()
        limits = Limits(connections=4, per_peer=3)
        plain = house.listen(echo, limits=limits)
        secure = house.listen(echo, secure=True, limits=limits)
        for port, method, mark in ((plain.port, None, b"P"), (secure.port, "TLS", b"S")):
            held = []
            for _ in range(12):
                held.append(await dial(port))
                await asyncio.sleep_ms(1)
                assert len([e for e in house.table.entries if not e.expired]) <= 4
            stream = await dial(port, method)
            assert await ask(stream) == mark + b"hello"
            stream.close()
            for stream in held:
                stream.close()
            assert await until(lambda: not house.table.entries)
        assert house.table.evicted > 0
        await house.close()
        assert house.log.lines == []

    run(main())


def test_when_all_are_busy_the_plain_side_is_told_and_the_tls_side_closed():
    async def main():
        house = House()

        async def busy(stream, entry):
            entry.busy()
            await stream.readinto(memoryview(bytearray(9)))
            await stream.write(b"ok")
            await asyncio.sleep(5)

        limits = Limits(connections=1, per_peer=1, drain_ms=50)
        for secure in (False, True):
            listener = house.listen(busy, secure=secure, limits=limits, refusal=b"503 later")
            held = await dial(listener.port, "TLS" if secure else None)
            assert await ask(held) == b"ok"
            stream = await dial(listener.port)
            buffer = bytearray(20)
            try:
                count = await stream.readinto(memoryview(buffer))
            except OSError:
                count = 0
            assert bytes(buffer[:count]) == (b"" if secure else b"503 later")
            stream.close()
            held.close()
        assert house.table.refused == 2
        await house.close()

    run(main())


def test_without_memory_no_handshake_begins():
    async def main():
        house = House()
        answers = []
        room = [False]

        def admit():
            answers.append(1)
            return room[0]

        listener = house.listen(echo, secure=True, admit=admit)
        with raises(PeerError):
            await dial(listener.port, "TLS")
        assert len(answers) > 1, "turned away without waiting for those who are about to go"
        del answers[:]
        room[0] = True
        stream = await dial(listener.port, "TLS")
        assert await ask(stream) == b"Shello"
        stream.close()
        stream = await dial(listener.port)
        assert await ask(stream) == b"Phello"
        stream.close()
        assert len(answers) == 1, "asked for memory where none is needed"
        await house.close()

    run(main())


def test_while_the_context_is_away_tls_is_closed():
    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        kept, listener.context = listener.context, 0
        with raises(PeerError):
            await dial(listener.port, "TLS")
        listener.context = kept
        stream = await dial(listener.port, "TLS")
        assert await ask(stream) == b"Shello"
        stream.close()
        assert house.log.lines == []
        await house.close()

    run(main())


def test_memory_for_a_handshake_is_taken_from_an_idle_connection():
    async def main():
        house = House()
        ended = []

        async def handler(stream, entry):
            try:
                await echo(stream, entry)
            finally:
                ended.append(stream.secure)

        plain = house.listen(handler)
        secure = house.listen(handler, secure=True, admit=lambda: bool(ended))
        idle = await dial(plain.port)
        assert await ask(idle) == b"Phello"
        stream = await dial(secure.port, "TLS")
        assert ended == [False] and await ask(stream) == b"Shello"
        idle.close()
        stream.close()
        await house.close()
        assert house.log.lines == []

    run(main())


async def _requests(stream, entry):
    """A handler as the server's, to which a request is five bytes."""
    buffer = memoryview(bytearray(256))
    while True:
        entry.idle()
        count = await stream.readinto(buffer)
        if not count:
            return
        entry.busy()
        if buffer[0] == 0x77:  # "w": one that takes its time
            await asyncio.sleep_ms(2000)
        await stream.write(bytes(buffer[:count]))


def test_a_board_takes_as_many_sessions_as_it_is_made_for():
    """The idle one that has waited longest makes room; not one that is answered."""

    async def main():
        house = House()
        listener = house.listen(_requests, secure=True, limits=Limits(sessions=2))
        one, two = await dial(listener.port, "TLS"), await dial(listener.port, "TLS")
        assert await ask(one, b"first") == b"first" and await ask(two, b"other") == b"other"
        three = await dial(listener.port, "TLS")
        assert await ask(three, b"third") == b"third"
        assert await ended(one, _AT_ONCE_MS), "idle for longest"
        assert await ask(two, b"again") == b"again"
        waits = asyncio.create_task(ask(two, b"waits")), asyncio.create_task(ask(three, b"waits"))
        await asyncio.sleep_ms(100)
        with raises(PeerError):
            await dial(listener.port, "TLS")
        assert await waits[0] == await waits[1] == b"waits", "the server lives, and so do they"
        for stream in (one, two, three):
            stream.close()
        await house.close()

    run(main())


def test_the_systems_memory_decides_before_the_handshake():
    async def main():
        house = House()
        asked = []

        def carries(count):
            asked.append(count)
            return not count

        listener = house.listen(_requests, secure=True, carries=carries)
        first = await dial(listener.port, "TLS")
        assert asked == [0] and await ask(first, b"hello") == b"hello"
        second = await dial(listener.port, "TLS")
        assert await ended(first, _AT_ONCE_MS) and await ask(second, b"hello") == b"hello" and 1 in asked
        second.close()
        await house.close()

    run(main())


def test_a_crowd_from_one_address_is_turned_away_without_a_task():
    async def main():
        house = House()
        listener = house.listen(echo, limits=Limits(connections=20, per_peer=4), refusal=b"503 later")
        crowd = []
        for _ in range(12):  # while the listener has no chance to accept
            sock = socket.socket()
            sock.connect(socket.getaddrinfo("127.0.0.1", listener.port)[0][-1])
            crowd.append(sock)
        crowd.pop(0).close()
        await asyncio.sleep_ms(50)
        assert house.table.count(listener) == 4
        assert house.table.refused == 7 and house.table.evicted == 0, "and the dead one is nobody"
        assert crowd[-1].recv(20) == b"503 later"
        for sock in crowd:
            sock.close()
        assert await until(lambda: not house.table.entries)
        await house.close()

    run(main())


def test_without_memory_a_plain_client_gets_the_refusal():
    async def main():
        house = House()
        listener = house.listen(echo, admit=lambda: False, refusal=b"503 later")
        stream = await dial(listener.port)
        buffer = bytearray(20)
        count = await stream.readinto(memoryview(buffer))
        assert bytes(buffer[:count]) == b"503 later"
        stream.close()
        await house.close()

    run(main())


def test_a_handler_that_fails_is_one_line_and_the_next_is_served():
    async def main():
        house = House()
        calls = []

        async def handler(stream, entry):
            calls.append(1)
            if len(calls) == 1:
                raise PeerError("nonsense")
            if len(calls) == 2:
                raise OSError(104)
            await echo(stream, entry)

        listener = house.listen(handler)
        for _ in range(2):
            stream = await dial(listener.port)
            assert await ask(stream) == b""
            stream.close()
        stream = await dial(listener.port)
        assert await ask(stream) == b"Phello"
        stream.close()
        await house.close()
        assert house.log.lines == ["warning test nonsense"]

    run(main())


def test_stop_ends_idle_ones_at_once_and_lets_an_answer_finish():
    async def main():
        house = House()
        seen = []

        async def slow(stream, entry):
            await stream.readinto(memoryview(bytearray(9)))
            entry.busy()
            await asyncio.sleep_ms(200)
            seen.append(entry.closing)
            await stream.write(b"whole answer")

        listener = house.listen(slow, limits=Limits(drain_ms=10000))
        idle = await dial(listener.port)
        working = await dial(listener.port)
        answer = asyncio.create_task(ask(working))
        await asyncio.sleep_ms(50)
        since = time.ticks_ms()
        await listener.stop()
        assert time.ticks_diff(time.ticks_ms(), since) < _AT_ONCE_MS
        assert await answer == b"whole answer" and seen == [True]
        assert await ended(idle, _AT_ONCE_MS)
        with raises(OSError):
            await dial(listener.port)
        idle.close()
        working.close()
        await listener.stop()
        await house.close()
        assert house.log.lines == []

    run(main())


def test_stop_does_not_wait_for_ever():
    async def main():
        house = House()

        async def stuck(stream, entry):
            entry.busy()
            await asyncio.sleep(100)

        listener = house.listen(stuck, limits=Limits(drain_ms=100))
        stream = await dial(listener.port)
        await stream.write(b"x")
        await asyncio.sleep_ms(50)
        await listener.stop()
        assert await ended(stream, _AT_ONCE_MS)
        assert house.table.entries == []
        stream.close()
        await house.close()

    run(main())


def test_a_start_without_memory_is_repeated():
    async def main():
        house = House()
        from dialtone.net.listener import Listener

        spawn = house.supervisor.spawn
        full = [True, False]

        def once_full(name, coroutine):
            if full.pop(0):
                coroutine.close()
                raise MemoryError()
            return spawn(name, coroutine)

        house.supervisor.spawn = once_full
        listener = Listener("again", "127.0.0.1", 0, echo, house.supervisor, house.table)
        with raises(MemoryError):
            listener.start()
        port = listener.port
        listener.start()
        house.supervisor.spawn = spawn
        assert listener.port == port
        stream = await dial(port)
        assert await ask(stream) == b"Phello"
        stream.close()
        await listener.stop()
        await house.close()

    run(main())


def test_a_port_in_use_is_named():
    async def main():
        house = House()
        from dialtone.net.listener import Listener

        port = house.listen(echo).port
        with raises(DeviceError) as caught:
            Listener("two", "127.0.0.1", port, echo, house.supervisor, house.table).start()
        assert str(port) in str(caught.value)
        await house.close()

    run(main())


def test_a_new_certificate_is_used_for_the_next_connection():
    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        first = await dial(listener.port, "TLS")
        listener.context = tls.server_context(net_identity.EXPIRED, net_identity.KEY_SEC1)
        with raises(PeerError):
            await dial(listener.port, "TLS")
        assert await ask(first) == b"Shello"
        first.close()
        await house.close()

    run(main())
