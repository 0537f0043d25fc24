import asyncio

from support import raises, run

from dialtone.errors import PeerError
from dialtone.net import seam


async def _pair():
    listening, port = seam.listen("127.0.0.1", 0, 4)
    client = await seam.connect("127.0.0.1", port)
    await seam.readable(listening)
    server, peer = seam.accept(listening)
    assert peer == "127.0.0.1"
    return listening, client, server


def test_peek_takes_nothing():
    async def main():
        listening, client, server = await _pair()
        buffer = bytearray(8)
        assert seam.peek(server) is None and server.readinto(memoryview(buffer)) is None
        assert seam.accept(listening) is None
        assert client.write(b"abc") == 3
        await seam.readable(server)
        assert seam.peek(server) == b"a" and seam.peek(server) == b"a"
        assert server.readinto(memoryview(buffer)) == 3 and bytes(buffer[:3]) == b"abc"
        client.close()
        await seam.readable(server)
        assert seam.peek(server) == b"" and server.readinto(memoryview(buffer)) == 0
        server.close()
        server.close()
        listening.close()

    run(main())


def test_a_full_socket_says_none_and_becomes_writable():
    async def main():
        listening, client, server = await _pair()
        data = bytes(16384)
        sent = 0
        while True:
            count = client.write(data)
            if count is None:
                break
            sent += count
        buffer = memoryview(bytearray(16384))

        async def drain():
            got = 0
            while got < sent:
                count = server.readinto(buffer)
                if count is None:
                    await seam.readable(server)
                else:
                    got += count
            return got

        task = asyncio.create_task(drain())
        await seam.writable(client)
        assert client.write(b"x") == 1
        assert await task >= sent
        for raw in (client, server, listening):
            raw.close()

    run(main())


def test_many_turns_over_one_registration():
    async def main():
        listening, client, server = await _pair()
        buffer = bytearray(4)

        async def bounce(raw, turns):
            for _ in range(turns):
                count = raw.readinto(memoryview(buffer))
                while count is None:
                    await seam.readable(raw)
                    count = raw.readinto(memoryview(buffer))
                assert count == 1
                raw.write(b"x")

        one = asyncio.create_task(bounce(server, 300))
        client.write(b"x")
        await bounce(client, 300)
        await one
        for raw in (client, server, listening):
            raw.close()

    run(main())


def test_a_cancelled_wait_can_be_taken_up_again():
    async def main():
        listening, client, server = await _pair()

        async def wait():
            await seam.readable(server)

        for _ in range(3):
            task = asyncio.create_task(wait())
            await asyncio.sleep_ms(5)
            task.cancel()
            await asyncio.sleep_ms(5)
        client.write(b"x")
        await seam.readable(server)
        await seam.readable(server)  # still unread
        assert seam.peek(server) == b"x"
        await asyncio.sleep_ms(20)  # nobody waits meanwhile
        await seam.readable(server)
        for raw in (client, server, listening):
            raw.close()

    run(main())


def test_a_socket_may_outlive_its_loop():
    listening, client, server = run(_pair())

    async def again():
        client.write(b"x")
        await seam.readable(server)
        return seam.peek(server)

    assert run(again()) == b"x"
    for raw in (client, server, listening):
        raw.close()


def test_connect_tells_a_refusal_from_an_unknown_name():
    async def main():
        listening, port = seam.listen("127.0.0.1", 0, 4)
        listening.close()
        with raises(OSError):
            await seam.connect("127.0.0.1", port)
        with raises(PeerError) as caught:
            await seam.connect("no-such-host.invalid", port)
        assert "no-such-host.invalid" in caught.value.text and caught.value.advice

    run(main())


def test_resolve_gives_addresses_once():
    assert seam.resolve("127.0.0.1") == ["127.0.0.1"]
    assert seam.resolve("localhost") == ["127.0.0.1"]
    assert seam.resolve("no-such-host.invalid") == []


def test_two_listeners_do_not_share_a_port():
    one, port = seam.listen("127.0.0.1", 0, 4)
    assert port > 1023
    with raises(OSError):
        seam.listen("127.0.0.1", port, 4)
    two, other = seam.listen("127.0.0.1", 0, 4)
    assert other != port
    one.close()
    two.close()
