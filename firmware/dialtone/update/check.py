"""The firmware check of a start: asks for ``<model>.st`` and brings the head of a new image into the stage.

A small phone's heap does not hold a connection, all of this and the check of a signature, so there are three steps, and
what one needs is gone before the next: this one, ``signature.prove`` and ``payload.load``.
"""

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.update.stage import HEAD, Stage

# What whoever ran this may drop again with ``platform.unload``, besides the client's modules.
ON_DEMAND = (
    "dialtone.update.check",
    "dialtone.update.image",
    "dialtone.update.judging",
    "dialtone.update.record",
    "dialtone.update.regions",
    "dialtone.update.running",
    "dialtone.update.signature",
    "dialtone.update.stage",
)
_JUDGES = ON_DEMAND[1:-1]  # who connects has no room for them yet
_AGAIN = "Copy the image to the server again"


async def check(platform, client, url, progress):
    """Look at the image at ``url``, unless there is a new one in the stage that the server can be asked to go on with.

    ``progress(stage, text)`` is called with the stage "firmware". Returns (version of an image to take or "", whether
    its head was in the stage before, error or None); the client is closed.
    """
    error = None
    try:
        progress("firmware", "Checking %s.st..." % platform.model)
        version = _staged(platform, client.store)
        if version:
            return version, True, None

        def judging():
            platform.unload("dialtone.http.encode")  # the question is asked
            from dialtone.update.judging import judge_for

            return judge_for(platform, client.store)

        header = await _ask(client, url, Stage(platform.storage), judging)
        return header.version if header else "", False, None
    except MemoryError:
        error = DeviceError("Not enough memory for the firmware check", "Restart the phone to try again")
    except DialtoneError as caught:
        error = caught
    finally:
        await client.aclose()
    return "", False, error


def _staged(platform, store):
    """The version of what is in flash when there are blocks to go on behind, and some to come, or when all of what
    somebody has sent is there and was not installed; else "", and the server's counts.
    """
    if not platform.storage.exists(HEAD):
        return ""
    from dialtone.update.judging import judge_for

    stage = Stage(platform.storage)
    try:
        header = stage.load()
        judge = judge_for(platform, store)
        if not header or not judge(header):
            return ""
        count = stage.good(platform.feed)
        return header.version if (0 < count < header.blocks if stage.tag() else count == header.blocks) else ""
    except DialtoneError:
        return ""
    finally:
        stage.close()
        judge_for = judge = header = stage = None
        platform.unload(*_JUDGES)


async def _ask(client, url, stage, judging):
    """Reads and judges the head. None when there is no image, or not one to take; the rest is not waited for.

    ``judging()`` gives what judges: see judging.py.
    """
    exchange = await client.open(url)
    try:
        if exchange.status in (404, 410):
            return None
        if exchange.status != 200:
            raise PeerError("Server answered %d for the firmware image" % exchange.status, "Check the firmware server")
        from dialtone.update import image

        data = bytearray(image.HEADER_BYTES)
        await _fill(exchange, data)
        header = image.parse_header(data)
        if not judging()(header):
            return None
        length, wanted = exchange.length, header.head_length + header.payload_length
        if length is not None and length != wanted:
            raise PeerError("Firmware image has %d bytes, its header says %d" % (length, wanted), _AGAIN)
        stage.begin(header)
        await _store(exchange, stage, header, data)
        stage.end_head(exchange.validator)
        return header
    finally:
        stage.close()
        await exchange.close()


async def _store(exchange, stage, header, data):
    stage.write_head(data)
    left = header.head_length - len(data)
    while left:
        piece = memoryview(data)[: min(left, len(data))]
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
