"""Streams the payload of ``<model>.st`` into the stage, in constant memory, and goes on where it once broke off."""

from hashlib import sha256

from micropython import const

from dialtone.errors import DeviceError, DialtoneError, PeerError

_STEP = const(10)  # per cent between two progress texts: an LCD line a second at most
_PIECE = const(512)
_BLOCK_BYTES = const(4096)  # as in image.py, which has left the heap by now
_SIGNATURE_BYTES = const(64)
_AGAIN = "Copy the image to the server again"
_READING = ("dialtone.update.image", "dialtone.update.record", "dialtone.update.running")
_WRITING = ("dialtone.update.stage", "dialtone.update.regions")
ON_DEMAND = _READING + _WRITING + ("dialtone.update.payload",)


async def load(platform, client, url, proved, progress):
    """Complete what is staged. ``proved``: the digest of its head, whose signature is right (``stage.digest``).

    Returns (True when all is there, False when the server has another image by now, error or None); the client is
    closed. What is whole stays in any case.
    """
    error = None
    try:
        return await _load(platform, client, url, proved, progress), None
    except MemoryError:
        error = DeviceError("Not enough memory to load the firmware", "Restart the phone to try again")
    except DialtoneError as caught:
        error = caught
    finally:
        await client.aclose()
    return False, error


async def _load(platform, client, url, proved, progress):
    stage = staged(platform)
    count = stage.ready(platform.feed)
    header, tag = stage.header, stage.tag()
    if count == header.blocks:
        return True  # it only waits for its restart, or was here before
    start = header.head_length + count * _BLOCK_BYTES
    whole = header.head_length + header.payload_length
    stage = None
    platform.unload(*_WRITING)  # the handshake needs their room
    platform.unload(*_READING)
    fields = ()
    if tag:
        fields = (("Range", "bytes=%d-" % start), ("If-Range", tag))
    exchange = await client.open(url, fields)
    try:
        platform.unload("dialtone.http.encode")  # the question is asked
        stage = staged(platform)
        platform.unload(*_READING)
        if exchange.status == 206 and exchange.header("content-range") == "bytes %d-%d/%d" % (start, whole - 1, whole):
            pass
        elif exchange.status == 200 and await _is_same(exchange, header, proved):
            await skip(exchange, min(whole, start) - header.head_length)
        else:
            stage.forget_tag()  # the next question is for the whole file
            return False
        await stream(exchange, stage, count, url[url.rfind("/") + 1 :], progress, platform.feed)
        return True
    finally:
        if stage:
            stage.close()
        await exchange.close()


class _Head:
    """What is needed of a Header, without the code of image.py."""

    def __init__(self, header):
        self.kind = header.kind
        self.blocks = header.blocks
        self.head_length = header.head_length
        self.signed_length = header.signed_length
        self.payload_length = header.payload_length


def staged(platform):
    """A Stage that knows its head. Raises PeerError when there is none any more. The caller unloads ``_READING``."""
    from dialtone.update.stage import Stage

    stage = Stage(platform.storage)
    if not stage.load():
        raise PeerError("Firmware image has no whole head", _AGAIN)
    stage.header = _Head(stage.header)
    stage.region()
    return stage


async def _is_same(exchange, header, proved):
    """Whether the answer begins with the head that was verified."""
    sum = sha256()
    await skip(exchange, header.signed_length, sum.update)
    if sum.digest() != proved:
        return False
    await skip(exchange, _SIGNATURE_BYTES)
    return True


async def skip(exchange, count, see=None):
    """Passes over ``count`` bytes: what is in flash already."""
    room = memoryview(bytearray(_PIECE))
    while count:
        got = await exchange.readinto(room[: min(count, _PIECE)])
        if not got:
            raise PeerError("Firmware image is shorter than its header says", _AGAIN)
        if see:
            see(room[:got])
        count -= got


async def stream(exchange, stage, count, name, progress, feed=None):
    """All that comes behind the first ``count`` blocks, checked and written. ``exchange.view()`` gives the pieces,
    ``name`` is what people see. Raises PeerError or DeviceError unless the whole payload is in flash then.
    """
    total = stage.header.payload_length
    got = min(total, count * _BLOCK_BYTES)
    shown = got * 100 // total
    progress("firmware", "Loading %s %d%%" % (name, shown) if count else "Loading " + name)
    stage.resume(count)
    while True:
        view = await exchange.view()
        if not len(view):
            break
        stage.write(view)
        got += len(view)
        if got * 100 >= (shown + _STEP) * total:
            shown = got * 100 // total
            progress("firmware", "Loading %s %d%%" % (name, shown))
    progress("firmware", "Checking")
    stage.finish(feed)
