"""The blocks of a firmware image on their way into the stage, wherever they come from."""

from time import ticks_diff, ticks_ms

from micropython import const

from dialtone.errors import DialtoneError, PeerError

_STEP = const(10)  # per cent between two progress texts: an LCD line a second at most
_PIECE = const(512)
_BLOCK_BYTES = const(4096)  # as in image.py, which has left the heap by now
_AGAIN = "Copy the image again, to the server or the phone"
_WHOLE_MS = const(1200000)  # 20 minutes: a board writes 2 MB in five; a start waits for it, and so does each round
READING = ("dialtone.update.image", "dialtone.update.record", "dialtone.update.running")


class _Head:
    """What is needed of a Header, without the code of image.py."""

    def __init__(self, header):
        self.kind = header.kind
        self.blocks = header.blocks
        self.head_length = header.head_length
        self.signed_length = header.signed_length
        self.payload_length = header.payload_length


def staged(platform):
    """A Stage that knows its head. Raises PeerError when there is none any more. The caller unloads ``READING``."""
    from dialtone.update.stage import Stage

    stage = Stage(platform.storage)
    if not stage.load():
        raise PeerError("Firmware image has no whole head", _AGAIN)
    stage.header = _Head(stage.header)
    stage.region()
    return stage


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
    ``name`` is what people see. Raises PeerError or DeviceError unless the whole payload is in flash then, and
    DialtoneError when it takes too long: a server may send so slowly that it never stalls.
    """
    begin = ticks_ms()
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
        if ticks_diff(ticks_ms(), begin) > _WHOLE_MS:
            raise DialtoneError("Loading the firmware takes too long", "What has come is kept: check again")
        got += len(view)
        if got * 100 >= (shown + _STEP) * total:
            shown = got * 100 // total
            progress("firmware", "Loading %s %d%%" % (name, shown))
    progress("firmware", "Checking")
    stage.finish(feed)
