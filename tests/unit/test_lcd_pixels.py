"""The LCD's pictures, part by part."""

import framebuf
from dialtone.lcd.pixels import Font, Picture

FONTS = "build/fonts"  # the tests run in the checkout


def _canvas(width, height):
    data = bytearray(width * height // 8)
    return data, framebuf.FrameBuffer(data, width, height, framebuf.MONO_HLSB)


def _art(canvas, x, y, width, height):
    return ["".join(["#" if canvas.pixel(x + i, y + j) else "." for i in range(width)]) for j in range(height)]


def _ink(canvas, x, y, width, height):
    return sum([row.count("#") for row in _art(canvas, x, y, width, height)])


def test_a_font_gives_each_glyph_of_latin_1_and_what_stands_in_for_others():
    font = Font(FONTS + "/6x12.fnt")
    assert (font.width, font.height) == (6, 12)
    assert _art(font.glyph(ord("A")), 0, 3, 6, 7) == [
        ".###..", "#...#.", "#...#.", "#####.", "#...#.", "#...#.", "#...#.",
    ]  # fmt: skip
    drawn = [_art(font.glyph(ord(char)), 0, 0, 6, 12) for char in "~\xa1\xff\u20ac\u2026"]
    missing = _art(font.glyph(ord("\u4e2d")), 0, 0, 6, 12)
    for at in range(len(drawn)):
        assert drawn[at] != missing and drawn[at] not in drawn[:at]
    assert _art(font.glyph(ord("\x01")), 0, 0, 6, 12) == missing  # never reads in front of the glyphs
    assert _art(font.glyph(ord("\u0141")), 0, 0, 6, 12) != missing
    font.close()


def test_every_size_has_ink_for_every_letter():
    for name in ("5x8", "6x12", "8x13", "10x20"):
        font = Font("%s/%s.fnt" % (FONTS, name))
        for code in list(range(33, 127)) + list(range(0xC0, 0x180)):
            assert _ink(font.glyph(code), 0, 0, font.width, font.height), (name, code)
        font.close()


def test_rows_and_labels_have_their_places():
    data, canvas = _canvas(144, 128)
    picture = Picture(canvas, 144, 128, 24, FONTS)
    picture.draw(["A"] + [""] * 6 + ["B"], ["", "", "C", "D", "", ""], {})
    assert _ink(canvas, 0, 0, 6, 12) and _ink(canvas, 0, 84, 6, 12) and not _ink(canvas, 6, 0, 138, 96)
    assert _ink(canvas, 0, 118, 6, 10) and _ink(canvas, 138, 98, 6, 10)
    assert _ink(canvas, 0, 96, 144, 1) == 144  # the line above the labels
    picture.draw(["A"], [""] * 6, {})
    assert not _ink(canvas, 0, 12, 144, 116)


def test_six_more_labels_above_make_the_rows_closer():
    data, canvas = _canvas(144, 128)
    Picture(canvas, 144, 128, 24, FONTS).draw(["x"] * 8, ["a"] * 6, {}, None, ["T", "", "", "", "", "U"])
    assert _ink(canvas, 0, 0, 6, 9) and _ink(canvas, 138, 18, 6, 9)
    assert _ink(canvas, 0, 27, 144, 1) == 144 and _ink(canvas, 0, 100, 144, 1) == 144
    for row in range(8):
        assert _ink(canvas, 0, 28 + 9 * row, 6, 9)


def test_inverse_rows_swap_ink_and_paper_and_lose_their_mark():
    _, plain = _canvas(144, 128)
    Picture(plain, 144, 128, 24, FONTS).draw([" Menu"], (), {})
    _, inverse = _canvas(144, 128)
    Picture(inverse, 144, 128, 24, FONTS).draw([">Menu"], (), {0: ("", "", "", "", True)})
    swapped = [row.replace("#", "-").replace(".", "#").replace("-", ".") for row in _art(plain, 0, 0, 144, 12)]
    assert _art(inverse, 0, 0, 144, 12) == swapped


def test_marks_become_triangles_only_where_a_mark_stands():
    _, canvas = _canvas(144, 128)
    picture = Picture(canvas, 144, 128, 24, FONTS)
    picture.draw(["%-21s %2s" % ("a", "v")], (), {})
    assert _art(canvas, 136, 2, 7, 7)[1:5] == ["#######", ".#####.", "..###..", "...#..."]
    picture.draw(["a v b"], (), {})
    assert _ink(canvas, 12, 0, 6, 12) and not _ink(canvas, 30, 0, 114, 12)
    _, canvas = _canvas(128, 64)
    Picture(canvas, 128, 64, 16, FONTS).draw(["", "", "<Back ^v Select>"], (), {})
    assert _ink(canvas, 0, 42, 128, 1) == 128  # the command line is a bar


def test_sizes_and_alignment():
    _, canvas = _canvas(144, 128)
    picture = Picture(canvas, 144, 128, 24, FONTS)
    picture.draw(
        ["Hi", "", " " * 22 + "Hi"], (), {0: ("large", "center", "", "", False), 2: ("", "right", "", "", False)}
    )
    assert not _ink(canvas, 0, 0, 62, 24) and _ink(canvas, 62, 0, 20, 24) > 40 and not _ink(canvas, 82, 0, 62, 24)
    assert not _ink(canvas, 0, 24, 132, 12) and _ink(canvas, 132, 24, 12, 12)
    picture.draw(["A text too long for that", ""], (), {0: ("double", "", "", "", False)})  # falls back, loses nothing
    assert _ink(canvas, 138, 0, 6, 24)


def test_icons_by_name_and_as_columns():
    _, canvas = _canvas(144, 128)
    picture = Picture(canvas, 144, 128, 24, FONTS)
    picture.draw([" Mail"], (), {0: ("", "", "", "Icon:Envelope", False)})
    assert _art(canvas, 0, 2, 9, 7) == [
        "#########", "##.....##", "#.#...#.#", "#..#.#..#", "#...#...#", "#.......#", "#########",
    ]  # fmt: skip
    picture.draw([" A"], (), {0: ("", "", "", "80402010", False)})
    assert _art(canvas, 0, 2, 4, 4) == ["#...", ".#..", "..#.", "...#"]
    for unknown in ("Icon:Nonsense", "xyz", "123"):
        picture.draw([""], (), {0: ("", "", "", unknown, False)})
        assert not _ink(canvas, 0, 0, 144, 128)


def test_images_are_columns_from_the_left_and_stand_where_they_are_told():
    _, canvas = _canvas(144, 128)
    picture = Picture(canvas, 144, 128, 24, FONTS)
    data = b"\xff\xf0\x80\x00"  # two columns of 12 pixels: full, and the topmost
    for down, across, x, y in (("top", "left", 0, 0), ("middle", "middle", 71, 58), ("bottom", "right", 142, 116)):
        picture.draw((), (), {}, (data, 2, 12, down, across, ""))
        assert _art(canvas, x, y, 2, 12) == ["##"] + ["#."] * 11 and _ink(canvas, 0, 0, 144, 128) == 13
    picture.draw((), ["a"] * 6, {}, (data, 2, 12, "bottom", "5", "normal"))
    assert _art(canvas, 5, 84, 2, 12) == ["##"] + ["#."] * 11  # above the labels
    picture.draw((), (), {}, (data * 100, 200, 12, "120", "", ""))  # beyond the edges: cut
    assert _ink(canvas, 0, 0, 144, 128)


def test_a_small_display_of_24_columns():
    _, canvas = _canvas(128, 64)
    Picture(canvas, 128, 64, 24, FONTS).draw(["x"] * 5, ["a", "", "", "", "", "b"], {}, None, ["t"])
    for row in range(5):
        assert _ink(canvas, 0, 8 * row, 5, 8)
    assert _ink(canvas, 0, 40, 5, 8) and _ink(canvas, 123, 56, 5, 8)
