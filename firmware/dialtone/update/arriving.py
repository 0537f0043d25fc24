"""The head of a firmware image that somebody sends: read, judged and stored; all of it leaves before the rest comes."""

from hashlib import sha256

from dialtone.config.store import ON_DEMAND
from dialtone.errors import PeerError
from micropython import const

_HEADER_BYTES = const(256)  # as in image.py
_SIGNATURE_BYTES = const(64)
_AGAIN = "Send the image again"
_NOT_NOW = "It was taken back: allow it again on the Firmware Update page. Or what runs is new: try again in a minute"


async def head(platform, store, source, length, unload):
    """(version, key, SHA-256 of what is signed, signature), when the head is in the stage. ``unload()`` makes room."""
    data = bytearray(_HEADER_BYTES)
    await _fill(source, data)
    store.flag("firmware allow downgrade")  # what judges finds it decoded: the settings' code has left by then
    platform.unload(*ON_DEMAND)
    header, key = _judged(platform, store, data, length)
    unload()
    digest, signature = await _store(platform, source, header, data)
    return header.version, key, digest, signature


async def _fill(source, data):
    view = memoryview(data)
    while len(view):
        count = await source.readinto(view)
        if not count:
            raise PeerError("Firmware image ends inside its header", _AGAIN)
        view = view[count:]


def _judged(platform, store, data, length):
    from dialtone.update.image import parse_header
    from dialtone.update.judging import judge_for
    from dialtone.update.signature import find

    header = parse_header(data)
    found = judge_for(platform, store)(header)
    if found is None:
        raise PeerError("Firmware %s is not taken now" % header.version, _NOT_NOW, 409)
    if not found:
        raise PeerError("Firmware %s runs already" % header.version, "There is nothing to do", 409)
    wanted = header.head_length + header.payload_length
    if length is not None and length != wanted:
        raise PeerError("Firmware image has %d bytes, its header says %d" % (length, wanted), _AGAIN)
    return header, find(platform.storage, header)


async def _store(platform, source, header, data):
    from dialtone.update.stage import Stage

    stage = Stage(platform.storage)
    try:
        stage.begin(header)
        stage.write_head(data)
        sum = sha256(data)
        left = header.signed_length - _HEADER_BYTES
        while left:
            piece = memoryview(data)[: min(left, _HEADER_BYTES)]
            await _fill(source, piece)
            sum.update(piece)
            stage.write_head(piece)
            left -= len(piece)
        signature = bytearray(_SIGNATURE_BYTES)
        await _fill(source, signature)
        stage.write_head(signature)
        stage.end_head(None)
        return sum.digest(), signature
    finally:
        stage.close()
