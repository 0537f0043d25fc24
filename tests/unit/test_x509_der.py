from binascii import unhexlify

from support import raises

from dialtone.errors import PeerError
from dialtone.x509 import der


def reader(text):
    return der.Reader(unhexlify(text))


def test_a_walk_over_elements():
    outer = reader("300a02010505000403010203" + "0500")
    inner = outer.take(der.SEQUENCE)
    assert inner.integer() == 5
    assert inner.optional(der.OCTET_STRING) is None and inner.peek() == der.NULL
    assert bytes(inner.whole(der.NULL)) == b"\5\0"
    assert bytes(inner.take(der.OCTET_STRING).view()) == b"\1\2\3"
    assert inner.peek() == -1
    inner.done()
    with raises(PeerError):
        outer.done()


def test_numbers():
    for text, number in (("020100", 0), ("02017f", 127), ("02020080", 128), ("0203010000", 65536)):
        assert reader(text).integer() == number
        assert der.write_integer(number) == unhexlify(text)
    for text in ("0200", "020180", "0202007f", "02020000", "0202ff80", "030100", "0202"):
        with raises(PeerError):
            reader(text).integer()


def test_lengths_are_the_shortest_and_end_inside():
    for size in (0, 1, 127, 128, 255, 256, 4000):
        data = der.write(der.OCTET_STRING, bytes(size))
        assert len(der.Reader(data).take(der.OCTET_STRING).view()) == size
        for cut in (0, 1, len(data) - 1):
            with raises(PeerError):
                der.Reader(data[:cut]).take(der.OCTET_STRING)
    for text in ("0480", "04810100", "0481", "048200ff" + "00" * 255, "0484000000ff", "0485", "1f010100", "04ff", "04"):
        with raises(PeerError):
            reader(text).take(int(text[:2], 16))


def test_an_inner_element_cannot_leave_its_outer_one():
    outer = reader("3003040500" + "00" * 10)
    inner = outer.take(der.SEQUENCE)
    with raises(PeerError):
        inner.take(der.OCTET_STRING)


def test_booleans_and_bits():
    assert reader("0101ff").boolean() is True and reader("010100").boolean() is False
    assert bytes(reader("03020005").bits()) == b"\5" and bytes(reader("030100").bits()) == b""
    for text in ("010101", "0100", "0102ffff"):
        with raises(PeerError):
            reader(text).boolean()
    for text in ("0300", "03020105", "040100"):
        with raises(PeerError):
            reader(text).bits()


def test_object_identifiers():
    for text, oid in (("06092a864886f70d01010b", "1.2.840.113549.1.1.11"), ("0603551d11", "2.5.29.17"),
                      ("0603883703", "2.999.3"), ("060100", "0.0"), ("060127", "0.39"), ("060128", "1.0")):  # fmt: skip
        assert der.oid_text(reader(text).oid()) == oid
    for text in ("0600", "060180", "0602802a", "06032a8001", "06022a80", "0621" + "01" * 33):
        with raises(PeerError):
            reader(text).oid()


def test_ecdsa_signatures():
    for r, s in ((1, 1), (2**255, 127), (2**256 - 1, 2**256 - 1)):
        data = der.write_ecdsa(r, s)
        assert der.read_ecdsa(data) == (r, s) and len(data) <= 72
        for bad in (data + b"\0", data[:-1], b"", b"\x31" + data[1:]):
            with raises(PeerError):
                der.read_ecdsa(bad)
    with raises(PeerError):
        der.read_ecdsa(unhexlify("3009020101020101020101"))
