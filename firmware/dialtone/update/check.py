"""The firmware check of a start: asks for ``<model>.st`` and brings the head of a new image into the stage.

A small phone's heap does not hold a connection, all of this and the check of a signature, so there are three steps, and
what one needs is gone before the next: this one, ``signature.prove`` and ``payload.load``.
"""

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.update import image
from dialtone.update.judging import judge_for
from dialtone.update.stage import Stage

# What whoever ran this may drop again with ``platform.unload``, besides the client's modules.
ON_DEMAND = (
    "dialtone.update.check",
    "dialtone.update.image",
    "dialtone.update.judging",
    "dialtone.update.record",
    "dialtone.update.signature",
    "dialtone.update.stage",
)
_AGAIN = "Copy the image to the server again"


async def check(platform, client, url, progress):
    """Look at the image at ``url``, unless there is a new one in the stage that the server can be asked to go on with.

    ``progress(stage, text)`` is called with the stage "firmware". Returns (version of an image to take or "", whether
    its head was in the stage before, error or None); the client is closed.
    """
    error = None
    try:
        progress("firmware", "Checking %s.st..." % platform.model)
        judge = judge_for(platform, client.store)
        header = _staged(Stage(platform.storage), judge, platform.feed)
        if header:
            return header.version, True, None
        header = await _ask(client, url, Stage(platform.storage), judge)
        return header.version if header else "", False, None
    except MemoryError:
        error = DeviceError("Not enough memory for the firmware check", "Restart the phone to try again")
    except DialtoneError as caught:
        error = caught
    finally:
        await client.aclose()
    return "", False, error


def _staged(stage, judge, feed):
    """The Header in flash when there are blocks to go on behind."""
    header = stage.load()
    try:
        return header if header and stage.tag() and judge(header) and stage.good(feed) else None
    except DialtoneError:
        return None
    finally:
        stage.close()


async def _ask(client, url, stage, judge):
    """Reads and judges the head. None when there is no image, or not one to take; the rest is not waited for."""
    exchange = await client.open(url)
    try:
        if exchange.status in (404, 410):
            return None
        if exchange.status != 200:
            raise PeerError("Server answered %d for the firmware image" % exchange.status, "Check the firmware server")
        data = bytearray(image.HEADER_BYTES)
        await _fill(exchange, data)
        header = image.parse_header(data)
        if not judge(header):
            return None
        length, wanted = exchange.length, header.head_length + header.payload_length
        if length is not None and length != wanted:
            raise PeerError("Firmware image has %d bytes, its header says %d" % (length, wanted), _AGAIN)
        stage.begin(header)
        await _store(exchange, stage, header, data)
        stage.end_head(exchange.header("etag") or exchange.header("last-modified"))
        return header
    finally:
        stage.close()
        await exchange.close()


async def _store(exchange, stage, header, data):
    stage.write_head(data)
    left = header.head_length - image.HEADER_BYTES
    while left:
        piece = memoryview(data)[: min(left, image.HEADER_BYTES)]
        await _fill(exchange, piece)
        stage.write_head(piece)
        left -= len(piece)


async def _fill(exchange, data):
    view = memoryview(data)
    while len(view):
        count = await exchange.readinto(view)
        if not count:
            raise PeerError("Firmware image ends inside its header", _AGAIN)
        view = view[count:]
