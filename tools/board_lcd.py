"""Show the LCD of a board in this terminal and press its keys: `make lcd PORT=/dev/ttyUSB0`.

The board's serial console carries each frame as text; the keys go there as names.
"""

import argparse
import asyncio
import sys
from pathlib import Path

import serial

sys.path.append(str(Path(__file__).resolve().parent.parent))

from host.control import KEYS, ControlError  # noqa: E402  the path above comes first
from host.firmtool.serial_ports import cannot_open  # noqa: E402
from host.panel.server import PanelServer  # noqa: E402
from host.ports import PortError  # noqa: E402
from host.terminal import Terminal  # noqa: E402
from host.text import printable, screen_text  # noqa: E402
from host.tracebacks import Tracebacks  # noqa: E402

_BAUD = 115200
_POLL_S = 0.2
_SILENCE_S = 10  # a phone answers "screen" at once; joining the network may take longer, and says so
_LINE = 1000  # bytes of a console line
_SMALL_ROWS = 3  # a display of up to so many rows has 16 columns, a larger one 24
_CANNOT = {
    "requests": "A board's serial line carries the display and the phone's log, not each request. Its log is here.",
    "origins": "Over the serial line a board does not tell its configuration. Its web page shows it, with origins.",
    "network": "The network's faults are made on the way of a simulated phone. A board is on a network of its own.",
    "clock": "A board's clock is its own.",
    "flash": "A board's flash is its own.",
    "heap": "A board's memory is its own.",
}


class Frames:
    """Finds the LCD frames among the lines of a console: ``feed(line)`` gives (rows, softkeys) with a frame's last."""

    def __init__(self):
        self._rows = None
        self._closed = False

    def feed(self, line):
        if line.startswith("+-"):
            self._closed = self._rows is not None and bool(self._rows)
            if not self._closed:
                self._rows = []
        elif self._rows is not None and not self._closed and line[:1] == line[-1:] == "|":
            self._rows.append(line[1:-1].rstrip())
        elif self._closed and line.startswith("softkeys: "):
            rows, self._rows, self._closed = self._rows, None, False
            labels = [label.strip() for label in line[len("softkeys: ") :].split("|")]
            return rows, labels
        else:
            self._rows, self._closed = None, False
        return None

    @property
    def inside(self):
        """Whether the last line belonged to a frame."""
        return self._rows is not None


class BoardConsole:
    """The owner of a Terminal and a PanelServer (see there): a board's serial line.

    ``panel_port``: of the front panel, None without one.
    """

    def __init__(self, link, port, panel_port=None):
        self.title = "Phone on " + port
        self._link = link
        self._frames = Frames()
        self._long_names = Tracebacks().line
        self._over = asyncio.Event()
        self._last = ""
        self._seen = False
        self.terminal = None
        self.panel = None
        self._panel_port = panel_port
        self._frame = None

    def about(self):
        lines = [("Panel", self.panel.url)] if self.panel else []
        return [*lines, ("Board", self._last)]

    def facts(self):
        """For the front panel: what it is looking at, and what a board cannot give."""
        small = self._frame is not None and len(self._frame[0]) <= _SMALL_ROWS
        columns, model = (16, "53i") if small else (24, "57i")
        cannot = dict(_CANNOT, about="Drawn from the board's text: large letters and pixmaps show on its own display.")
        about = [*self.about(), ("Picture", cannot["about"])]
        return {
            "title": self.title,
            "model": model,
            "columns": columns,
            "keys": KEYS,
            "about": about,
            "cannot": cannot,
            "absent": [*_CANNOT, "restart"],
        }

    def faults(self):
        return {}

    def fault(self, name, value):
        raise ControlError(_CANNOT.get(name, _CANNOT["network"]))

    def ask_origins(self):
        raise ControlError(_CANNOT["origins"])

    def restart(self):
        raise ControlError("Restart the board by its own menu or button.")

    def key(self, name):
        self._link.write(name.encode() + b"\n")

    def quit(self):
        self._over.set()

    async def run(self):
        """Shows frames until somebody quits or the board goes away; returns an error text or ""."""
        self.key("screen")
        loop = asyncio.get_running_loop()
        begin = loop.time()
        data = b""
        while not self._over.is_set():
            try:
                data += await loop.run_in_executor(None, self._receive)
            except (OSError, serial.SerialException) as error:
                return "The board went away (%s)." % error
            *lines, data = data.split(b"\n")
            for line in lines:
                self.hear(line)
            if self._frame and self._panel_port is not None and not self.panel:
                await self._open_panel()
            data = data[-_LINE:]
            if not self._seen and loop.time() - begin > _SILENCE_S:
                return "The board shows no phone. Is the firmware on it? make deploy puts it there."
        return ""

    def _receive(self):
        return self._link.read(self._link.in_waiting or 1)

    async def _open_panel(self):
        """With the first frame: now it is known how large the display is."""
        self.panel = PanelServer(self, self._panel_port)
        await self.panel.start()
        self.show(*self._frame)
        self.panel.note("")
        if self.terminal:
            self.terminal.note("")
        else:
            print("The front panel is at " + self.panel.url, file=sys.stderr)

    def hear(self, line):
        text = self._long_names(printable(line.decode("utf-8", "replace").rstrip("\r")))
        found = self._frames.feed(text)
        if found:
            self._seen = True
            self.show(*found)
        elif text and not self._frames.inside:
            self._last = text
            self._seen = self._seen or text.startswith("phone ")
            if self.panel:
                self.panel.row("phone", text=text)
            if self.terminal:
                self.terminal.note("")
            else:
                print(text, file=sys.stderr)

    def show(self, rows, softkeys):
        self._frame = rows, softkeys
        if self.panel:
            self.panel.show({"rows": rows, "softkeys": softkeys})
        if self.terminal:
            self.terminal.show(rows, softkeys)
        else:
            print(screen_text(rows, softkeys), flush=True)


async def show(port, link, panel_port=None):
    console = BoardConsole(link, port, panel_port)
    if sys.stdin.isatty() and sys.stdout.isatty():
        console.terminal = Terminal()
        console.terminal.open(console)
    try:
        return await console.run()
    finally:
        if console.terminal:
            console.terminal.close()
        if console.panel:
            await console.panel.stop()


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make lcd", description=__doc__.splitlines()[0])
    parser.add_argument("port", help="serial port, such as /dev/ttyUSB0, COM3 or rfc2217://host:port")
    parser.add_argument("--panel", action="store_true", help="a front panel in the browser, too")
    parser.add_argument("--panel-port", type=int, metavar="N", help="the same on this port (default: a free one)")
    options = parser.parse_args(arguments)
    panel_port = options.panel_port if options.panel_port is not None else 0 if options.panel else None
    try:
        link = serial.serial_for_url(options.port, baudrate=_BAUD, timeout=_POLL_S)
    except (serial.SerialException, ValueError) as error:
        print("make lcd: " + cannot_open(options.port, error), file=sys.stderr)
        return 1
    try:
        problem = asyncio.run(show(options.port, link, panel_port))
    except KeyboardInterrupt:
        problem = ""
    except PortError as error:
        problem = str(error)
    finally:
        link.close()
    if problem:
        print("make lcd: " + problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
