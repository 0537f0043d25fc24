from dialtone.errors import PeerError
from dialtone.http import limits
from dialtone.http.forms import encode_form, parse_form, percent_decode
from dialtone.http.markup import escape
from support import raises


def test_percent_decode():
    for data, expected in (
        (b"", b""),
        (b"abc", b"abc"),
        (b"%41%62%2f", b"Ab/"),
        (b"%", b"%"),
        (b"%4", b"%4"),
        (b"%4%41", b"%4A"),
        (b"%%41", b"%A"),
        (b"%+1%-1% 1%0x", b"%+1%-1% 1%0x"),
        (b"%00%ff%FF", b"\0\xff\xff"),
        (b"a%20", b"a "),
    ):
        assert percent_decode(data) == expected, data


def test_parse_form():
    assert parse_form(b"a=1&b=x+y%2B&c=&d&=e&&a=2") == [
        ("a", "1"), ("b", "x y+"), ("c", ""), ("d", ""), ("", "e"), ("a", "2")
    ]  # fmt: skip
    assert parse_form(b"") == [] and parse_form(b"&&") == []
    assert parse_form(b"a=b=c%3D") == [("a", "b=c=")]
    assert parse_form(b"\xc3\xa4=%C3%A4&b=%E4") == [("\xe4", "\xe4"), ("b", "\xe4")]


def test_number_of_fields_is_bounded():
    assert len(parse_form(b"a&" * limits.FORM_FIELDS)) == limits.FORM_FIELDS
    with raises(PeerError) as caught:
        parse_form(b"a&" * (limits.FORM_FIELDS + 1))
    assert caught.value.status == 413


def test_encode_form():
    pairs = [("a b", "1&2=3"), ("", ""), ("\xe4\u20ac", "%+~-._'\r\n")]
    assert encode_form(pairs) == "a+b=1%262%3D3&=&%C3%A4%E2%82%AC=%25%2B~-._%27%0D%0A"
    assert parse_form(encode_form(pairs).encode()) == pairs
    every = [("x", "".join([chr(code) for code in range(256)]))]
    assert parse_form(encode_form(every).encode()) == every


def test_escape():
    assert escape("<a href='x' b=\"y\">&amp;") == "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;"
    assert escape("plain \xe4") == "plain \xe4" and escape("") == ""
