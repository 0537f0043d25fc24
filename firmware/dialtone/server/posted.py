"""The body of a request that fits into the heap. Loaded where there is one, gone before a page comes."""

from dialtone.errors import PeerError
from micropython import const

_BODY = const(12288)  # the largest form of the real phone's pages has some 300 short fields
_STRANGER = const(2150)  # body of a request that nobody vouches for: what R2.x phones take as a push (facts page, 6.1)


async def read(connection, request):
    """The whole body as bytes or bytearray; PeerError 413 when it is longer than this sender may send."""
    inbound = connection._inbound
    limit = connection._most or _limit(connection, request)
    length = request.content_length
    if length is None:
        length = 0
    elif length > limit:
        raise _too_long(limit)
    if request.expect_continue and not inbound.buffered:
        await connection._stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = bytearray(length)  # one piece at once where the length is told: growing would leave holes in the heap
    size = 0
    while True:
        part = inbound.body()
        if part is None:
            await connection._fill()
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


def _limit(connection, request):
    """Strangers get little memory: neither logged in nor, maybe, on the push list."""
    from dialtone.server import login

    service, stream = connection._service, connection._stream
    role = login.early(service.access, request, stream.peer, stream.secure)
    return _BODY if role or service.phone.store.get("xml application post list") else _STRANGER


def _too_long(limit):
    return PeerError("The body is too long", "At most %d bytes are taken" % limit, 413)
