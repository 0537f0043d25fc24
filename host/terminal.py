"""The phone in a terminal: its LCD drawn as a box, the PC's keys as the phone's keys."""

import asyncio
import os
import re
import shutil
import signal
import sys
import termios
import unicodedata

from host.text import printable

_SEQUENCE = re.compile(rb"\x1b(?:\[\[[A-E]|\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
_SEQUENCES = {
    b"\x1b[A": "up", b"\x1b[B": "down", b"\x1b[C": "right", b"\x1b[D": "left",
    b"\x1bOA": "up", b"\x1bOB": "down", b"\x1bOC": "right", b"\x1bOD": "left",
    b"\x1bOP": "softkey1", b"\x1bOQ": "softkey2", b"\x1bOR": "softkey3", b"\x1bOS": "softkey4",
    b"\x1b[11~": "softkey1", b"\x1b[12~": "softkey2", b"\x1b[13~": "softkey3", b"\x1b[14~": "softkey4",
    b"\x1b[15~": "softkey5", b"\x1b[17~": "softkey6",
    b"\x1b[[A": "softkey1", b"\x1b[[B": "softkey2", b"\x1b[[C": "softkey3", b"\x1b[[D": "softkey4",
    b"\x1b[[E": "softkey5",
}  # fmt: skip
_LETTERS = {"\r": "enter", "\n": "enter", "\x7f": "left", "\b": "left", "o": "options", "q": "quit", "\x03": "quit"}
_LETTERS.update({letter: "softkey%d" % number for number, letter in enumerate("abcdef", 1)})
_LETTERS.update({letter: "topsoftkey%d" % number for number, letter in enumerate("ghijkl", 1)})
_LETTERS.update({"s": "services", "y": "directory", "r": "redial", "v": "voicemail"})
_LETTERS.update({key: key for key in "0123456789*#"})
_ESCAPE_S = 0.05  # a sequence comes at once; Esc followed by nothing for that long is the key itself
_READ = 1024
_HELP = (
    ("Keys", "arrows, Enter = select, Esc = goodbye, o = options"),
    ("", "F1-F6 or a-f = softkeys, g-l = upper row, digits, * and #"),
    ("", "s = services, y = directory, r = redial, v = messages, q = quit"),
)
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_LCD_COLOUR, _FRAME_COLOUR, _DIM, _PLAIN = "\x1b[38;5;16;48;5;151m", "\x1b[38;5;244m", "\x1b[2m", "\x1b[0m"
_LED_COLOURS = {"green": "\x1b[38;5;46m", "yellow": "\x1b[38;5;226m"}  # any other is red, as on the older phones
_RED, _SLOW, _FAST = "\x1b[38;5;196m", "\x1b[5m", "\x1b[5;1m"  # terminals know one speed of blinking: fast is bold


def parse_keys(data):
    """``(phone keys, bytes of an unfinished sequence)`` for bytes that a terminal sent; "quit" ends the program."""
    keys = []
    while data:
        if data[:1] != b"\x1b":
            key = _LETTERS.get(data[:1].decode("latin-1").lower())
            data = data[1:]
        else:
            found = _SEQUENCE.match(data)
            if not found:
                return keys, data
            key = _SEQUENCES.get(found.group())
            data = data[found.end() :]
        if key:
            keys.append(key)
    return keys, b""


def fit(text, columns):
    """``text`` cut or padded to ``columns`` cells of a terminal, without control characters."""
    cells, kept = 0, ""
    for char in printable(text):
        wide = 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if cells + wide > columns:
            break
        cells += wide
        kept += char
    return kept + " " * (columns - cells)


def _led(leds, name, colours, unicode):
    """The LED of a key in one cell: a dot when it is lit."""
    how, _, colour = leds.get(name, "off").partition(":")
    if how == "off":
        return " "
    dot = {"on": "*", "slowflash": "~", "fastflash": "!"}.get(how, "*")
    if not colours:
        return dot
    blink = {"slowflash": _SLOW, "fastflash": _FAST}.get(how, "")
    return _LED_COLOURS.get(colour, _RED) + blink + ("\u25cf" if unicode else dot) + _PLAIN


def _key_lines(letters, family, labels, leds, half, colours, unicode):
    """The keys lie as on the phone: three left, three right of the display. Without labels too: nothing may jump."""
    lines = []
    for number in range(3):
        line = "  "
        for index in (number, number + 3):
            label = labels[index] if index < len(labels) else ""
            line += _led(leds, "%s%d" % (family, index + 1), colours, unicode)
            line += fit(letters[index] + " " + label if label else "", half - 1)
        lines.append(line)
    return lines


def picture(rows, softkeys, title, about, columns, colours=True, unicode=True, more=None):
    """The lines of the whole picture. ``columns``: of the LCD; ``about``: pairs (label, text) shown below it.

    ``more``: dict with ``leds`` (key -> on, slowflash or fastflash) and ``topsoftkeys`` (labels of the upper row).
    """
    leds, top = (more or {}).get("leds", {}), (more or {}).get("topsoftkeys", ())
    half = (columns + 4) // 2
    side, across, corners = ("│", "─", "╭╮╰╯") if unicode else ("|", "-", "++++")
    lcd, frame, dim, plain = (_LCD_COLOUR, _FRAME_COLOUR, _DIM, _PLAIN) if colours else ("", "", "", "")
    edge = across * (columns + 2)
    lines = ["", "  " + printable(title), ""]
    if any(top):
        lines += _key_lines("ghijkl", "topsoftkey", top, leds, half, colours, unicode)
    lines.append("  " + frame + corners[0] + edge + corners[1] + plain)
    for row in rows:
        cells = lcd + " " + fit(row, columns) + " " + plain
        lines.append("  " + frame + side + plain + cells + frame + side + plain)
    lines.append("  " + frame + corners[2] + edge + corners[3] + plain)
    family = "softkey" if columns > 16 else "prgkey"
    lines += _key_lines("abcdef", family, softkeys, leds, half, colours, unicode)
    lines.append("")
    lines += ["  " + dim + fit(label, 7) + plain + printable(text) for label, text in (*about, *_HELP)]
    return lines


class Terminal:
    """Shows what ``owner`` is told by the phone and tells it the keys.

    ``owner``: ``key(name)``, ``quit()``, ``title`` and ``about()``, pairs of label and text.
    """

    def __init__(self, columns=24):
        self._columns = columns
        self._owner = None
        self._saved = None
        self._frame = ([], [], None)
        self._note = "starting ..."
        self._pending = b""
        self._timer = None
        self._colours = "NO_COLOR" not in os.environ and "256" in os.environ.get("TERM", "")
        self._unicode = "utf" in (sys.stdout.encoding or "").lower()

    def open(self, owner):
        """Takes the terminal; ``close`` gives it back as it was."""
        self._owner = owner
        self._saved = termios.tcgetattr(sys.stdin)
        mode = termios.tcgetattr(sys.stdin)
        mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
        mode[0] &= ~termios.IXON
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, mode)
        self._write(_ENTER)
        loop = asyncio.get_running_loop()
        loop.add_reader(sys.stdin.fileno(), self._readable)
        loop.add_signal_handler(signal.SIGWINCH, self._draw)
        self._draw()

    def close(self):
        """Gives the terminal back; harmless when it was never taken or already given back."""
        if self._saved is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(sys.stdin.fileno())
        loop.remove_signal_handler(signal.SIGWINCH)
        if self._timer:
            self._timer.cancel()
        try:
            self._write(_LEAVE)
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._saved)
        except (OSError, termios.error):
            pass  # the terminal itself is gone
        self._saved = None

    def show(self, rows, softkeys, more=None):
        """Another frame of the LCD; ``more``: see ``picture``."""
        self._frame = (rows, softkeys, more)
        self._draw()

    def note(self, text):
        """What the phone is busy with, "" when it is ready."""
        self._note = text
        self._draw()

    def _draw(self):
        title = self._owner.title + (" - " + self._note if self._note else "")
        rows, softkeys, more = self._frame
        about, columns = self._owner.about(), self._columns
        lines = picture(rows or [""], softkeys, title, about, columns, self._colours, self._unicode, more)
        height = shutil.get_terminal_size().lines
        if len(lines) > height:  # the blank ones are the first to go
            lines = [line for line in lines if line.strip()]
        # \x1b[K clears the rest of a line, \x1b[J what an earlier, longer picture left; no flicker, as nothing is
        # cleared before it is drawn. Without wrapping (?7l) a narrow window cuts lines and keeps the box whole.
        self._write("\x1b[H\x1b[?7l" + "\r\n".join(line + "\x1b[K" for line in lines[:height]) + "\x1b[J\x1b[?7h")

    def _write(self, text):
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            self._owner.quit()

    def _readable(self):
        try:
            data = os.read(sys.stdin.fileno(), _READ)
        except OSError:
            data = b""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if not data:
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            return self._owner.quit()
        keys, self._pending = parse_keys(self._pending + data)
        self._press(keys)
        if self._pending:
            self._timer = asyncio.get_running_loop().call_later(_ESCAPE_S, self._escape)

    def _escape(self):
        """Nothing followed an Esc: it was the key, and what came behind it were keys of their own."""
        rest, self._pending = self._pending[1:], b""
        self._press(["goodbye"])
        keys, self._pending = parse_keys(rest)
        self._press(keys)

    def _press(self, keys):
        for key in keys:
            if key == "quit":
                self._owner.quit()
            else:
                self._owner.key(key)
