"""Show what a board says, and send it what is typed: `make monitor PORT=/dev/ttyUSB0`. Ctrl-C ends it.

The phone goes on meanwhile. Its tracebacks get the names of the sources again. A typed line is sent to it: key names
(options, down, select ...), or "screen" for the display of now. A board that goes away is waited for.
"""

import argparse
import contextlib
import sys
import threading
import time
from pathlib import Path

import serial

sys.path.append(str(Path(__file__).resolve().parent.parent))

from board_link import close  # noqa: E402

from host.firmtool.serial_ports import cannot_open  # noqa: E402  the path above comes first
from host.text import printable  # noqa: E402
from host.tracebacks import Tracebacks  # noqa: E402

_BAUD = 115200
_POLL_S = 0.2
_AGAIN_S = 0.5
_LINE = 4000  # bytes: what goes on for longer without an end of line is shown in pieces


class Monitor:
    """``run`` until somebody ends it; ``send(text)`` from another thread. Raises serial.SerialException, OSError or
    ValueError when the port cannot be opened."""

    def __init__(self, port, out=sys.stdout):
        self._port = port
        self._out = out
        self._over = False
        self._link = self._open()
        self._names = Tracebacks().line

    def send(self, text):
        link = self._link
        if link:
            with contextlib.suppress(OSError, serial.SerialException):
                link.write(text.encode() + b"\n")

    def run(self):
        while not self._over:
            if not self._link:
                self._link = self._wait()
                continue
            try:
                self._listen()
            except (OSError, serial.SerialException):
                self._close()
                self._say("-- the board went away; waiting for it")

    def _open(self):
        return serial.serial_for_url(self._port, baudrate=_BAUD, timeout=_POLL_S)

    def _wait(self):
        time.sleep(_AGAIN_S)
        with contextlib.suppress(OSError, serial.SerialException):
            link = self._open()
            self._say("-- it is back")
            return link

    def _listen(self):
        data, link = b"", self._link
        while not self._over:
            data += link.read(link.in_waiting or 1)
            *lines, data = data.split(b"\n")
            if len(data) > _LINE:
                lines.append(data)
                data = b""
            for line in lines:
                self._say(self._names(printable(line.decode("utf-8", "replace").rstrip("\r"))))

    def _say(self, text):
        self._out.write(text + "\n")
        self._out.flush()

    def _close(self):
        link, self._link = self._link, None
        if link:
            with contextlib.suppress(OSError, serial.SerialException):
                close(link)

    def end(self):
        self._over = True
        self._close()


def _typed(monitor):
    for line in sys.stdin:
        monitor.send(line.strip())


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make monitor", description=__doc__.splitlines()[0])
    parser.add_argument("port", help="serial port, such as /dev/ttyUSB0, COM3 or rfc2217://host:port")
    options = parser.parse_args(arguments)
    try:
        monitor = Monitor(options.port)
    except (serial.SerialException, OSError, ValueError) as error:
        print("make monitor: " + cannot_open(options.port, error), file=sys.stderr)
        return 1
    threading.Thread(target=_typed, args=(monitor,), daemon=True).start()
    try:
        monitor.run()
    except KeyboardInterrupt:
        return 0
    finally:
        monitor.end()


if __name__ == "__main__":
    sys.exit(main())
