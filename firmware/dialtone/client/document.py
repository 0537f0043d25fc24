"""A whole small document at once, for what is parsed only after the connection is gone."""

from micropython import const

from dialtone.errors import PeerError

_PIECE = const(512)  # bytes: a document lies in the heap in pieces of that size, for which there is always a hole


async def fetch(client, url, limit, header):
    """GET ``url`` (text or Url) over ``client``, which is closed afterwards. Returns (final Url, list of bytes, the
    value of the field ``header`` or None).

    Raises PeerError for any status but 200, for more than ``limit`` bytes, and for all that the client raises.
    """
    try:
        exchange = await client.open(url)
        if exchange.status != 200:
            raise PeerError("The server answered %d" % exchange.status, "Check %s" % exchange.url)
        pieces = []
        view = memoryview(bytearray(_PIECE))
        while True:
            size = await exchange.readinto(view)
            if not size:
                return exchange.url, pieces, exchange.header(header)
            limit -= size
            if limit < 0:
                raise PeerError("The document is too large", "Serve a shorter one")
            pieces.append(bytes(view[:size]))
    finally:
        await client.aclose()
