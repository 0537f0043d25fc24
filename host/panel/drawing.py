"""The display's picture for the front panel, drawn here by the firmware's own renderer.

The phone says what its display shows (rows, labels, hints, a pixmap) and this process draws it with the very code that
a board with a pixel display runs: so the picture is the device's, and costs a phone of 112 KB nothing.
"""

from base64 import b64encode

from host.places import FONTS, allow_firmware_imports

SIZES = {16: (128, 64), 24: (144, 128)}  # columns of the panel -> pixels of its display


class Drawing:
    """For a display of ``columns`` characters in a row."""

    def __init__(self, columns):
        allow_firmware_imports()
        import framebuf
        from dialtone.lcd.pixels import Picture

        self._width, self._height = SIZES[columns]
        self._data = bytearray(self._width * self._height // 8)
        canvas = framebuf.FrameBuffer(self._data, self._width, self._height, framebuf.MONO_HLSB)
        self._picture = Picture(canvas, self._width, self._height, columns, str(FONTS))

    def draw(self, screen):
        """The picture of a screen event: dict of ``width``, ``height`` and ``data``; None where there are no fonts."""
        if not FONTS.exists():
            return None
        hints = {at: tuple(hint) for at, hint in screen.get("hints", ())}
        picture = screen.get("picture")
        if picture:
            picture = (bytes.fromhex(picture[0]), *picture[1:])
        self._picture.draw(screen["rows"], screen["softkeys"], hints, picture, screen.get("topsoftkeys", ()))
        return {"width": self._width, "height": self._height, "data": b64encode(self._data).decode()}
