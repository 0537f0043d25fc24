"""A board's pixel display: an SSD1306 of 128 x 64 on I2C. Imported only where the board folder names one."""

from dialtone.errors import DeviceError
from dialtone.lcd.pixels import Picture
from micropython import const

_ADDRESS = const(0x3C)  # of nearly all such modules; some are wired to 0x3D
_HERTZ = const(400000)  # the fastest that the controller's data sheet allows: a frame of 1 KB takes 25 ms


class Display:
    """``device``: a FrameBuffer with ``width``, ``height`` and ``show()``, such as micropython-lib's drivers are.

    ``lines``: what fits on it. The phone's own display of 24 columns has 8; here three more are for the softkeys.
    """

    def __init__(self, device, columns, folder=""):
        self._device = device
        self._picture = Picture(device, device.width, device.height, columns, folder)
        self.lines = 3 if columns < 24 else 8 if device.height >= 128 else 5

    def show(self, rows, labels, hints=None, picture=None, top=()):
        """One frame, see ``Picture.draw``. A display that has gone is no reason to stop the phone."""
        self._picture.draw(rows[: self.lines], labels, hints or {}, picture, top)
        try:
            self._device.show()
        except OSError:
            pass  # a loose wire: the next frame may get through


def open_display(settings):
    """The Display of board.toml's table [phone.display]. DeviceError when it does not answer or lacks its driver."""
    from machine import I2C, Pin

    try:
        from ssd1306 import SSD1306_I2C
    except ImportError:
        raise DeviceError("The display's driver is not on the board", "mpremote connect PORT mip install ssd1306")
    sda, scl = settings["sda"], settings["scl"]
    address = settings.get("address", _ADDRESS)
    bus = I2C(settings.get("i2c", 0), sda=Pin(sda), scl=Pin(scl), freq=_HERTZ)
    try:
        device = SSD1306_I2C(128, 64, bus, address)
    except OSError:
        text = "No display at 0x%02x (SDA on pin %d, SCL on pin %d)" % (address, sda, scl)
        raise DeviceError(text, "Look at its wires; board.toml names pins and address")
    if settings.get("flip"):
        device.rotate(0)  # the driver begins with 1, which is upright
    return Display(device, settings["columns"], settings.get("fonts", ""))


def find_display(settings):
    """The same, but one that does not answer is told on the console, and None: the phone goes on without it."""
    try:
        return open_display(settings)
    except DeviceError as error:
        print(error)
        return None
