"""Host names and addresses beside the names in a certificate."""

from binascii import a2b_base64
from hashlib import sha256

import net_chains as chains
from dialtone.x509 import certificate
from dialtone.x509.skim import Skim, packed

from support import long, raises, seed


def _fits(text, *hosts):
    one = Skim(a2b_base64(text))
    return [one.fits(host) for host in hosts]


def test_names_are_compared_whole_and_without_case():
    assert _fits(chains.LEAF, "localhost", "LocalHost", "localhost.") == [True] * 3
    assert _fits(chains.LEAF, "localhos", "xlocalhost", "localhost.x", "", ".", "leaf") == [False] * 6


def test_a_wildcard_stands_for_one_whole_label():
    assert _fits(chains.LEAF_WILD, "a.phone.example", "A.PHONE.Example") == [True] * 2
    no = "phone.example", ".phone.example", "a.b.phone.example", "aphone.example", "a.phone.example.org", "x.com"
    assert _fits(chains.LEAF_WILD, *no) == [False] * 6
    assert _fits(chains.LEAF_WILD, "foo.partial.example", "f*.partial.example") == [False, True]


def test_addresses_are_compared_as_addresses():
    assert _fits(chains.LEAF_ADDRESSES, "127.0.0.1", "127.0.0.2", "localhost") == [True, False, False]
    assert _fits(chains.LEAF_COMMON_ADDRESS, "127.0.0.1") == [False]


def test_the_common_name_counts_only_without_other_names():
    assert _fits(chains.LEAF_COMMON, "localhost", "127.0.0.1") == [True, False]
    assert _fits(chains.LEAF_SAN_BESIDE_COMMON, "localhost", "other.example") == [False, True]


def test_what_is_an_address():
    assert packed("1.2.3.4") == b"\1\2\3\4" and packed("255.0.0.10") == b"\xff\0\0\n"
    for text in "1.2.3 1.2.3.256 1.2.3.4.5 a.b.c.d 1..2.3 -1.2.3.4 1.2.3.1234".split():
        assert packed(text) is None, text


def test_it_sees_the_same_as_the_whole_reader():
    for name in dir(chains):
        if name[0] != "_":
            der = a2b_base64(getattr(chains, name))
            skim, whole = Skim(memoryview(der)), certificate.parse(der)
            assert skim.issuer == sha256(whole.issuer).digest() and skim.subject == sha256(whole.subject).digest()
            assert skim.spki == sha256(whole.spki).digest() and "CN=" + skim.name == whole.subject_text()
            for text, seconds in ((skim.begins, whole.not_before), (skim.ends, whole.not_after)):
                days = seconds // 86400 - 10957  # since 2000-01-01; all of them begin a year
                assert int(text[:4]) - 2000 == days * 100 // 36525 and text[4:] == "0101000000", name


def test_damage_is_an_error_of_two_kinds_and_never_another():
    numbers = seed()
    for name in ("LEAF", "LEAF_ADDRESSES", "LEAF_COMMON", "LEAF_SERVER"):
        der = bytearray(a2b_base64(getattr(chains, name)))
        for _ in range(2000 if long() else 60):
            numbers = (numbers * 1103515245 + 12345) & 0x3FFFFFFF
            at = numbers % len(der)
            old, der[at] = der[at], numbers >> 16 & 0xFF
            try:
                Skim(der).fits("localhost")
            except (ValueError, IndexError):
                pass
            der[at] = old
        for end in range(0, len(der), 1 if long() else 17):
            with raises((ValueError, IndexError)):
                Skim(der[:end])
