"""Handshakes of SSL 3.0 and TLS 1.0 with a server of our own parts that can be wrong on purpose (old_server.py)."""

from struct import pack

from old_server import E, N, OldServer, carry, lot
from support import raises

from dialtone.errors import PeerError
from dialtone.tls.legacy import keys
from dialtone.tls.legacy.handshake import Handshake
from dialtone.tls.legacy.record import ALERT, CHANGE, DATA, HANDSHAKE, Records

HEAP = "256k"  # both ends of a connection, and messages of 12 KB

SSL3, TLS1 = 0x0300, 0x0301
BOTH = (SSL3, TLS1)
ORDER = "The server sent a TLS message out of order"
DAMAGED = "The server sent a damaged TLS message"


class Meeting:
    """A client beside ``server``. ``run()`` carries bytes both ways until the handshake is over or nothing moves."""

    def __init__(self, server, version=None, host="server.example", take=len):
        self.server = server
        self.records = Records(version or server.records.version)
        self.talk = Handshake(self.records, lot(1), host)
        self.chain = None
        self.take = take

    def advance(self):
        talk = self.talk
        if talk.done:
            return
        talk.advance()
        if talk.chain:
            self.chain = talk.chain
            talk.answer(N, E)

    def wire(self, data):
        """``data`` as if the server had sent it."""
        carry((self.records, self.advance), data, self.take)

    def run(self):
        records = self.records
        while records.out or self.server.records.out:
            out, records.out = bytes(records.out), bytearray()
            self.server.feed(out)
            self.wire(self.server.take())
        return self

    def alert(self):
        """The alert that the client has sent: (level, code)."""
        try:
            self.server.feed(bytes(self.records.out))
        except PeerError as error:
            return int(error.text.partition("alert ")[2].rstrip(")"))
        return None

    def fails(self, text, alert):
        """Runs into an error with ``text``, which the server hears of."""
        with raises(PeerError) as e:
            self.run()
        assert text in e.value.text and e.value.advice, e.value.text
        if self.records.version == SSL3 and alert not in (10, 20, 42, 47):
            alert = 40
        assert self.alert() == alert, self.alert()
        assert not self.talk.done
        with raises(PeerError) as again:
            self.records.space()
        assert again.value is e.value


def changed(which, make):
    """A server's ``change``: message ``which`` gets the body (or messages) that ``make(body)`` gives."""
    return lambda kind, body: make(body) if kind == which else body


def message(kind, body):
    return pack(">BBH", kind, 0, len(body)) + body


def test_every_suite_in_both_versions_and_every_way_to_pack_a_flight():
    for version in BOTH:
        for row in keys.SUITES:
            for piece in (0, -1, 1, 7, 100):
                server = OldServer(version, row, piece)
                meeting = Meeting(server, take=(lambda data: 1) if piece == 7 else len).run()
                assert meeting.talk.done and server.done and meeting.talk.suite == row[3]
                assert meeting.chain == list(server.chain)
                meeting.records.send(DATA, b"GET / HTTP/1.1")
                server.feed(bytes(meeting.records.out))
                assert server.got == b"GET / HTTP/1.1"
                server.records.send(DATA, b"y")
                meeting.wire(server.take())
                assert meeting.records.kind == DATA and bytes(meeting.records.view()) == b"y"


def test_what_is_offered():
    for version in BOTH:
        server = OldServer(version)
        Meeting(server).run()
        hello = server.hello
        assert hello[:2] == pack(">H", version)
        assert hello[34:49] == b"\0\0\x0a\0\x2f\0\x35\0\x05\0\x04\0\xff\1\0", "no session, four suites, no compression"
        if version == SSL3:
            assert len(hello) == 49, "SSL 3.0 has no extensions"
        else:
            assert hello[49:] == b"\0\x1c\0\0\0\x13\0\x11\0\0\x0eserver.example\0\1\0\1\4"
    server = OldServer(TLS1)
    Meeting(server, host="").run()
    assert server.hello[49:] == b"\0\5\0\1\0\1\4", "an address is no name"


def test_client_random_is_used_and_differs():
    hellos = []
    for number in range(2):
        records = Records(TLS1)
        Handshake(records, lot(number))
        hellos.append(bytes(records.out)[11:43])
    assert hellos[0] != hellos[1] and hellos[0] == lot(0)(32)


def test_another_version_is_refused():
    for ours, theirs in ((SSL3, TLS1), (TLS1, SSL3), (TLS1, 0x0302), (TLS1, 0x0303), (SSL3, 0x0303), (TLS1, 0x0200)):
        server = OldServer(ours, change=changed(2, lambda body, theirs=theirs: pack(">H", theirs) + body[2:]))
        Meeting(server).fails("The server chose", 70)
        meeting = Meeting(OldServer(ours))  # ... and in the record itself
        with raises(PeerError):
            meeting.wire(pack(">BHH", 22, theirs, 4) + message(14, b""))


def test_suites_and_compression_that_were_not_offered():
    for version in BOTH:
        # NULL, export 40 bit, export 56 bit, single DES, 3DES, anonymous, DHE, ECDHE, AES-GCM, the signal itself
        for suite in (
            0x00,
            0x02,
            0x03,
            0x06,
            0x08,
            0x14,
            0x17,
            0x64,
            0x62,
            0x09,
            0x0A,
            0x18,
            0x1B,
            0x33,
            0xC013,
            0x9C,
            0xFF,
        ):
            change = changed(2, lambda body, suite=suite: body[:39] + pack(">H", suite) + body[41:])
            Meeting(OldServer(version, change=change)).fails("was not offered", 47)
        Meeting(OldServer(version, change=changed(2, lambda body: body[:41] + b"\1"))).fails("was not offered", 47)


def test_messages_out_of_order():
    """Each message of the server left out, doubled, or sent in another's place."""
    for version in BOTH:
        for kind in (2, 11):
            twice = changed(kind, lambda body, kind=kind: [message(kind, body)] * 2)
            Meeting(OldServer(version, change=twice)).fails(ORDER, 10)
        with raises(PeerError) as e:  # to the first of these we have answered when the second one comes
            Meeting(OldServer(version, change=changed(14, lambda body: [message(14, body)] * 2))).run()
        assert e.value.text == ORDER
        for kind in (2, 11):
            Meeting(OldServer(version, change=changed(kind, lambda body: []))).fails(ORDER, 10)
        for kind in (2, 11, 14):
            for other in (1, 3, 4, 12, 15, 16, 20, 22, 67, 255):  # what must not be there at all
                change = changed(
                    kind, lambda body, kind=kind, other=other: [message(other, b"xx"), message(kind, body)]
                )
                Meeting(OldServer(version, change=change)).fails(ORDER, 10)
        swapped = changed(11, lambda body: [message(14, b""), message(11, body)])
        Meeting(OldServer(version, change=swapped)).fails(ORDER, 10)


def test_server_key_exchange_is_refused_so_no_export_key_comes_in():
    for version in BOTH:
        weak = b"\0\x40" + bytes(64) + b"\0\3\1\0\1" + b"\0\x80" + bytes(128)  # the 512-bit key of FREAK
        change = changed(11, lambda body, weak=weak: [message(11, body), message(12, weak)])
        Meeting(OldServer(version, change=change)).fails(ORDER, 10)


def test_change_cipher_spec_has_one_place():
    for version in BOTH:
        for early in (0, 1, 2):  # CVE-2014-0224: before there are keys
            meeting = Meeting(OldServer(version))
            flight = [message(2, pack(">H", version) + bytes(32) + b"\0\0\x2f\0"), message(11, b"\0\0\4\0\0\1x")][
                :early
            ]
            records = meeting.server.records
            for one in flight:
                records.send(HANDSHAKE, one)
            records.send(CHANGE, b"\1")
            meeting.records.out = bytearray()
            meeting.fails(ORDER, 10)
        for body in (b"\2", b"\1\1", b"\0"):
            meeting = Meeting(OldServer(version))
            meeting.server.records.send = _sends_change(meeting.server.records, body)
            meeting.fails(ORDER, 10)
        meeting = Meeting(OldServer(version))  # Finished in the clear, without it
        meeting.server.records.send = _sends_change(meeting.server.records, b"")
        with raises(PeerError):
            meeting.run()


def _sends_change(records, body):
    send = records.send

    def sends(kind, data):
        if kind != CHANGE:
            send(kind, data)
        elif body:
            send(kind, body)

    return sends


def test_data_and_alerts_during_a_handshake():
    for version in BOTH:
        meeting = Meeting(OldServer(version))
        meeting.server.records._seal(DATA, b"too early")
        meeting.records.out = bytearray()
        meeting.fails(ORDER, 10)
        meeting = Meeting(OldServer(version))
        meeting.server.records.end()
        meeting.records.out = bytearray()
        meeting.fails("closed the connection during the TLS handshake", 10)
        meeting = Meeting(OldServer(version))
        meeting.server.records.send(ALERT, b"\1\x70")  # unrecognized_name, a warning: goes on
        assert meeting.run().talk.done
        meeting = Meeting(OldServer(version))
        meeting.server.records.send(ALERT, b"\2\x28")
        with raises(PeerError) as e:
            meeting.run()
        assert "alert 40" in e.value.text


def test_a_wrong_finished_is_refused():
    for version in BOTH:
        for row in (keys.SUITES[0], keys.SUITES[3]):
            for make in (
                lambda body: bytes((body[0] ^ 1,)) + body[1:],
                lambda body: body[:-1] + bytes((body[-1] ^ 128,)),
                lambda body: body[:-1],
                lambda body: body + b"\0",
                lambda body: b"",
            ):
                Meeting(OldServer(version, row, change=changed(20, make))).fails("Finished is wrong", 51)


def test_a_handshake_that_was_changed_on_the_way_is_noticed():
    """A man in the middle who takes a suite out of the hello, so that the worst is chosen: Finished tells."""
    for version in BOTH:
        server = OldServer(version, keys.SUITES[3])
        meeting = Meeting(server)
        hello = bytes(meeting.records.out)
        at = hello.index(b"\0\x2f\0\x35\0\x05\0\x04")
        meeting.records.out = bytearray(hello[:at] + b"\0\x04\0\x04\0\x04\0\x04" + hello[at + 8 :])
        with raises(AssertionError) as e:  # the server looks first
            meeting.run()
        assert "Finished" in str(e.value)


def test_messages_behind_the_last_are_refused():
    for version in BOTH:
        for kind in (14, 20):
            change = changed(kind, lambda body, kind=kind: [message(kind, body) + b"\0"])
            Meeting(OldServer(version, change=change)).fails(ORDER, 10)
        change = changed(20, lambda body: [message(20, body) + message(2, b"")])
        Meeting(OldServer(version, change=change)).fails(ORDER, 10)


def test_hello_requests_are_ignored_and_not_hashed():
    for version in BOTH:
        for kind in (2, 11, 14):
            server = OldServer(version)
            meeting = Meeting(server)
            hasher = server._hash
            server._hash = lambda one, hasher=hasher: None if one == bytes(4) else hasher(one)
            server._change = changed(kind, lambda body, kind=kind: [bytes(4), message(kind, body)])
            assert meeting.run().talk.done
        server = OldServer(version, change=changed(2, lambda body: [bytes(4)] * 33))
        Meeting(server).fails("without end", 10)


def test_a_request_for_our_certificate_gets_none():
    for version in BOTH:
        server = OldServer(version, ask=True)
        got = []
        if version == SSL3:  # the warning no_certificate
            server.records.idle = lambda got=got: got.append(1)
        assert Meeting(server).run().talk.done
        assert server.client_certificate == (None if version == SSL3 else b"\0\0\0") and len(got) == (version == SSL3)
        twice = changed(13, lambda body: [message(13, body)] * 2)
        Meeting(OldServer(version, ask=True, change=twice)).fails(ORDER, 10)


def test_extensions_in_an_answer():
    secure, name, short = b"\xff\1\0\1\0", b"\0\0\0\0", b"\0\1\0\1\4"

    def more(*parts):
        joined = b"".join(parts)
        return pack(">H", len(joined)) + joined

    for version, good in (
        (SSL3, (b"", more(), more(secure))),
        (TLS1, (b"", more(), more(secure), more(secure, name, short), more(short), more(name, secure))),
    ):
        for answer in good:
            assert Meeting(OldServer(version, hello_more=answer)).run().talk.done, answer
    for version, wrong in (
        (SSL3, (more(name), more(short))),
        (
            TLS1,
            (more(b"\0\x23\0\0"), more(b"\0\x16\0\0"), more(b"\0\x17\0\0"), more(b"\0\0\0\1x"), more(b"\0\1\0\1\3")),
        ),
    ):
        for answer in (
            wrong
            + (
                more(secure, secure),
                more(b"\xff\1\0\2\1x"),  # RFC 5746: we never renegotiate, so it must be empty
                more(secure) + b"\0",
                more(secure)[:-1],
                b"\0",
                b"\0\1",
            )
        ):
            Meeting(OldServer(version, hello_more=answer)).fails("answers what was not asked", 47)


def test_damaged_hellos():
    for version in BOTH:
        for make in (
            lambda body: b"",
            lambda body: body[:34],
            lambda body: body[:34] + b"\x21" + bytes(33) + b"\0\x2f\0",
            lambda body: body[:40],
            lambda body: body[:34] + b"\xff" + body[35:],
        ):
            Meeting(OldServer(version, change=changed(2, make))).fails(DAMAGED, 50)
        assert Meeting(OldServer(version, change=changed(2, lambda body: body[:34] + b"\0\0\x2f\0"))).run().talk.done
        full = changed(2, lambda body: body[:34] + b"\x20" + bytes(32) + b"\0\x2f\0")
        assert Meeting(OldServer(version, change=full)).run().talk.done


def test_damaged_chains():
    for version in BOTH:
        for body in (
            b"",
            b"\0\0\0",
            b"\0\0\5\0\0\1x",
            b"\0\0\4\0\0\2x",
            b"\0\0\4\0\0\1",
            b"\0\0\4\0\0\1x\0",
            b"\0\0\5\0\0\1x\0",
            b"\1\0\4\0\0\1x",
            b"\0\0\x24" + b"\0\0\1x" * 9,  # more certificates than anybody's chain has
        ):
            Meeting(OldServer(version, change=changed(11, lambda _, body=body: body))).fails(DAMAGED, 50)
        Meeting(OldServer(version, change=changed(14, lambda _: b"x"))).fails(DAMAGED, 50)


def test_long_messages_have_a_bound():
    for version in BOTH:
        one = b"\0\x28\0" + bytes(10240)
        meeting = Meeting(OldServer(version, change=changed(11, lambda _, one=one: b"\0\x28\3" + one)))
        assert meeting.run().talk.done and len(meeting.chain[0]) == 10240
        meeting = Meeting(OldServer(version))
        meeting.server.records.send(HANDSHAKE, message(2, pack(">H", version) + bytes(32) + b"\0\0\x2f\0"))
        meeting.server.records.send(HANDSHAKE, b"\x0b\0\x30\0")  # its first bytes are enough
        meeting.records.out = bytearray()
        meeting.fails("too long", 47)


def test_what_the_decision_about_the_chain_says_reaches_the_server():
    for version in BOTH:
        meeting = Meeting(OldServer(version))
        error = PeerError("Bad Certificate: it has expired", "Renew it")

        def decide(meeting=meeting, error=error):
            meeting.talk.advance()
            if meeting.talk.chain:
                meeting.records.abort(42, error)

        meeting.advance = decide
        with raises(PeerError) as e:
            meeting.run()
        assert e.value is error and meeting.alert() == 42
