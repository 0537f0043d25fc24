from dialtone.config import parameters, strict, values
from dialtone.errors import CallerError
from support import raises


def canonical(name, text):
    return values.canonical(parameters.find(name), text)


def refused(name, text):
    with raises(CallerError) as e:
        canonical(name, text)
    return e.value.text


def test_method_spellings():
    for text, wanted in (
        ("TLS", "TLS"),
        ("tls", "TLS"),
        ("SSLv3", "SSLv3"),
        ("SSL 3.0", "SSLv3"),
        ("ssl3.0", "SSLv3"),
        ("TSLv1", "TLSv1"),
        ("TLSv1", "TLSv1"),
        ("TLS 1.0", "TLSv1"),
        ("TLS 1.2", "TLSv1.2"),
        ("tlsv1.2", "TLSv1.2"),
        ("TLS 1.3", "TLSv1.3"),
        (" TLSv1.3 ", "TLSv1.3"),
        ("TLS_SSLv3", "TLS"),
        ("", "TLS"),
    ):
        assert canonical("https client method", text) == wanted, text
    for text in ("SSLv2", "TLSv1.1", "1", "TLS1", "TLS,SSLv3"):
        assert "one of TLS" in refused("https client method", text)


def test_booleans():
    assert canonical("https redirect http get", "0") == "0"
    assert canonical("https redirect http get", " 1 ") == "1"
    assert canonical("https redirect http get", "") == "1"
    for text in ("2", "01", "on", "-1", "1 1"):
        assert refused("https redirect http get", text) == "must be 0 or 1"


def test_numbers():
    assert canonical("https port", "1") == "1"
    assert canonical("https port", "65535") == "65535"
    assert canonical("https port", "00443") == "443"
    assert canonical("auto resync max delay", "0") == "0"
    for text in ("0", "65536", "-1", "+1", "4 4", "1e3", "0x50", "١", "9" * 400):
        assert refused("https port", text) == "must be a number from 1 to 65535"


def test_choices():
    assert canonical("download protocol", "https") == "HTTPS"
    assert canonical("auto resync mode", "3") == "3"
    assert canonical("softkey1 type", "XML") == "xml"
    assert "HTTPS, HTTP, TFTP, FTP" in refused("download protocol", "gopher")
    assert "value" in refused("softkey1 type", "xmlx")


def test_times():
    assert canonical("auto resync time", "02:00") == "02:00"
    assert canonical("auto resync time", "2:05") == "02:05"
    assert canonical("auto resync time", "23h59") == "23:59"
    for text in ("24:00", "12:60", "12", "12:5", "h", ":", "1:00:00", "-1:00"):
        assert "hh:mm" in refused("auto resync time", text)


def test_hosts():
    for text in ("10.50.10.53", "prov.example.com", "a_b-c", "[fe80::1]", "fe80::1"):
        assert canonical("http server", text) == text
    for text in ("a b", "http://x", "x/y", "-x", ".x", "a..b", "x@y", "[]", "ü.de", "x" * 254):
        assert refused("http server", text), text


def test_lists_of_hosts():
    name = "xml application post list"
    assert canonical(name, "10.50.10.53,  dhcp10-53.ana.aastra.com ,") == "10.50.10.53, dhcp10-53.ana.aastra.com"
    assert canonical(name, " , ") == ""
    assert canonical(name, "10.0.0.0/8,pbx") == "10.0.0.0/8, pbx"
    for text in ("10.0.0.1, a b", "10.0.0.0/33", "10.0.0.0/", "/8", "10.0.0.0/8/8", "10.0.0.0/-1"):
        assert refused(name, text), text
    assert "longer" in refused(name, ",".join(["host%d.example.com" % i for i in range(40)]))


def test_lists_of_words():
    assert canonical("softkey1 states", "busy idle") == "idle busy"
    assert canonical("softkey1 states", "idle,idle connected") == "idle connected"
    assert "idle connected" in refused("softkey1 states", "idle sleeping")


def test_urls():
    for text in ("https://a.example/x?y=$$LOCALIP$$", "HTTP://10.0.0.1:8080/"):
        assert canonical("xml application uri", text) == text
    assert canonical("firmware server", "tftp://10.0.0.1/fw") == "tftp://10.0.0.1/fw"
    for text in ("a.example", "ftp://a/", "https://", "https:///x", "https://a b/", "javascript:alert(1)"):
        assert refused("xml application uri", text), text


def test_text_keeps_its_blanks_and_has_a_longest_length():
    assert canonical("softkey1 label", " Speed # ") == " Speed # "
    assert canonical("softkey1 label", "ä" * 16) == "ä" * 16
    assert refused("softkey1 label", "ä" * 17) == "is longer than 32 bytes"


def test_control_characters_are_refused_in_every_kind():
    for row in parameters.rows():
        for char in ("\n", "\r", "\0", "\t", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\u202e", "\ud800"):
            for text in (char, "1" + char, char + "1", "a" + char + "b"):
                with raises(CallerError) as e:
                    values.canonical(row, text)
                assert e.value.text == "holds a control character"


def test_secrets_do_not_appear_in_errors():
    assert "hunter2" not in refused("admin password", "hunter2" * 20)
    assert "hunter2" not in refused("http digest password", "hunter2\n")


def lowers(name, old, new):
    return strict.lowers(parameters.find(name), old, new)


def test_lowering_a_switch():
    assert lowers("https validate certificates", "1", "0")
    assert not lowers("https validate certificates", "0", "1")
    assert not lowers("https validate certificates", "1", "1")
    assert not lowers("https validate certificates", "0", "0")


def test_lowering_the_method():
    falls = (("TLS", "TLSv1"), ("TLS", "SSLv3"), ("TLSv1", "SSLv3"), ("TLSv1.3", "TLS"), ("TLSv1.3", "TLSv1.2"))
    for old, new in falls:
        assert lowers("https client method", old, new), (old, new)
        assert not lowers("https client method", new, old), (old, new)
    assert not lowers("https client method", "TLS", "TLSv1.2")
    assert not lowers("https client method", "TLSv1.2", "TLS")


def test_lowering_roots():
    assert lowers("https user certificates", "", "evil.pem")
    assert lowers("https user certificates", "ours.pem", "evil.pem")
    assert not lowers("https user certificates", "ours.pem", "ours.pem")
    assert not lowers("https user certificates", "ours.pem", "")


def test_ip_addresses_and_negative_numbers():
    assert canonical("ip", "10.0.0.1") == "10.0.0.1" and canonical("subnet mask", "255.255.255.000") == "255.255.255.0"
    for text in ("10.0.0", "10.0.0.256", "10.0.0.1.", "a.b.c.d", "10.0.0.-1", "::1", "1.2.3.0004", "1.2.3.\u00b2"):
        assert "192.0.2.7" in refused("ip", text), text
    assert canonical("time zone minutes", "-60") == "-60" and canonical("time zone minutes", "-0") == "0"
    for text in ("-", "--1", "-841", "721", "6-0", "-1.5"):
        assert "-840 to 720" in refused("time zone minutes", text), text
