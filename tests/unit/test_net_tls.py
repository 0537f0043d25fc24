import net_identity as ids
from net_support import House, echo, judge
from support import raises, run

from dialtone.errors import DeviceError, PeerError
from dialtone.net import seam, serving, tls, trust
from dialtone.tls.suites import SERVER


def test_identities_in_each_encoding_are_taken():
    assert tls.server_context(ids.LEAF, ids.KEY)
    assert tls.server_context(ids.LEAF, ids.KEY_SEC1)
    assert tls.server_context(ids.pem(ids.LEAF), ids.pem(ids.KEY, "PRIVATE KEY"))
    assert tls.server_context(ids.pem(ids.LEAF), ids.pem(ids.KEY_SEC1, "EC PRIVATE KEY"))


def test_damaged_identities_are_a_device_error():
    for certificate, key in (
        (b"", ids.KEY),
        (ids.LEAF, b""),
        (ids.LEAF[:100], ids.KEY),
        (ids.LEAF, ids.KEY[:40]),
        (b"\x30" * 300, ids.KEY),
        (ids.KEY, ids.LEAF),
    ):
        with raises(DeviceError) as caught:
            tls.server_context(certificate, key)
        assert caught.value.advice


def test_the_server_offers_aead_suites_with_forward_secrecy_only():
    for name in SERVER:
        assert name.startswith("TLS1-3-") or "-ECDHE-" in name
        assert "-GCM-" in name or "-POLY1305-" in name


def test_what_this_build_lacks_is_named():
    assert serving.missing() == []  # the tests' builds have all of it
    real = serving.tls

    class Old:
        """A build as on the ESP32: no TLS 1.3; and no ChaCha20."""

        PROTOCOL_TLS_SERVER = real.PROTOCOL_TLS_SERVER

        class SSLContext:
            def __init__(self, protocol):
                self.asked = []

            def load_cert_chain(self, certificate, key):
                pass

            def set_ciphers(self, names):
                self.asked = names
                for name in names:
                    if "CHACHA20" in name or name.startswith("TLS1-3-"):
                        raise OSError(-1, "BAD_CONFIG")

    serving.tls = Old
    try:
        assert serving.missing() == ["TLS 1.3"] + [
            name for name in SERVER if name.find("RSA-WITH-CHACHA") > 0 or name.find("ECDSA-WITH-CHACHA") > 0
        ]
        asked = serving.server_context(b"", b"").asked
        assert len(asked) == 4 and not [name for name in asked if "CHACHA20" in name]
    finally:
        serving.tls = real


def test_a_client_with_older_suites_is_refused():
    async def main():
        house = House()
        try:
            port = house.listen(echo, secure=True).port
            for suite in ("TLS-ECDHE-ECDSA-WITH-AES-128-CBC-SHA256", "TLS-ECDHE-ECDSA-WITH-AES-256-CBC-SHA"):
                context = tls.tls.SSLContext(tls.tls.PROTOCOL_TLS_CLIENT)
                context.verify_mode = tls.tls.CERT_NONE
                context.set_ciphers([suite])
                raw = await seam.connect("127.0.0.1", port)
                asking = judge(tolerated=None)
                asking.session = context.wrap_socket(raw, server_hostname="localhost", do_handshake_on_connect=False)
                try:
                    with raises(PeerError):
                        await trust.handshake(asking, raw)
                finally:
                    raw.close()
        finally:
            await house.close()

    run(main())
