"""Streams ``<model>.st`` from the server into the slot that is not running, in constant memory."""

from micropython import const

from dialtone.errors import PeerError
from dialtone.update import image

_STEP = const(10)  # per cent between two progress texts: an LCD line a second at most
_AGAIN = "Copy the image to the server again"


async def fetch(client, url, slots, model, running_version, progress):
    """Install the image at ``url`` unless its version is ``running_version``.

    Returns the new slots.Slot, or None when the server has no image (404) or has the running version; the payload is
    then neither read nor waited for. Raises PeerError (wrong image, broken transfer) or DeviceError (flash); the slot
    in use and its record are untouched then.
    """
    return await receive(await client.open(url), slots, model, running_version, progress)


async def receive(exchange, slots, model, running_version, progress):
    """``fetch`` from the answer on, which it closes."""
    try:
        if exchange.status in (404, 410):
            return None
        if exchange.status != 200:
            raise PeerError("Server answered %d for %s.st" % (exchange.status, model), "Check the firmware server")
        header = await _header(exchange)
        image.check(header, model)
        if header.version == running_version:
            return None
        length, wanted = exchange.length, header.header_length + header.payload_length
        if length is not None and length != wanted:
            raise PeerError("Firmware image has %d bytes, its header says %d" % (length, wanted), _AGAIN)
        await _skip(exchange, header.header_length - image.HEADER_BYTES)
        return await _store(exchange, header, slots, model, progress)
    finally:
        await exchange.close()


async def _header(exchange):
    data = bytearray(image.HEADER_BYTES)
    view = memoryview(data)
    got = 0
    while got < len(data):
        count = await exchange.readinto(view[got:])
        if not count:
            raise PeerError("Firmware image ends inside its header", _AGAIN)
        got += count
    return image.parse_header(data)


async def _skip(exchange, count):
    room = memoryview(bytearray(256))
    while count:
        got = await exchange.readinto(room[: min(count, 256)])
        if not got:
            raise PeerError("Firmware image ends inside its header", _AGAIN)
        count -= got


async def _store(exchange, header, slots, model, progress):
    name = model + ".st"
    total, got, shown = header.payload_length, 0, 0
    progress("firmware", "Loading " + name)
    slots.begin(header)
    try:
        while True:
            view = await exchange.view()
            if not view:
                break
            slots.write(view)
            got += len(view)
            if got * 100 >= (shown + _STEP) * total:
                shown = got * 100 // total
                progress("firmware", "Loading %s %d%%" % (name, shown))
        progress("firmware", "Checking " + name)
        return slots.finish()
    finally:
        slots.abort()
