"""A board's display: the frame that the controller behind the bus ends up with."""

import gc
import sys

import framebuf
import ssd1306
from dialtone.display import Display, open_display
from dialtone.errors import DeviceError
from support import raises

FONTS = "build/fonts"
ROWS = ["%-21s %2s" % ("Options", "v"), ">1.Status", " 2.Administrator Menu", " 3.Restart", "", "", "", ""]
LABELS = ["Select", "", "", "", "", "Back"]
HINTS = {1: ("", "", "", "", True)}


class FakeMachine:
    """What ``from machine import I2C, Pin`` finds. ``bus`` is what any I2C turns out to be."""

    def __init__(self, bus):
        self.asked = []

        def i2c(number, sda, scl, freq):
            self.asked.append((number, sda, scl, freq))
            return bus

        self.I2C = i2c
        self.Pin = lambda number: "pin %d" % number


def _open(bus, **more):
    settings = {"sda": 21, "scl": 22, "columns": 24, "fonts": FONTS}
    settings.update(more)
    real = sys.modules.get("machine")
    sys.modules["machine"] = machine = FakeMachine(bus)
    try:
        return open_display(settings), machine
    finally:
        if real:
            sys.modules["machine"] = real
        else:
            del sys.modules["machine"]


def _same(canvas, other):
    return all([canvas.pixel(x, y) == other.pixel(x, y) for x in range(128) for y in range(64)])


def test_the_controller_shows_what_the_renderer_draws():
    from dialtone.lcd.pixels import Picture

    bus = ssd1306.Bus()
    display, machine = _open(bus)
    assert machine.asked == [(0, "pin 21", "pin 22", 400000)] and display.lines == 5
    display.show(ROWS, LABELS, HINTS)
    wanted = framebuf.FrameBuffer(bytearray(1024), 128, 64, framebuf.MONO_HLSB)
    Picture(wanted, 128, 64, 24, FONTS).draw(ROWS[:5], LABELS, HINTS)
    assert any(bus.picture) and _same(bus.canvas(), wanted) and bus.upright


def test_three_rows_of_sixteen():
    bus = ssd1306.Bus(0x3D)
    display, machine = _open(bus, columns=16, address=0x3D, i2c=1, flip=True)
    assert display.lines == 3 and machine.asked[0][0] == 1 and not bus.upright
    display.show(["Aastra 53i", "10.0.0.7", "Ready"], [])
    assert any(bus.picture[:128]) and any(bus.picture[896:])


def test_a_display_that_does_not_answer_is_told_with_its_pins():
    with raises(DeviceError) as e:
        _open(ssd1306.Bus(0x3D))
    assert "0x3c" in e.value.text and "pin 21" in e.value.text and "board.toml" in e.value.advice


def test_a_missing_driver_is_told():
    kept = sys.modules.pop("ssd1306")
    path, sys.path[:] = sys.path[:], [entry for entry in sys.path if not entry.endswith(("unit", "tests"))]
    try:
        with raises(DeviceError) as e:
            _open(kept.Bus())
    finally:
        sys.path[:] = path
        sys.modules["ssd1306"] = kept
    assert "driver" in e.value.text and "mip install ssd1306" in e.value.advice


def test_a_loose_wire_costs_a_frame_and_no_more():
    bus = ssd1306.Bus()
    display, _ = _open(bus)
    bus.broken = True
    display.show(["lost"], [])
    bus.broken = False
    display.show(["shown"], [])
    assert bus.frames == 2 and any(bus.picture)


def test_what_renderer_and_display_keep_in_the_heap():
    device = ssd1306.SSD1306_I2C(128, 64, ssd1306.Bus())
    if not hasattr(gc, "mem_alloc"):
        return Display(device, 24, FONTS).show(ROWS, LABELS, HINTS)
    display = Display(device, 24, FONTS)
    display.show(ROWS, LABELS, HINTS)
    display = None
    gc.collect()
    before = gc.mem_alloc()
    display = Display(device, 24, FONTS)
    display.show(ROWS, LABELS, HINTS)
    gc.collect()
    kept = gc.mem_alloc() - before
    print("a display keeps", kept, "bytes beside code and frame")
    assert kept < 1500  # one open font with a glyph; not the fonts
