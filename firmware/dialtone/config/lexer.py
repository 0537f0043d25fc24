"""Configuration text to rows: bytes in any split, one line in memory at a time (aastra-facts 3.2, 3.3).

``name: value``, ``#`` comments, also behind a value when a blank precedes it, double quotes, in which ``""`` is one
quote, ``!`` and ``^`` in front of a name, ``[a|b]`` inside a name; LF, CR LF or CR; UTF-8 (BOM allowed), a line
that is not UTF-8 is read as ISO-8859-1.
"""

from dialtone.text import latin
from micropython import const

_LINE = const(1024)  # longest line: the longest legal value is 512 bytes
_LATIN = const(640)  # longest line that is not UTF-8: a name and that value, and garbage does not fill the heap
_SLICE = const(512)  # bytes looked at together
_NAMES = const(12)  # names that one bracket line may stand for


class Lexer:
    """Tells ``sink.row(line, column, mark, name, value)`` and ``sink.problem(line, column, reason)``.

    Names arrive in lower case with single blanks; the mark is ``-``, ``!`` or ``^``; columns count characters from 1.
    """

    def __init__(self, sink):
        self._sink = sink
        self._rest = b""  # the line that is not complete yet
        self._after_cr = False
        self._skipping = False
        self._line = 0

    def feed(self, view):
        """Takes the next bytes of the file; any buffer, any length."""
        for at in range(0, len(view), _SLICE):
            data = bytes(view[at : at + _SLICE])
            if self._after_cr and data[0] == 10:
                data = data[1:]
                self._after_cr = False
            if data:
                self._after_cr = data[-1] == 13
                if b"\r" in data:
                    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                self._lines(data)

    def finish(self):
        """Takes the last line when no line end follows it."""
        if self._rest or self._skipping:
            self._lines(b"\n")

    def _lines(self, data):
        start = 0
        end = data.find(b"\n")
        while end >= 0:
            self._line += 1
            if self._skipping:
                self._skipping = False
            elif len(self._rest) + end - start > _LINE:
                self._rest = b""
                self._too_long(self._line)
            elif self._rest:
                line = self._rest + data[start:end]
                self._rest = b""
                self._one(line)
            elif end > start:
                self._one(data[start:end])
            start = end + 1
            end = data.find(b"\n", start)
        if not self._skipping:
            if len(self._rest) + len(data) - start > _LINE:
                self._rest = b""
                self._skipping = True
                self._too_long(self._line + 1)
            else:
                self._rest += data[start:]

    def _too_long(self, line):
        self._sink.problem(line, 1, "line is longer than %d bytes" % _LINE)

    def _one(self, line):
        number = self._line
        if number == 1 and line[:3] == b"\xef\xbb\xbf":
            line = line[3:]
        name = line.lstrip(b" \t")
        if not name or name[0] == 35:  # "#"
            return
        column = len(line) - len(name) + 1
        if b":" not in name:
            self._sink.problem(number, column, "no colon behind the name")
            return
        text = _text(line)
        if text is None:
            self._sink.problem(number, column, "line is not UTF-8")
            return
        name = text[column - 1 :]
        mark = "-"
        if name[:1] in "!^":  # slices: a single character by its index would stay in the heap, see text.py
            mark = name[:1]
            name = name[1:]
        colon = name.find(":")
        value = name[colon + 1 :].lstrip(" \t")
        at = len(text) - len(value) + 1
        name = name[:colon].strip(" \t").lower()
        if "  " in name or "\t" in name:
            name = " ".join(name.split())
        if not name:
            self._sink.problem(number, column, "no name before the colon")
            return
        if value[:1] == '"':
            value = self._quoted(number, at, value)
            if value is None:
                return
        else:
            value = _plain(name_end=text[at - 2 : at - 1], value=value)
        if "[" in name:
            self._several(number, column, mark, name, value)
        else:
            self._sink.row(number, column, mark, name, value)

    def _quoted(self, number, column, text):
        value = ""
        start = 1
        while True:
            end = text.find('"', start)
            if end < 0:
                self._sink.problem(number, column, "no closing quote")
                return None
            value += text[start:end]
            start = end + 2
            if text[end + 1 : start] != '"':
                break
            value += '"'
        rest = text[end + 1 :].strip(" \t")
        if rest and rest[:1] != "#":
            self._sink.problem(number, column + end + 1, "text behind the closing quote")
            return None
        return value

    def _several(self, number, column, mark, name, value):
        names = [name]
        while "[" in names[0]:
            more = []
            for name in names:
                head, _, tail = name.partition("[")
                inside, closed, tail = tail.partition("]")
                if not closed or len(names) * (inside.count("|") + 1) > _NAMES:
                    self._sink.problem(number, column, "brackets not closed, or too many names in them")
                    return
                more += [head + part.strip(" ") + tail for part in inside.split("|")]
            names = more
        for name in names:
            name = name.replace("  ", " ").strip(" ")  # an empty part leaves the blanks around it
            if name:
                self._sink.row(number, column, mark, name, value)
            else:
                self._sink.problem(number, column, "no name in the brackets")


def _text(line):
    """UTF-8 or ISO-8859-1 as text, None when it can be neither. No list of characters: it would be four times as long
    as the line, in one piece."""
    try:
        return line.decode()
    except UnicodeError:
        if len(line) > _LATIN:
            return None
    return latin(line)


def _plain(name_end, value):
    """An unquoted value without its comment; ``name_end`` is the character in front of it."""
    if value[:1] == "#" and name_end != ":":
        return ""
    at = value.find("#")
    while at > 0:
        if value[at - 1 : at] in " \t":
            return value[:at].rstrip(" \t")
        at = value.find("#", at + 1)
    return value.rstrip(" \t")
