"""The check of an image's signature, with the heap to itself."""

from dialtone.errors import PeerError

_READING = (
    "dialtone.update.signature",
    "dialtone.update.image",
    "dialtone.update.record",
    "dialtone.update.stage",
)
ON_DEMAND = _READING + ("dialtone.update.proof", "dialtone.crypto.p256")


def prove(platform):
    """Verify the head in the stage. Returns the digest that ``payload.load`` wants.

    Raises PeerError, and the head is gone then, or DeviceError or MemoryError.
    """
    try:
        key, digest, signature = _read(platform)
        platform.unload(*_READING)  # what computes needs their room
        verify(key, digest, signature, platform.feed)
        return digest
    except PeerError:
        from dialtone.update.stage import Stage

        Stage(platform.storage).clear()
        raise


def _read(platform):
    from dialtone.update.signature import find
    from dialtone.update.stage import Stage

    stage = Stage(platform.storage)
    header = stage.load()
    if not header:
        raise PeerError("Firmware image has no whole head", "Try again")
    digest, signature = stage.digest()
    return find(platform.storage, header), digest, signature


def verify(key, digest, signature, feed=None):
    """Raise PeerError unless ``signature`` (64 bytes) is the key's over the SHA-256 ``digest``. 2 s on a board."""
    from dialtone.crypto import p256

    parts = [int.from_bytes(piece, "big") for piece in (key[:32], key[32:], signature[:32], signature[32:])]
    if not p256.verify(parts[0], parts[1], digest, parts[2], parts[3], feed):
        raise PeerError("Firmware image has a wrong signature", "The file is damaged, or somebody has changed it")
