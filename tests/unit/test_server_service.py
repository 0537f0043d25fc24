import asyncio

from dialtone.errors import CallerError, DeviceError, PeerError
from dialtone.server.access import Access
from dialtone.server.answer import Answer
from dialtone.server.service import Service
from fake_phone import FakeEntry, FakePhone, FakeStore, FakeStream, answers, request
from support import raises, run

HEAP = "144k"  # bodies of 12 KB and the pieces that they are made of, beside the code of all of these tests


async def hello(context):
    return Answer(200, b"hello " + context.role.encode(), "text/plain")


async def echo(context):
    return Answer(200, context.body, "text/plain")


async def size(context):
    return Answer(200, str(len(context.body)))


async def long_page(context):
    return Answer(200, iter(["0123456789" * 30] * 30))


async def boom(context):
    raise ValueError("secret detail")


async def peer_wrong(context):
    raise PeerError("Too many fields", "", 413)


async def caller_wrong(context):
    raise CallerError("No such thing")


async def device_cannot(context):
    raise DeviceError("The flash is full", "Remove something")


async def no_memory(context):
    raise MemoryError()


async def broken_page(context):
    def pieces():
        yield "a"
        raise ValueError("half way")

    return Answer(200, pieces())


async def broken_long_page(context):
    def pieces():
        yield "a" * 5000
        raise ValueError("half way")

    return Answer(200, pieces())


async def restart(context):
    answer = Answer(200, b"bye")
    answer.after = context.phone.restart
    return answer


ROUTES = {
    "/": (("GET", "HEAD"), ("admin",), hello),
    "/echo": (("POST",), ("admin",), echo),
    "/size": (("POST",), ("admin",), size),
    "/long": (("GET", "HEAD"), ("admin",), long_page),
    "/boom": (("GET",), ("admin",), boom),
    "/peer": (("GET",), ("admin",), peer_wrong),
    "/caller": (("GET",), ("admin",), caller_wrong),
    "/device": (("GET",), ("admin",), device_cannot),
    "/memory": (("GET",), ("admin",), no_memory),
    "/broken": (("GET",), ("admin",), broken_page),
    "/brokenlong": (("GET",), ("admin",), broken_long_page),
    "/restart": (("POST",), ("admin",), restart),
}


class Faces:
    sheds = 0
    connections = 0

    def enter(self):
        self.connections += 1

    def leave(self):
        self.connections -= 1

    def find(self, path):
        return ROUTES.get(path)

    def shed(self):
        self.sheds += 1


def serve(*script, **options):
    """Runs one connection over ``script``; gives (stream, phone, entry, pushes)."""
    secure = options.get("secure", True)
    phone = FakePhone(options.get("store") or FakeStore())
    phone.signed = options.get("signed")
    pushes = []
    service = Service(
        phone,
        options.get("listener", secure),
        Access(phone.store, phone.platform),
        options.get("faces") or Faces(),
        pushes.append,
    )
    stream = FakeStream(script, secure)
    entry = options.get("entry") or FakeEntry()
    run(service.handle(stream, entry))
    return stream, phone, entry, pushes


def statuses(*script, **options):
    return statuses_of(serve(*script, **options)[0])


def statuses_of(stream):
    return [answer[0] for answer in answers(stream.sent)]


def test_keep_alive_and_the_end():
    stream, _, entry, _ = serve(request(), request())
    got = answers(stream.sent)
    assert [answer[0] for answer in got] == [200, 200] and got[0][2] == b"hello admin"
    assert b"connection: close" not in got[0][1]
    assert entry.calls[0] == "busy" and entry.calls.count("idle") == 2


def test_an_idle_connection_holds_no_buffer():
    phone = FakePhone(FakeStore())
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)
    spares = []

    class Between(FakeStream):
        async def wait(self):
            spares.append(service.spare)
            await service.handle(FakeStream([request()]), FakeEntry())
            assert service.spare is spares[0], "it was not given back"

    stream = Between([request(), None, request(), None, request()])
    run(service.handle(stream, FakeEntry()))
    assert [answer[0] for answer in answers(stream.sent)] == [200, 200, 200]
    assert len(spares) == 2 and spares[0] is spares[1] and spares[0] is not None
    assert service.spare is None, "nobody is connected"
    assert service.access.request is None, "it would keep the code of requests in the heap"


def test_after_an_answer_a_drained_stream_is_waited_for_and_another_one_tried():
    for drained, wanted in ((True, "read read wait read wait read"), (False, "read read read read")):
        did = []

        class Watched(FakeStream):
            async def wait(self):
                did.append("wait")  # noqa: B023 - used up within the round

            def read_now(self, view):
                did.append("read")  # noqa: B023
                return FakeStream.read_now(self, view)

        stream = Watched([request(), request()])
        stream.drained = drained
        entry = FakeEntry()
        phone = FakePhone(FakeStore())
        run(Service(phone, True, Access(phone.store, phone.platform), Faces(), None).handle(stream, entry))
        assert [answer[0] for answer in answers(stream.sent)] == [200, 200]
        assert did == wanted.split(), did
        assert entry.calls.count("idle") == 2


def test_a_connection_in_the_middle_of_a_request_keeps_its_buffer():
    phone = FakePhone(FakeStore())
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)

    class Between(FakeStream):
        async def readinto(self, view):
            if self.script and self.script[0] is None:
                other = FakeStream([request("POST", "/echo", body=b"other")])
                await service.handle(other, FakeEntry())
                assert answers(other.sent)[0][2] == b"other"
                self.script.pop(0)
            return await FakeStream.readinto(self, view)

    stream = Between([request("POST", "/echo", body=b"mine")[:-2], None, b"ne"])
    run(service.handle(stream, FakeEntry()))
    assert answers(stream.sent)[0][2] == b"mine"


def test_an_answer_that_waits_keeps_its_bytes():
    phone = FakePhone(FakeStore())
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)

    class Slow(FakeStream):
        async def finish(self, data):
            other = FakeStream([request("POST", "/echo", body=b"other")])
            await service.handle(other, FakeEntry())
            assert answers(other.sent)[0][2] == b"other"
            await FakeStream.finish(self, data)

    for mine in (request("POST", "/echo", body=b"mine"), b"GET / HTTP/9.9\r\nHost: phone\r\n\r\n"):
        stream = Slow([mine])
        run(service.handle(stream, FakeEntry()))
        status, _, body = answers(stream.sent)[0]
        assert (status, body) == (200, b"mine") or status == 505 and b"505" in body
    assert service.scratch is None, "nobody is connected"


def test_pipelining_answers_in_order():
    one = request("POST", "/echo", body=b"first") + request("POST", "/echo", body=b"second") + request()
    assert [answer[2] for answer in answers(serve(one)[0].sent)] == [b"first", b"second", b"hello admin"]


def test_any_split_gives_the_same():
    data = request("POST", "/echo", body=b"0123456789") + request()
    whole = serve(data)[0].sent
    for step in (1, 2, 7, 64):
        assert serve(*[data[at : at + step] for at in range(0, len(data), step)])[0].sent == whole, step


def test_connection_close_is_obeyed():
    stream = serve(request(fields="Connection: close\r\n") + request())[0]
    got = answers(stream.sent)
    assert len(got) == 1 and b"connection: close" in got[0][1]


def test_a_stopping_listener_closes_after_the_answer():
    entry = FakeEntry()
    entry.closing = True
    assert statuses(request(), request(), entry=entry) == [200]


def test_http_1_0():
    stream = serve(request("GET", "/long").replace(b"HTTP/1.1", b"HTTP/1.0"))[0]
    head, body = stream.sent.split(b"\r\n\r\n", 1)
    assert b"chunked" not in head.lower() and body == b"0123456789" * 900


def test_head_requests():
    stream = serve(request("HEAD", "/"), request("HEAD", "/long"))[0]
    assert stream.sent.count(b"HTTP/1.1 200") == 2 and stream.sent.endswith(b"\r\n\r\n") and b"hello" not in stream.sent


def test_expect_100_continue():
    head = request("POST", "/echo", "Expect: 100-continue\r\n", b"body")[:-4]
    stream = serve(head, b"body")[0]
    assert stream.sent.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200") and stream.sent.endswith(b"body")


def test_no_100_when_the_body_is_here_or_too_long():
    stream = serve(request("POST", "/echo", "Expect: 100-continue\r\n", b"body"))[0]
    assert b" 100 " not in stream.sent
    stream = serve(b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n")[0]
    assert stream.sent.startswith(b"HTTP/1.1 413")


def test_chunked_bodies():
    head = request("POST", "/echo", "Transfer-Encoding: chunked\r\n").replace(b"Content-Length: 0\r\n", b"")
    assert answers(serve(head + b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n")[0].sent)[0][2] == b"abcde"


def post(size, **options):
    """Statuses for a body of ``size`` bytes in pieces of at most 1 KB: the test has less heap than a real sender."""
    head = request("POST", "/size", login=options.get("login", True)).replace(b"Length: 0", b"Length: %d" % size)
    pieces = [b"x" * 1024] * (size // 1024) + [b"x" * (size % 1024)]
    return answers(serve(head, *[piece for piece in pieces if piece], store=options.get("store"))[0].sent)[0]


def test_long_bodies():
    status, _, body = post(12288)
    assert status == 200 and body == b"12288"
    assert post(12289)[0] == 413
    head = request("POST", "/size", "Transfer-Encoding: chunked\r\n").replace(b"Content-Length: 0\r\n", b"")
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    assert statuses(head, *[chunk] * 13) == [413]
    assert answers(serve(head, *[chunk] * 10, b"0\r\n\r\n")[0].sent)[0][2] == b"10240"


def test_a_stranger_gets_little_memory():
    assert post(2150, login=False)[0] == 401
    assert post(2151, login=False)[0] == 413
    listed = FakeStore(xml_application_post_list="192.0.2.1")
    assert post(9000, login=False, store=listed)[0] == 401


def test_the_answer_to_a_bad_sender_is_not_lost():
    stream = serve(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n", b"z" * 6000, b"z" * 6000)[0]
    assert stream.sent.startswith(b"HTTP/1.1 413") and stream.script == [], "what still came was read"
    assert b"connection: close" in stream.sent.lower()


def test_an_endless_sender_is_left():
    stream = serve(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", *[b"z" * 2048] * 100)[0]
    assert stream.sent.startswith(b"HTTP/1.1 413") and 60 < len(stream.script) < 80


def test_malformed_requests_get_400_and_a_close():
    for data in (b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00\x01\x02", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"):
        stream = serve(data + request())[0]
        assert [answer[0] for answer in answers(stream.sent)] == [400], data
    assert statuses(request() + b"bad\r\n\r\n") == [200, 400]


def test_tls_on_a_plain_connection_gets_no_answer():
    assert serve(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", secure=False)[0].sent == b""


def test_a_request_that_ends_early():
    assert statuses(b"GET / HT") == [400]
    assert statuses(request("POST", "/echo", body=b"12345")[:-2]) == [400]
    assert serve()[0].sent == b""


def test_errors_of_handlers_become_answers():
    for path, status in (("/boom", 500), ("/peer", 413), ("/caller", 400), ("/device", 503), ("/memory", 503)):
        stream, phone, _, _ = serve(request("GET", path))
        assert answers(stream.sent)[0][0] == status, path
        assert b"Traceback" not in stream.sent and b"secret detail" not in stream.sent
        if status >= 500:
            assert len(phone.log.lines) == 1, path


def test_an_error_of_a_handler_keeps_the_connection():
    assert statuses(request("GET", "/boom"), request()) == [500, 200]


def test_a_page_that_breaks():
    stream, phone, _, _ = serve(request("GET", "/broken"), request())
    assert [answer[0] for answer in answers(stream.sent)] == [500] and len(phone.log.lines) == 1
    stream, phone, _, _ = serve(request("GET", "/brokenlong"), request())
    assert stream.sent.startswith(b"HTTP/1.1 200") and not stream.sent.endswith(b"0\r\n\r\n")
    assert stream.sent.count(b"HTTP/1.1") == 1, "after half a page only the close tells"


def test_memory_is_freed_and_a_get_tried_again():
    tries = []

    async def scarce(context):
        tries.append(context.request.method)
        if len(tries) == 1:
            raise MemoryError()
        return Answer(200, b"at last")

    class Scarce(Faces):
        def find(self, path):
            return (("GET", "POST"), ("admin",), scarce)

    faces = Scarce()
    assert statuses(request(), faces=faces) == [200] and faces.sheds == 1 and tries == ["GET", "GET"]
    del tries[:]
    stream = serve(request("POST", "/", body=b"x"), faces=faces)[0]
    assert statuses_of(stream) == [503] and tries == ["POST"] and b"\r\nretry-after: 5\r\n" in stream.sent.lower()


def test_without_memory_others_make_room_and_the_request_is_tried_three_times():
    left = [2]

    async def scarce(context):
        if left[0]:
            left[0] -= 1
            raise MemoryError()
        context.phone.table.asked.append("answered")
        return Answer(200, b"at last")

    class Scarce(Faces):
        def find(self, path):
            return (("GET",), ("admin",), scarce)

    stream, phone, _, _ = serve(request(), faces=Scarce())
    assert [answer[0] for answer in answers(stream.sent)] == [200]
    assert phone.table.asked == [stream.peer, stream.peer, "answered"], "there was nobody to end, twice"
    left[0] = 3
    assert statuses(request(), faces=Scarce()) == [503] and left == [0]


def test_routes_and_methods():
    assert statuses(request("GET", "/nowhere")) == [404]
    got = answers(serve(request("DELETE", "/"))[0].sent)
    assert got[0][0] == 405 and b"allow: get, head" in got[0][1]
    assert statuses(request("BREW", "/", login=False) + request()) == [501]


def test_after_is_called_behind_the_answer_and_ends_the_connection():
    stream, phone, _, _ = serve(request("POST", "/restart") + request())
    got = answers(stream.sent)
    assert len(got) == 1 and got[0][2] == b"bye" and phone.restarts == 1 and b"connection: close" in got[0][1]


def test_plain_http_on_the_tls_port():
    stream = serve(request("GET", "/a?b=c", host="phone:8443"), secure=False, listener=True)[0]
    status, _, body = answers(stream.sent)[0]
    assert status == 400 and b"https://phone/a?b=c" in body
    assert statuses(b"nonsense\r\n\r\n", secure=False, listener=True) == [400]
    assert serve(secure=False, listener=True)[0].sent == b""


def test_a_request_that_takes_too_long_gets_408():
    sent = []

    class Recording(FakeStream):
        def send_now(self, data):
            sent.append(bytes(data))

    for expired in (True, False):
        for script, answered in (
            ([b"GET / HT"], True),
            ([request("POST", "/echo", body=b"ab")[:-1]], True),
            ([], False),
        ):
            del sent[:]
            phone = FakePhone()
            service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)
            entry = FakeEntry()
            entry.expired = expired
            with raises(asyncio.CancelledError):
                run(service.handle(Recording(script + [asyncio.CancelledError()]), entry))
            assert len(sent) == (1 if answered and expired else 0), (script, expired)
            assert not sent or sent[0].startswith(b"HTTP/1.1 408")


class Sampled(FakeStream):
    """Keeps each different answer once, as so many would fill the heap, and in ``order`` which one each was."""

    async def finish(self, data):
        self.order = getattr(self, "order", [])
        data = bytes(data)
        if data not in self.writes:
            self.writes.append(data)
        self.order.append(self.writes.index(data))


def test_who_polls_is_answered_the_same_however_often():
    phone = FakePhone()
    gone = []
    phone.platform.unload = lambda *names: gone.extend(names)
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)
    stream = Sampled([request()] * 40 + [request("POST", "/echo", body=b"x")] + [request()] * 3)
    run(service.handle(stream, FakeEntry()))
    assert stream.order == [0] * 40 + [1] + [0] * 3 and stream.writes[1].endswith(b"x")
    assert gone.count("dialtone.server.login") == 2, "as a new request, and as a known one"
    stream = Sampled([request(login="")] * 40)
    run(service.handle(stream, FakeEntry()))
    assert stream.order == [0] * 40 and stream.writes[0][9:12] == b"401", "nobody is let in by being known"


class Parked(FakeStream):
    """Where it waits for another request it is parked (``Table.park``): a cancel comes there."""

    entry = None
    expires = False

    async def wait(self):
        self.entry.parked = True
        self.entry.expired = self.expires
        raise asyncio.CancelledError()


def test_a_parked_connection_waits_without_the_servers_code():
    faces = Faces()
    phone = FakePhone()
    service = Service(phone, True, Access(phone.store, phone.platform), faces, None)
    seen = []

    class Resumed(Parked):
        async def readinto(self, view):
            if len(view) == 1:
                seen.append((faces.connections, service.spare, self.entry.parked))
            return await FakeStream.readinto(self, view)

    stream = Resumed([request("POST", "/echo", body=b"one"), None, request("POST", "/echo", body=b"two"), None])
    stream.entry = entry = FakeEntry()
    run(service.handle(stream, entry))
    got = answers(stream.sent)
    assert [(answer[0], answer[2]) for answer in got] == [(200, b"one"), (200, b"two")]
    assert seen == [(0, None, False), (0, None, True), (0, None, True)], "of which the last is the end of the stream"
    assert faces.connections == 0 and entry.calls.count("idle") == 2


def test_a_parked_connection_that_expires_ends():
    phone = FakePhone()
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)
    stream = Parked([request(), None, request()])
    stream.expires = True
    stream.entry = FakeEntry()
    with raises(asyncio.CancelledError):
        run(service.handle(stream, stream.entry))
    assert statuses_of(stream) == [200] and service.faces.connections == 0


def test_no_parked_connection_comes_back_while_all_memory_is_promised():
    phone = FakePhone()
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)
    entry = FakeEntry()
    entry.parked = phone.heap.reserved = True

    async def main():
        stream = FakeStream([request()])
        task = asyncio.create_task(service.handle(stream, entry))
        await asyncio.sleep_ms(150)
        assert not stream.sent and "busy" not in entry.calls
        phone.heap.reserved = False
        await task
        assert statuses_of(stream) == [200]

    run(main())


def test_the_largest_buffers_come_before_the_code():
    phone = FakePhone()
    service = Service(phone, True, Access(phone.store, phone.platform), Faces(), None)
    had = []

    class Looking(FakeStream):
        async def wait(self):
            had.append((service.room, len(service.scratch)))

    enter = service.faces.enter
    service.faces.enter = lambda: had.append((service.room, service.scratch)) or enter()
    run(service.handle(Looking([request(), None]), FakeEntry()))
    assert had[0] == (None, None) and had[1] == (None, 1325), "the first request's head has taken its room"
    assert service.room is service.scratch is service.spare is None, "all goes with the last connection"


def test_a_request_without_memory_wears_the_heap():
    _, phone, _, _ = serve(request(path="/memory"))
    assert phone.heap.worn
    _, phone, _, _ = serve(request())
    assert not phone.heap.worn


def test_connections_are_counted():
    for script in ([request()], [b"bad\r\n\r\n"], [OSError(104)], []):
        faces = Faces()
        serve(*script, faces=faces)
        assert faces.connections == 0
    with raises(asyncio.CancelledError):
        serve(asyncio.CancelledError(), faces=faces)
    assert faces.connections == 0


def test_a_peer_that_is_gone_is_no_error():
    stream, phone, _, _ = serve(request()[:10], OSError(104))
    assert phone.log.lines == []


def test_strict_transport_is_asked_for_with_an_authoritys_certificate_only():
    on, off = FakeStore(https_redirect_http_get="1"), FakeStore()
    for signed, secure, store, expected in (
        (True, True, on, b"max-age=2592000\r\n"),
        (True, True, off, b"max-age=0\r\n"),
        (False, True, on, None),
        (None, True, on, None),
        (True, False, off, None),
    ):
        stream = serve(request(), signed=signed, secure=secure, store=store)[0]
        status, head, body = answers(stream.sent)[0]
        assert (status, body) == (200, b"hello admin")
        at = head.find(b"strict-transport-security: ")
        assert (at < 0) == (expected is None), (signed, secure)
        if expected:
            assert head[at + 27 :].startswith(expected), head


def test_a_connection_without_memory_for_its_code_is_counted_out_again():
    class Full(Faces):
        def enter(self):
            self.connections += 1
            raise MemoryError

    faces = Full()
    stream = serve(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", faces=faces)[0]
    assert not stream.sent and faces.connections == 0 and faces.sheds == 1
