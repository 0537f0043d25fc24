"""Streams the payload of ``<model>.st`` into the stage, in constant memory, and goes on where it once broke off."""

from hashlib import sha256

from micropython import const

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.update.blocks import READING, skip, staged, stream

_BLOCK_BYTES = const(4096)  # as in image.py, which has left the heap by now
_SIGNATURE_BYTES = const(64)
_TRIES = const(3)  # as often as the client tries again; a broken file costs no more than what is behind its last try
_WRITING = ("dialtone.update.stage", "dialtone.update.regions")
ON_DEMAND = READING + _WRITING + ("dialtone.update.payload", "dialtone.update.blocks")


async def load(platform, client, url, proved, progress):
    """Complete what is staged. ``proved``: the digest of its head, whose signature is right (``stage.digest``).

    Returns (True when all is there, False when the server has another image by now, error or None); the client is
    closed. What is whole stays in any case. A transfer that breaks is taken up again as long as it gets further.
    """
    error = None
    last = [-1, None]
    try:
        for turn in range(_TRIES):
            if error:
                await client.pause(turn - 1)
            try:
                return await _load(platform, client, url, proved, progress, last), None
            except PeerError as caught:
                if caught is error:
                    break
                error = last[1] = caught
    except MemoryError:
        error = DeviceError("Not enough memory to load the firmware", "Restart the phone to try again")
    except DialtoneError as caught:
        error = caught
    finally:
        await client.aclose()
    return False, error


async def _load(platform, client, url, proved, progress, last):
    """``last``: blocks that were here at the try before, -1 without one; its error, raised when there are no more."""
    stage = staged(platform)
    count = stage.ready(platform.feed)
    header, tag = stage.header, stage.tag()
    if count == header.blocks:
        return True  # it only waits for its restart, or was here before
    if count <= last[0]:
        raise last[1]
    last[0] = count
    start = header.head_length + count * _BLOCK_BYTES
    whole = header.head_length + header.payload_length
    stage = None
    platform.unload(*_WRITING)  # the handshake needs their room
    platform.unload(*READING)
    fields = ()
    if tag:
        fields = (("Range", "bytes=%d-" % start), ("If-Range", tag))
    exchange = await client.open(url, fields)
    try:
        platform.unload("dialtone.http.encode")  # the question is asked
        stage = staged(platform)
        platform.unload(*READING)
        if exchange.status == 206 and exchange.header("content-range") == "bytes %d-%d/%d" % (start, whole - 1, whole):
            pass
        elif exchange.status == 200 and await _is_same(exchange, header, proved):
            await skip(exchange, min(whole, start) - header.head_length)
        elif exchange.status > 499:
            raise PeerError("Server answered %d for the firmware image" % exchange.status, "Check the firmware server")
        else:
            stage.forget_tag()  # the next question is for the whole file
            return False
        await stream(exchange, stage, count, url[url.rfind("/") + 1 :], progress, platform.feed)
        return True
    finally:
        if stage:
            stage.close()
        await exchange.close()


async def _is_same(exchange, header, proved):
    """Whether the answer begins with the head that was verified."""
    sum = sha256()
    await skip(exchange, header.signed_length, sum.update)
    if sum.digest() != proved:
        return False
    await skip(exchange, _SIGNATURE_BYTES)
    return True
