"""A whole small document at once, for what is parsed only after the connection is gone."""

import gc

from micropython import const

from dialtone.errors import DeviceError, PeerError

_PIECE = const(255)  # bytes, with its NUL 16 blocks of the heap: there is always a hole of that size
_RESERVE = const(2048)  # bytes of heap that a document leaves to the connection that brings it


async def fetch(client, url, limit, header, free):
    """GET ``url`` (text or Url) over ``client``, which is closed afterwards. Returns (final Url, list of bytes, the
    value of the field ``header`` or None). ``free()``: bytes of heap that are left, -1 where that has no meaning.

    Raises PeerError for any status but 200, for more than ``limit`` bytes, and for all that the client raises;
    DeviceError when the heap is too small for the document: better than a MemoryError anywhere.
    """
    try:
        exchange = await client.open(url)
        if exchange.status != 200:
            # Without its query: that may hold what somebody has typed, or a password, and an error may reach the log
            url = str(exchange.url).partition("?")[0]
            raise PeerError("The server answered %d" % exchange.status, "Check %s" % url)
        client.lighten()
        pieces = []
        view = memoryview(bytearray(_PIECE))
        filled = 0
        while True:
            size = await exchange.readinto(view[filled:])
            filled += size
            if filled == _PIECE or filled and not size:
                if 0 <= free() < _RESERVE:
                    gc.collect()
                    if free() < _RESERVE:
                        raise DeviceError("No memory for this script", "Make it shorter")
                pieces.append(bytes(view[:filled]))
                filled = 0
            if not size:
                return exchange.url, pieces, exchange.header(header)
            limit -= size
            if limit < 0:
                raise PeerError("The document is too large", "Serve a shorter one")
    finally:
        await client.aclose()
