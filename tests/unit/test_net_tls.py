import net_identity as ids
from support import raises

from dialtone.errors import DeviceError
from dialtone.net import tls


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
