from dialtone.scripts.push import host_listed, payload, sender_allowed
from support import run

_FORM = "application/x-www-form-urlencoded"
_XML = b"<AastraIPPhoneTextScreen><Text>a+b &amp; 100%</Text></AastraIPPhoneTextScreen>"


def test_raw_document_after_the_parameter_whatever_the_type_says():
    for kind in (_FORM, "text/xml", "application/xml; charset=utf-8", "text/plain", ""):
        assert payload(b"xml=" + _XML, kind) == _XML
    assert payload(b"xml=\r\n" + _XML, _FORM).strip() == _XML
    assert payload(b"xml=\xef\xbb\xbf" + _XML, _FORM) == b"\xef\xbb\xbf" + _XML


def test_percent_encoded_document():
    encoded = (
        b"%3CAastraIPPhoneTextScreen%3E%3cText%3Ea%2Bb+%26amp%3B+100%25%3C%2FText%3E%3C/AastraIPPhoneTextScreen%3E"
    )
    want = b"<AastraIPPhoneTextScreen><Text>a+b &amp; 100%</Text></AastraIPPhoneTextScreen>"
    assert payload(b"xml=" + encoded, _FORM) == want
    assert payload(b"xml=" + encoded + b"&other=1", _FORM) == want
    assert payload(b"user=x&xml=" + encoded, _FORM + "; charset=UTF-8") == want
    assert payload(b"xml=" + encoded, "") == want


def test_documents_without_a_parameter():
    assert payload(_XML, "text/xml") == _XML
    assert payload(_XML, "Application/XML;charset=ISO-8859-1") == _XML
    assert payload(_XML, "text/plain") is None
    assert payload(bytearray(_XML), "text/xml") == _XML


def test_other_posts_are_no_push():
    assert payload(b"resetOption=0", _FORM) is None
    assert payload(b"myxml=1&axml=2", _FORM) is None
    assert payload(b"", _FORM) is None
    assert payload(b'{"xml": 1}', "application/json") is None


def test_what_claims_to_be_a_push_is_one():
    assert payload(b"xml=", _FORM) == b""
    assert payload(b"xml=hello", _FORM) == b"hello"
    assert payload(b"a=1&xml=", _FORM) == b""


def _allowed(entries, peer, names=()):
    asked = []

    def resolve(name):
        asked.append(name)
        return dict(names).get(name, [])

    return run(sender_allowed(entries, peer, resolve)), asked


def test_an_empty_list_allows_nobody():
    for entries in ("", " ", ",", " , ,"):
        assert _allowed(entries, "10.0.0.1") == (False, [])


def test_addresses_need_no_name_service():
    assert _allowed("10.0.0.1, 10.0.0.2", "10.0.0.2") == (True, [])
    assert _allowed("10.0.0.1", "10.0.0.11") == (False, [])
    assert _allowed("10.0.0.1", "::ffff:10.0.0.1") == (True, [])
    assert _allowed("[FE80::1]", "fe80::1") == (True, [])
    assert _allowed("fe80::2", "fe80::1") == (False, [])


def test_networks():
    assert _allowed("10.50.0.0/16", "10.50.10.53")[0]
    assert not _allowed("10.50.0.0/16", "10.51.0.1")[0]
    assert _allowed("192.168.1.77/24", "192.168.1.1")[0]
    assert _allowed("0.0.0.0/0", "1.2.3.4")[0]
    assert _allowed("10.0.0.1/32", "10.0.0.1")[0]
    for entry in (
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "/8",
        "10.0.0/8",
        "host/8",
        "10.0.0.0/8/8",
        "fe80::/10",
        "1.2.3.256/0",
    ):
        assert _allowed(entry, "10.0.0.1") == (False, [])
    assert not _allowed("0.0.0.0/0", "fe80::1")[0]


def test_names_are_resolved_forward_and_only_if_needed():
    names = (("pbx", ["10.0.0.5", "10.0.0.6"]), ("db.example", ["10.0.0.7"]))
    assert _allowed("pbx, 10.0.0.6", "10.0.0.6", names) == (True, [])
    assert _allowed("pbx", "10.0.0.6", names) == (True, ["pbx"])
    assert _allowed("pbx, db.example", "10.0.0.7", names) == (True, ["pbx", "db.example"])
    assert _allowed("gone, pbx", "10.0.0.9", names) == (False, ["gone", "pbx"])


def test_the_list_is_looked_at_within_bounds():
    names = ", ".join(["n%d" % number for number in range(100)])
    assert len(_allowed(names, "10.0.0.1")[1]) == 8
    addresses = ", ".join(["10.0.1.%d" % number for number in range(100)])
    assert not _allowed(addresses, "10.0.1.99")[0]


def test_the_server_of_a_script_is_in_the_list_by_name_or_address():
    names = {"pbx.example": ["10.0.0.5"], "two.example": ["10.0.0.5", "10.0.0.9"], "other.example": ["10.0.0.7"]}

    def listed(allowed, host):
        return host_listed(allowed, host, lambda name: names.get(name, [name] if name[:3] == "10." else []))

    assert listed("pbx.example", "PBX.example")
    assert listed("10.0.0.5", "pbx.example") and listed("10.0.0.0/24", "10.0.0.77")
    assert listed("pbx.example", "10.0.0.5"), "names are resolved forward"
    assert not listed("pbx.example", "10.0.0.7") and not listed("pbx.example", "other.example")
    assert not listed("10.0.0.5", "two.example"), "all of its addresses"
    assert listed("pbx.example, 10.0.0.9", "two.example")
    for host in ("gone.example", "pbx.example", "10.0.0.5", ""):
        assert not listed("", host), host
    assert not listed("10.0.0.5", "gone.example") and not listed("0.0.0.0/0", "gone.example")
