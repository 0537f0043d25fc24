"""Streams the payload of ``<model>.st`` into the stage, in constant memory, and goes on where it once broke off."""

from hashlib import sha256

from micropython import const

from dialtone.errors import DeviceError, DialtoneError, PeerError

_STEP = const(10)  # per cent between two progress texts: an LCD line a second at most
_PIECE = const(512)
_BLOCK_BYTES = const(4096)  # as in image.py, which has left the heap by now
_SIGNATURE_BYTES = const(64)
_AGAIN = "Copy the image to the server again"

ON_DEMAND = ("dialtone.update.payload", "dialtone.update.stage")


async def load(client, url, stage, count, proved, progress, feed=None):
    """Complete what is staged: ``count`` blocks are there, and ``proved`` is the digest of its head (``stage.digest``).

    Returns (True when all is there, False when the server has another image by now, error or None); the client is
    closed. What is whole stays in any case.
    """
    error = None
    try:
        return await _load(client, url, stage, count, proved, progress, feed), None
    except MemoryError:
        error = DeviceError("Not enough memory to load the firmware", "Restart the phone to try again")
    except DialtoneError as caught:
        error = caught
    finally:
        stage.close()
        await client.aclose()
    return False, error


async def _load(client, url, stage, count, proved, progress, feed):
    header = stage.header
    start = header.head_length + count * _BLOCK_BYTES
    whole = header.head_length + header.payload_length
    tag = stage.tag()
    fields = ()
    if tag and count < header.blocks:
        fields = (("Range", "bytes=%d-" % start), ("If-Range", tag))
    exchange = await client.open(url, fields)
    try:
        if exchange.status == 206 and exchange.header("content-range") == "bytes %d-%d/%d" % (start, whole - 1, whole):
            pass
        elif exchange.status == 200 and await _is_same(exchange, header, proved):
            await _skip(exchange, min(whole, start) - header.head_length)
        else:
            stage.forget_tag()  # the next question is for the whole file
            return False
        await _stream(exchange, stage, count, url, progress)
        progress("firmware", "Checking")
        stage.finish(feed)
        return True
    finally:
        await exchange.close()


async def _is_same(exchange, header, proved):
    """Whether the answer begins with the head that was verified."""
    sum = sha256()
    await _skip(exchange, header.signed_length, sum.update)
    if sum.digest() != proved:
        return False
    await _skip(exchange, _SIGNATURE_BYTES)
    return True


async def _skip(exchange, count, see=None):
    """Passes over what is in flash already."""
    room = memoryview(bytearray(_PIECE))
    while count:
        got = await exchange.readinto(room[: min(count, _PIECE)])
        if not got:
            raise PeerError("Firmware image is shorter than its header says", _AGAIN)
        if see:
            see(room[:got])
        count -= got


async def _stream(exchange, stage, count, url, progress):
    name = url[url.rfind("/") + 1 :]
    total = stage.header.payload_length
    got = min(total, count * _BLOCK_BYTES)
    shown = got * 100 // total
    progress("firmware", "Loading %s %d%%" % (name, shown) if count else "Loading " + name)
    stage.resume(count)
    while True:
        view = await exchange.view()
        if not len(view):
            return
        stage.write(view)
        got += len(view)
        if got * 100 >= (shown + _STEP) * total:
            shown = got * 100 // total
            progress("firmware", "Loading %s %d%%" % (name, shown))
