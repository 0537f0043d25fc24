"""The loop of one connection: requests in, answers out, until one side has had enough.

In memory only while connections are open: ``service.py`` imports it, the faces' idle timer drops it.
"""

from asyncio import CancelledError, sleep_ms

from dialtone.errors import CallerError, DeviceError, PeerError
from dialtone.http.inbound import SERVER, Inbound
from dialtone.server.answer import Answer, problem, send, send_buffer
from dialtone.server.policy import Context, decide, https_url
from micropython import const

_BUFFER = const(768)  # one browser's head of usual length (a longer one borrows more)
_BODY = const(12288)  # the largest form of the real phone's pages has some 300 short fields
_STRANGER = const(2150)  # body of a request that nobody vouches for: what R2.x phones take as a push (facts page, 6.1)
_LINGER_MS = const(1000)  # a refused sender may go on sending that long, so that it can read why
_LINGER = const(65536)  # ... and that much
_SCRATCH = const(256)  # read at once and thrown away
_TRIES = const(3)  # to answer a request for which there was no memory
_VICTIMS = const(4)  # connections that end for one: each has about 1 KB, a slow one up to 5
_TOO_MUCH = (413, 414, 431)


class Connection:
    """``service``: the listener's Service. ``exchange()`` until it gives False."""

    def __init__(self, service, stream, entry):
        self._service = service
        self._stream = stream
        self._entry = entry
        self._inbound = None  # while a request is read: an idle connection needs no buffer
        self._context = None  # made with the first request
        self._reading = False  # a request has begun and is not complete

    async def exchange(self):
        """One request and its answer; True when the connection can carry another."""
        request = None
        try:
            request = await self._head()
            if request is None:
                return False
            body = await self._body(request) if request.has_body else b""
            self._reading = False
            self._hand_back()
            self._entry.deadline(self._entry.limits.write_ms)
            answer = await self._answer(request, body)
        except PeerError as error:
            if not error.status:
                return False  # TLS on the plain port: nothing that it could read
            return await self._refuse(problem(error.status, str(error)))
        except MemoryError:
            return await self._refuse(self._no_memory())
        return await self._send(request, answer)

    async def _head(self):
        """The next request, or None when the peer closed between two."""
        inbound = self._inbound
        if inbound is None:
            self._entry.idle()
            inbound = self._take()
            while inbound is None:
                await self._stream.wait()
                inbound = self._take()
            if not inbound:
                return None
            self._inbound = inbound
        self._reading = True
        self._entry.busy()  # the first bytes of a request are here: from now on its own deadline runs
        while True:
            request = inbound.head()
            if request is not None:
                return request
            if not await self._fill():
                return None

    def _take(self):
        """A buffer with the first bytes of a request; None while there are none, False at the end of the stream.

        Connections share one spare buffer: whoever finds bytes to read keeps it until its request is complete.
        """
        service = self._service
        inbound = service.spare
        if inbound is None:
            inbound = service.spare = Inbound(SERVER, bytearray(_BUFFER))
        count = self._stream.read_now(inbound.space())
        if not count:
            return None if count is None else False
        service.spare = None
        inbound.received(count)
        return inbound

    def _hand_back(self):
        """Gives the buffer to whoever needs it next, unless the next request has begun in it."""
        if not self._inbound.buffered:
            self._service.spare = self._inbound
            self._inbound = None

    async def _fill(self):
        count = await self._stream.readinto(self._inbound.space())
        if count:
            self._inbound.received(count)
        elif self._inbound.begun:
            raise PeerError("The request ended too early")
        return count

    async def _body(self, request):
        """The whole body as bytes or bytearray; PeerError 413 when it is longer than this sender may send."""
        inbound = self._inbound
        limit = self._body_limit(request)
        length = request.content_length
        if length is None:
            length = 0
        elif length > limit:
            raise _too_long(limit)
        if request.expect_continue and not inbound.buffered:
            await self._stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = bytearray(length)  # one piece at once where the length is told: growing would leave holes in the heap
        size = 0
        while True:
            part = inbound.body()
            if part is None:
                await self._fill()
                continue
            count = len(part)
            if not count:
                return body
            if size + count > limit:
                raise _too_long(limit)
            if length:
                body[size : size + count] = part
            else:
                body.extend(part)
            size += count

    def _body_limit(self, request):
        """Strangers get little memory: neither logged in nor, maybe, on the push list."""
        service = self._service
        if service.access.authenticate(request) or service.phone.store.get("xml application post list"):
            return _BODY
        return _STRANGER

    async def _answer(self, request, body):
        """What policies and handlers say. Their failures become answers here: a peer never sees a traceback."""
        service = self._service
        context = self._context
        if context is None:
            context = self._context = Context(service, self._stream)
        tries = _TRIES
        try:
            while True:
                context.begin(request, body)
                try:
                    answer = decide(context)
                    return answer if isinstance(answer, Answer) else await answer
                except MemoryError:
                    tries -= 1
                    await self._make_room()
                    if not tries or request.method == "POST":  # what it changed before it failed is not done twice
                        raise
        except (PeerError, MemoryError):
            raise
        except CallerError as error:
            return problem(400, str(error))
        except DeviceError as error:
            service.phone.log.error("web", error)
            return problem(503, str(error))
        except Exception as error:
            return self._failed(request, error)

    async def _make_room(self):
        """Forgets idle code, and ends others' connections when theirs are more than ours: theirs is the memory."""
        self._service.faces.shed()
        table = self._service.phone.table
        for _ in range(_VICTIMS):
            if not table.make_room(self._stream.peer):
                break
        await sleep_ms(0)  # they free it now

    def _failed(self, request, error):
        self._service.phone.log.error("web", "%s %s failed: %r" % (request.method, request.path, error))
        return problem(500, "This page failed. The log has one line about it")

    def _no_memory(self):
        self._service.phone.log.error("web", "no memory for a request")
        return problem(503, "The phone has no memory for this now. Try again in a moment")

    async def _send(self, request, answer):
        keep_alive = request.keep_alive and answer.after is None and not self._entry.closing
        if answer.status == 501:
            keep_alive = False  # whoever speaks like that is no browser: nothing to keep the connection for
        head_only = request.method == "HEAD"
        service = self._service
        buffer = self._borrow()
        try:
            whole = None if head_only else answer.whole(keep_alive, buffer)
            if whole is None:
                keep_alive = await send(self._stream, answer, buffer, head_only, keep_alive, request.version == 11)
            elif not self._stream.write_now(whole):
                await self._stream.finish(whole)
        except (OSError, CancelledError):
            raise
        except Exception as error:  # of the body's generator
            memory = isinstance(error, MemoryError)
            if memory:
                service.faces.shed()
            instead = self._no_memory() if memory else self._failed(request, error)
            if answer.started:
                return False  # without its last chunk the peer knows that the page is not whole
            keep_alive = await send(self._stream, instead, buffer, head_only, False)
        finally:
            service.scratch = buffer
        if answer.after:
            answer.after()
        return keep_alive

    def _borrow(self):
        """The shared send buffer; another one while an answer of somebody else waits in it."""
        service = self._service
        buffer, service.scratch = service.scratch, None
        if buffer is None:
            try:
                return send_buffer()
            except MemoryError:
                service.faces.shed()
                return send_buffer()
        return buffer

    async def _refuse(self, answer):
        """Answers a request that was not read to its end, and lets the peer read that before the close."""
        self._reading = False
        self._entry.deadline(self._entry.limits.write_ms)
        buffer = self._borrow()
        try:
            await send(self._stream, answer, buffer, False, False)
        finally:
            self._service.scratch = buffer
        # Closing with unread bytes makes TCP reset the connection, and a reset may overtake the answer. Who sends too
        # much goes on for a while; of others the rest is here already and the sweeper's next round ends the wait.
        self._entry.deadline(_LINGER_MS if answer.status in _TOO_MUCH else 0)
        await self._linger()
        return False

    async def _linger(self):
        scratch = bytearray(_SCRATCH)
        left = _LINGER
        while left > 0:
            count = await self._stream.readinto(scratch)
            if not count:
                return
            left -= count

    async def plain_on_tls(self):
        """Somebody speaks plain HTTP to the HTTPS port: says so in words, with the right URL."""
        url = "https://"
        try:
            request = await self._head()
            if request is None:
                return
            url = https_url(self._service.phone, request)
        except PeerError:
            pass
        await self._refuse(problem(400, "This port speaks HTTPS. Use " + url))

    def timed_out(self):
        """Cancelled by the sweeper: a request that was under way gets its 408, an idle connection just the close."""
        if self._reading and self._entry.expired:
            answer = problem(408, "The request took too long")
            self._stream.send_now(answer.whole(False, self._borrow()))


def _too_long(limit):
    return PeerError("The body is too long", "At most %d bytes are taken" % limit, 413)
