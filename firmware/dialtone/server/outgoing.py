"""The answering half of a connection: short answers at once, pages in pieces, refusals, last words."""

from asyncio import CancelledError

from dialtone.server.answer import problem, send, send_buffer
from micropython import const

_LINGER_MS = const(1000)  # a refused sender may go on sending that long, so that it can read why
_LINGER = const(65536)  # ... and that much
_SCRATCH = const(256)  # read at once and thrown away
_TOO_MUCH = (413, 414, 431)


class Outgoing:
    """``service``: the listener's Service; ``entry``: the connection's of the table."""

    def __init__(self, service, stream, entry):
        self._service = service
        self._stream = stream
        self._entry = entry
        self._rest = None  # (buffer, what is in it) of an answer that did not leave at once
        self._reading = False  # a request has begun and is not complete

    def _failed(self, request, error):
        self._service.phone.log.error("web", "%s %s failed: %r" % (request.method, request.path, error))
        return problem(500, "This page failed. The log has one line about it")

    def _no_memory(self):
        self._service.phone.heap.wear()
        self._service.faces.shed()  # what the last try has loaded is in the way of the answer's own code
        self._service.phone.log.error("web", "no memory for a request")
        return problem(503, "The phone has no memory for this now. Try again in a moment", (("Retry-After", "5"),))

    def _keeps(self, request, answer):
        """Whether the connection can carry another request. Who speaks a method of its own (501) is no browser."""
        return request.keep_alive and answer.after is None and answer.status != 501 and not self._entry.closing

    def _sent(self, request, answer, keep_alive):
        """Whether all of a short answer has left at once; what has not is left to ``_send``."""
        buffer = self._borrow()
        whole = None if request.method == "HEAD" else answer.whole(keep_alive, buffer)
        if whole is not None and self._stream.write_now(whole):
            self._service.scratch = buffer
            return True
        self._rest = buffer, whole
        return False

    async def _send(self, request, answer, keep_alive):
        head_only = request.method == "HEAD"
        service = self._service
        (buffer, whole), self._rest = self._rest, None
        try:
            if whole is None:
                keep_alive = await send(self._stream, answer, buffer, head_only, keep_alive, request.version == 11)
            else:
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
        try:
            buffer = self._borrow()
        except MemoryError:
            buffer = b""  # head and body go one by one then, and need a third of it each
        try:
            await send(self._stream, answer, buffer, False, False)
        finally:
            self._service.scratch = buffer or None
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

    def timed_out(self):
        """Cancelled by the sweeper: a request that was under way gets its 408, an idle connection just the close."""
        if self._reading and self._entry.expired:
            answer = problem(408, "The request took too long")
            self._stream.send_now(answer.whole(False, self._borrow()))
