"""CPython's ``framebuf`` beside MicroPython's own: the same random drawings, the same bytes."""

import os
import random
import subprocess

import pytest
from host.places import ROOT

COUNT = 3000 if os.environ.get("DIALTONE_LONG") else 100  # drawings

_PROGRAM = """
import framebuf
from binascii import hexlify
class Random:
    def __init__(self, seed):
        self.state = seed
    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self.state >> 8) % n
def draw(seed):
    r = Random(seed)
    n = r.below
    w, h, form = 1 + n(40), 1 + n(30), (framebuf.MONO_VLSB, framebuf.MONO_HLSB, framebuf.MONO_HMSB)[n(3)]
    stride = w + n(9)
    data = bytearray((stride + 7) // 8 * 8 * (h + 7))
    canvas = framebuf.FrameBuffer(data, w, h, form, stride)
    small = bytearray([n(256) for _ in range(64)])
    other = framebuf.FrameBuffer(small, 1 + n(16), 1 + n(16), (framebuf.MONO_VLSB, framebuf.MONO_HLSB)[n(2)])
    swap = framebuf.FrameBuffer(bytearray(b"\\x80"), 2, 1, framebuf.MONO_HLSB)
    seen = []
    for _ in range(12):
        x, y, a, b, c = n(60) - 10, n(50) - 10, n(40), n(40), n(2)
        kind = n(9)
        if kind == 0: canvas.fill(c)
        elif kind == 1: canvas.fill_rect(x, y, a, b, c)
        elif kind == 2: canvas.rect(x, y, 1 + a, 1 + b, c)
        elif kind == 3: canvas.rect(x, y, 1 + a, 1 + b, c, True)
        elif kind == 4: canvas.hline(x, y, a, c)
        elif kind == 5: canvas.vline(x, y, b, c)
        elif kind == 6: seen.append(canvas.pixel(x, y)); canvas.pixel(x, y, c)
        elif kind == 7: canvas.blit(other, x, y, *((), (0,), (1,), (1, swap), (-1, swap))[n(5)])
        elif kind == 8: canvas.scroll(n(9) - 4, n(9) - 4)
    return hexlify(data).decode() + repr(seen)
"""


@pytest.mark.parametrize("binary", ("micropython", "micropython32"))
def test_draws_what_micropython_draws(binary):
    seed = int(os.environ["DIALTONE_SEED"])
    seeds = [random.Random(seed).randrange(1 << 29) + number for number in range(COUNT)]
    program = _PROGRAM + "for s in %r: print(draw(s))" % (seeds,)
    theirs = subprocess.run([ROOT / "build/bin" / binary, "-c", program], capture_output=True, text=True, check=True)
    names = {}
    exec(_PROGRAM, names)  # here ``framebuf`` is the shim: pyproject.toml puts its folder on the path
    for number, line in zip(seeds, theirs.stdout.splitlines(), strict=True):
        assert names["draw"](number) == line, "seed %d" % number
