from dialtone.errors import PeerError
from dialtone.http.inbound import CLIENT, SERVER, Inbound
from dialtone.http.message import check_host, text_of
from dialtone.http.request import Request
from dialtone.http.response import Response
from support import raises


def request(text, fields=b"Host: a\r\n"):
    data = bytearray(text + b"\r\n" + fields + b"\r\n")
    return Request(data, 0, len(data))


def response(text, fields=b""):
    data = bytearray(text + b"\r\n" + fields + b"\r\n")
    return Response(data, 0, len(data))


def refused(text, fields=b"Host: a\r\n", make=request):
    with raises(PeerError) as caught:
        make(text, fields)
    return caught.value.status


def test_request_line():
    r = request(b"GET /a/b%20c?x=1&y=?2 HTTP/1.1")
    assert (r.method, r.target, r.path, r.query) == ("GET", "/a/b%20c?x=1&y=?2", "/a/b%20c", "x=1&y=?2")
    assert r.version == 11 and r.keep_alive and not r.has_body and r.content_length is None and not r.chunked
    assert request(b"get / HTTP/1.1").method == "get"  # methods are case-sensitive: this one is unknown, not GET
    assert request(b"M-SEARCH / HTTP/1.9").version == 11
    assert request(b"GET /? HTTP/1.1").query == ""
    assert request(b"GET //x HTTP/1.1").path == "//x"


def test_bad_request_lines():
    for line in (
        b"GET",
        b"GET /",
        b"GET / ",
        b"GET  / HTTP/1.1",
        b"GET /  HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b"GET / a HTTP/1.1",
        b"GET\t/ HTTP/1.1",
        b"G(T / HTTP/1.1",
        b"G\xe9T / HTTP/1.1",
        b"GET /\x00 HTTP/1.1",
        b"GET /\x7f HTTP/1.1",
        b"GET /\x80 HTTP/1.1",
        b"GET /\t HTTP/1.1",
        b"GET /#a HTTP/1.1",
        b"GET a HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET / http/1.1",
        b"GET / HTTP/11.",
        b"GET / HTTP/1,1",
        b"GET / HTTP/1.x",
        b"GET / HTTPS1.1",
        b"GET / HTTP/1.10",
        b"GET / HTTP/1.",
        b"GET ftp://a/ HTTP/1.1",
        b"GET http:/a HTTP/1.1",
        b"GET http:// HTTP/1.1",
        b"GET http://u@a/ HTTP/1.1",
        b"GET http://a:b/ HTTP/1.1",
    ):
        assert refused(line) == 400, line
    assert refused(b"GET / HTTP/2.0") == 505
    assert refused(b"GET / HTTP/0.9") == 505
    assert refused(b"CONNECT a:80 HTTP/1.1") == 501
    assert refused(b"GET /" + b"a" * 1011 + b" HTTP/1.1") == 414
    assert len(request(b"GET /" + b"a" * 1010 + b" HTTP/1.1").path) == 1011


def test_other_forms_of_target():
    r = request(b"GET HTTP://Example.COM:8080/a?b HTTP/1.1")
    assert (r.host, r.path, r.query, r.target) == ("example.com:8080", "/a", "b", "HTTP://Example.COM:8080/a?b")
    r = request(b"GET https://[::1]?b/c HTTP/1.1")
    assert (r.host, r.path, r.query) == ("[::1]", "/", "b/c")
    r = request(b"GET http://b HTTP/1.0", b"")
    assert (r.host, r.path, r.query) == ("b", "/", "")
    r = request(b"OPTIONS * HTTP/1.1")
    assert (r.path, r.query, r.host) == ("*", "", "a")
    assert refused(b"GET http://a/ HTTP/1.1", b"") == 400  # the field Host is wanted all the same


def test_host():
    for host in (b"a", b"A-b.c_d:80", b"1.2.3.4:65535", b"[::1]", b"[fe80::1:2]:8443", b"a:"):
        assert request(b"GET / HTTP/1.1", b"Host:" + host + b" \r\n").host == str(host.lower(), "utf-8")
    for host in (
        b"", b"a b", b"a:65536", b"a:x", b"a:+1", b"a:1:2", b"[::1", b"::1", b"[::1]a", b"[]", b"[g]", b"u@a", b"a/b",
        b"a,b", b"a%41", b"<a>", b"a:999999", b"\xe4", b":80",
    ):  # fmt: skip
        assert refused(b"GET / HTTP/1.1", b"Host: " + host + b"\r\n") == 400, host
        assert refused(b"GET / HTTP/1.0", b"Host: " + host + b"\r\n") == 400, host
    assert refused(b"GET / HTTP/1.1", b"") == 400
    assert refused(b"GET / HTTP/1.1", b"Host: a\r\nhost: a\r\n") == 400
    assert request(b"GET / HTTP/1.0", b"").host == ""
    check_host(b"phone.example")


def test_header_lookup():
    r = request(b"GET /x HTTP/1.1", b"Host: a\r\nX-One:\t 1 \t\r\nAccept: b\r\nx-host: c\r\naccept:\r\nACCEPT: d:e\r\n")
    assert r.header("x-one") == "1" and r.header(b"x-one") == "1"
    assert r.header("accept") == "b, , d:e"
    assert r.header("host") == "a" and r.header("x-host") == "c"
    assert r.header("cept") is None and r.header("x-on") is None and r.header("get") is None and r.header("b") is None
    assert request(b"GET / HTTP/1.1", b"Host: a\r\nX: Basic AbC=\r\n").header("x") == "Basic AbC="


def test_text_that_is_not_ascii():
    r = request(b"GET / HTTP/1.1", b"Host: a\r\nX: \xc3\xa4\r\nY: a\xe4\x80\r\n")
    assert r.header("x") == "\xe4" and r.header("y") == "a\xe4\x80"
    assert text_of(b"") == "" and text_of(b"\xff") == "\xff"


def test_bad_fields():
    for fields in (
        b"X\r\n",
        b": x\r\n",
        b"X : y\r\n",
        b" X: y\r\n",
        b"\tX: y\r\n",
        b"X: y\r\n z\r\n",
        b"X: y\r\n\tz: 1\r\n",
        b"X(: y\r\n",
        b"\xe4: y\r\n",
        b"X\x00: y\r\n",
        b"X: y\x00\r\n",
        b"X: y\x1f\r\n",
        b"X: \x7f\r\n",
        b"X: \x0b\r\n",
        b"X: a\rb\r\n",
        b"X: a\r\r\n",
        b"X: a\n",
        b"X\r: a\r\n",
    ):
        assert refused(b"GET / HTTP/1.1", b"Host: a\r\n" + fields) == 400, fields
        assert refused(b"GET / HTTP/1.1", fields + b"Host: a\r\n") == 400, fields
    for byte in range(256):
        fields = b"X" + bytes([byte]) + b"y: a\r\nHost: a\r\n"
        token = bytes([byte]) in b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        if token or byte == 58:
            assert request(b"GET / HTTP/1.1", fields).host == "a"
        else:
            assert refused(b"GET / HTTP/1.1", fields) == 400, byte
        fields = b"Host: a\r\nX: a" + bytes([byte]) + b"b\r\n"
        if byte == 9 or 32 <= byte != 127:
            assert len(request(b"GET / HTTP/1.1", fields).header("x")) == 3
        else:
            assert refused(b"GET / HTTP/1.1", fields) == 400, byte


def test_field_count():
    assert request(b"GET / HTTP/1.1", b"Host: a\r\n" + b"a: b\r\n" * 39).header("host") == "a"
    assert refused(b"GET / HTTP/1.1", b"Host: a\r\n" + b"a: b\r\n" * 40) == 431


def test_framing():
    r = request(b"POST / HTTP/1.1", b"Host: a\r\ncontent-length:\t0042 \r\n")
    assert r.content_length == 42 and r.has_body and not r.chunked
    assert not request(b"POST / HTTP/1.1", b"Host: a\r\nContent-Length: 0\r\n").has_body
    r = request(b"POST / HTTP/1.1", b"Host: a\r\nTransfer-Encoding: Chunked\r\n")
    assert r.chunked and r.has_body and r.content_length is None
    for value in (b"", b"+1", b"-1", b"1 1", b"1, 1", b"1,", b"0x1", b"1.0", b"1_0", b"\xb2", b"a"):
        assert refused(b"POST / HTTP/1.1", b"Host: a\r\nContent-Length: " + value + b"\r\n") == 400, value
    assert refused(b"POST / HTTP/1.1", b"Host: a\r\nContent-Length: 10000000000\r\n") == 413
    for value in (b"", b"gzip", b"gzip, chunked", b"chunked, chunked", b"identity", b"chunked;a=b", b"xchunked"):
        assert refused(b"POST / HTTP/1.1", b"Host: a\r\nTransfer-Encoding: " + value + b"\r\n") == 501, value
    for fields in (
        b"Content-Length: 1\r\nContent-Length: 1\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ):
        assert refused(b"POST / HTTP/1.1", b"Host: a\r\n" + fields) == 400, fields
    assert refused(b"POST / HTTP/1.0", b"Host: a\r\nTransfer-Encoding: chunked\r\n") == 400


def test_keep_alive():
    for version, value, expected in (
        (b"1.1", b"", True),
        (b"1.1", b"close", False),
        (b"1.1", b"Close", False),
        (b"1.1", b"keep-alive, close", False),
        (b"1.1", b"close ,keep-alive", False),
        (b"1.1", b"closed", True),
        (b"1.1", b"Upgrade", True),
        (b"1.1", b"upgrade\r\nConnection: close", False),
        (b"1.0", b"", False),
        (b"1.0", b"Keep-Alive", True),
        (b"1.0", b"a,\tkeep-alive", True),
        (b"1.0", b"keep-alive\r\nConnection: close", False),
    ):
        fields = b"Host: a\r\nConnection: " + value + b"\r\n"
        assert request(b"GET / HTTP/" + version, fields).keep_alive is expected, (version, value)
    assert not request(b"GET / HTTP/1.0").keep_alive


def test_expectation():
    body = b"Host: a\r\nContent-Length: 1\r\n"
    assert request(b"POST / HTTP/1.1", body + b"Expect: 100-Continue\r\n").expect_continue
    assert not request(b"POST / HTTP/1.1", body).expect_continue
    assert not request(b"POST / HTTP/1.0", body + b"Expect: 100-continue\r\n").expect_continue
    assert not request(b"POST / HTTP/1.0", body + b"Expect: more\r\n").expect_continue
    assert not request(b"GET / HTTP/1.1", b"Host: a\r\nExpect: 100-continue\r\n").expect_continue
    assert refused(b"POST / HTTP/1.1", body + b"Expect: more\r\n") == 417


def test_status_line():
    r = response(b"HTTP/1.1 200 OK so far", b"Content-Length: 3\r\n")
    assert (r.status, r.reason, r.version, r.framing, r.content_length) == (200, "OK so far", 11, "length", 3)
    assert response(b"HTTP/1.1 404").reason == "" and response(b"HTTP/1.1 404 ").reason == ""
    assert response(b"HTTP/1.0 599 Non trouv\xe9").reason == "Non trouv\xe9"
    for line in (
        b"HTTP/1.1",
        b"HTTP/1.1 20",
        b"HTTP/1.1 2000",
        b"HTTP/1.1 2x0 OK",
        b"HTTP/1.1 +20 OK",
        b"HTTP/1.1 099 OK",
        b"HTTP/1.1 600 OK",
        b"HTTP/1.1\t200 OK",
        b"HTTP/1.1 200\tOK",
        b"HTTP/1.1  200 OK",
        b"HTTP/1.1 200 O\x00K",
        b"http/1.1 200 OK",
        b"H",
        b"",
    ):
        assert refused(line, b"", response) == 400, line
    assert refused(b"HTTP/2.0 200 OK", b"", response) == 505


def test_framing_of_responses():
    for status in (b"100", b"199", b"204", b"304"):
        assert response(b"HTTP/1.1 " + status, b"Content-Length: 3\r\n").framing == "none"
    r = response(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked\r\n")
    assert r.framing == "chunked" and r.keep_alive
    r = response(b"HTTP/1.1 200 OK", b"Connection: keep-alive\r\n")
    assert r.framing == "close" and not r.keep_alive
    assert response(b"HTTP/1.0 200 OK", b"Connection: keep-alive\r\nContent-Length: 1\r\n").keep_alive
    for fields in (
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 1\r\n" * 2,
        b"X: y\r\n z\r\n",
    ):
        assert refused(b"HTTP/1.1 200 OK", fields, response) == 400, fields
    assert response(b"HTTP/1.1 200 OK", b"Host: <>\r\nExpect: x\r\n").status == 200  # mean nothing in a response


def test_roles_are_the_modules_names():
    assert SERVER != CLIENT and Inbound(CLIENT, bytearray(512)).head() is None
