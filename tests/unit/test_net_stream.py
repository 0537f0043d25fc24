import asyncio
from time import ticks_diff, ticks_ms

from dialtone.net import seam
from net_support import House, dial, echo, until
from support import raises, run

HEAP = "128k"  # one write of 40 KB beside both ends of the connection and the tests' own code
_BIG = 300000  # more than any socket buffer of a loopback connection at its start takes without waiting


def _pattern(length):
    """``length``, a multiple of 256, bytes of which each tells its place."""
    return bytes([at * 7 & 255 for at in range(256)]) * (length // 256)


async def _receive(stream, total, step=4096):
    """Reads ``total`` bytes and checks them against the pattern; in steps of ``step``."""
    buffer = bytearray(step)
    view = memoryview(buffer)
    pattern = _pattern(256)
    got = 0
    while got < total:
        count = await stream.readinto(view)
        assert count, "ended after %d" % got
        for at in (0, count // 2, count - 1):
            assert buffer[at] == pattern[(got + at) & 255], got + at
        got += count
    return got


async def _transfer(method, piece, pause_ms):
    house = House()

    async def send(stream, entry):
        entry.busy()
        await stream.readinto(memoryview(bytearray(10)))
        data = _pattern(piece)
        for _ in range(_BIG // piece):
            await stream.write(data)

    listener = house.listen(send, secure=method is not None)
    stream = await dial(listener.port, method)
    await stream.write(b"go")
    await asyncio.sleep_ms(pause_ms)
    total = _BIG // piece * piece
    assert await _receive(stream, total) == total
    assert await stream.readinto(memoryview(bytearray(1))) == 0
    stream.close()
    await house.close()
    assert house.log.lines == []


def test_a_slow_reader_gets_every_byte_in_the_clear():
    run(_transfer(None, 12288, 200))


def test_a_slow_reader_gets_every_byte_over_tls():
    run(_transfer("TLS", 12288, 200))


def test_one_write_longer_than_all_buffers_over_tls():
    run(_transfer("TLS", 40960, 100))


def test_many_small_records_over_tls():
    run(_transfer("TLS", 512, 100))


def test_a_big_answer_does_not_hold_up_other_tasks():
    async def main():
        house = House()
        ticks = []

        async def tick():
            while True:
                await asyncio.sleep_ms(0)
                ticks.append(1)

        async def send(stream, entry):
            await stream.readinto(memoryview(bytearray(10)))
            entry.busy()
            del ticks[:]
            for _ in range(16):
                await stream.write(b"x" * 8192)
            assert ticks, "16 writes without letting anybody run"

        listener = house.listen(send)
        stream = await dial(listener.port)
        house.supervisor.spawn("tick", tick())
        await stream.write(b"go")
        buffer = memoryview(bytearray(4096))
        total = 0
        while True:
            count = await stream.readinto(buffer)
            if not count:
                break
            total += count
        assert total == 16 * 8192
        stream.close()
        await house.close()
        assert house.log.lines == []

    run(main())


def test_after_a_cancelled_write_nothing_more_is_sent():
    async def main():
        house = House()
        seen, streams = [], []

        async def send(stream, entry):
            await stream.readinto(memoryview(bytearray(10)))
            streams.append(stream)
            try:
                while True:
                    await stream.write(_pattern(16384))
            except asyncio.CancelledError:
                stream.send_now(b"LAST WORDS")
                with raises(OSError):
                    await stream.write(b"MORE")
                seen.append(1)
                raise

        listener = house.listen(send)
        stream = await dial(listener.port)
        await stream.write(b"go")
        await asyncio.sleep_ms(100)
        assert await until(lambda: streams and streams[0]._writing), "it is to be cancelled in the middle of a write"
        house.table.entries[0].expire()
        assert await until(lambda: seen)
        buffer = bytearray(1000)
        tail = b""
        while True:
            count = await stream.readinto(memoryview(buffer))
            if not count:
                break
            tail = bytes(buffer[:count])
        assert b"LAST WORDS" not in tail and b"MORE" not in tail
        stream.close()
        await house.close()

    run(main())


def test_last_words_reach_the_peer_when_nothing_is_pending():
    async def main():
        for method in (None, "TLS"):
            house = House()

            async def talk(stream, entry):
                buffer = memoryview(bytearray(10))
                try:
                    while True:
                        await stream.readinto(buffer)
                except asyncio.CancelledError:
                    stream.send_now(b"too late")
                    raise

            listener = house.listen(talk, secure=method is not None)
            stream = await dial(listener.port, method)
            await stream.write(b"go")
            await asyncio.sleep_ms(50)
            house.table.entries[0].expire()
            buffer = bytearray(20)
            count = await stream.readinto(memoryview(buffer))
            assert bytes(buffer[:count]) == b"too late"
            stream.close()
            stream.close()
            await house.close()

    run(main())


def test_describe_names_version_and_suite():
    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        stream = await dial(listener.port, "TLS")
        version, suite = stream.describe()
        assert version in ("TLSv1.2", "TLSv1.3") and ("AES" in suite or "CHACHA" in suite)
        assert stream.secure
        stream.close()
        await house.close()

    run(main())


def test_read_now_never_waits():
    async def main():
        house = House()
        listener = house.listen(echo)
        stream = await dial(listener.port)
        buffer = bytearray(10)
        assert stream.read_now(buffer) is None
        await stream.write(b"abc")
        await stream.wait()
        assert stream.read_now(buffer) == 4 and buffer[:4] == b"Pabc"
        assert stream.read_now(buffer) is None
        await house.close()
        await stream.wait()
        assert stream.read_now(buffer) == 0
        stream.close()

    run(main())


def test_who_has_drained_the_stream_may_wait_before_the_next_read():
    """A wait looks at the raw socket: what lies decrypted behind it would never be read."""

    async def main(method):
        house = House()

        async def send(stream, entry):
            entry.busy()
            buffer = bytearray(10)
            while await stream.readinto(buffer):
                await stream.write(_pattern(3072))  # one record, three full buffers

        listener = house.listen(send, secure=method is not None)
        stream = await dial(listener.port, method)
        view = memoryview(bytearray(1024))
        drained = 0
        for _ in range(5):
            got = 0
            await stream.write(b"go")
            while got < 3072:
                if stream.drained:
                    drained += 1
                    await asyncio.wait_for(stream.wait(), 5)
                count = stream.read_now(view)
                if count is None:
                    await stream.wait()
                else:
                    got += count
            assert not stream.drained, "a full buffer may not be all"
        assert method is None or drained == 0 or seam.READS_ALL
        while not stream.drained and seam.READS_ALL:
            stream.read_now(view)
        stream.close()
        await house.close()

    for method in (None, "TLS"):
        run(main(method))


def test_read_now_lets_others_run_after_a_while():
    async def main():
        house = House()
        listener = house.listen(echo)
        stream = await dial(listener.port)
        await stream.write(b"ab")
        await stream.wait()
        buffer = bytearray(1)
        assert stream.read_now(buffer) == 1
        start = ticks_ms()
        while ticks_diff(ticks_ms(), start) < 50:  # longer than a task may keep others waiting
            pass
        assert stream.read_now(buffer) is None, "nobody else would run"
        await stream.wait()  # does not wait for more bytes: there may be none
        assert stream.read_now(buffer) == 1 and stream.read_now(buffer) == 1 and buffer == b"b"
        stream.close()
        await house.close()

    run(main())
