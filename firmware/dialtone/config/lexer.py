"""Configuration text to rows: bytes in any split, one line in memory at a time (aastra-facts 3.2, 3.3).

``name: value``, ``#`` comments, also behind a value when a blank precedes it, double quotes, in which ``""`` is one
quote, ``!`` and ``^`` in front of a name, ``[a|b]`` inside a name; LF, CR LF or CR; UTF-8 (BOM allowed), a line
that is not UTF-8 is read as ISO-8859-1.

It has more than 300 lines because its two ways to read a line, the quick one and the whole grammar, share one state.
"""

from dialtone.text import latin
from micropython import const

_LINE = const(1024)  # longest line: the longest legal value is 512 bytes
_LATIN = const(640)  # longest line that is not UTF-8: a name and that value, and garbage does not fill the heap
_SLICE = const(512)  # bytes looked at together
_ENOUGH = const(128)  # bytes of a line's beginning that together with them are no more than _LATIN
_TOGETHER = const(40)  # lines split off together: an ordinary slice; nothing but line ends makes no long list
_SEEN = const(16)  # names remembered as they are written: 1 KB on 32 bits
_START = const(8)  # bytes of a name that may tell that nobody wants it: "sip line"
_STARTS = const(8)  # of these remembered: 300 bytes
_AWHILE = const(512)  # lines after which others are remembered
_NAMES = const(12)  # names that one bracket line may stand for
_PLAIN = b" eitaonrslpdcmhugykxfwbvqjz1203456789-_."  # strip() leaves nothing of such a name; frequent ones first
# strip() leaves nothing of a value that needs no second look
_SAFE = b" etaoinsrhldcum.:/-1023456789fpgwybvkxjqz_,=?&%$+TSACMPEIRDBNLHWFGOKUVJYXZQ@()';<>[]{}|~^`\\!"
_PASSED = ("", "", 0)  # what is known of a name whose lines are only counted
_ODD = (None, "", 0)  # ... of what is written in another way than most names


class Lexer:
    """Tells ``sink.row(line, column, mark, name, value)`` and ``sink.problem(line, column, reason)``.

    What ``row`` returns is None, or how many characters of ordinary text it will always take for this name: further
    lines may be told by ``sink.again(line, mark, name, value)`` then. They have no quote, "#" or "*".

    Names arrive in lower case with single blanks; the mark is ``-``, ``!`` or ``^``; columns count characters from 1.

    A sink may know names whose values say nothing to it: for the bytes of such a name ``foreign(name)`` is true, and
    its line is told by ``sink.unknown(line, column, name)``. Once that returns true further ones are only counted, with
    ``sink.passed(count)``. ``foreign`` gives 2 if that is so of all names with the same first eight bytes.
    """

    def __init__(self, sink, foreign=None):
        self._sink = sink
        self._foreign = foreign
        self._seen = {}  # bytes before the colon -> (mark, name, what ``row`` gave); no mark: a foreign name
        self._starts = {}  # what lines begin with that are only counted
        self._counting = False
        self._rest = b""  # the line that is not complete yet
        self._after_cr = False
        self._skipping = False
        self._line = 0

    def pass_over(self, foreign):
        """From now on the sink knows names that say nothing to it: see ``foreign`` above."""
        self._foreign = foreign
        self._forget()

    def feed(self, view):
        """Takes the next bytes of the file; any buffer, any length."""
        length = len(view)
        at = 0
        while at < length:
            part = view if length <= _SLICE else view[at : at + _SLICE]
            at += _SLICE
            rest = self._rest
            if self._after_cr or self._skipping or len(rest) > _ENOUGH:
                data = self._joined(rest, self._ended(bytes(part)))
            else:
                data = rest + part
                if data.find(b"\r") >= 0:
                    data = self._ended(data)
            count = _TOGETHER
            while count == _TOGETHER:
                lines = data.split(b"\n", _TOGETHER)
                rest = lines.pop()
                count = len(lines)
                self._usual(lines, data)
                data = rest
            if not self._skipping:
                self._rest = data
                if not count and len(data) > _LINE:
                    self._rest = b""
                    self._skipping = True
                    self._too_long(self._line + 1)

    def finish(self):
        """Takes the last line when no line end follows it."""
        if self._rest or self._skipping:
            self.feed(b"\n")

    def _ended(self, data):
        """``data`` with each end of a line as LF."""
        if self._after_cr and data[0] == 10:
            data = data[1:]
        self._after_cr = data[-1:] == b"\r"
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _joined(self, rest, data):
        """Ends a long line if its end is in ``data``; gives what no line has yet."""
        end = data.find(b"\n")
        if end < 0 or not self._skipping and len(rest) <= _ENOUGH:
            return rest + data
        self._line += 1
        if self._skipping:
            self._skipping = False
        elif len(rest) + end > _LINE:
            self._too_long(self._line)
        else:
            self._one(self._line, rest + data[:end])
        return data[end + 1 :]

    def _too_long(self, line):
        self._sink.problem(line, 1, "line is longer than %d bytes" % _LINE)

    def _usual(self, lines, data):
        """Takes lines of ``data``, of ``_LATIN`` bytes at most: usual ones quickly, all others by the whole grammar."""
        seen = self._seen
        passed = _PASSED
        number = self._line
        self._line += len(lines)
        if len(seen) == _SEEN and number // _AWHILE != self._line // _AWHILE:
            self._forget()
        starts = self._starts
        if not starts or not _counts(data):
            starts = ()
        count = 0
        for line in lines:
            number += 1
            if line < b"$" and (not line or line[0] == 35):  # "#"
                continue
            head, colon, value = line.partition(b":")
            known = seen.get(head)
            if known is None:
                known = passed if head[:_START] in starts else self._known(head)
            if known is passed:
                if b" $" <= value < b"!":  # one blank, then no blank, quote or "#"
                    count += 1
                    continue
            else:
                mark, name, most = known
                if most:
                    text = b""
                    if b" $" <= value < b"!" and value[-1] != 32:
                        text = value[1:]
                    elif b' ""' < value < b" #" and value[-1] == 34:
                        text = value[2:-1]
                    if text and len(text) <= most and not text.strip(_SAFE):
                        self._sink.again(number, mark, name, text.decode())
                        continue
            if not colon or not self._plain(number, head, known, value):
                self._one(number, line)
        if count:
            self._sink.passed(count)

    def _forget(self):
        self._seen.clear()
        self._starts.clear()

    def _plain(self, number, head, known, value):
        """Takes one line, unless its name or value is not written in a usual way."""
        mark, name, _ = known
        seen = self._seen
        value = value.strip(b" \t")
        quoted = value and value[0] == 34
        if mark is None or quoted and value.find(b'"', 1) + 1 != len(value):
            return False
        if quoted:
            value = value[1:-1]
        if mark:
            try:
                value = value.decode()
            except UnicodeError:
                value = latin(value)
            if not quoted and "#" in value:
                if value[:1] == "#":
                    return False
                value = value.partition(" #")[0].partition("\t#")[0].rstrip(" \t")
            most = self._sink.row(number, 1, mark, name, value)
            if most and head in seen:
                seen[head] = mark, name, most
        elif self._counting:
            self._sink.passed(1)
        elif self._sink.unknown(number, 1, name):
            self._counting = True
            for head in list(seen):
                if not seen[head][0]:
                    del seen[head]
        return True

    def _known(self, head):
        """``(mark, name, 0)`` of what stands before a colon, ``_ODD`` when it is not written in the plainest way."""
        mark = "-"
        name = head.rstrip(b" ")
        if name.strip(_PLAIN):
            if name[0] != 33 and name[0] != 94:
                return _ODD
            mark = "!" if name[0] == 33 else "^"
            name = name[1:].lstrip(b" ")
            if name.strip(_PLAIN):
                return _ODD
        if not name or name[0] == 32 or name.find(b"  ") >= 0:
            return _ODD
        foreign = self._foreign and self._foreign(name)
        if not foreign:
            known = mark, name.decode(), 0
        elif self._counting:
            known = _PASSED
            if foreign == 2 and mark == "-" and head[_START - 1] != 32 and len(self._starts) < _STARTS:
                self._starts[head[:_START]] = True
                return known
        else:
            known = "", name.decode(), 0
        seen = self._seen
        if len(seen) < _SEEN:
            seen[head] = known
        return known

    def _one(self, number, line):
        if number == 1 and line[:3] == b"\xef\xbb\xbf":
            line = line[3:]
        name = line.lstrip(b" \t\0")
        if not name or name[0] == 35:  # "#"
            return
        column = len(line) - len(name) + 1
        head, colon, _ = name.partition(b":")
        if not colon or b"\0" in head:  # not in a value, which is never taken: the quick way does not look at that
            problem = "NUL bytes: save the file as UTF-8" if colon else "no colon behind the name"
            self._sink.problem(number, column, problem)
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


def _counts(data):
    """Whether lines of ``data`` with one name each may be counted without a look at what is wrong in them: each is
    UTF-8, and none has brackets.
    """
    try:
        return "[" not in data.decode()
    except UnicodeError:
        return False


def _text(line):
    """UTF-8 or ISO-8859-1 as text, None when it can be neither: no name of the latter has controls, and as text a long
    line of garbage would take three times its length. No list of characters: that would be four times, in one piece.
    """
    try:
        return line.decode()
    except UnicodeError:
        if len(line) > _LATIN:
            return None
    for byte in line:
        if byte == 58:  # ":"
            break
        if byte < 32 and byte != 9:
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
