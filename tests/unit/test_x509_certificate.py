import net_identity as ids
from support import raises

from dialtone.errors import PeerError
from dialtone.x509 import certificate

_2020 = 1577836800
_2021 = 1609459200
_2100 = 4102444800


def test_a_leaf():
    one = certificate.parse(ids.LEAF)
    assert one.version == 3 and one.serial == 0x10BB3CCF02623966
    assert one.subject_text() == "CN=localhost" and one.issuer_text() == "CN=Test CA"
    assert one.dns == ["localhost"] and one.ip == [b"\x7f\0\0\1"] and one.has_names
    assert (one.not_before, one.not_after) == (_2020, _2100)
    assert one.signature_algorithm == ("ecdsa", "sha256")
    assert not one.ca and one.path_length is None and one.key_usage is None and one.extended_key_usage is None
    assert one.unknown_critical == ""
    kind, x, y = one.public_key
    assert kind == "p256" and x.to_bytes(32, "big") + y.to_bytes(32, "big") == ids.KEY[-64:]
    assert certificate.read_public_key(one.spki) == one.public_key


def test_an_authority_and_the_signature_it_made():
    from hashlib import sha256

    from dialtone.crypto import p256
    from dialtone.x509.der import read_ecdsa

    authority = certificate.parse(ids.CA)
    assert authority.ca and bytes(authority.subject) == bytes(authority.issuer)
    _, x, y = authority.public_key
    for data in (ids.CA, ids.LEAF, ids.EXPIRED):
        one = certificate.parse(data)
        r, s = read_ecdsa(one.signature)
        assert bytes(one.issuer) == bytes(authority.subject)
        assert p256.verify(x, y, sha256(one.tbs).digest(), r, s)
    one = certificate.parse(ids.SELF_SIGNED)
    r, s = read_ecdsa(one.signature)
    assert not p256.verify(x, y, sha256(one.tbs).digest(), r, s)


def test_dates():
    assert certificate.parse(ids.EXPIRED).not_after == _2021
    assert certificate.parse(ids.FUTURE).not_before == 3786912000  # a GeneralizedTime: 2090


def test_torn_and_changed_certificates_are_one_kind_of_error():
    for data in (ids.LEAF, ids.CA):
        for cut in range(0, len(data), 3):
            with raises(PeerError):
                certificate.parse(data[:cut])
        with raises(PeerError):
            certificate.parse(data + b"\0")
        for at in range(len(data)):
            changed = bytearray(data)
            changed[at] ^= 0xFF
            try:
                certificate.parse(changed)
            except PeerError:
                pass
    with raises(PeerError):
        certificate.parse(bytes(certificate.LONGEST + 1))


def test_dates_that_do_not_exist():
    first, last = b"200101000000Z", b"21000101000000Z"
    assert first in ids.LEAF and last in ids.LEAF
    for bad in (
        b"201301000000Z", b"200001000000Z", b"200230000000Z", b"210229000000Z", b"200100000000Z", b"200101240000Z",
        b"200101006000Z", b"200101000060Z", b"2001010000000", b"20010100000 Z", b"21000229000000Z", b"2100010100000-Z",
    ):  # fmt: skip
        with raises(PeerError):
            certificate.parse(ids.LEAF.replace(first if len(bad) == 13 else last, bad))
    assert certificate.parse(ids.LEAF.replace(b"200101000000Z", b"200229235959Z")).not_before == _2020 + 60 * 86400 - 1
    assert certificate.parse(ids.LEAF.replace(b"200101000000Z", b"500101000000Z")).not_before == -631152000
