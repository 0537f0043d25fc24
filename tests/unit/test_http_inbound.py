import gc

from dialtone.errors import CallerError, PeerError
from dialtone.http import limits
from dialtone.http.inbound import CLIENT, SERVER, Inbound
from support import raises

BROWSER = (
    b"GET /status.html?a=1 HTTP/1.1\r\nHost: 192.168.1.55\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) "
    b"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36\r\nAccept: text/html,*/*;q=0.8\r\n"
    b"Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
    b"Upgrade-Insecure-Requests: 1\r\nCache-Control: max-age=0\r\nDNT: 1\r\n\r\n"
)
LONG = b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 900 + b"\r\n\r\n"

# What a server receives, and the events that must come out of it however it is cut into pieces.
REQUESTS = (
    (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", [("GET", "/", 11), b"", "end"]),
    (b"\r\nGET / HTTP/1.0\r\n\r\n", [("GET", "/", 10), b"", "end"]),
    (BROWSER, [("GET", "/status.html?a=1", 11), b"", "end"]),
    (LONG, [("GET", "/", 11), b"", "end"]),
    (LONG + LONG, [("GET", "/", 11), b"", ("GET", "/", 11), b"", "end"]),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", [("POST", "/", 11), b"hello", "end"]),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", [("POST", "/", 11), b"", "end"]),
    (
        b'POST /a HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n3\r\nabc\r\n00A;x="y z"\r\n0123456789\r\n'
        b"0\r\nTrailer: 1\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
        [("POST", "/a", 11), b"abc0123456789", ("GET", "/b", 11), b"", "end"],
    ),
    (
        b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        [("GET", "/1", 11), b"", ("GET", "/1", 11), b"", ("GET", "/2", 11), b"", "end"],
    ),
    (b"", ["end"]),
    (b"GET / HTTP/1.1\r\nHost: a\r\n", [400]),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell", [("POST", "/", 11), b"hell", 400]),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", [("POST", "/", 11), b"ab", 400]),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", [("POST", "/", 11), b"", 400]),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [0]),
    (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01", [("GET", "/", 11), b"", 0]),
    (b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    (b"\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    (b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    (b"\r\0GET / HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    (b"\r", [400]),
    (b"\r\n", ["end"]),
    (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n HTTP/1.1\r\nHost: a\r\n\r\n",
        [("POST", "/", 11), b" HTTP/", 400],
    ),
    (b" GET / HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    (b"\x80\x00", [400]),
    (b"GET / HTTP/1.1\nHost: a\r\n\r\n", [400]),
    (b"GET / HTTP/1.1\r\nHost: a\n\r\n", [400]),
    (b"GET / HTTP/1.1\r\nHost: a\r\n\n", [400]),
    (b"GET / HTTP/1.1\r\nHost: a\n\n", [400]),
    (b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", [400]),
    (b"GET / HTTP/2.0\r\nHost: a\n\n", [505]),
    (b"GET /" + b"x" * 1015 + b" HTTP/1.1\r\nHost: a\r\n\r\n", [414]),
    (b"G" * 2000, [414]),
    (LONG[:-4] + b"x" * 4000 + b"\r\n\r\n", [431]),
    (LONG[:-4] + b"x" * 4000, [431]),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a: b\r\n" * 40 + b"\r\n", [431]),
)

# The same for bodies in chunks: what follows a good head.
CHUNKS = (
    (b"0\r\n\r\n", [b"", "end"]),
    (b"0;a\r\nX: y\r\n\r\n", [b"", "end"]),
    (b"5 ;a=b\r\nhello\r\n0\r\n\r\n", [b"hello", "end"]),
    (b"5" + b";" + b"a" * 254 + b"\r\nhello\r\n0\r\n\r\n", [b"hello", "end"]),
    (b"5" + b";" + b"a" * 255 + b"\r\nhello\r\n0\r\n\r\n", [b"", 431]),
    (b"00000000\r\n\r\n", [b"", 400]),
    (b"fffffffff\r\n", [b"", 400]),
    (b"\r\nhello", [b"", 400]),
    (b";a\r\nhello", [b"", 400]),
    (b"-5\r\nhello\r\n", [b"", 400]),
    (b"+5\r\nhello\r\n", [b"", 400]),
    (b"0x5\r\nhello\r\n", [b"", 400]),
    (b"5_\r\nhello\r\n", [b"", 400]),
    (b" 5\r\nhello\r\n", [b"", 400]),
    (b"5 \r\nhello\r\n", [b"", 400]),
    (b"5 5\r\nhello\r\n", [b"", 400]),
    (b"5\nhello\r\n", [b"", 400]),
    (b"\n", [b"", 400]),
    (b"5\r\r\nhello\r\n", [b"", 400]),
    (b"5;a\rb\r\nhello\r\n", [b"", 400]),
    (b"5;a\x00\r\nhello\r\n", [b"", 400]),
    (b"5\r\nhello0\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\n0\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r0\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\nbad name: x\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\n: x\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\nno colon\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\nTransfer-encoding: gzip, chunked\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\nX: \x01\r\n\r\n", [b"hello", 400]),
    (b"5\r\nhello\r\n0\r\nX: y\n\r\n", [b"hello", 400]),
    (b"0\r\n" + b"a: b\r\n" * 17 + b"\r\n", [b"", 431]),
    (b"0\r\nX: " + b"y" * 300 + b"\r\n\r\n", [b"", 431]),
)
CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

RESPONSES = (
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", [(200, "length"), b"ab", "end"]),
    (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nab", [(200, "length"), b"ab", "end"]),
    (b"HTTP/1.0 404 Not Found\r\n\r\nlong text", [(404, "close"), b"long text", "end"]),
    (b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", [(200, "chunked"), b"a", "end"]),
    (b"HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 204 N\r\nX: y\r\n\r\n", [(204, "none"), b"", "end"]),
    (b"HTTP/1.1 304 Same\r\nContent-Length: 99\r\n\r\n", [(304, "none"), b"", "end"]),
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb",
        [(200, "length"), b"a", (200, "length"), b"b", "end"],
    ),
    (b"HTTP/1.1 101 Switch\r\n\r\n", [400]),
    (b"HTTP/1.1 100 Go on\r\n\r\n" * 17 + b"HTTP/1.1 200 OK\r\n\r\n", [400]),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", [(200, "length"), b"ab", 400]),
    (b"\r\nHTTP/1.1 200 OK\r\n\r\n", [400]),
    (b"ICY 200 OK\r\n\r\n", [400]),
)


def events(role, pieces, size=512):
    """Feed the pieces and the end of the stream; list what comes out, data joined, an error as its status."""
    inbound = Inbound(role, bytearray(size))
    out = []
    try:
        for piece in pieces:
            at = 0
            while at < len(piece):
                view = inbound.space()
                count = min(len(view), len(piece) - at)
                assert count
                view[:count] = piece[at : at + count]
                at += count
                inbound.received(count)
                drain(inbound, role, out)
        inbound.received(0)
        drain(inbound, role, out)
        out.append("end")
    except PeerError as error:
        out.append(error.status)
    return out


def drain(inbound, role, out):
    while True:
        if not out or inbound.ended:
            message = inbound.head()
            if message is None:
                return
            out.append(
                (message.method, message.target, message.version)
                if role == SERVER
                else (message.status, message.framing)
            )
            out.append(b"")
        part = inbound.body()
        if part is None:
            return
        out[-1] += bytes(part)


def check_splits(role, data, expected):
    for size in (512, 4096):
        assert events(role, [data], size) == expected, (data, size)
    step = 1 if len(data) < 300 else 97
    for at in range(1, len(data), step):
        assert events(role, [data[:at], data[at:]]) == expected, (data, at)
    assert events(role, (data[at : at + 1] for at in range(len(data)))) == expected, data


def test_requests_in_any_split():
    for data, expected in REQUESTS:
        check_splits(SERVER, data, expected)
        gc.collect()


def test_chunks_in_any_split():
    for data, expected in CHUNKS:
        check_splits(SERVER, CHUNKED + data, [("POST", "/", 11)] + expected)
        gc.collect()


def test_responses_in_any_split():
    for data, expected in RESPONSES:
        check_splits(CLIENT, data, expected)
        gc.collect()


def given(data, role=SERVER, size=512):
    inbound = Inbound(role, bytearray(size))
    view = inbound.space()
    view[: len(data)] = data
    inbound.received(len(data))
    return inbound


def test_answer_to_head_has_no_body():
    inbound = given(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", CLIENT
    )
    inbound.expect_no_body()
    response = inbound.head()
    assert response.framing == "none" and response.content_length == 5 and inbound.ended
    response = inbound.head()
    assert response.framing == "length" and bytes(inbound.body()) == b"x"
    inbound = given(b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", CLIENT)
    inbound.expect_no_body()
    assert inbound.head().framing == "none" and inbound.ended and inbound.body() == b""


def test_state_seen_from_outside():
    inbound = Inbound(SERVER, bytearray(512))
    assert not inbound.begun and not inbound.ended and not inbound.closed and inbound.buffered == 0
    inbound = given(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab")
    assert inbound.begun and inbound.buffered == 49
    assert inbound.head().content_length == 3
    assert inbound.begun and not inbound.ended and inbound.buffered == 2
    with raises(CallerError):
        inbound.head()
    assert bytes(inbound.body()) == b"ab" and inbound.body() is None and inbound.begun
    inbound.space()[:2] = b"cG"
    inbound.received(2)
    assert bytes(inbound.body()) == b"c" and inbound.ended and inbound.buffered == 1 and inbound.begun
    assert inbound.body() == b"" and inbound.head() is None
    inbound.received(0)
    assert inbound.closed
    with raises(PeerError):
        inbound.head()


def test_clean_close_between_messages():
    inbound = given(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    inbound.received(0)
    assert inbound.head().method == "GET" and inbound.body() == b""
    assert inbound.head() is None and inbound.closed and not inbound.begun


def test_buffer_grows_for_a_long_head_and_goes_back():
    inbound = given(LONG[:512])
    small = inbound.space()
    assert inbound.head() is None and len(small) == 512  # 1024 by now, half of it filled
    at = 512
    while at < len(LONG):
        view = inbound.space()
        count = min(len(view), len(LONG) - at)
        view[:count] = LONG[at : at + count]
        inbound.received(count)
        at += count
    assert inbound.head().header("x") == "x" * 900
    assert len(inbound.space()) == 512
    with raises(PeerError) as caught:
        while True:
            view = inbound.space()
            assert 0 < len(view) <= limits.HEAD_BYTES
            view[:] = b"GET / HTTP/1.1\r\nx: " + b"x" * (len(view) - 19) if inbound.buffered == 0 else b"x" * len(view)
            inbound.received(len(view))
            inbound.head()
    assert caught.value.status == 431 and inbound.buffered == limits.HEAD_BYTES


def test_space_is_never_empty_in_a_body():
    inbound = given(CHUNKED + b"1\r\na\r\n" + b"0" * (512 - len(CHUNKED) - 6))
    assert len(inbound.head().header("transfer-encoding")) == 7
    assert bytes(inbound.body()) == b"a"
    with raises(PeerError):
        inbound.body()
    inbound = given(CHUNKED + b"1\r\na\r\n5;" + b"0" * 200)
    inbound.head()
    inbound.body()
    assert inbound.body() is None and len(inbound.space()) == 512 - 202


def test_repeated_head_is_the_same_request():
    data = b"GET / HTTP/1.1\r\nHost: A\r\nX-Y: Z\r\n\r\n"
    inbound = given(data)
    first = inbound.head()
    assert inbound.body() == b""
    for _ in range(3):
        inbound.space()[: len(data)] = data
        inbound.received(len(data))
        again = inbound.head()
        assert again is first and again.header("x-y") == "Z" and again.host == "a" and inbound.body() == b""
    other = data.replace(b"A", b"B")
    inbound.space()[: len(other)] = other
    inbound.received(len(other))
    assert inbound.head().host == "b"


def test_a_repeated_head_needs_no_code_that_reads_heads():
    data = b"GET /a?b HTTP/1.1\r\nHost: A\r\nX-Y: Z\r\n\r\n"
    inbound = given(data)
    full = inbound.head()
    assert inbound.body() == b""
    inbound.lighten()
    seen = []
    for _ in range(3):
        inbound.space()[: len(data)] = data
        inbound.received(len(data))
        known = inbound.head()
        seen.append(known)
        assert known is not full and known is seen[0] and inbound.body() == b"" and inbound.ended
        for name in ("method", "target", "path", "query", "host", "version", "keep_alive", "content_length", "chunked",
                     "has_body", "expect_continue"):  # fmt: skip
            assert getattr(known, name) == getattr(full, name), name
        assert known.header("x-y") == "Z" and known.header("nope") is None
    other = data.replace(b"A", b"B")
    inbound.space()[: len(other)] = other
    inbound.received(len(other))
    assert inbound.head().host == "b"
    for data in (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", BROWSER):
        inbound = given(data + data, size=1024)
        inbound.head()
        assert len(inbound.body() or b"") in (0, 2)
        inbound.lighten()
        again = inbound.head()
        assert again.has_body == (again.method == "POST") and again.target[0] == "/"


def test_repeated_head_with_a_body():
    data = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"
    inbound = given(data + b"ab" + data + b"cd" + data + b"e")
    for body in (b"ab", b"cd"):
        assert inbound.head().content_length == 2 and bytes(inbound.body()) == body and inbound.ended
    assert inbound.head() is not None and bytes(inbound.body()) == b"e" and inbound.body() is None


def test_slow_sender_costs_linear_time():
    def finds(count):
        buffer = Counting(limits.HEAD_BYTES)
        inbound = Inbound(SERVER, buffer)
        data = b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * count
        for at in range(len(data)):
            inbound.space()[:1] = data[at : at + 1]
            inbound.received(1)
            assert inbound.head() is None
        return buffer.searched

    assert finds(2000) < 2.5 * finds(1000)


class Counting(bytearray):
    """Counts the bytes that searches had to look at."""

    searched = 0

    def find(self, what, start, end):
        self.searched += max(end - start, 0)
        return bytes(self).find(what, start, end)


def test_a_browsers_request_allocates_little():
    if not hasattr(gc, "mem_alloc"):
        return
    inbound = given(BROWSER)
    inbound.head()
    inbound.body()
    inbound.space()[: len(BROWSER)] = BROWSER
    inbound.received(len(BROWSER))
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    inbound.head().header("authorization")
    used = gc.mem_alloc() - before
    gc.enable()
    assert used <= (1536 if wide() == 4 else 2560), used


def wide():
    """Bytes of a machine word."""
    import sys

    return 4 if sys.maxsize < 1 << 40 else 8


def test_what_a_body_of_known_length_still_wants():
    inbound = Inbound(CLIENT, bytearray(512))
    assert inbound.wanted == 0, "nobody knows how long a head is"
    for data, wanted in ((b"HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n", 700), (b"x" * 300, 400), (b"y" * 400, 0)):
        inbound.space()[: len(data)] = data
        inbound.received(len(data))
        if wanted == 700:
            assert inbound.head().content_length == 700
        while inbound.body():
            pass
        assert inbound.wanted == wanted
    assert inbound.ended
    inbound = Inbound(CLIENT, bytearray(512))
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
    inbound.space()[: len(data)] = data
    inbound.received(len(data))
    inbound.head()
    assert len(inbound.body()) == 2 and inbound.wanted == 0, "more chunks may follow"


def test_long_bodies_are_received_into_pieces():
    inbound = Inbound(SERVER, bytearray(512))

    def feed(data):
        inbound.space()[: len(data)] = data
        inbound.received(len(data))

    assert inbound.direct() is None, "no body yet"
    feed(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 700\r\n\r\nabc")
    assert inbound.head() and inbound.direct() is None, "the first bytes are here already"
    assert bytes(inbound.body()) == b"abc"
    for wanted, count in ((512, 512), (185, 100), (85, 85)):
        view = inbound.direct()
        assert len(view) == wanted and not inbound.ended
        view[:count] = b"x" * count
        piece = inbound.took(count)
        assert bytes(piece) == b"x" * count and not inbound.buffered
    assert inbound.ended and inbound.direct() is None and inbound.body() == b""
    feed(b"POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n")
    assert inbound.head().host == "b" and inbound.direct() is None and inbound.body() is None, "chunks have lines"
    feed(b"abc\r\n0\r\n\r\n")
    assert bytes(inbound.body()) == b"abc" and inbound.body() == b"" and inbound.ended
