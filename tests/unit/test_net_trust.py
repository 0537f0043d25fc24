import asyncio

import net_identity as ids
from net_support import House, ask, dial, echo
from support import raises, run

from dialtone.errors import DeviceError, PeerError
from dialtone.net import seam, tls, trust, verdict


def _meet(certificate, host, **options):
    """What a client says to a server with that certificate: "" when it is content."""

    async def main():
        house = House()
        listener = house.listen(echo, secure=True)
        listener.context = tls.server_context(certificate, ids.KEY)
        try:
            stream = await dial(listener.port, "TLS", host, **options)
            assert await ask(stream) == b"Shello"
            stream.close()
            return ""
        except PeerError as error:
            assert error.advice
            return error.text
        finally:
            await house.close()
            assert house.log.lines == []

    return run(main())


def test_a_good_certificate_by_name_and_by_address():
    assert _meet(ids.LEAF, "localhost") == ""
    assert _meet(ids.LEAF, "127.0.0.1") == ""


def test_bad_certificates_are_refused_in_plain_words():
    assert _meet(ids.EXPIRED, "localhost") == "Bad Certificate: it has expired"
    assert _meet(ids.FUTURE, "localhost") == "Bad Certificate: it is not valid yet"
    assert _meet(ids.OTHER_NAME, "localhost") == "Bad Certificate: it names another host"
    assert _meet(ids.OTHER_NAME, "127.0.0.1") == "Bad Certificate: it names another host"
    assert _meet(ids.SELF_SIGNED, "localhost") == "Bad Certificate: its issuer is not trusted"


def test_the_name_in_the_certificate_is_compared_whole():
    assert _meet(ids.OTHER_NAME, "phone.example") == ""
    assert _meet(ids.OTHER_NAME, "PHONE.example") == ""
    assert _meet(ids.OTHER_NAME, "192.0.2.7") == ""
    assert "another host" in _meet(ids.OTHER_NAME, "xphone.example")
    assert "another host" in _meet(ids.OTHER_NAME, "example")
    assert "another host" in _meet(ids.OTHER_NAME, "192.0.2.70")


def test_a_self_signed_certificate_is_good_when_it_is_the_anchor():
    assert _meet(ids.SELF_SIGNED, "localhost", anchors=ids.pem(ids.SELF_SIGNED)) == ""
    assert "issuer" in _meet(ids.LEAF, "localhost", anchors=ids.pem(ids.SELF_SIGNED))
    assert _meet(ids.LEAF, "localhost", anchors=ids.pem(ids.SELF_SIGNED) + ids.pem(ids.CA)) == ""


def test_without_verification_any_certificate_will_do():
    for certificate in (ids.EXPIRED, ids.OTHER_NAME, ids.SELF_SIGNED):
        assert _meet(certificate, "localhost", verify=False) == ""


def test_verification_needs_anchors_that_can_be_read():
    for anchors in (None, b"", b"no PEM at all", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with raises(DeviceError) as caught:
            trust.client_context("TLS", anchors, True)
        assert caught.value.advice


def test_methods_of_another_engine_are_named():
    for method in ("SSLv3", "TLSv1"):
        with raises(DeviceError) as caught:
            trust.client_context(method, ids.pem(ids.CA), True)
        assert method in caught.value.text


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


def test_several_faults_are_all_told():
    error = verdict.failure(
        ValueError("The certificate validity has expired\nis not correctly signed by the trusted CA\n")
    )
    assert "expired" in error.text and "issuer" in error.text
    assert "Bad Certificate: odd" == verdict.failure(ValueError("odd\n")).text
    assert verdict.failure(OSError()).text
