"""Lines from a console stream under CPython, without blocking the loop."""

import os

from dialtone.net import seam

_CHUNK = 4096
_LONGEST = 65536  # a line that never ends is cut there


class LineReader:
    """``stream``: such as ``sys.stdin``; only its descriptor is used."""

    def __init__(self, stream):
        self._source = seam.Readiness(stream.fileno())
        self._buffer = b""

    async def line(self):
        """The next line as str with its end, "" at the end of the stream."""
        while b"\n" not in self._buffer and len(self._buffer) < _LONGEST:
            await seam.readable(self._source)
            more = os.read(self._source.fd, _CHUNK)
            if not more:
                break
            self._buffer += more
        line, end, self._buffer = self._buffer.partition(b"\n")
        return (line + end).decode("utf-8", "replace")
