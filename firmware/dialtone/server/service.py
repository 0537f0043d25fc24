"""What a listener hands its connections to. All else of this package is imported for a request."""

from asyncio import CancelledError, sleep_ms

from micropython import const

_TRIES = const(4)  # to load the code of connections when the heap is full
_ANSWER = const(1325)  # bytes of an answer made at once: what one TCP segment of a page view has, see pieces.py
_HEAD = const(768)  # one browser's head of usual length (a longer one borrows more)
_WAIT_MS = const(100)  # between two: a menu or script that has just closed frees its memory meanwhile


class Service:
    """Serves one listener; ``handle(stream, entry)`` is its connection handler.

    ``phone``: what handlers get as ``context.phone``; this package uses its ``.store .platform .log .table`` and
    ``.https_port`` (port of the HTTPS listener, 0 while there is none). ``secure``: this is the HTTPS listener.
    ``access``: the ``Access`` shared by all faces. ``faces.find(path)`` gives a row (methods, roles,
    async handler(context) -> Answer, ...) or None; ``faces.shed()`` frees what memory it can; ``faces.enter()`` and
    ``leave()`` tell it of each connection. ``on_push(bytes)`` gets each accepted XML push.
    """

    def __init__(self, phone, secure, access, faces, on_push):
        self.phone = phone
        self.secure = secure
        self.access = access
        self.faces = faces
        self.on_push = on_push
        self.spare = None  # the http.inbound.Inbound that its connections share
        self.scratch = None  # and what they make answers in
        self.room = None  # for the first Inbound
        self._open = 0

    async def _connection(self, stream, entry):
        for turn in range(_TRIES):
            try:
                if self.scratch is None and self._open == 1:  # before the code, which leaves no hole for them
                    self.room = bytearray(_HEAD)
                    self.scratch = memoryview(bytearray(_ANSWER))
                from dialtone.server.connection import Connection

                return Connection(self, stream, entry)
            except MemoryError:
                if turn == _TRIES - 1:
                    raise
                self.faces.shed()  # what is loaded already stays
            await sleep_ms(_WAIT_MS)

    async def handle(self, stream, entry):
        """Serves one connection to its end; the caller closes the stream.

        TLS shakes hands in here, and a connection that waits for another request may be sent back here
        (``Table.park``): so neither needs the code of the server.
        """
        first = bytearray(1)
        try:
            while await stream.readinto(first):
                while entry.parked and self.phone.heap.shut():
                    await sleep_ms(_WAIT_MS)
                entry.parked = False
                entry.busy()
                if not await self._requests(stream, entry, first):
                    break
        except OSError:
            pass  # the peer is gone: nobody to tell
        except MemoryError:
            self.phone.heap.wear()
            self.faces.shed()  # not even an error page fits: the close has to do
            self.phone.table.make_room(stream.peer)

    async def _requests(self, stream, entry, first):
        """Serves requests, of which ``first`` is the first byte; whether the connection waits on without its code."""
        connection = None
        self._open += 1
        try:
            self.faces.enter()
            connection = await self._connection(stream, entry)
            if self.secure and not stream.secure:
                await connection.plain_on_tls(first)
            else:
                await connection.serve(first)
        except CancelledError:
            if entry.parked and not entry.expired:
                return True
            if connection:
                connection.timed_out()
            raise
        finally:
            self.faces.leave()
            self._open -= 1
            if not self._open:
                self.spare = self.scratch = self.room = None
                self.access.release()
