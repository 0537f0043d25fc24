"""The picture of a simulated phone's LCD, drawn by the firmware's own renderer.

For who asks: the settings' ``pixels`` is the folder of the fonts, then each screen event has a picture; the operation
``screen`` with ``pixels`` gives one, and the renderer leaves the heap again.
"""

import gc
from binascii import b2a_base64

SIZES = {16: (128, 64), 24: (144, 128)}  # columns of the panel -> pixels of its display


class Pixels:
    """``folder``: of the fonts."""

    def __init__(self, folder, phone):
        import framebuf
        from dialtone.lcd.pixels import Picture

        panel = self._panel = phone.panel
        self._platform = phone.platform
        self._width, self._height = SIZES[panel.columns]
        self._data = bytearray(self._width * self._height // 8)
        canvas = framebuf.FrameBuffer(self._data, self._width, self._height, framebuf.MONO_HLSB)
        self._picture = Picture(canvas, self._width, self._height, panel.columns, folder)

    def draw(self, rows, softkeys):
        """The field ``pixels`` of a screen event; None when there is no memory for it."""
        panel = self._panel
        top = () if panel.screens() else self._platform.top_labels
        try:
            self._picture.draw(rows, softkeys, panel.hints, panel.picture, top)
            data = b2a_base64(self._data).decode().strip()
            return {"width": self._width, "height": self._height, "data": data}
        except MemoryError:
            gc.collect()
            return None

    def close(self):
        self._picture.close()


def once(folder, phone, rows, softkeys):
    """One picture; nothing of it stays in the heap."""
    try:
        pixels = Pixels(folder, phone)
        drawn = pixels.draw(rows, softkeys)
        pixels.close()
        return drawn
    except MemoryError:
        return None
    finally:
        pixels = None
        phone.unload("dialtone.lcd.pixels")
