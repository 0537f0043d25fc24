from dialtone.server.answer import Answer, problem, send, send_buffer
from support import raises, run


class FakeStream:
    def __init__(self):
        self.writes = []

    async def write(self, data):
        self.writes.append(bytes(data))

    @property
    def sent(self):
        return b"".join(self.writes)


def sent(answer, **options):
    stream = FakeStream()
    more = run(send(stream, answer, send_buffer(), **options))
    return stream, more


def split(data):
    head, body = data.split(b"\r\n\r\n", 1)
    return head.lower(), body


def unchunk(data):
    """The body of a chunked message; it must end exactly at its last chunk."""
    body = b""
    while True:
        line, data = data.split(b"\r\n", 1)
        size = int(line, 16)
        if not size:
            assert data == b"\r\n"
            return body
        body += data[:size]
        assert data[size : size + 2] == b"\r\n"
        data = data[size + 2 :]


def test_a_small_answer_is_one_write_with_length():
    stream, more = sent(Answer(200, b"hello", "text/plain"))
    assert len(stream.writes) == 1 and more
    head, body = split(stream.sent)
    assert head.startswith(b"http/1.1 200 ") and b"\r\ncontent-length: 5" in head and body == b"hello"
    assert b"\r\ncontent-type: text/plain" in head


def test_every_answer_has_the_security_fields():
    for answer in (Answer(200, b"x"), Answer(301, b""), problem(500, "no"), Answer(200, iter(["x"])), Answer(304)):
        head = split(sent(answer)[0].sent)[0]
        for field in (
            b"server: aragorn",
            b"x-content-type-options: nosniff",
            b"x-frame-options: deny",
            b"referrer-policy: same-origin",
            b"content-security-policy: default-src 'none'; style-src 'self';",
            b"cache-control: no-store",
        ):
            assert b"\r\n" + field in head, field


def test_a_static_file_may_be_cached():
    head = split(sent(Answer(200, b"x", fresh=False, fields=(("ETag", '"1"'),)))[0].sent)[0]
    assert b"no-store" not in head and b'etag: "1"' in head


def test_text_bodies_are_utf8():
    head, body = split(sent(Answer(200, "caf\u00e9"))[0].sent)
    assert body == b"caf\xc3\xa9" and b"content-length: 5" in head


def test_pieces_that_fit_are_one_write_with_length():
    stream, more = sent(Answer(200, iter(["one ", b"two ", "", "three"])))
    assert len(stream.writes) == 1 and more
    head, body = split(stream.sent)
    assert body == b"one two three" and b"content-length: 13" in head and b"chunked" not in head


def test_no_pieces_at_all():
    head, body = split(sent(Answer(200, iter([])))[0].sent)
    assert body == b"" and b"content-length: 0" in head


def test_long_pages_are_chunked():
    for sizes in ((2500,), (1, 1023), (1024, 1), (1024,), (1023, 2, 2500), (7,) * 300):
        pieces = [b"%d" % (at % 10) * size for at, size in enumerate(sizes)]
        stream, more = sent(Answer(200, iter(pieces)))
        head, body = split(stream.sent)
        whole = b"".join(pieces)
        if b"chunked" in head:
            assert b"content-length" not in head
            body = unchunk(body)
        assert body == whole and more, sizes
        for write in stream.writes:
            assert len(write) < 2000, "a write is bounded by the buffer"


def test_a_long_head_goes_out_before_its_chunk():
    stream, more = sent(Answer(200, iter([b"x" * 1500]), fields=(("X-Long", "y" * 700),)))
    head, body = split(stream.sent)
    assert b"y" * 700 in head and unchunk(body) == b"x" * 1500 and more


def test_http_1_0_gets_a_long_page_until_the_close():
    stream, more = sent(Answer(200, iter([b"x" * 3000])), chunked=False)
    head, body = split(stream.sent)
    assert body == b"x" * 3000 and not more
    assert b"chunked" not in head and b"content-length" not in head and b"connection: close" in head


def test_http_1_0_keeps_alive_when_the_length_is_known():
    stream, more = sent(Answer(200, iter(["x"])), chunked=False)
    assert more and b"content-length: 1" in split(stream.sent)[0]


def test_head_has_no_body():
    for body in (b"hello", iter(["hello"])):
        stream, more = sent(Answer(200, body), head_only=True)
        assert stream.sent.endswith(b"\r\n\r\n") and stream.sent.count(b"\r\n\r\n") == 1 and more
    assert b"content-length: 5" in sent(Answer(200, b"hello"), head_only=True)[0].sent.lower()


def test_not_modified_has_neither_body_nor_type():
    head, body = split(sent(Answer(304, b"", fields=(("ETag", '"1"'),), fresh=False))[0].sent)
    assert body == b"" and b"\r\ncontent-type:" not in head and b"chunked" not in head


def test_close_is_said():
    stream, more = sent(Answer(200, b"x"), keep_alive=False)
    assert not more and b"connection: close" in split(stream.sent)[0]


def test_a_generator_that_fails_at_once_leaves_room_for_another_answer():
    def broken():
        yield "few bytes"
        raise ValueError("boom")

    answer = Answer(200, broken())
    stream = FakeStream()
    with raises(ValueError):
        run(send(stream, answer, send_buffer()))
    assert not answer.started and not stream.writes


def test_a_generator_that_fails_later_is_not_ended_properly():
    def broken():
        yield "x" * 3000
        raise ValueError("boom")

    answer = Answer(200, broken())
    stream = FakeStream()
    with raises(ValueError):
        run(send(stream, answer, send_buffer()))
    assert answer.started and not stream.sent.endswith(b"0\r\n\r\n")


def test_generators_are_closed():
    closed = []

    def page():
        try:
            yield "x" * 5000
            yield "never asked for"
        finally:
            closed.append(True)

    class Gone(FakeStream):
        async def write(self, data):
            raise OSError(104)

    with raises(OSError):
        run(send(Gone(), Answer(200, page()), send_buffer()))
    assert closed == [True]


def test_header_injection_is_refused():
    from dialtone.errors import CallerError

    with raises(CallerError):
        run(send(FakeStream(), Answer(301, b"", fields=(("Location", "https://a/\r\nX: y"),)), send_buffer()))


def test_problem_escapes_its_text():
    body = problem(404, "There is no page /<script>").body
    assert b"<script>" not in body
