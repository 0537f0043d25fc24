"""Show the LCD of a board in this terminal and press its keys: `make lcd PORT=/dev/ttyUSB0`.

The board's serial console carries each frame as text; the keys go there as names.
"""

import argparse
import asyncio
import sys
from pathlib import Path

import serial

sys.path.append(str(Path(__file__).resolve().parent.parent))

from host.terminal import Terminal  # noqa: E402  the path above comes first
from host.text import printable, screen_text  # noqa: E402
from host.tracebacks import Tracebacks  # noqa: E402

_BAUD = 115200
_POLL_S = 0.2
_SILENCE_S = 10  # a phone answers "screen" at once; joining the network may take longer, and says so
_LINE = 1000  # bytes of a console line


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
    """The owner of a Terminal (see host/terminal.py): a board's serial line."""

    def __init__(self, link, port):
        self.title = "Phone on " + port
        self._link = link
        self._frames = Frames()
        self._long_names = Tracebacks().line
        self._over = asyncio.Event()
        self._last = ""
        self._seen = False
        self.terminal = None
        self.columns = 24

    def about(self):
        return [("Board", self._last)]

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
            data = data[-_LINE:]
            if not self._seen and loop.time() - begin > _SILENCE_S:
                return "The board shows no phone. Is the firmware on it? make deploy puts it there."
        return ""

    def _receive(self):
        return self._link.read(self._link.in_waiting or 1)

    def hear(self, line):
        text = self._long_names(printable(line.decode("utf-8", "replace").rstrip("\r")))
        found = self._frames.feed(text)
        if found:
            self._seen = True
            self.show(*found)
        elif text and not self._frames.inside:
            self._last = text
            self._seen = self._seen or text.startswith("phone ")
            if self.terminal:
                self.terminal.note("")
            else:
                print(text, file=sys.stderr)

    def show(self, rows, softkeys):
        if self.terminal:
            self.terminal.show(rows, softkeys)
        else:
            print(screen_text(rows, softkeys), flush=True)


async def show(port, link):
    console = BoardConsole(link, port)
    if sys.stdin.isatty() and sys.stdout.isatty():
        console.terminal = Terminal()
        console.terminal.open(console)
    try:
        return await console.run()
    finally:
        if console.terminal:
            console.terminal.close()


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make lcd", description=__doc__.splitlines()[0])
    parser.add_argument("port", help="serial port, such as /dev/ttyUSB0, COM3 or rfc2217://host:port")
    options = parser.parse_args(arguments)
    try:
        link = serial.serial_for_url(options.port, baudrate=_BAUD, timeout=_POLL_S)
    except (serial.SerialException, ValueError) as error:
        text = "make lcd: the port %s cannot be opened (%s). Is the board plugged in, and does no other program use it?"
        print(text % (options.port, printable(error)), file=sys.stderr)
        return 1
    try:
        problem = asyncio.run(show(options.port, link))
    except KeyboardInterrupt:
        problem = ""
    finally:
        link.close()
    if problem:
        print("make lcd: " + problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
