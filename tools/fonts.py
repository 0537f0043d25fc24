"""Make the phone's fonts and icons: `tools/fonts.py FOLDER [TARGET]`, as set-up does (step "fonts").

FOLDER has the "misc-fixed" fonts of X11 in PCF form, of Debian's package xfonts-base. They are in the public domain;
the icons are drawn in tools/icons.txt. Nothing made here is kept in git.

A font file holds one size, so that the phone reads a glyph at a time and no font lies in its heap:

    byte 0, 1, 2     width and height in pixels, number n of extra characters
    128 bytes        glyph number of U+0100 to U+017F
    3 n bytes        extra characters: code point (high byte first), glyph number
    glyphs           height lines of 1 byte (2 when wider than 8 pixels), the leftmost pixel is the highest bit

Glyphs 0 to 94 are U+0020 to U+007E, 95 to 190 U+00A0 to U+00FF, 191 stands for what is missing.
icons.txt has a line for each icon: name in lower case, blank, columns of 8 pixels in hexadecimal as in an XML object.
"""

import gzip
import struct
import sys
import unicodedata
from pathlib import Path

SIZES = {"5x8": "5x8", "6x12": "6x12", "8x13": "8x13B", "10x20": "10x20"}  # ours: X11's; B is bold
MISSING = 191
_BORROWED = {"5x8": ("5x7", ".,:;")}  # whose dots are dots; in 5x8 they are crosses
_LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100)]
# Typographic characters that keyboards and pages put into texts, with what stands in where a size lacks them
_EXTRAS = {0x2013: "-", 0x2014: "-", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2022: "\xb7"}
_EXTRAS |= {0x2026: None, 0x20AC: "E", 0x2190: "<", 0x2191: "^", 0x2192: ">", 0x2193: "v"}
_ACCELERATORS, _METRICS, _BITMAPS, _ENCODINGS = 2, 4, 8, 32  # tables of a PCF file
_ICON_HEIGHT = 8


class _Table:
    """One table of a PCF file: its format word says how it is to be read."""

    def __init__(self, data, kind):
        for at in range(struct.unpack_from("<I", data, 4)[0]):
            found, self.format, _, start = struct.unpack_from("<4I", data, 8 + 16 * at)
            if found == kind:
                break
        else:
            raise ValueError(f"table {kind} is missing")
        self._data, self.at = data, start + 4

    def take(self, form):
        form = (">" if self.format & 4 else "<") + form
        values = struct.unpack_from(form, self._data, self.at)
        self.at += struct.calcsize(form)
        return values

    def rest(self):
        return self._data[self.at :]


def read_pcf(path):
    """(width, height, {code point: glyph bytes}) of a fixed-width X11 font with Unicode encoding."""
    data = gzip.decompress(Path(path).read_bytes())
    if data[:4] != b"\x01fcp":
        raise ValueError(f"{path} is no PCF font")
    accelerators = _Table(data, _ACCELERATORS)
    _, ascent, descent = accelerators.take("8sii")
    metrics, bitmaps, encodings = (_Table(data, kind) for kind in (_METRICS, _BITMAPS, _ENCODINGS))
    if metrics.format & 0x100:
        boxes = [[value - 128 for value in metrics.take("5B")] for _ in range(metrics.take("h")[0])]
    else:
        boxes = [metrics.take("5h2x") for _ in range(metrics.take("i")[0])]
    count = bitmaps.take("i")[0]
    offsets = bitmaps.take(f"{count}i")
    bitmaps.take("4i")
    pad = 1 << (bitmaps.format & 3)
    if not bitmaps.format & 8 or not bitmaps.format & 4 and bitmaps.format & 0x30:
        raise ValueError(f"{path} has another order of bits than X11's own tools write")
    pixels = bitmaps.rest()
    low, high, first, last, _ = encodings.take("5h")
    width = max(box[2] for box in boxes)
    found = {}
    for row in range(first, last + 1):
        for column in range(low, high + 1):
            number = encodings.take("H")[0]
            if number != 0xFFFF:
                glyph = _cell(boxes[number], pixels[offsets[number] :], pad, width, ascent, descent)
                found[row << 8 | column] = glyph
    return width, ascent + descent, found


def _cell(box, pixels, pad, width, ascent, descent):
    """A glyph's pixels in the font's full cell."""
    left, right, _, above, below = box
    line = (right - left + 8 * pad - 1) // (8 * pad) * pad
    size = (width + 7) // 8
    rows = [0] * (ascent + descent)
    for at in range(above + below):
        y = ascent - above + at
        value = int.from_bytes(pixels[at * line : (at + 1) * line], "big")
        shift = size * 8 - line * 8 - left
        if 0 <= y < len(rows):
            rows[y] = (value << shift if shift > 0 else value >> -shift) & ((1 << size * 8) - 1)
    return b"".join(row.to_bytes(size, "big") for row in rows)


def _dots(width, height):
    """An ellipsis for a size that has none: dots on the line."""
    size = (width + 7) // 8
    rows = [0] * height
    rows[height * 3 // 4 - 1] = sum(1 << (size * 8 - 1 - x) for x in range(0, width, 2))
    return b"".join(row.to_bytes(size, "big") for row in rows)


def _box(width, height):
    """What shows in the place of a character that no font has."""
    size = (width + 7) // 8
    edge = ((1 << (width - 1)) - 1) << (size * 8 - width + 1)
    side = 1 << (size * 8 - 1) | 1 << (size * 8 - width + 1)
    top, base = height // 6, height * 3 // 4
    lines = [edge if y in (top, base) else side if top < y < base else 0 for y in range(height)]
    return b"".join(line.to_bytes(size, "big") for line in lines)


def make_font(folder, size):
    """The bytes of a font file, made of PCF fonts."""
    width, height, found = read_pcf(folder / f"{SIZES[size]}.pcf.gz")
    if size in _BORROWED:
        name, chars = _BORROWED[size]
        _, lower, other = read_pcf(folder / f"{name}.pcf.gz")
        found |= {ord(char): bytes(height - lower) + other[ord(char)] for char in chars}
    glyphs = [found[code] for code in _LATIN] + [_box(width, height)]
    latin = {code: number for number, code in enumerate(_LATIN)}
    number_of = {}

    def add(code, stand_in):
        if code in found:
            number_of[code] = len(glyphs)
            glyphs.append(found[code])
        elif stand_in is not None:
            number_of[code] = latin.get(ord(stand_in), MISSING)
        else:
            number_of[code] = len(glyphs)
            glyphs.append(_dots(width, height))

    for code in range(0x100, 0x180):  # a letter without its mark reads better than a box
        base = unicodedata.normalize("NFKD", chr(code))[0]
        number_of[code] = latin.get(ord(base), latin.get(ord(_PLAIN.get(chr(code), "\0")), MISSING))
    for code, stand_in in _EXTRAS.items():
        add(code, stand_in)
    extras = [code for code in number_of if code >= 0x180]
    head = bytes((width, height, len(extras))) + bytes(number_of[code] for code in range(0x100, 0x180))
    head += b"".join(struct.pack(">HB", code, number_of[code]) for code in extras)
    return head + b"".join(glyphs)


_PLAIN = dict(zip("ĐđĦħıĸŁłŊŋŒœŦŧſ", "DdHhikLlNnOoTts", strict=True))


def read_icons(path):
    """{name: columns} of the drawings in icons.txt; a column is a byte, its highest bit the topmost pixel."""
    icons = {}
    for block in Path(path).read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and line[0] not in " " and not line.startswith("//")]
        if not lines:
            continue
        name, rows = lines[0], lines[1:]
        width = len(rows[0])
        if len(rows) > _ICON_HEIGHT or any(len(row) != width or set(row) - set("#.") for row in rows):
            raise ValueError(f"{path}: {name} is no drawing of up to 8 lines of the same length")
        columns = [sum(0x80 >> y for y, row in enumerate(rows) if row[x] == "#") for x in range(width)]
        for alias in name.split():
            icons[alias] = bytes(columns)
    return icons


def make(source, target, drawings):
    """Write all font files and the icons into the folder `target`; return how many files."""
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    files = {f"{size}.fnt": make_font(Path(source), size) for size in SIZES}
    icons = read_icons(drawings)
    files["icons.txt"] = "".join(f"{name.lower()} {icons[name].hex()}\n" for name in icons).encode()
    for name, data in files.items():
        (target / (name + ".new")).write_bytes(data)
        (target / (name + ".new")).replace(target / name)
    return len(files)


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    made = make(sys.argv[1], *(sys.argv[2:] or [root / "build/fonts"]), root / "tools/icons.txt")
    print(f"{made} files")
