from dialtone.errors import CallerError
from dialtone.http.encode import error_page, reason, request_head, response_parts
from support import raises


def response_head(*arguments, **more):
    return b"".join(response_parts(*arguments, **more)) + b"\r\n"


def test_response_head():
    head = response_head(200, (("Server", "x"), ("A", "b: c")), length=0)
    assert head == b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\nServer: x\r\nA: b: c\r\n\r\n"
    head = response_head(404, (), chunked=True, keep_alive=False)
    assert head == b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert response_head(303, []) == b"HTTP/1.1 303 See Other\r\nConnection: keep-alive\r\n\r\n"
    assert response_head(299, []).startswith(b"HTTP/1.1 299 \r\n")


def test_no_length_where_none_is_allowed():
    for status in (100, 204):
        assert b"Content-Length" not in response_head(status, (), length=0)
    assert b"Content-Length: 5" in response_head(304, (), length=5)


def test_request_head():
    assert request_head("GET", "/a?b", (("Host", "h:1"),)) == b"GET /a?b HTTP/1.1\r\nHost: h:1\r\n\r\n"
    for method, target in (
        ("GET", ""),
        ("GET", "/a b"),
        ("GET X", "/"),
        ("GET", "/\r\nX: y"),
        ("G\nT", "/"),
        ("GET", "/\xe4"),
    ):
        with raises(CallerError):
            request_head(method, target, (("Host", "h"),))


def test_nothing_can_be_injected():
    for value in ("a\r\nB: c", "a\nB: c", "a\rb", "\0", "\x1b[0m", "\x7f", "\x85", "\u2028", "\xe4"):
        for field in (("X", value), (value, "x")):
            with raises(CallerError):
                response_head(200, (("A", "b"), field), length=0)
    assert b"X: a\tb\r\n" in response_head(200, (("X", "a\tb"),))


def test_reasons():
    assert reason(200) == "OK" and reason(505) == "HTTP Version Not Supported" and reason(418) == ""
    for status in (301, 400, 401, 403, 404, 405, 408, 413, 414, 417, 431, 500, 501, 503):
        assert reason(status)


def test_error_page():
    page = error_page(400, 'No <b>"&')
    assert b"<h1>400 Bad Request</h1>" in page and b'No &lt;b>"&amp;' in page and b"<b>" not in page
    assert "\xe4".encode() in error_page(400, "\xe4")
