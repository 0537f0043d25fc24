"""The picture of a simulated phone's LCD, drawn in the phone by the firmware's own renderer when somebody asks."""

from binascii import b2a_base64

SIZES = {16: (128, 64), 24: (144, 128)}  # columns of the panel -> pixels of its display


def draw(phone, folder, rows, softkeys):
    """The field ``pixels`` of a screen event, None when there is no memory for it. ``folder``: of the fonts.

    Nothing of renderer and picture stays in the heap.
    """
    try:
        return _draw(phone, folder, rows, softkeys)
    except MemoryError:
        return None
    finally:
        phone.unload("dialtone.lcd.pixels")


def _draw(phone, folder, rows, softkeys):
    import framebuf
    from dialtone.lcd.pixels import Picture

    panel = phone.panel
    width, height = SIZES[panel.columns]
    data = bytearray(width * height // 8)
    canvas = framebuf.FrameBuffer(data, width, height, framebuf.MONO_HLSB)
    picture = Picture(canvas, width, height, panel.columns, folder)
    picture.draw(rows, softkeys, panel.hints, panel.picture, phone.platform.top_labels)
    picture.close()
    return {"width": width, "height": height, "data": b2a_base64(data).decode().strip()}
