"""What the tests of the client share."""


async def body(exchange, close=True):
    """Reads the whole body, and closes the exchange unless told otherwise."""
    data = b""
    while True:
        view = await exchange.view()
        if not len(view):
            if close:
                await exchange.close()
            return data
        data += bytes(view)
