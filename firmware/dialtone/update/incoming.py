"""A firmware image that somebody sends: into the stage as one from a server, each step with the heap to itself."""

from asyncio import sleep_ms

from dialtone.config.store import ON_DEMAND
from dialtone.errors import PeerError
from micropython import const

_STEPS = (
    "dialtone.update.arriving",
    "dialtone.update.judging",
    "dialtone.update.record",
    "dialtone.update.proof",
    "dialtone.update.signature",
    "dialtone.update.image",
    "dialtone.update.blocks",
    "dialtone.update.stage",
    "dialtone.update.regions",
    "dialtone.update.running",
    "dialtone.crypto.p256",
)
_BLOCK_BYTES = const(4096)  # as in image.py


async def receive(platform, store, source, length, tell):
    """Stage the whole image that ``source`` gives: ``readinto(view)`` and ``view()`` as of an Exchange, and ``left``,
    the bytes that may still come. Returns its version.

    ``length`` of the file, None when nobody knows; ``tell(stage, text)`` hears of the progress. Raises PeerError and
    DeviceError as the download does; what is whole of the payload stays in flash then.
    """

    def unload():
        store.forget()
        platform.unload(*_STEPS)
        platform.unload(*ON_DEMAND)  # of the settings

    try:
        from dialtone.update import arriving

        version, key, digest, signature = await arriving.head(platform, store, source, length, unload)
        arriving = None
        await sleep_ms(0)  # takes the place of the finished coroutine, which MicroPython would keep alive
        unload()
        tell("firmware", "Checking the signature")
        _prove(platform, key, digest, signature)
        unload()
        await _payload(platform, source, version, tell)
        await sleep_ms(0)
        return version
    finally:
        unload()


def _prove(platform, key, digest, signature):
    from dialtone.update import proof

    try:
        proof.verify(key, digest, signature, platform.feed)
    except PeerError:
        from dialtone.update.stage import Stage

        Stage(platform.storage).clear()
        raise


async def _payload(platform, source, version, tell):
    from dialtone.update import blocks

    stage = blocks.staged(platform)
    try:
        length = source.left = stage.header.payload_length
        count = stage.ready(platform.feed)
        platform.unload("dialtone.update.image", "dialtone.update.record", "dialtone.update.running")
        tell("firmware", "Loading " + version)
        await blocks.skip(source, min(length, count * _BLOCK_BYTES))
        await blocks.stream(source, stage, count, version, tell, platform.feed)
    finally:
        stage.close()
