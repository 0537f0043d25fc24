"""Draw every kind of screen on one sheet, build/screens.png; tell which differ from the golden ones: `make screens`.

A golden screen is the SHA-256 of its picture, in tests/unit/lcd_goldens.txt. Look at the sheet, where changed screens
have a red frame, before `make screens ARGS=--accept` writes the new ones.
"""

import argparse
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in (".", "host/shims/cpython", "firmware", "tests/unit")]

import lcd_gallery  # noqa: E402  the paths above come first
from host.picture import picture  # noqa: E402
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

GOLDENS = ROOT / "tests/unit/lcd_goldens.txt"
SHEET = ROOT / "build/screens.png"
SCALE = 3
_BACK, _TEXT, _CHANGED = (70, 74, 78), (235, 235, 235), (230, 60, 50)
_GAP = 14
_COLUMNS = 5


def goldens():
    """{(model, name): digest} of the file."""
    found = {}
    if GOLDENS.exists():
        for line in GOLDENS.read_text().splitlines():
            if line and line[0] != "#":
                digest, model, name = line.split(" ", 2)
                found[model, name] = digest
    return found


def digest(data):
    return sha256(data).hexdigest()[:16]


def draw_all():
    """{(model, name): pixels} of all screens."""
    names = [(model, name) for model in lcd_gallery.SIZES for name, _ in lcd_gallery.SHOTS]
    return {(model, name): lcd_gallery.draw(model, name) for model, name in names}


def sheet(drawn, changed):
    """All pictures with their names; changed ones in a red frame."""
    font = ImageFont.load_default(size=15)
    blocks, height = [], _GAP
    for model, (w, h, _, _) in lcd_gallery.SIZES.items():
        names = [name for at, name in drawn if at == model]
        blocks.append((model, w * SCALE, h * SCALE, names, height))
        height += -(-len(names) // _COLUMNS) * (h * SCALE + 24 + _GAP) + 24
    image = Image.new("RGB", (_GAP + _COLUMNS * (144 * SCALE + _GAP), height), _BACK)
    pen = ImageDraw.Draw(image)
    for model, wide, high, names, top in blocks:
        for at, name in enumerate(names):
            x = _GAP + at % _COLUMNS * (144 * SCALE + _GAP)
            y = top + at // _COLUMNS * (high + 24 + _GAP)
            pen.text((x, y), "%s: %s" % (model, name), _CHANGED if (model, name) in changed else _TEXT, font)
            if (model, name) in changed:
                pen.rectangle((x - 4, y + 18, x + wide + 3, y + 22 + high + 3), _CHANGED)
            image.paste(picture(drawn[model, name], wide // SCALE, high // SCALE, SCALE), (x, y + 22))
    return image


def main(arguments=None):
    """Exit with 1 when a screen differs from its golden one and is not accepted."""
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__.splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="what was drawn is right: write the golden ones")
    options = parser.parse_args(arguments)
    drawn = draw_all()
    digests = {key: digest(data) for key, data in drawn.items()}
    before = goldens()
    changed = {key for key in digests if digests[key] != before.get(key)}
    SHEET.parent.mkdir(exist_ok=True)
    sheet(drawn, changed).save(SHEET)
    print("%d screens on %s, %d changed, %d gone" % (len(drawn), SHEET, len(changed), len(set(before) - set(digests))))
    for model, name in sorted(changed):
        print("  changed: %s: %s" % (model, name))
    if options.accept:
        lines = ["# Written by `make screens ARGS=--accept` after a look at build/screens.png"]
        lines += ["%s %s %s" % (digests[key], *key) for key in digests]
        GOLDENS.write_text("\n".join(lines) + "\n")
        print("Accepted: %s" % GOLDENS)
        return 0
    return 1 if changed or set(before) - set(digests) else 0


if __name__ == "__main__":
    sys.exit(main())
