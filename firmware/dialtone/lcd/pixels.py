"""The LCD's picture: rows, softkey labels and a screen's hints, drawn into a ``framebuf``.

Imported only where there is a pixel display, or while somebody asks for a picture. The same code draws on a board and
in the simulator, so a screenshot is the device's picture.
"""

import os
from binascii import unhexlify

import framebuf

from dialtone.text import codes
from micropython import const

_FONTS = ("5x8", "6x12", "8x13", "10x20")
_WIDTHS = b"\x05\x06\x08\x0a"
_MISSING = const(191)  # the glyph of a character that the fonts lack; the file's form: tools/fonts.py
_MAP = const(3)  # where a font file tells what stands for U+0100 to U+017F
_MARKS = {"^": b"\x08\x18\x38\x78\x38\x18\x08", "v": b"\x40\x60\x70\x78\x70\x60\x40"}
_PLAIN = ("", "", "", "", False)


class Font:
    """One size, read from ``path`` a glyph at a time: nothing but one glyph lies in the heap."""

    def __init__(self, path):
        self._file = open(path, "rb")
        self._map = self._file.tell() + _MAP  # it may lie inside another file, see firmware/slotfs.py
        self.width, self.height, extras = self._file.read(_MAP)
        self._file.seek(self._map + 128)
        self._extras = self._file.read(3 * extras)
        self._start = self._map + 128 + 3 * extras
        self._buffer = bytearray((self.width + 7) // 8 * self.height)
        self._glyph = framebuf.FrameBuffer(self._buffer, self.width, self.height, framebuf.MONO_HLSB)

    def glyph(self, code):
        """The picture of the character ``code``; the next call uses it again."""
        number = code - 32 if 32 <= code < 127 else code - 65 if 160 <= code < 256 else self._other(code)
        self._file.seek(self._start + number * len(self._buffer))
        self._file.readinto(self._buffer)
        return self._glyph

    def _other(self, code):
        if 256 <= code < 384:
            self._file.seek(self._map + code - 256)
            return self._file.read(1)[0]
        extras = self._extras
        for at in range(0, len(extras), 3):
            if extras[at] << 8 | extras[at + 1] == code:
                return extras[at + 2]
        return _MISSING

    def close(self):
        self._file.close()


class Picture:
    """Draws frames of ``columns`` characters on ``canvas``, a FrameBuffer of ``width`` x ``height``.

    ``folder``: where the font files lie, beside this file when not given. 16 columns: three rows in large letters.
    24 columns: text, and three softkey labels on either side below it; on 128 lines of pixels another six above it,
    when there are such keys.
    """

    def __init__(self, canvas, width, height, columns, folder=""):
        self._canvas = canvas
        self._width = width
        self._height = height
        self._tall = height >= 128
        self._small = columns < 24
        self._columns = columns
        self._folder = folder or __file__.rpartition("/")[0]
        self._text = 2 if self._small else 1 if self._tall else 0  # place in _FONTS
        self._step = width // columns
        self._fonts = {}
        self._swap = framebuf.FrameBuffer(bytearray(b"\x80"), 2, 1, framebuf.MONO_HLSB)  # ink for paper

    def close(self):
        """Closes the font files; the next frame opens what it needs."""
        for font in self._fonts.values():
            font.close()
        self._fonts = {}

    def draw(self, rows, labels, hints, picture=None, top=()):
        """One frame. ``hints`` and ``picture``: of ``lcd.panel.Panel``; ``top``: six labels above the text."""
        self._canvas.fill(0)
        y, room = 0, self._height
        if picture and picture[5].lower() != "normal" and picture[5]:
            top = ()  # extended and fullscreen
            labels = () if picture[5].lower() == "fullscreen" else labels
        pitch = 21 if self._small else 12 if self._tall else 8
        if not self._small:
            if self._tall and _any(top):
                pitch, y = 9, 28
                self._keys(top, 0, 9, {})
                self._canvas.hline(0, y - 1, self._width, 1)
            if _any(labels):
                high = 10 if self._tall and not y else pitch
                room -= 3 * high
                self._keys(labels, room, high, hints)
                if self._tall:
                    room -= 1 if y else 2
                    self._canvas.hline(0, room, self._width, 1)
        if picture:
            data, width, height, down, across = picture[:5]
            if self._small:
                room = 2 * pitch
            x = _aligned(across, self._width - width)
            self._bitmap(data, x, y + _aligned(down, room - y - height), 1, height)
        for at in range(2 if picture else 0, len(rows)):  # the text beside a picture only names it
            self._row(rows[at], hints.get(at, _PLAIN), y + at * pitch, pitch, at)

    def _row(self, text, hint, y, pitch, at):
        size, align, _, icon, inverse = hint
        if self._small and at == 2 and (text[:1] == "<" or text[-1:] == ">"):
            inverse = True  # the command line
            pitch += 1  # to the edge
        if size == "title" and pitch > 9:
            self._canvas.hline(0, y + pitch - 1, self._width, 1)
        ink = 1
        if inverse:
            self._canvas.fill_rect(0, y, self._width, pitch, 1)
            ink = 0
            if text[:1] == ">":
                text = " " + text[1:]  # the bar says it
        if text[:2] == "! ":  # the idle screen's warning
            icon, text = "Icon:Warning", text[1:]
        text = self._marks(text, inverse and self._small, y, pitch, ink, at).rstrip()
        font, step = self._text, self._step
        if size in ("double", "large"):
            pitch *= 2
            text = text.strip()
            font = min(font + (2 if size == "large" else 1), 3)
            while font > self._text and len(text) * _WIDTHS[font] > self._width:
                font -= 1
            step = _WIDTHS[font] if font > self._text else step
        x = 0
        if align and align != "left":
            text = text.strip()
            x = (self._width - len(text) * step) // (1 if align == "right" else 2)
        if icon:
            self._icon(icon, x, y, pitch, ink)
            text = text[1:] if text[:1] == " " else text  # a list has room for its mark there
            text = "" if text == "[%s]" % icon[5:] else text
            x += 2 * self._step
        self._write(font, text, x, y, step, pitch, ink)

    def _marks(self, text, anywhere, y, pitch, ink, at):
        """``text`` without the marks that say that there is more above or below; they are drawn."""
        for mark in ("^v", "^", "v"):
            size = len(mark)
            column = (text + " ").rfind(" %s " % mark) + 1
            if column and (anywhere or not at and column + size == self._columns):
                x = column * self._step if anywhere else self._width - 8 * size
                for index in range(size):
                    self._bitmap(_MARKS[mark[index]], x + 8 * index, y + (pitch - 7) // 2, ink)
                return text[:column] + " " * size + text[column + size :]
        return text

    def _write(self, font, text, x, y, step, pitch, ink):
        if font not in self._fonts:
            self._fonts[font] = Font("%s/%s.fnt" % (self._folder, _FONTS[font]))
        font = self._fonts[font]
        y += (pitch - font.height) // 2 - (1 if font.height == 12 else 0)  # that one leaves its gap above
        for code in codes(text):
            if code != 32:
                if ink:
                    self._canvas.blit(font.glyph(code), x, y, 0)
                else:
                    self._canvas.blit(font.glyph(code), x, y, 1, self._swap)
            x += step

    def _keys(self, labels, y, pitch, hints):
        for at in range(len(labels)):
            text = labels[at]
            icon = hints.get(-1 - at, _PLAIN)[3]
            x, top, ink = 0, y + at % 3 * pitch, 1
            room = (len(text) + (2 if icon else 0)) * self._step
            if at > 2:
                x = self._width - room
            if not self._tall and text:  # no room for a line above them: they are tabs
                ink = 0
                self._canvas.fill_rect(x - 1, top, room + 2, pitch - 1, 1)
            if icon:
                self._icon(icon, x, top, pitch, ink)
                x += 2 * self._step
            self._write(self._text, text, x, top - 1 + ink, self._step, pitch, ink)

    def _icon(self, name, x, y, pitch, ink):
        if name[:5].lower() == "icon:":
            path = self._folder + "/icons.txt"
            with open(path, "rb") as file:
                lines = b"\n" + file.read(os.stat(path)[6])
            name = b"\n%s " % name[5:].lower().encode()
            at = lines.find(name)
            if at >= 0:
                name = lines[at + len(name) : lines.find(b"\n", at + 1)]
        try:
            self._bitmap(unhexlify(name), x, y + (pitch - 7) // 2, ink)
        except ValueError:
            pass  # neither a name that we know nor a drawing

    def _bitmap(self, data, x, y, ink, height=8):
        size = (height + 7) // 8
        pixel = self._canvas.pixel
        for at in range(len(data)):
            row = y + at % size * 8
            byte = data[at]
            while byte:
                if byte & 128:
                    pixel(x + at // size, row, ink)
                byte = byte << 1 & 255
                row += 1


def _any(labels):
    return [label for label in labels if label]


def _aligned(how, room):
    if how.isdigit():
        return int(how)
    return room if how in ("right", "bottom") else 0 if how in ("left", "top") else room // 2
