"""CPython edition of MicroPython's module ``framebuf``: pictures of one bit in a buffer that the caller owns.

Of the formats the monochrome ones, of the methods those without text: the phone has fonts of its own. Checked bit by
bit beside MicroPython's own module (tests/host/test_framebuf.py).
"""

MONO_VLSB = MVLSB = 0
MONO_HLSB = 3
MONO_HMSB = 4


class FrameBuffer:
    """``buffer``: a bytearray. ``stride``: pixels from one line to the next, ``width`` when not given."""

    def __init__(self, buffer, width, height, format, stride=None):
        stride = width if stride is None else stride
        if format in (MONO_HLSB, MONO_HMSB):
            stride = (stride + 7) & ~7
            needed = stride * height // 8
        elif format == MONO_VLSB:
            needed = stride * ((height + 7) // 8)
        else:
            raise ValueError("invalid format")
        if width < 1 or height < 1 or stride < width or len(buffer) < needed:
            raise ValueError
        self._buffer = buffer
        self._width = width
        self._height = height
        self._format = format
        self._stride = stride

    def _place(self, x, y):
        """Index of the byte and mask of the bit of a pixel that is inside."""
        if self._format == MONO_VLSB:
            return (y >> 3) * self._stride + x, 1 << (y & 7)
        index = (x + y * self._stride) >> 3
        return index, 1 << (x & 7) if self._format == MONO_HMSB else 0x80 >> (x & 7)

    def _inside(self, x, y):
        return 0 <= x < self._width and 0 <= y < self._height

    def _get(self, x, y):
        index, mask = self._place(x, y)
        return 1 if self._buffer[index] & mask else 0

    def _set(self, x, y, colour):
        index, mask = self._place(x, y)
        if colour:
            self._buffer[index] |= mask
        else:
            self._buffer[index] &= ~mask & 0xFF

    def pixel(self, x, y, c=None):
        """The colour of a pixel, or sets it; outside nothing happens."""
        if not self._inside(x, y):
            return None
        if c is None:
            return self._get(x, y)
        self._set(x, y, c)
        return None

    def fill(self, c):
        self.fill_rect(0, 0, self._width, self._height, c)

    def fill_rect(self, x, y, w, h, c):
        for row in range(max(y, 0), min(y + h, self._height)):
            for column in range(max(x, 0), min(x + w, self._width)):
                self._set(column, row, c)

    def hline(self, x, y, w, c):
        self.fill_rect(x, y, w, 1, c)

    def vline(self, x, y, h, c):
        self.fill_rect(x, y, 1, h, c)

    def rect(self, x, y, w, h, c, f=False):
        if f:
            self.fill_rect(x, y, w, h, c)
            return
        self.fill_rect(x, y, w, 1, c)
        self.fill_rect(x, y + h - 1, w, 1, c)
        self.fill_rect(x, y, 1, h, c)
        self.fill_rect(x + w - 1, y, 1, h, c)

    def blit(self, fbuf, x, y, key=-1, palette=None):
        """Copies ``fbuf``; pixels of colour ``key`` stay out, ``palette`` (a FrameBuffer, one line) translates."""
        for row in range(fbuf._height):
            for column in range(fbuf._width):
                if not self._inside(x + column, y + row):
                    continue
                colour = fbuf._get(column, row)
                if palette:
                    colour = palette._get(colour, 0)
                if colour != key:
                    self._set(x + column, y + row, colour)

    def scroll(self, xstep, ystep):
        """Moves the picture; what it leaves behind stays as it was."""
        columns = range(self._width) if xstep < 0 else range(self._width - 1, -1, -1)
        rows = range(self._height) if ystep < 0 else range(self._height - 1, -1, -1)
        for row in rows:
            for column in columns:
                if self._inside(column - xstep, row - ystep):
                    self._set(column, row, self._get(column - xstep, row - ystep))
