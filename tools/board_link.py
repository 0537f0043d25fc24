"""A board on a serial port: what mpremote does there, its prompt, and what a phone says that starts."""

import contextlib
import errno
import os
import re
import subprocess
import sys
import threading
import time

import board_lcd
import serial

from host.firmtool.serial_ports import cannot_open

_READY_S = 150  # three tries to join take 75 s; then the clock, the configuration, and perhaps a first key
_PROMPT_S = 20  # a board that was just reset or flashed needs several seconds to its prompt
_PART = re.compile(r" \.\.\. copying +(\d+)% \[")  # mpremote's own bar
_QUIET_S = 0.2
_RESTART = b"\r\x03\x02\r\x04"  # Ctrl-C stops what runs, Ctrl-B is the friendly prompt, Ctrl-D the restart
_SILENCE_S = 5  # a board that starts says something more often, but for its first key
_BAUD = 115200
_NO_PROMPT = (
    "The board on %s does not answer as MicroPython does. Press its reset button and try again. On a bare board "
    "`make flash` puts MicroPython, and the phone with it."
)
_NOT_JOINED = """\
The phone runs, but it is not in its network%s. It goes on trying.
Are name and password right, and is the network in reach (2.4 GHz), or the cable in? To tell it others:
- make deploy PORT=%s ARGS="--network FILE"   (docs/getting-started.md)
- or hold its BOOT button for two seconds, and it asks by an access point of its own."""
_NO_NEWS = ("+", "|", "softkeys: ", "phone ready: ", ">>>", "MPY: ", "MicroPython ")  # display and prompt
_NO_ADDRESS = "https://0.0.0.0"  # what the line of a phone without a network begins with
_POINT = re.compile("dialtone-[0-9a-f]{6}")  # what the access point is called


class DeployError(Exception):
    """Deploying cannot go on; the text says what to do."""


class GoneError(DeployError):
    """The port went away while somebody listened: a board with USB of its own does that when it restarts."""


def say(text):
    print(text, flush=True)


def mpremote(port, actions, seconds, on_line=None, on_part=None):
    """Runs mpremote's ``actions`` (lists of words) in one connection; returns its output. Raises DeployError.

    ``on_line(text)`` hears each line; ``on_part(share)`` how much of the present file has gone, from 0 to 1.
    """
    command = [sys.executable, "-m", "mpremote", "connect", port]
    for number, words in enumerate(actions):
        command += (["+"] if number else []) + words
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    # It tells how far it is to a terminal alone
    reader, writer = os.openpty() if on_part and hasattr(os, "openpty") else os.pipe()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.STDOUT, env=environment
    )
    os.close(writer)
    end = time.monotonic() + seconds
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    output = ""
    try:
        for line in _lines(reader):
            part = _PART.match(line)
            if part and on_part:
                on_part(int(part[1]) / 100)
            elif not part:
                output += line + "\n"
                if on_line:
                    on_line(line)
        process.wait()
    finally:  # also when a person stops it: nothing goes on with the board behind our back, or keeps us here
        timer.cancel()
        process.kill()
        process.wait()
    if time.monotonic() > end:
        raise DeployError("The board on %s is too slow or hangs. Press its reset button and try again." % port)
    if process.returncode:
        raise DeployError(_advice(port, output))
    return output


def _lines(reader):
    """The lines of what a program says; what it writes over is one, too. Closes ``reader``."""
    data = b""
    while True:
        try:
            more = os.read(reader, 4096)
        except OSError:  # a terminal that nobody holds any more
            more = b""
        *lines, data = re.split(rb"[\r\n]+", data + more)
        for line in lines if more else [*lines, data]:
            if line:
                yield line.decode("utf-8", "replace").rstrip()
        if not more:
            return os.close(reader)


def _advice(port, output):
    """What to do about mpremote's complaint."""
    last = output.strip().splitlines()[-1] if output.strip() else "no message"
    if "failed to access" in output:
        return cannot_open(port, OSError(errno.EBUSY, last))  # it could be opened a moment ago
    if "raw repl" in output:
        return _NO_PROMPT % port
    if "ENOSPC" in output or "Errno 28" in output:
        return "The board's flash is full. Remove files you do not need (`mpremote connect %s fs ls`)." % port
    return "Copying to the board failed: %s. Press its reset button and try again." % last


def open_port(port):
    """The serial port, opened; ``port`` goes to pyserial as it is."""
    try:
        return serial.serial_for_url(port, baudrate=_BAUD, timeout=_QUIET_S)
    except (serial.SerialException, OSError, ValueError) as error:
        raise DeployError(cannot_open(port, error)) from None


def wait_for_prompt(port):
    """Stops what runs on the board and waits for its prompt; opening the port may have reset it."""
    link = open_port(port)
    end = time.monotonic() + _PROMPT_S
    said = b""
    try:
        while time.monotonic() < end:
            link.write(b"\r\x03\x02")  # Ctrl-C stops a program, Ctrl-B leaves the raw mode of a broken deploy
            pause = time.monotonic() + 1
            while time.monotonic() < pause:
                said = (said + link.read(link.in_waiting or 1))[-1000:]
                if b">>> " in said:
                    return
    except (serial.SerialException, OSError):
        pass  # it went away: what follows is the same
    finally:
        close(link)
    raise DeployError(_NO_PROMPT % port)


def restart(port):
    """Restarts the board through its prompt and waits until the phone says that it is ready; returns that line."""
    say("Restarting the board and waiting for the phone")
    link = open_port(port)
    try:
        link.write(_RESTART)
        return await_phone(link, _READY_S)
    finally:
        close(link)


def wake(port):
    """After a deploy that failed: what ran on the board runs again, and does not stand at its prompt for ever."""
    with contextlib.suppress(DeployError, OSError, serial.SerialException):
        link = open_port(port)
        try:
            link.write(_RESTART)
        finally:
            close(link)


def await_phone(link, seconds):
    """Shows what the board says on an open port until its phone is up; returns that line. Raises DeployError, too, when
    the phone is not in its network.
    """
    frames, told = board_lcd.Frames(), ""
    for text in heard(link, seconds):
        rows = (frames.feed(text) or [()])[0]
        if rows and rows[0] == "No network" and ": ".join(rows[1:3]) != told:
            told = ": ".join(rows[1:3])
            say("  board: No network. " + told)
        if text.startswith("phone ready: "):
            if _NO_ADDRESS in text:
                raise DeployError(_NOT_JOINED % (told and " (%s)" % told, link.port))
            return text[len("phone ready: ") :]
    raise DeployError("The phone did not come up within %d s. `make monitor PORT=...` shows what it does." % seconds)


def await_set_up(link, seconds):
    """The same until it has opened its set-up access point; returns the rows of its display, which tell the way in."""
    frames = board_lcd.Frames()
    for text in heard(link, seconds, b"\nscreen\n"):  # it is drawn once, perhaps before somebody listened
        rows = (frames.feed(text) or [()])[0]
        if any(_POINT.search(row) for row in rows):
            return rows
    raise DeployError("The phone did not come up within %d s. `make monitor PORT=...` shows what it does." % seconds)


def heard(link, seconds, ask=b""):
    """Yields the lines of a board that starts, and shows those of its log. Raises DeployError when its phone ends.

    ``ask`` is sent to a board that has been silent for a while.
    """
    end = time.monotonic() + seconds
    data, silent = b"", time.monotonic() + _SILENCE_S
    while time.monotonic() < end:
        try:
            more = link.read(max(1, link.in_waiting))
            if ask and time.monotonic() > silent:
                link.write(ask)
            if more or time.monotonic() > silent:
                silent = time.monotonic() + _SILENCE_S
            data += more
        except (serial.SerialException, OSError) as error:
            raise GoneError("The board went away while it started (%s). Plug it in again." % error) from None
        *lines, data = data.split(b"\n")
        for line in lines:
            text = "".join(c if c.isprintable() else "" for c in line.decode("utf-8", "replace"))
            if text.startswith(("phone not started: ", "phone ended: ")):
                raise DeployError("The phone did not start: %s" % text.partition(": ")[2])
            if text and not text.startswith(_NO_NEWS):
                say("  board: " + text)
            yield text


def close(link):
    """Closes a port without restarting what is behind it."""
    try:
        link.rts = False  # in this order, or adapters that wire both lines to reset restart the board
        link.dtr = False
    except (OSError, serial.SerialException):
        pass  # a port without these lines
    link.close()
