"""Bytes in, messages out: one parser for both roles, fed in any split, without sockets (RFC 9112)."""

from dialtone.errors import CallerError
from dialtone.http import limits
from micropython import const

SERVER = 0  # reads requests
CLIENT = 1  # reads responses

_HEAD = const(0)  # between messages, or inside a head
_LENGTH = const(1)  # inside a body of known length
_CLOSE = const(2)  # inside a body that ends with the connection
_DATA = const(3)  # inside a chunk
_DATA_END = const(4)  # at the CR LF behind a chunk
_SIZE = const(5)  # at a chunk's size
_TRAILER = const(6)  # behind the last chunk
_DONE = const(7)  # the message is complete

_REMEMBER = const(256)  # a head up to here is kept to recognise its repetition: pollers send the same one every time
_CUT = "Message cut short"


class Inbound:
    """The receiving half of one connection: ``role`` is SERVER or CLIENT.

    ``buffer``: a bytearray of 512 or more; a longer head gets a larger one until its message is over. The loop of a
    user: ``head()``, and while that is None, receive into ``space()`` and tell ``received(count)``; then ``body()`` in
    the same way until it gives b"". Both raise PeerError when the peer breaks the rules; the connection is then good
    for one answer and a close. A status of 0 means not even that: the peer began a TLS handshake.
    """

    def __init__(self, role, buffer):
        self._role = role
        self._small = self._buffer = buffer
        self._view = memoryview(buffer)
        self._start = 0  # unread bytes lie from here
        self._fill = 0  # ... to here
        self._seen = 0  # so many of them hold no end of the line or head that is looked for
        self._left = 0  # bytes of the body or chunk that are still to come
        self._lines = 0  # those that were passed over: an empty one before a request, interim responses, trailers
        self._state = _HEAD
        self._last = self._head = None
        self._make = None  # of what class heads are
        self._no_body = False
        self.closed = False  # the peer will send no more

    @property
    def ended(self):
        """The message is complete; ``head()`` looks for the next one."""
        return self._state == _DONE

    @property
    def buffered(self):
        """Number of bytes received and not yet read: after the end of a message, of the next ones."""
        return self._fill - self._start

    @property
    def wanted(self):
        """Bytes that a body of known length still lacks, 0 when that cannot be told."""
        return self._left if self._state == _LENGTH else 0

    @property
    def begun(self):
        """A message is under way: some of its bytes are here and it is not complete."""
        return self._fill > self._start or 0 < self._state < _DONE

    def expect_no_body(self):
        """CLIENT: the next response answers HEAD and has no body, whatever its fields say."""
        self._no_body = True

    def space(self):
        """A memoryview to receive into, never empty. Views that ``body()`` gave are void from here on."""
        start, fill = self._start, self._fill
        if start == fill:
            self._start = self._fill = 0
            if self._buffer is not self._small:
                self._swap(self._small)
            return self._view
        if start:
            fill -= start
            self._view[:fill] = self._view[start : start + fill]
            self._start, self._fill = 0, fill
        if fill == len(self._buffer):
            larger = bytearray(min(2 * fill, limits.HEAD_BYTES))
            larger[:fill] = self._buffer
            self._swap(larger)
        return self._view[fill:]

    def _swap(self, buffer):
        self._buffer = buffer
        self._view = memoryview(buffer)

    def received(self, count):
        """``count`` bytes were put into ``space()``; 0: the peer has closed its side."""
        if count:
            self._fill += count
        else:
            self.closed = True

    def head(self):
        """The next Request or Response, or None: feed more. None and ``closed``: no further message comes."""
        if _HEAD < self._state < _DONE:
            raise CallerError("The body is not read")
        while self._fill > self._start:
            message = self._again() or self._next()
            if message is None:
                if self.closed:
                    _refuse(_CUT)
                break
            self._seen = 0
            if self._role == SERVER or message.status >= 200:
                self._frame(message)
                return message
            self._lines += 1  # an interim response is skipped: RFC 9110 section 15.2
            if message.status == 101 or self._lines > limits.PASSED_OVER:
                _refuse("Too many interims")
        return None

    def _again(self):
        """The last request once more when exactly its head lies here: nothing needs to be checked twice."""
        head = self._head
        if head:
            end = self._start + len(head)
            if end <= self._fill and self._buffer.find(head, self._start, end) >= 0:
                self._start = end
                return self._last
        return None

    def _next(self):
        """A head that is read for the first time; None when it is not complete."""
        start = self._start
        first = self._buffer[start]
        if not 32 < first < 127:
            if first == 22:  # what a TLS record of a handshake begins with
                _refuse("TLS on the plain HTTP port", 0)
            if first != 13 or self._lines or self._role == CLIENT:
                _refuse("This is not HTTP")
            if self._fill - start < 2:
                return None
            if self._buffer[start + 1] != 10:
                _refuse("This is not HTTP")
            self._start += 2  # one empty line before a request is skipped: RFC 9112 section 2.2
            self._lines = 1
            return self._next() if self._fill > self._start else None
        end = self._head_end()
        if not end:
            return None
        self._start = end
        make = self._make or self._load()
        if self._role == CLIENT:
            return make(self._buffer, start, end)
        self._head = bytes(self._view[start:end]) if end - start <= _REMEMBER else None
        self._last = make(self._buffer, start, end)
        return self._last

    def _load(self):
        """Whoever reads requests does without the code of responses."""
        if self._role == SERVER:
            from dialtone.http.request import Request as make
        else:
            from dialtone.http.response import Response as make
        self._make = make
        return make

    def lighten(self):
        """A request that came again and again is kept without the code that reads heads: the next new one loads it."""
        if self._head and self._make and not self._last.has_body:
            from dialtone.http.known import Known

            self._last = Known(self._last, self._last._fields)
            self._make = None

    def _head_end(self):
        """Where the head ends, 0 when it is not complete. Bytes that were searched once are not searched again."""
        find, start, fill, seen = self._buffer.find, self._start, self._fill, self._seen
        end = find(b"\r\n\r\n", start + max(seen - 3, 0), fill) + 4
        if end > 3:
            if end - start > limits.HEAD_BYTES:
                _refuse("Head too long", 431)
            return end
        count = self._seen = fill - start
        at = find(b"\n", start + seen, fill)
        while at >= 0:
            if self._buffer[at - 1] != 13:
                return at + 1  # no need to wait for more: whoever reads the lines finds this one and refuses it
            at = find(b"\n", at + 1, fill)
        line = limits.LINE_BYTES + 2
        if seen < line <= count and find(b"\n", start, start + line) < 0:
            _refuse("First line too long", 414)
        if count >= limits.HEAD_BYTES:
            _refuse("Head too long", 431)
        return 0

    def _frame(self, message):
        """How the body is read: RFC 9112 section 6.3."""
        self._lines = 0
        self._left = message.content_length or 0
        self._state = _SIZE if message.chunked else _LENGTH if self._left else _DONE
        if self._role == CLIENT:
            if self._no_body:
                message.framing = "none"
                self._no_body = False
            if message.framing == "none":
                self._state = _DONE
            elif message.framing == "close":
                self._state = _CLOSE

    def body(self):
        """The next piece of the body as a memoryview, valid until the next call; b"": complete; None: feed more."""
        while self._state != _DONE:
            have = self._fill - self._start
            if have:
                if self._state <= _DATA:
                    return self._piece(have)
                if self._line_done(have):
                    continue
            if self.closed:
                if self._state != _CLOSE:
                    _refuse(_CUT)
                self._state = _DONE
            else:
                return None
        return b""

    def _line_done(self, have):
        """Takes in one line of the chunked framing. False when it is not complete."""
        from dialtone.http import chunks

        before = self._start
        self._start, self._seen, self._state, self._left, self._lines = chunks.next_line(self, have)
        return self._start > before

    def direct(self):
        """A view to receive the next bytes of a body of known length into, for ``took``; None: use ``body()``.

        The short way for long bodies: what is received so is a piece at once.
        """
        if self._state != _LENGTH or self._fill > self._start:
            return None
        self._start = self._fill = 0
        if self._buffer is not self._small:
            self._swap(self._small)
        left = self._left
        return self._view if left >= len(self._view) else self._view[:left]

    def took(self, count):
        """The piece of ``count`` bytes that were received into ``direct()``, valid as one of ``body()``."""
        self._left -= count
        if not self._left:
            self._state = _DONE
        return self._view[:count]

    def _piece(self, have):
        start = self._start
        if self._state != _CLOSE:
            if have >= self._left:
                have = self._left
                self._state = _DONE if self._state == _LENGTH else _DATA_END
            self._left -= have
        self._start = start + have
        return self._view[start : start + have]


def _refuse(text, status=400):
    from dialtone.http.message import refuse

    refuse(text, status)
