"""The LCD as a picture: `dialtone lcd --png`, on both runtimes."""

import io
import subprocess

import framebuf
from dialtone.lcd.pixels import Picture
from host.places import FONTS
from PIL import Image
from simulated import DIALTONE


def _png(phone, file, *more):
    command = [DIALTONE, "lcd", "--state", phone.state, "--png", str(file), *more]
    return subprocess.run(command, capture_output=True, timeout=30)


def _drawn(rows, labels, hints):
    """The set of the dark pixels that the renderer makes of this, here."""
    canvas = framebuf.FrameBuffer(bytearray(144 * 128 // 8), 144, 128, framebuf.MONO_HLSB)
    Picture(canvas, 144, 128, 24, str(FONTS)).draw(rows, labels, hints)
    return {(x, y) for x in range(144) for y in range(128) if canvas.pixel(x, y)}


def _dark(png):
    image = Image.open(io.BytesIO(png)).convert("L")
    assert image.size == (144, 128)
    return {(x, y) for x in range(144) for y in range(128) if image.getpixel((x, y)) < 100}


def test_a_screenshot_is_the_devices_picture(runtime, phones, server, tmp_path):
    phone = phones(runtime, server.url)
    rows = phone.press("options", "down").splitlines()[:7]
    assert rows[:4] == ["Options", " 1.Status", ">2.Administrator Menu", " 3.Restart"]
    assert rows[4:] == [" 4.Preferences", " 5.User Password", " 6.Phone Lock"]
    file = tmp_path / "lcd.png"
    done = _png(phone, file, "--scale", "1")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    hints = {0: ("title", "", "", "", False), 2: ("", "", "", "", True)}
    assert _dark(file.read_bytes()) == _drawn(rows, ["Select", "", "", "", "", "Back"], hints)
    done = _png(phone, "-")
    assert Image.open(io.BytesIO(done.stdout)).size == (432, 384)
    done = _png(phone, tmp_path / "no/where.png")
    assert done.returncode == 1 and b"cannot be written" in done.stderr
