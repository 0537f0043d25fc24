"""Stand-ins for a display: a driver used as micropython-lib's ``ssd1306`` is, and the bus with the controller on it.

The controller keeps what it was sent as its own picture, from the bytes on the bus and nothing else.
"""

import framebuf

_TWO_BYTES = (0x20, 0x81, 0x8D, 0xA8, 0xAD, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB)  # with one argument, data sheet
_THREE_BYTES = (0x21, 0x22)


class Bus:
    """I2C with one SSD1306 at ``address``; ``picture`` is its memory, 8 pages of 128 columns."""

    def __init__(self, address=0x3C):
        self.address = address
        self.picture = bytearray(1024)
        self.frames = 0
        self.broken = False
        self.upright = True
        self._command = []
        self._column = self._page = 0

    def writeto(self, address, data):
        self.writevto(address, [data])

    def writevto(self, address, parts):
        if self.broken or address != self.address:
            raise OSError(19)  # ENODEV
        data = b"".join([bytes(part) for part in parts])
        if data[0] == 0x80:
            self._obey(data[1])
        else:
            assert data[0] == 0x40
            self.frames += 1
            for byte in data[1:]:
                self.picture[self._page * 128 + self._column] = byte
                self._column = (self._column + 1) % 128
                if not self._column:
                    self._page = (self._page + 1) % 8

    def _obey(self, byte):
        command = self._command
        command.append(byte)
        if len(command) < (2 if command[0] in _TWO_BYTES else 3 if command[0] in _THREE_BYTES else 1):
            return
        if command[0] == 0x21:
            self._column = command[1]
        elif command[0] == 0x22:
            self._page = command[1]
        elif command[0] in (0xA0, 0xA1):
            self.upright = command[0] == 0xA1
        self._command = []

    def canvas(self):
        """What a person sees, as a FrameBuffer."""
        return framebuf.FrameBuffer(self.picture, 128, 64, framebuf.MONO_VLSB)


class SSD1306_I2C(framebuf.FrameBuffer):
    """The driver's names that display.py uses: constructor, ``width``, ``height``, ``show``, ``rotate``."""

    def __init__(self, width, height, i2c, addr=0x3C):
        self.width, self.height = width, height
        self.buffer = bytearray(width * height // 8)
        super().__init__(self.buffer, width, height, framebuf.MONO_VLSB)
        self._i2c, self._addr = i2c, addr
        for command in (0xAE, 0x20, 0x00, 0xA1, 0xC8, 0x8D, 0x14, 0xAF):
            self._send(command)
        self.fill(0)
        self.show()

    def _send(self, command):
        self._i2c.writeto(self._addr, bytes([0x80, command]))

    def rotate(self, rotate):
        self._send(0xC0 | (rotate & 1) << 3)
        self._send(0xA0 | rotate & 1)

    def show(self):
        for command in (0x21, 0, 127, 0x22, 0, 7):
            self._send(command)
        self._i2c.writevto(self._addr, [b"\x40", self.buffer])
