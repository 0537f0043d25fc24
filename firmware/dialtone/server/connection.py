"""The loop of one connection: requests in, answers out, until one side has had enough.

In memory only while connections are open: ``service.py`` imports it, the faces' idle timer drops it.
"""

from asyncio import sleep_ms

from dialtone.errors import CallerError, DeviceError, PeerError
from dialtone.http.inbound import SERVER, Inbound
from dialtone.server.answer import Answer, problem
from dialtone.server.outgoing import Outgoing
from micropython import const

_BUFFER = const(768)  # as in service.py, of those beside the first one
_STREAMED = ("/api/firmware", "/files.html")  # a body that its handler reads while it comes: it may be megabytes
_SETTLED = const(15)  # the next request like those before, and access.py forgets what a new one needs
_TRIES = const(3)  # to answer a request for which there was no memory
_STRICT_S = const(2592000)  # 30 days: a phone without its certificate must not be out of reach for a year
_VICTIMS = const(4)  # connections that end for one: each has about 1 KB, a slow one up to 5


class Context:
    """One request on its way: what policies and handlers look at. ``role`` is set by the authentication policy.

    A connection has one, and begins it anew with each request. ``connection``: of one whose body streaming.py reads.
    """

    connection = None

    def __init__(self, service, stream):
        self.phone = service.phone
        self.store = service.phone.store
        self.access = service.access
        self.on_push = service.on_push
        self.faces = service.faces
        self.secure = stream.secure
        self.peer = stream.peer
        self.request = self.body = self.role = None

    def begin(self, request, body):
        self.request = request
        self.body = body
        self.role = None

    def reading_only(self):
        """Whether the pages change nothing yet: everybody knows the password that the phone came with."""
        return not self.phone.platform.private and self.store.origin("admin password") == "default"


class Connection(Outgoing):
    """``service``: the listener's Service. ``serve()`` once. ``_most``: bytes of a body, 0: who sends it decides."""

    _most = 0

    def __init__(self, service, stream, entry):
        Outgoing.__init__(self, service, stream, entry)
        self._inbound = None  # while a request is read: an idle connection needs no buffer
        self._context = None  # made with the first request

    async def serve(self, first=b""):
        """Requests and their answers until one side has had enough; of the first one the byte ``first`` has been read.

        What need not wait has no coroutine of its own, and this one lasts: each is 120 B and a microsecond.
        """
        keep_alive = True
        while keep_alive:
            answer = body = None  # an idle connection keeps nothing of its last request
            try:
                request, first = self._resume(first) if first else self._begin(), None
                while request is None:
                    await self._stream.wait()
                    request = self._next()
                if not request:
                    return
                streams = request.method == "POST" and request.has_body and request.path in _STREAMED
                body = await self._body(request) if request.has_body and not streams else None
                self._hand_back(streams)
                answer = self._at_once(request, None if streams else body or b"")
                if not isinstance(answer, Answer):
                    body = body if request.method != "POST" else None  # never tried twice: read it, and it can go
                    answer = await self._answer(request, None if streams else body or b"", answer)
                    await sleep_ms(0)  # in the place of the handler's coroutine, which would keep its code alive
                if self._service.phone.signed and self._stream.secure:
                    answer.fields += (self._strict_transport(),)
                if streams:  # maybe not all has come; in any case this is the connection's last one
                    return await self._refuse(answer)
                keep_alive = self._keeps(request, answer)
                sent = self._sent(request, answer, keep_alive)
            except PeerError as error:
                if error.status:  # else TLS on the plain port: nothing that it could read
                    await self._refuse(problem(error.status, str(error)))
                return
            except MemoryError:
                await self._refuse(self._no_memory())
                return
            if not sent:
                keep_alive = await self._send(request, answer, keep_alive)
            if answer.after:
                answer.after()

    def _begin(self):
        """``_next``, for the first time: the connection is idle unless the next request lies in the buffer already."""
        if self._inbound is None:
            self._entry.idle()
            if self._stream.drained:
                return None  # who waits for an answer has sent no more: another try would find nothing
        else:
            self._reading = True
            self._entry.busy()
        return self._next()

    def _resume(self, first):
        """``_next``, where the byte ``first`` of it has been read."""
        service = self._service
        inbound, service.spare = service.spare, None
        if inbound is None:
            inbound = self._new()
        inbound.space()[0] = first[0]
        inbound.received(1)
        self._inbound = inbound
        return self._begin()

    def _next(self):
        """The next request; None while it is not complete, False when the peer closed between two."""
        inbound = self._inbound
        if inbound is None:
            inbound = self._take()
            if not inbound:
                return inbound
            self._inbound = inbound
            self._reading = True
            self._entry.busy()  # the first bytes of a request are here: from now on its own deadline runs
        while True:
            request = inbound.head()
            if request is not None:
                return request
            count = self._stream.read_now(inbound.space())
            if not count:
                return None if count is None else self._over()
            inbound.received(count)

    def _over(self):
        """The peer has closed."""
        if self._inbound.begun:
            raise PeerError("The request ended too early")
        return False

    def _take(self):
        """A buffer with the first bytes of a request; None while there are none, False at the end of the stream.

        Connections share one spare buffer: whoever finds bytes to read keeps it until its request is complete.
        """
        service = self._service
        inbound = service.spare
        if inbound is None:
            inbound = service.spare = self._new()
        count = self._stream.read_now(inbound.space())
        if not count:
            return None if count is None else False
        service.spare = None
        inbound.received(count)
        return inbound

    def _new(self):
        service = self._service
        room, service.room = service.room, None
        return Inbound(SERVER, room or bytearray(_BUFFER))

    def _hand_back(self, streams):
        """The request is here: gives the buffer to whoever needs it next, unless more has come in it.

        Takes the one for the answer, before a page's code fills the heap: what was done is not answered with "no
        memory". Not while a body ``streams``, which needs that room, and has none of that code when it ends.
        """
        self._reading = False
        if streams:
            self._service.scratch = None
        elif self._service.scratch is None:
            self._service.scratch = self._borrow()
        self._entry.deadline(self._entry.limits.write_ms)
        if self._service.access.again == _SETTLED:
            self._inbound.lighten()
        if self._inbound.ended and not self._inbound.buffered:
            self._service.spare = self._inbound
            self._inbound = None

    async def _fill(self):
        count = await self._stream.readinto(self._inbound.space())
        if not count:
            raise PeerError("The request ended too early")
        self._inbound.received(count)

    async def _body(self, request):
        from dialtone.server import posted

        body = await posted.read(self, request)
        posted = None
        await sleep_ms(0)  # in the place of the coroutine, which would keep its code alive
        return body

    def _at_once(self, request, body):
        """What policies and handlers say: an Answer, a coroutine that gives one, or None for want of memory.

        Their failures become answers here: a peer never sees a traceback.
        """
        context = self._context
        try:
            if context is None:
                context = self._context = Context(self._service, self._stream)
            context.begin(request, body)
            if body is None:
                context.connection = self
            return self._decide(context)
        except MemoryError:
            return None
        except PeerError:
            raise
        except Exception as error:
            return self._instead(request, error)

    def _decide(self, context):
        from dialtone.server import policy

        return policy.decide(context)

    def _strict_transport(self):
        """RFC 6797. For an authority's certificate only: with one that is not trusted a browser would let nobody in."""
        redirect = self._service.phone.store.flag("https redirect http get")
        return "Strict-Transport-Security", "max-age=%d" % (_STRICT_S if redirect else 0)

    async def _answer(self, request, body, pending):
        """Waits for what ``_at_once`` gave, and tries again when there was no memory for it."""
        for turn in range(_TRIES):
            if turn:
                pending = self._at_once(request, body)
            begun = pending is not None or body is not None
            try:
                if pending is not None:
                    return pending if isinstance(pending, Answer) else await pending
            except (MemoryError, PeerError) as error:
                if isinstance(error, PeerError):
                    raise
            except Exception as error:
                return self._instead(request, error)
            pending = None
            await self._make_room()
            if begun and request.method == "POST":  # what it changed before it failed is not done twice
                break
        raise MemoryError

    def _instead(self, request, error):
        """The answer for a handler that failed."""
        if isinstance(error, CallerError):
            return problem(400, str(error))
        if isinstance(error, DeviceError):
            self._service.phone.log.error("web", error)
            return problem(503, str(error))
        return self._failed(request, error)

    async def _make_room(self):
        """Forgets idle code, and ends others' connections when theirs are more than ours: theirs is the memory."""
        self._service.faces.shed()
        table = self._service.phone.table
        for _ in range(_VICTIMS):
            if not table.make_room(self._stream.peer):
                break
        await sleep_ms(0)  # they free it now

    async def plain_on_tls(self, first):
        """Somebody speaks plain HTTP to the HTTPS port: says so in words, with the right URL."""
        url = "https://"
        try:
            request = self._resume(first)
            while request is None:
                await self._stream.wait()
                request = self._next()
            if not request:
                return
            from dialtone.server.refusals import https_url

            url = https_url(self._service.phone, request)
        except PeerError:
            pass
        await self._refuse(problem(400, "This port speaks HTTPS. Use " + url))
