"""Log-in challenges: the examples of RFC 7616 and RFC 2617, the choice among several, and hostile texts."""

from dialtone.client import digest
from dialtone.errors import PeerError
from support import raises

_RFC7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=%s, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def _answer(text, user="Mufasa", password="Circle of Life", cnonce=_NONCE):
    challenge = digest.choose(digest.parse(text), False)
    return digest.answer(challenge, "GET", "/dir/index.html", user, password, cnonce)


def test_rfc7616_sha256():
    value = _answer(_RFC7616 % "SHA-256")
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in value
    assert 'uri="/dir/index.html"' in value and "algorithm=SHA-256" in value and "nc=00000001" in value
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in value


def test_rfc7616_md5():
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in _answer(_RFC7616 % "MD5")


def test_rfc2617_example():
    value = _answer(
        'Digest realm="testrealm@host.com",qop="auth,auth-int",nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",'
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
        "Mufasa",
        "Circle Of Life",
        "0a4f113b",
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in value and "algorithm" not in value


def test_without_qop_there_is_no_count():
    value = _answer('Digest realm="r", nonce="n"')
    assert "nc=" not in value and "cnonce" not in value and 'response="' in value


def test_count_goes_up_with_each_use():
    challenge = digest.parse(_RFC7616 % "MD5")[0]
    first = digest.answer(challenge, "GET", "/a", "u", "p", "c")
    second = digest.answer(challenge, "GET", "/a", "u", "p", "c")
    assert (
        "nc=00000001" in first
        and "nc=00000002" in second
        and first[90:] != second.replace("nc=00000002", "nc=00000001")[90:]
    )


def test_basic():
    challenge = digest.choose(digest.parse('Basic realm="x y, z=1"'), True)
    assert digest.answer(challenge, "GET", "/", "Aladdin", "open sesame", "") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert challenge.get("realm") == "x y, z=1"


def test_basic_only_where_it_is_allowed():
    challenges = digest.parse('Basic realm="x"')
    assert digest.choose(challenges, False) is None
    assert digest.choose(challenges, True) is challenges[0]


def test_strongest_first():
    text = (
        'Basic realm="b", Digest realm="d", nonce="1", algorithm=MD5, DIGEST realm="e", nonce="2", algorithm="SHA-256"'
    )
    assert digest.choose(digest.parse(text), True).get("nonce") == "2"
    assert len(digest.parse(text)) == 3


def test_unknown_kinds_are_passed_over():
    for text in (
        "",
        "Negotiate",
        "Negotiate YIIabc==",
        "NTLM, Bearer realm=x",
        'Digest realm="r", nonce="n", algorithm=SHA-512-256',
        'Digest realm="r", nonce="n", algorithm=MD5-sess',
        'Digest realm="r", nonce="n", qop="auth-int"',
        'Digest realm="no nonce"',
    ):
        assert digest.choose(digest.parse(text), True) is None
    assert digest.choose(digest.parse('Negotiate YIIabc==, Basic realm="x"'), True).scheme == "basic"


def test_quotes_and_backslashes():
    challenge = digest.parse('Digest realm="a\\"b\\\\c" , nonce = "n"')[0]
    assert challenge.get("realm") == 'a"b\\c'
    assert 'realm="a\\"b\\\\c"' in digest.answer(challenge, "GET", "/", 'u"', "p", "c")


def test_hostile_texts():
    long = "x" * 1025, "a " * 400, "Digest " + "a=b," * 99
    for text in ('Digest realm="', 'Digest realm="x\\', "=", '"', "Digest =x") + long:
        with raises(PeerError):
            digest.parse(text)
    for text in ("," * 900, "a " * 400, 'a=",' * 200):
        try:
            digest.parse(text)
        except PeerError as error:
            assert error.text
