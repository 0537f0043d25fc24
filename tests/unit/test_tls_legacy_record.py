"""Records of SSL 3.0 and TLS 1.0 between two ends of our own; keys and MACs have vectors in test_tls_legacy_keys.py."""

from old_server import carry, lot
from support import raises

from dialtone.errors import PeerError
from dialtone.tls.legacy import keys
from dialtone.tls.legacy.record import ALERT, CHANGE, DATA, HANDSHAKE, Records, differ

HEAP = "384k"  # both ends of a connection, and records of 16 KB as one piece

SSL3, TLS1 = 0x0300, 0x0301
EVERY = [(version, row) for version in (SSL3, TLS1) for row in keys.SUITES]


def ends(version, row=keys.SUITES[0]):
    """(client's Records, server's), with keys in force."""
    pair = (Records(version), Records(version))
    client, server = [keys.halves(version, row, bytes(48), bytes(32), b"x" * 32) for _ in range(2)]
    pair[0].writer, pair[0].reader = client
    pair[1].reader, pair[1].writer = server
    return pair


def taken(records):
    """What ``records`` has to send, which is then forgotten."""
    out = bytes(records.out)
    records.out = bytearray()
    return out


def received(records, wire, take=len):
    """[(kind, bytes)] of the records in ``wire``."""
    got = []

    def advance():
        if records.kind:
            kind, data = records.kind, b""
            while records.kind:
                data += bytes(records.view())
            got.append((kind, data))

    carry((records, advance), wire, take)
    return got


def sizes(wire):
    """Payload sizes of the records in ``wire``."""
    found = []
    while wire:
        found.append(wire[3] << 8 | wire[4])
        wire = wire[5 + found[-1] :]
    return found


def test_data_of_any_length_in_every_suite():
    for version, row in EVERY:
        client, server = ends(version, row)
        for size in (1, 2, 15, 16, 17, 43, 44, 45, 1003, 1023, 1024, 1025, 3000):
            data = lot(size)(size)
            client.send(DATA, data)
            wire = taken(client)
            assert data not in wire or size < 3
            assert b"".join([body for kind, body in received(server, wire) if kind == DATA]) == data, (
                version,
                row,
                size,
            )
            other = lot(size + 1)(size)
            server.send(DATA, other)
            assert b"".join([body for _, body in received(client, taken(server))]) == other


def test_the_longest_record_and_any_split():
    lots = lot(7)
    for version, row in ((SSL3, keys.SUITES[0]), (TLS1, keys.SUITES[3])):
        client, server = ends(version, row)
        data = lots(256) * 64
        server._seal(DATA, data)
        server._seal(DATA, b"next")
        steps = lots(200)
        turn = [0]

        def some(_, turn=turn, steps=steps):
            turn[0] += 1
            return steps[turn[0] % 200] + 1

        assert received(client, taken(server), some) == [(DATA, data), (DATA, b"next")]


def test_what_is_sent_in_cbc_starts_with_one_byte():
    for version, row in EVERY:
        client, _ = ends(version, row)
        client.send(DATA, b"GET / HTTP/1.1\r\n")
        client.send(DATA, b"x")
        client.send(HANDSHAKE, b"one message")
        mac = 20 if row[2] == "sha1" else 16
        block = 16 if row[0] > 16 else 0
        plain = [1, 15, 1, 11] if block else [16, 1, 11]  # RC4 needs no split: its stream has no IV to foresee
        expected = [(size + mac) // 16 * 16 + 16 if block else size + mac for size in plain]
        assert sizes(bytes(client.out)) == expected, (version, row)


def test_take_copies_what_fits():
    client, server = ends(TLS1)
    data = lot(5)(2500)
    server._seal(DATA, data)
    for piece in taken(server):
        client.space()[:1] = bytes((piece,))
        client.received(1)
    got = b""
    room = bytearray(700)
    while client.kind:
        count = client.take(room)
        got += bytes(room[:count])
    assert got == data


def test_any_changed_byte_is_the_same_error_with_the_same_alert():
    for version, row in EVERY:
        _, server = ends(version, row)
        server._seal(DATA, b"some data, sixteen or more bytes")
        wire = taken(server)
        said = set()
        for at in range(5, len(wire)):
            client, _ = ends(version, row)
            count = [0]
            mac = client.reader.mac

            def counted(*what, mac=mac, count=count):
                count[0] += 1
                return mac(*what)

            client.reader.mac = counted
            bad = bytearray(wire)
            bad[at] ^= 1 << at % 8
            with raises(PeerError) as e:
                received(client, bytes(bad))
            assert count == [1], "the MAC is computed whatever the padding says"
            alert = taken(client)
            assert len(alert) == (5 + 32 if row[0] > 16 else 5 + 2 + (20 if row[2] == "sha1" else 16))
            with raises(PeerError) as again:
                client.space()
            assert again.value is e.value
            said.add((e.value.text, e.value.advice))
        assert len(said) == 1, (version, row, said)


def alert_of(server, client):
    """What alert a failed client sends, as its server reads it."""
    with raises(PeerError) as e:
        received(server, taken(client))
    return int(e.value.text.partition("alert ")[2].rstrip(")"))


def padded(version, data, padding):
    """A CBC record of the server with a good MAC and this padding, as wire bytes, and both ends."""
    client, server = ends(version)
    writer = server.writer
    body = bytearray(data + writer.mac(DATA, len(data), (data,)) + padding)
    assert len(body) % 16 == 0
    writer.cipher.encrypt(body, body)
    return client, server, bytes((23, 3, version & 255)) + len(body).to_bytes(2, "big") + bytes(body)


def test_padding_of_each_version():
    good = b"x" * 16  # and 20 of MAC: 12 more are needed
    for version, padding, allowed in (
        (SSL3, bytes(11) + b"\x0b", True),
        (SSL3, lot(3)(11) + b"\x0b", True),  # POODLE: nobody knows what it must be
        (SSL3, bytes(27) + b"\x1b", False),  # longer than a block
        (SSL3, bytes(11) + b"\x0c", False),
        (TLS1, b"\x0b" * 12, True),
        (TLS1, b"\x1b" * 28, True),
        (TLS1, b"\xfb" * 252, True),
        (TLS1, bytes(11) + b"\x0b", False),
        (TLS1, b"\x0a" + b"\x0b" * 11, False),
        (TLS1, b"\xfa" + b"\xfb" * 251, False),
        (TLS1, b"\x0b" * 11 + b"\x0a", False),
        (TLS1, b"\xff" * 12, False),  # longer than the record
    ):
        client, server, wire = padded(version, good, padding)
        if allowed:
            assert received(client, wire) == [(DATA, good)], padding
        else:
            with raises(PeerError) as e:
                received(client, wire)
            assert e.value.text == "The server's data was damaged on the way"
            assert alert_of(server, client) == 20, padding


def test_lengths_that_no_cipher_makes():
    for version, row in EVERY:
        for size in (0, 1, 15, 16, 19, 20, 33):
            if row[0] < 16 and size >= (20 if row[2] == "sha1" else 16) or row[0] > 16 and size == 32:
                continue
            client, server = ends(version, row)
            with raises(PeerError) as e:
                received(client, bytes((23, 3, version & 255, 0, size)) + bytes(size))
            assert e.value.text == "The server's data was damaged on the way", (row, size)
            assert alert_of(server, client) == 20


def test_records_that_were_replayed_dropped_swapped_or_relabelled():
    for version, row in EVERY:
        for change in (
            lambda one, two: one + one,
            lambda one, two: two,
            lambda one, two: two + one,
            lambda one, two: b"\x16" + one[1:],
        ):
            client, server = ends(version, row)
            server._seal(DATA, b"first" * 5)
            one = taken(server)
            server._seal(DATA, b"second" * 4)
            with raises(PeerError) as e:
                received(client, change(one, taken(server)))
            assert "damaged" in e.value.text


def test_records_that_are_too_long():
    for version in (SSL3, TLS1):
        client = Records(version)  # no keys yet
        with raises(PeerError) as e:
            received(client, b"\x16\3" + bytes((version & 255, 0x40, 1)))
        assert "too long" in e.value.text
        assert taken(client)[-2:] == (b"\2\x28" if version == SSL3 else b"\2\x16")
        client, server = ends(version)
        with raises(PeerError):
            received(client, b"\x17\3" + bytes((version & 255, 0x41, 0x15)))
        client, server = ends(version, keys.SUITES[2])
        server._seal(DATA, bytes(16385))  # what is too long shows after the MAC
        with raises(PeerError) as e:
            received(client, taken(server))
        assert "too long" in e.value.text
        assert alert_of(server, client) == (40 if version == SSL3 else 22)


def test_empty_records_are_taken_but_not_without_end():
    for version, row in EVERY:
        client, server = ends(version, row)
        for _ in range(3):
            for _ in range(30):
                server._seal(DATA, b"")
            server._seal(DATA, b"data")
        assert received(client, taken(server)) == [(DATA, b"data")] * 3
        for _ in range(40):
            server._seal(DATA, b"")
        with raises(PeerError) as e:
            received(client, taken(server))
        assert "without end" in e.value.text
    for kind in (CHANGE, ALERT, HANDSHAKE):
        client, server = ends(TLS1)
        server._seal(kind, b"")
        with raises(PeerError):
            received(client, taken(server))


def test_alerts():
    for version in (SSL3, TLS1):
        client, server = ends(version)
        server.send(ALERT, b"\1\x5a")  # user_canceled, a warning
        server.send(DATA, b"x")
        assert received(client, taken(server)) == [(DATA, b"x")] and not client.closed
        server.end()
        assert received(client, taken(server)) == [] and client.closed
        client.end()
        assert received(server, taken(client)) == [] and server.closed
        client, server = ends(version)
        with raises(PeerError) as e:
            server.send(ALERT, b"\2\x28")
            received(client, taken(server))
        assert "alert 40" in e.value.text and e.value.advice
        assert not client.out, "a fatal alert is not answered"
        client, server = ends(version)
        server.send(ALERT, b"\2\x28\2\x28")
        with raises(PeerError) as e:
            received(client, taken(server))
        assert "damaged TLS record" in e.value.text
        client, server = ends(version)
        for _ in range(33):
            server.send(ALERT, b"\1\x5a")
        with raises(PeerError) as e:
            received(client, taken(server))
        assert "without end" in e.value.text


def test_nothing_is_sent_after_a_failure():
    client, server = ends(TLS1)
    with raises(PeerError):
        client.fail(10, "because")
    assert len(sizes(taken(client))) == 1
    client.end()
    assert not client.out


def test_other_versions_and_other_protocols():
    for ours, theirs in ((SSL3, 1), (TLS1, 0), (TLS1, 2), (TLS1, 3), (SSL3, 3)):
        client = Records(ours)
        with raises(PeerError) as e:
            received(client, bytes((22, 3, theirs, 0, 4)))
        assert e.value.text == "The server chose %s, not %s" % (
            "SSL 3.0" if not theirs else "TLS 1.%d" % (theirs - 1),
            "SSL 3.0" if ours == SSL3 else "TLS 1.0",
        )
        client = Records(ours)
        with raises(PeerError) as e:
            received(client, bytes((21, 3, theirs, 0, 2, 2, 70)))  # a refusal in its own version is read
        assert "alert 70" in e.value.text
    for wire in (b"HTTP/1.1 400 Bad", b"\x16\2\0\0\4", b"\x18\3\1\0\4", b"\x80\x2e\1\3\1"):
        client = Records(TLS1)
        with raises(PeerError) as e:
            received(client, wire)
        assert "does not speak TLS 1.0" in e.value.text


def test_handshakes_are_not_begun_anew():
    for version in (SSL3, TLS1):
        client, server = ends(version)

        def ask(message, client=client, server=server):
            server.send(HANDSHAKE, message)
            wire = taken(server)
            room = client.space()
            while wire:
                count = min(len(room), len(wire))
                room[:count] = wire[:count]
                wire = wire[count:]
                client.received(count)
                room = client.space() if not client.kind else room
            client.other()

        ask(bytes(4))
        if version == SSL3:
            assert not client.out
        else:
            with raises(PeerError) as e:  # a warning at level 1 is not fatal: read what it is
                received(server, taken(client))
                raise PeerError("idle %d" % server._idle)
            assert e.value.text == "idle 1"
        server.send(DATA, b"goes on")
        assert received(client, taken(server)) == [(DATA, b"g"), (DATA, b"oes on")]
        for message in (b"\2\0\0\0", b"\0\0\0\1x", bytes(8), b"\0"):
            client, server = ends(version)
            with raises(PeerError) as e:
                ask(message, client, server)
            assert "another handshake" in e.value.text
            assert alert_of(server, client) == 10
        client, server = ends(version)
        with raises(PeerError):
            for _ in range(40):
                ask(bytes(4), client, server)


def test_differ():
    assert not differ(b"", b"") and not differ(b"abc", bytearray(b"abc"))
    assert differ(b"abc", b"abd") and differ(b"abc", b"ab") and differ(b"", b"x") and differ(b"xbc", b"abc")
