"""What the client says to servers with good and bad certificates: the platform's verdict and ours together."""

import asyncio
from binascii import a2b_base64

import net_chains as chains
import net_identity as ids
from net_support import House, ask, dial, echo, judge
from support import raises, run

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.net import appeal, seam, tls, trust, verdict

HEAP = "160k"  # server and client in one heap, with a chain of 20 certificates

DATES = ("expired", "future")
NAME = ("name",)


def _pem(names):
    return b"".join([ids.pem(a2b_base64(getattr(chains, name))) for name in names.split()])


def _meet(served, anchors, host="localhost", tolerated=(), **more):
    """(the Judge, what the client says) to a server with the chain ``served``: "" when it is content.

    As client/securing.py does, it comes once more when all that the platform has found may pass.
    """

    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        listener.context = tls.server_context(served if isinstance(served, bytes) else _pem(served), ids.KEY)
        given = anchors if isinstance(anchors, bytes) else _pem(anchors)
        pardon = None
        try:
            while True:
                judged = judge(host, given, tolerated, pardon=pardon, **more)
                try:
                    stream = await dial(listener.port, judged=judged)
                    assert await ask(stream) == b"Shello"
                    stream.close()
                    return judged, ""
                except PeerError as error:
                    assert error.advice
                    pardon = (appeal.Case(judged.plain()).again() or (0, None))[1]
                    if not pardon:
                        return judged, error.text
        finally:
            await house.close()
            assert house.log.lines == []

    return run(main())


def _said(*arguments, **options):
    judged, text = _meet(*arguments, **options)
    assert judged.verified == (text == "" and not judged.faults and judged.tolerated is not None)
    return text.replace("Bad Certificate: ", "")


EXPIRED = "it has expired"
FUTURE = "it is not valid yet"
OTHER = "it names another host"
ISSUER = "its issuer is not trusted"

# chain from the server's certificate on, anchors, host, what is said when all is checked
CASES = (
    ("LEAF INTER", "ROOT", "localhost", ""),
    ("LEAF INTER", "ROOT", "127.0.0.1", ""),
    ("LEAF INTER", "OTHER_ROOT ROOT", "LOCALHOST", ""),
    ("LEAF INTER ROOT_CROSS", "ROOT", "localhost", ""),
    ("LEAF INTER ROOT_CROSS", "OTHER_ROOT", "localhost", ""),
    ("LEAF_SERVER INTER", "ROOT", "localhost", ""),
    ("LEAF_OF_384", "ROOT_384", "localhost", ""),
    ("LEAF_OF_RSA", "ROOT_RSA", "localhost", ""),
    ("LEAF_OF_RSA_SHA384", "ROOT_RSA", "localhost", ""),
    ("LEAF_WILD INTER", "ROOT", "a.phone.example", ""),
    ("LEAF_COMMON INTER", "ROOT", "localhost", ""),
    ("LEAF_SELF_SIGNED", "LEAF_SELF_SIGNED", "localhost", ""),
    ("LEAF", "ROOT", "localhost", ISSUER),
    ("LEAF INTER", "OTHER_ROOT", "localhost", ISSUER),
    ("LEAF_SELF_SIGNED", "ROOT", "localhost", ISSUER),
    ("LEAF_SPOILT INTER", "ROOT", "localhost", ISSUER),
    ("LEAF_FORGED INTER", "ROOT", "localhost", ISSUER),
    ("LEAF INTER_SPOILT", "ROOT", "localhost", ISSUER),
    ("LEAF INTER_NO_CA", "ROOT", "localhost", ISSUER),
    ("LEAF INTER_NO_SIGN", "ROOT", "localhost", ISSUER),
    ("LEAF_BELOW INTER_BELOW INTER_SHORT", "ROOT", "localhost", ISSUER),
    ("LEAF_EXPIRED INTER", "ROOT", "localhost", EXPIRED),
    ("LEAF INTER_EXPIRED", "ROOT", "localhost", EXPIRED),
    ("LEAF_OF_OLD_ROOT", "ROOT_EXPIRED", "localhost", EXPIRED),
    ("LEAF_FUTURE INTER", "ROOT", "localhost", FUTURE),
    ("LEAF_OLD_OTHER INTER", "ROOT", "localhost", EXPIRED + " and " + OTHER),
    ("LEAF_OLD_OTHER INTER", "OTHER_ROOT", "localhost", EXPIRED + " and " + OTHER + " and " + ISSUER),
    ("LEAF INTER", "ROOT", "example", OTHER),
    ("LEAF INTER", "ROOT", "127.0.0.2", OTHER),
    ("LEAF_WILD INTER", "ROOT", "a.b.phone.example", OTHER),
    ("LEAF_WILD INTER", "ROOT", "x.com", OTHER),
    ("LEAF_WILD INTER", "ROOT", "foo.partial.example", OTHER),
    ("LEAF_ADDRESSES INTER", "ROOT", "localhost", OTHER),
    ("LEAF_COMMON_ADDRESS INTER", "ROOT", "127.0.0.1", OTHER),
    ("LEAF_SAN_BESIDE_COMMON INTER", "ROOT", "localhost", OTHER),
)


def test_each_chain_when_all_is_checked():
    for served, anchors, host, expected in CASES:
        said = _said(served, anchors, host)
        assert said == expected, (served, host, said)


def test_a_chain_of_ten_intermediates_is_too_long():
    served = "LEAF_LONG LONG_10 LONG_9 LONG_8 LONG_7 LONG_6 LONG_5 LONG_4 LONG_3 LONG_2 LONG_1"
    assert _said(served, "ROOT") in ("its chain is too long", ISSUER)
    assert _said("LEAF_LONG_ENOUGH LONG_8 LONG_7 LONG_6 LONG_5 LONG_4 LONG_3 LONG_2 LONG_1", "ROOT") == ""


def test_each_switch_lets_its_own_fault_pass_and_no_other():
    old, other, both = "LEAF_EXPIRED INTER", "LEAF_SAN_BESIDE_COMMON INTER", "LEAF_OLD_OTHER INTER"
    for served, tolerated, expected in (
        (old, DATES, ""),
        (old, NAME, EXPIRED),
        (old, DATES + NAME, ""),
        ("LEAF_FUTURE INTER", DATES, ""),
        ("LEAF INTER_EXPIRED", DATES, ""),
        (other, NAME, ""),
        (other, DATES, OTHER),
        (both, DATES, OTHER),
        (both, NAME, EXPIRED),
        (both, DATES + NAME, ""),
        ("LEAF_SPOILT INTER", DATES + NAME, ISSUER),
        ("LEAF INTER_SPOILT", DATES + NAME, ISSUER),
        ("LEAF_SELF_SIGNED", DATES + NAME, ISSUER),
    ):
        judged, said = _meet(served, "ROOT", tolerated=tolerated)
        assert said.replace("Bad Certificate: ", "") == expected, (served, tolerated, said)
        assert not judged.verified
    assert _meet("LEAF INTER", "ROOT", tolerated=DATES + NAME)[0].verified
    assert _said(both, "OTHER_ROOT", tolerated=DATES + NAME) == ISSUER


def test_the_phones_own_clock_decides_too():
    assert _said("LEAF INTER", "ROOT", now=1577836799) == FUTURE
    assert _said("LEAF INTER", "ROOT", now=1577836800) == ""
    assert _said("LEAF INTER", "ROOT", now=4102444801) == EXPIRED
    assert _said("LEAF INTER", "ROOT", now=4102444801, tolerated=DATES) == ""


def test_a_server_that_may_see_the_phones_certificate_is_refused_before():
    judged = judge("example", _pem("ROOT"))
    judged.last = b"identity"
    assert judged.see(a2b_base64(chains.LEAF), 0) < 0
    judged.said = False, "X509 - A fatal error occurred"
    assert appeal.Case(judged.plain()).reason().text.endswith(OTHER)


def test_what_mbed_tls_says_of_a_certificate_that_is_for_clients():
    judged = judge("localhost", _pem("ROOT"), DATES + NAME)
    judged.looks = True
    judged.said = False, "SSL - Processing of the Certificate handshake message failed"
    case = appeal.Case(judged.plain())
    assert case.reason().text == "Bad Certificate: it is not for servers" and case.again() is None


def test_a_pardon_holds_for_the_very_same_chain_only():
    judged = _meet("LEAF_EXPIRED INTER", "ROOT")[0]
    pardon = judged.chain, ["expired"]

    async def main(served):
        house = House()
        listener = house.listen(echo, secure=True)
        listener.context = tls.server_context(_pem(served), ids.KEY)
        try:
            return await dial(listener.port, judged=judge("localhost", _pem("ROOT"), DATES, pardon=pardon))
        finally:
            await house.close()

    for served in ("LEAF_SPOILT INTER", "LEAF_SELF_SIGNED", "LEAF_EXPIRED", "LEAF INTER"):
        with raises(PeerError) as caught:
            run(main(served))
        assert "another certificate than a moment ago" in caught.value.text, served


def test_a_pin_takes_the_place_of_the_chain():
    pin = _meet("LEAF INTER", "ROOT")[0].key
    assert len(pin) == 64
    for served in ("LEAF_SELF_SIGNED", "LEAF INTER", "LEAF_SPOILT", "LEAF INTER_EXPIRED"):
        judged, said = _meet(served, "ROOT", pin=pin)
        assert said == "" and judged.verified, (served, said)
    assert _said("LEAF_EXPIRED INTER", "ROOT", pin=pin) == EXPIRED
    assert _said("LEAF_EXPIRED", b"", pin=pin, tolerated=DATES) == ""
    assert _said("LEAF_SAN_BESIDE_COMMON INTER", "ROOT", pin=pin) == OTHER
    changed = "the server's key has changed"
    for tolerated in ((), DATES + NAME, None):
        assert _said("LEAF INTER", "ROOT", pin="0" * 64, tolerated=tolerated) == changed
    judged, said = _meet("LEAF_EXPIRED", "ROOT", pin=pin, tolerated=None)
    assert said == "" and not judged.verified


def test_without_verification_any_certificate_will_do():
    for served in ("LEAF_EXPIRED", "LEAF_SAN_BESIDE_COMMON", "LEAF_SELF_SIGNED", "LEAF_SPOILT"):
        judged, said = _meet(served, "ROOT", tolerated=None)
        assert said == "" and not judged.verified and len(judged.subjects) == 1


def test_the_chain_is_told():
    judged = _meet("LEAF INTER", "ROOT")[0]
    assert judged.subjects == ["Root", "Inter", "leaf"]
    assert judged.agreed[0] in ("TLSv1.2", "TLSv1.3") and judged.agreed[1]
    assert _meet("LEAF INTER", "OTHER_ROOT")[0].subjects == ["Inter", "leaf"]


def test_verification_needs_anchors_that_can_be_read():
    torn = b"-----BEGIN CERTIFICATE-----\nAAAA\n"
    for anchors in (b"", b"no PEM at all", torn, torn + b"-----END CERTIFICATE-----\n", torn * 200):
        with raises(DeviceError) as caught:
            judge(anchors=anchors).wrap(None)
        assert caught.value.advice


class _Plain:
    """A context of a build without the callback; MicroPython's objects do not forward attributes that are set."""

    def __init__(self, real):
        self._real = real
        self.verify_mode = 2
        self.load_verify_locations = real.load_verify_locations
        self.set_ciphers = real.set_ciphers

    def wrap_socket(self, raw, **options):
        self._real.verify_mode = self.verify_mode
        return self._real.wrap_socket(raw, **options)


class _Library:
    def __init__(self, real):
        for name in ("PROTOCOL_TLS_CLIENT", "CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED"):
            setattr(self, name, getattr(real, name))
        self.SSLContext = lambda protocol: _Plain(real.SSLContext(protocol))


def test_a_build_that_shows_no_chain_checks_all_or_nothing():
    real = trust.tls
    trust.tls = _Library(real)
    try:
        assert _said("LEAF INTER", "ROOT") == ""
        said = _said("LEAF_EXPIRED INTER", "ROOT", tolerated=DATES)
        assert said == EXPIRED + ". This phone's TLS cannot check less"
        assert _said("LEAF INTER", "ROOT", now=1577836799) == FUTURE
        assert _said("LEAF INTER", "ROOT", pin="0" * 64) == "the server's key has changed"
        assert _said("LEAF_SELF_SIGNED", "ROOT", pin="0" * 64) == ISSUER
        assert _said("LEAF_SELF_SIGNED", "ROOT", tolerated=None) == ""
    finally:
        trust.tls = real


def test_old_methods_are_judged_by_the_same_rules():
    def said(served, anchors, host="localhost", tolerated=(), **more):
        judged = judge(host, _pem(anchors), tolerated, method="TLSv1", **more)
        try:
            judged._accept([a2b_base64(getattr(chains, name)) for name in served.split()])
            return ""
        except DialtoneError as error:
            assert error.advice
            return error.text.replace("Bad Certificate: ", "")

    for served, anchors, host, expected in CASES:
        if expected in ("", EXPIRED, FUTURE, OTHER) and "384" not in served:
            assert said(served, anchors, host) == expected, (served, host)
    assert said("LEAF_SPOILT INTER", "ROOT") == "it is not signed by the issuer that it names"
    assert said("LEAF_EXPIRED INTER", "ROOT", tolerated=DATES) == ""
    assert said("LEAF_OLD_OTHER INTER", "ROOT", tolerated=DATES) == OTHER
    assert said("LEAF_SELF_SIGNED", "ROOT") == ISSUER
    assert said("LEAF_SELF_SIGNED", "ROOT", tolerated=None) == ""
    key = _meet("LEAF INTER", "ROOT")[0].key
    assert said("LEAF_SELF_SIGNED", "ROOT", pin=key) == ""
    assert said("LEAF INTER", "ROOT", pin="0" * 64) == "the server's key has changed"
    assert "cannot check" in said("LEAF_OF_384", "ROOT_384")


def test_tls_1_3_alone_is_agreed_on():
    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        stream = await dial(listener.port, "TLSv1.3")
        assert stream.describe()[0] == "TLSv1.3"
        stream.close()
        await house.close()

    run(main())


def test_tls_1_2_alone_is_agreed_on_or_named():
    """A platform that cannot switch 1.3 off is refused by a server that prefers 1.3: it must say which method."""

    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        try:
            stream = await dial(listener.port, "TLSv1.2")
            assert stream.describe()[0] == "TLSv1.2"
            stream.close()
        except PeerError as error:
            assert error.text.startswith("The server did not agree to TLSv1.2"), error.text
        await house.close()

    run(main())


def test_a_server_that_closes_or_talks_nonsense_is_a_peer_error():
    async def main():
        listening, port = seam.listen("127.0.0.1", 0, 4)

        async def answer(data):
            await seam.readable(listening)
            raw = seam.accept(listening)[0]
            await seam.readable(raw)
            raw.readinto(memoryview(bytearray(2048)))
            raw.write(data)
            raw.close()

        for data in (
            b"",
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
            b"\x15\x03\x03\x00\x02\x02\x28",
        ):
            task = asyncio.create_task(answer(data))
            with raises(PeerError) as caught:
                await dial(port, "TLS")
            assert caught.value.advice
            await task
        listening.close()

    run(main())


def test_every_reason_has_words_and_advice():
    for row in verdict._REASONS:
        error = verdict.refusal([row[0]])
        assert error.text == "Bad Certificate: " + row[2] and error.advice
    said = "\nThe certificate validity has expired\n\nThe certificate is not correctly signed by the trusted CA\n"
    assert verdict.codes(said) == ["expired", "issuer"]
    assert verdict.codes("The certificate validity has expired\nOther reason (can be used by verify callback)\n") == [
        "expired",
        "other",
    ]
    assert "odd" in verdict.failure("odd").text
