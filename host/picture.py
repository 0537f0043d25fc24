"""The LCD's pixels as a picture in the colours of an LCD."""

import io
from base64 import b64decode

from PIL import Image

_PAPER, _INK = (178, 200, 160), (24, 32, 20)


def picture(data, width, height, scale=3):
    """A Pillow image of ``data``: one bit for a pixel, rows from the top, the leftmost pixel in the highest bit."""
    mask = Image.frombytes("1", (width, height), bytes(data)).convert("L")
    mask = mask.resize((width * scale, height * scale), Image.Resampling.NEAREST)
    image = Image.new("RGB", mask.size, _PAPER)
    image.paste(_INK, mask=mask)
    return image


def png(pixels, scale=3):
    """The bytes of a PNG file; ``pixels`` as in a screen event: ``width``, ``height`` and ``data`` in base64."""
    out = io.BytesIO()
    picture(b64decode(pixels["data"]), pixels["width"], pixels["height"], scale).save(out, "PNG", optimize=True)
    return out.getvalue()
