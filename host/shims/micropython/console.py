"""Lines from a console stream under MicroPython, without blocking the loop while none has begun."""

from dialtone.net import seam


class LineReader:
    """``stream``: such as ``sys.stdin``. Its other end must send whole lines."""

    def __init__(self, stream):
        self._stream = stream

    async def line(self):
        """The next line as str with its end, "" at the end of the stream."""
        await seam.readable(self._stream)
        return self._stream.readline()
