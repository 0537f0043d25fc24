from hashlib import sha256

from support import raises

from dialtone.crypto import p256
from dialtone.errors import PeerError
from dialtone.x509 import certificate, der, writer

D = 123456789
POINT = p256.public_key(D)


def sign(digest):
    return p256.sign(D, digest)


def made(begin=1759190400, end=2389996800, name="phone", dns=("phone",), ip=(), serial=b"\x12\x34"):
    return writer.self_signed(sign, POINT, name, dns, ip, serial, begin, end)


def test_a_certificate_is_read_as_it_was_written():
    one = certificate.parse(made(ip=(b"\x7f\0\0\1", bytes(16)), dns=("a.example", "b.local")))
    assert one.version == 3 and one.serial == 0x1235, "odd, so that it is never zero"
    assert one.subject_text() == one.issuer_text() == "CN=phone"
    assert one.public_key == ("p256",) + POINT
    assert one.dns == ["a.example", "b.local"] and one.ip == [b"\x7f\0\0\1", bytes(16)]
    assert one.signature_algorithm == ("ecdsa", "sha256")
    assert not one.ca and one.path_length is None and one.key_usage == certificate.DIGITAL_SIGNATURE
    assert one.extended_key_usage == (certificate.SERVER_AUTHENTICATION,)
    r, s = der.read_ecdsa(one.signature)
    assert p256.verify(POINT[0], POINT[1], sha256(one.tbs).digest(), r, s)


def test_dates_on_both_sides_of_2050():
    for begin, end in ((0, 2524607999), (2524608000, 4102444800), (1759190400, 253402300799)):
        one = certificate.parse(made(begin, end))
        assert (one.not_before, one.not_after) == (begin, end)


def test_long_names_are_cut_where_the_standard_ends_them():
    one = certificate.parse(made(name="x" * 90, dns=("y" * 63 + "." + "z" * 180,)))
    assert one.subject_text() == "CN=" + "x" * 64 and len(one.dns[0]) == 244


def test_the_smallest_serial():
    assert certificate.parse(made(serial=bytes(15))).serial == 1
    assert certificate.parse(made(serial=b"\xff" * 15)).serial == (1 << 120) - 1


def test_a_request_is_no_certificate():
    data = writer.request(sign, POINT, "phone", ("phone",), (b"\x7f\0\0\1",))
    with raises(PeerError):
        certificate.parse(data)
    reader = der.Reader(data).take(der.SEQUENCE)
    tbs = reader.whole(der.SEQUENCE)
    assert reader.take(der.SEQUENCE).oid() == b"*\x86H\xce=\4\3\2"
    r, s = der.read_ecdsa(reader.bits())
    assert p256.verify(POINT[0], POINT[1], sha256(tbs).digest(), r, s)
    inner = der.Reader(tbs).take(der.SEQUENCE)
    assert inner.integer() == 0
    assert certificate.name_text(inner.whole(der.SEQUENCE)) == "CN=phone"
    assert certificate.read_public_key(inner.whole(der.SEQUENCE)) == ("p256",) + POINT
