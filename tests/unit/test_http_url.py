from dialtone.errors import CallerError
from dialtone.http.url import join, parse
from support import raises


def test_parts():
    url = parse("HTTPS://Example.COM/a/b?c=d#e")
    assert (url.scheme, url.host, url.port, url.target) == ("https", "example.com", 443, "/a/b?c=d")
    assert url.user is None and url.password is None
    assert url.origin == ("https", "example.com", 443) and url.authority == "example.com"
    url = parse(" http://10.0.0.1:8080 ")
    assert (url.port, url.target, url.authority, str(url)) == (8080, "/", "10.0.0.1:8080", "http://10.0.0.1:8080/")
    assert parse("http://a?b").target == "/?b" and parse("http://a#b").target == "/" and parse("http://a:/").port == 80
    assert parse("http://a:443/").authority == "a:443" and parse("https://a:443/").authority == "a"


def test_ipv6():
    url = parse("https://[FE80::1]:8443/x")
    assert (url.host, url.port, url.authority, str(url)) == (
        "fe80::1",
        8443,
        "[fe80::1]:8443",
        "https://[fe80::1]:8443/x",
    )
    assert parse("http://[::1]").authority == "[::1]" and parse("http://[::1]").port == 80


def test_credentials_are_never_shown():
    url = parse("https://us%65r:p%40ss:w@host/x")
    assert (url.user, url.password, url.host) == ("user", "p@ss:w", "host")
    assert str(url) == "https://host/x" and "p@ss" not in url.authority
    assert parse("http://u@h/").password is None and parse("http://u:@h/").password == ""
    assert parse("http://a@b@h/").host == "h"
    for text in (
        "http://secret:pw@:80/",
        "http://secret:pw@h:99999/",
        "http://secret:%00@h/",
        "http://secret:%ff@h/",
        "secret",
    ):
        with raises(CallerError) as caught:
            parse(text)
        assert "secret" not in str(caught.value) and "pw" not in str(caught.value)


def test_bad_urls():
    for text in (
        "",
        "http",
        "http:/a",
        "/a",
        "ftp://a/",
        "tftp://a/b",
        "javascript://a",
        "http://",
        "http:///a",
        "http://a b/",
        "http://a/b c",
        "http://a/\r\nX: y",
        "http://a/\0",
        "http://a\\b/",
        "http://a:b/",
        "http://a:-1/",
        "http://a:0/",
        "http://a:65536/",
        "http://a:1:2/",
        "http://[::1/",
        "http://::1/",
        "http://[::g]/",
        "http://[::1]x/",
        "http://a%2fb/",
        "http://\u212a/",
        "http://\xe4/",
        "http://a/" + "b" * 1000,
    ):
        with raises(CallerError):
            parse(text)


def test_target_is_fit_for_a_request_line():
    assert parse("http://a/\xe4\u20ac'\"<>`{}|^[]%41%").target == "/%C3%A4%E2%82%AC'%22%3C%3E%60%7B%7D%7C%5E%5B%5D%41%"
    assert parse("http://a/b/./c/../d/..?x=/../y").target == "/b/?x=/../y"
    assert parse("http://a/../../b//c").target == "/b//c"
    assert (
        parse("http://a/.").target == "/"
        and parse("http://a/b/..").target == "/"
        and parse("http://a/b/.").target == "/b/"
    )
    assert parse("http://a/...").target == "/..."


def test_join():
    base = parse("http://u:p@h:81/a/b/c?q")
    for reference, expected in (
        ("d", "http://h:81/a/b/d"),
        ("./d", "http://h:81/a/b/d"),
        ("../d?e#f", "http://h:81/a/d?e"),
        ("../../../d", "http://h:81/d"),
        ("/d", "http://h:81/d"),
        ("?d", "http://h:81/a/b/c?d"),
        ("", "http://h:81/a/b/c?q"),
        ("#d", "http://h:81/a/b/c?q"),
        (".", "http://h:81/a/b/"),
        ("..", "http://h:81/a/"),
        ("//i/d", "http://i/d"),
        ("https://i/d", "https://i/d"),
        ("d?e:f", "http://h:81/a/b/d?e:f"),
        ("./d:e", "http://h:81/a/b/d:e"),
    ):
        url = join(base, reference)
        assert str(url) == expected, reference
        assert url.user is None and url.password is None
    for reference in ("mailto:x", "http:d", "ftp://a/", "a b", "d\n", "//", "x" * 1001):
        with raises(CallerError):
            join(base, reference)
