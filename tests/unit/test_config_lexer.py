import random

from dialtone.config.saving import quoted
from dialtone.config.lexer import Lexer
from support import long, seed


class Sink:
    """Records rows as ``(line, column, mark, name, value)`` and problems as ``(line, column, reason)``."""

    def __init__(self):
        self.said = []

    def row(self, *row):
        self.said.append(row)

    def problem(self, *problem):
        self.said.append(problem)


def lex(*pieces):
    sink = Sink()
    lexer = Lexer(sink)
    for piece in pieces:
        lexer.feed(piece)
    lexer.finish()
    return sink.said


def value(text):
    """The value of the one row that ``text`` gives."""
    ((_, _, _, _, found),) = lex(text.encode())
    return found


def reason(data):
    ((_, _, found),) = lex(data)
    return found


def test_rows():
    assert lex(b"http server: 10.0.0.1\nsip line1 user name:1111\n\n  HTTP   Path :  a/b  ") == [
        (1, 1, "-", "http server", "10.0.0.1"),
        (2, 1, "-", "sip line1 user name", "1111"),
        (4, 3, "-", "http path", "a/b"),
    ]


def test_later_colons_belong_to_the_value():
    assert value("auto resync time: 02:00") == "02:00"
    assert value("softkey1 value: https://a.example:8443/x?y=1:2") == "https://a.example:8443/x?y=1:2"
    assert value("name:") == ""
    assert value("name:::") == "::"


def test_comments():
    assert lex(b"# all: of it\n   # this too: x\n#\n") == []
    assert value("http server:192.168.5.3  #can be IP or FQDN") == "192.168.5.3"
    assert value("http server:192.168.5.3\t#tab") == "192.168.5.3"
    assert value("a: x#y # z # w") == "x#y"
    assert value("a: #nothing") == ""
    assert value("a:\t# nothing") == ""
    assert value("a:#1234") == "#1234"
    assert value("a: x+#|xx+*") == "x+#|xx+*"


def test_quotes():
    assert value('sip dial plan: "x+#|xx+*"') == "x+#|xx+*"
    assert value('a: "  edge # blanks  "') == "  edge # blanks  "
    assert value('a: "x" # comment "y"') == "x"
    assert value('a: "x"#comment') == "x"
    assert value('a: ""') == ""
    assert value('a: """"') == '"'
    assert value('a: "say ""hi"" # now"') == 'say "hi" # now'
    assert value('a: 24" screen') == '24" screen'


def test_broken_quotes():
    assert lex(b'name: "open') == [(1, 7, "no closing quote")]
    assert lex(b'name: "') == [(1, 7, "no closing quote")]
    assert lex(b'name: "a""') == [(1, 7, "no closing quote")]
    assert lex(b'name: "a" b') == [(1, 10, "text behind the closing quote")]


def test_marks():
    assert lex(b"!admin password: 1\n ! b: 2\n^c: 3\n!!d: 4\n!e") == [
        (1, 1, "!", "admin password", "1"),
        (2, 2, "!", "b", "2"),
        (3, 1, "^", "c", "3"),
        (4, 1, "!", "!d", "4"),
        (5, 1, "no colon behind the name"),
    ]


def test_line_ends():
    rows = [(1, 1, "-", "a", "1"), (2, 1, "-", "b", "2"), (4, 1, "-", "c", "3")]
    for end in (b"\n", b"\r\n", b"\r"):
        assert lex(end.join((b"a: 1", b"b: 2", b"", b"c: 3", b""))) == rows
        assert lex(end.join((b"a: 1", b"b: 2", b"", b"c: 3"))) == rows


def test_brackets_name_several_parameters():
    assert lex(b"!dst [start|end] relative date: 0") == [
        (1, 1, "!", "dst start relative date", "0"),
        (1, 1, "!", "dst end relative date", "0"),
    ]
    assert [row[3] for row in lex(b"[a|b] [c| d ]: 0")] == ["a c", "a d", "b c", "b d"]
    assert lex(b"[a]: [1|2]") == [(1, 1, "-", "a", "[1|2]")]
    assert [row[3] for row in lex(b"softkey1 [|label] x: 0")] == ["softkey1 x", "softkey1 label x"]
    assert lex(b"[|a]: 0") == [(1, 1, "no name in the brackets"), (1, 1, "-", "a", "0")]


def test_brackets_are_bounded():
    for data in (b"[a: 0", b"a [[b]: 0", b"[a|b][c|d][e|f][g|h]: 0", b"[" + b"|" * 800 + b"]: 0", b"[" * 500 + b":"):
        assert reason(data) == "brackets not closed, or too many names in them", data


def test_encodings():
    assert lex("label: Grün\n".encode()) == [(1, 1, "-", "label", "Grün")]
    assert lex(b"label: Gr\xfcn\n") == [(1, 1, "-", "label", "Grün")]
    assert lex(b"\xef\xbb\xbflabel: x\n") == [(1, 1, "-", "label", "x")]
    assert lex(b"\xef\xbb", b"\xbf# c\nlabel: x\n") == [(2, 1, "-", "label", "x")]


def test_lines_that_say_nothing():
    assert reason(b"just words") == "no colon behind the name"
    assert reason(b": value") == "no name before the colon"
    assert lex(b"  \t x") == [(1, 5, "no colon behind the name")]
    assert lex(b"", b"\n\n \n", b"") == []


def test_a_line_of_a_megabyte_is_one_problem():
    sink = Sink()
    lexer = Lexer(sink)
    lexer.feed(b"a: 1\nlong: ")
    for _ in range(1024):
        lexer.feed(b"x" * 1024)
    lexer.feed(b"\nb: 2\n")
    lexer.finish()
    assert sink.said == [
        (1, 1, "-", "a", "1"),
        (2, 1, "line is longer than 1024 bytes"),
        (3, 1, "-", "b", "2"),
    ]


def test_the_longest_line():
    assert len(value("a:" + "x" * 1022)) == 1022
    assert reason(b"a:" + b"x" * 1023) == "line is longer than 1024 bytes"
    assert reason(b"a:" + b"x" * 1023 + b"\n") == "line is longer than 1024 bytes"


class Thorough(Lexer):
    """Reads each line by the whole grammar, none in the quick way."""

    def _usual(self, lines, data):
        for line in lines:
            self._line += 1
            self._one(self._line, line)


class Choosy(Sink):
    """Does not want the values of names with an "s" in them, and only counts them from the third line on."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def foreign(self, name):
        return 2 if len(name) >= 8 and b"s" in name[:8] else b"s" in name

    def unknown(self, *unknown):
        self.said.append(unknown)
        return len([each for each in self.said if isinstance(each[2], str) and "s" in each[2]]) >= 3

    def passed(self, count):
        assert count > 0
        self.count += count


class Trusting(Sink):
    """Takes short ordinary texts without a look once it has met their name."""

    def __init__(self):
        super().__init__()
        self.quick = 0

    def row(self, *row):
        super().row(*row)
        return 6 if len(row[3]) % 2 else None

    def again(self, line, mark, name, value):
        assert 0 < len(value) <= 6 and len(name) % 2 and name in [each[3] for each in self.said if len(each) == 5]
        assert not [each for each in value if each in '"#*' or not " " <= each <= "~"]
        self.said.append((line, 1, mark, name, value))
        self.quick += 1


_SEEDS = (
    b"http server: 10.0.0.1\r\n",
    b'label: "a # ""b"" c" # d\n',
    b"!dst [start|end] date: 0\r",
    b"^a:b\n\r\n\r",
    b"\xef\xbb\xbf# \xc3\xa4\xfc\n",
    b" : \t\n",
    b'q: "open\n',
    b"sip line1 name: 5 # c\n",
    b"sip line: 1\n",
    b"sip line1 [a|b]: 1\n",
    b"ring tone: Bell 1\n",
    b'ring tone: "Bell 2"\n',
    b'softkey3 label: "Key" \n',
    b"x-_.$ :#1 #2\n",
    b"! n  : \xc3\xa4 \t# \xe4\n",
    b"^sip  b:\t#\n",
    b"x" * 700,
)


# The first one is met by its name, the others may be taken quickly
_TEXTS = (
    b"x", b"ab c", b"$!~", b"a*b", b'""', b'"a  b"', b'"a b" ', b"seven77", b'""""', b"a\t", b" b", b"c #", b":",
)  # fmt: skip


def garbage():
    """Bytes near to configuration text: pieces of it, cut, joined and hit by random bytes."""
    data = b""
    for _ in range(random.randrange(8)):
        piece = random.choice(_SEEDS)
        start = random.randrange(len(piece))
        data += piece[start:] if random.randrange(2) else piece
        if not random.randrange(3):
            data += bytes([random.randrange(256) for _ in range(random.randrange(20))])
        if not random.randrange(3):
            at = random.randrange(len(data) + 1)
            data = data[:at] + random.choice((b" ", b"\t", b'"', b"#", b":", b"!", b"[", b"\n", b"\xff")) + data[at:]
    return data


def test_any_bytes_in_any_split_give_the_same():
    random.seed(seed())
    for _ in range(5000 if long() else 150):
        data = garbage()
        whole = lex(data)
        pieces = []
        at = 0
        while at < len(data):
            step = random.choice((1, 1, 2, 3, 7, 50, 2000))
            pieces.append(memoryview(data)[at : at + step])
            at += step
        assert lex(*pieces) == whole, data
        for said in whole:
            if len(said) == 5:
                assert said[2] in "-!^" and said[3] and "\n" not in said[3] + said[4] and "\r" not in said[3] + said[4]
            assert 1 <= said[0] <= len(data) and said[1] >= 1


def told_to(sink, lexer, data):
    for at in range(0, len(data), 700):
        lexer.feed(data[at : at + 700])
    lexer.finish()
    return sink.said


def test_the_quick_way_reads_what_the_grammar_says():
    random.seed(seed())
    for _ in range(5000 if long() else 300):
        data = b"\n".join([garbage() for _ in range(random.choice((1, 2, 6)))])
        sink = Sink()
        assert lex(data) == told_to(sink, Thorough(sink), data), data


def test_names_that_come_again_are_read_as_the_first_time():
    random.seed(seed())
    quick = 0
    for _ in range(5000 if long() else 300):
        data = b"\n".join([garbage() for _ in range(random.choice((1, 2, 6)))])
        sink = Trusting()
        assert lex(data) == told_to(sink, Lexer(sink), data), data
        quick += sink.quick
    assert quick
    sink = Trusting()
    told_to(sink, Lexer(sink), b"".join([b"ring tone: %s\n" % text for text in _TEXTS]))
    values = ["x", "ab c", "$!~", "a*b", "", "a  b", "a b", "seven77", '"', "a", "b", "c", ":"]
    assert [each[4] for each in sink.said] == values and sink.quick == 4


def test_names_that_nobody_wants_are_counted_and_their_lines_checked():
    random.seed(seed())
    for _ in range(2000 if long() else 150):
        data = b"\n".join([garbage() for _ in range(random.choice((1, 2, 6)))])
        whole = lex(data)
        sink = Choosy()
        said = told_to(sink, Lexer(sink, sink.foreign), data)
        assert len(said) + sink.count == len(whole), data
        wanted = [each for each in whole if len(each) == 3 or "s" not in each[3]]
        heard = [each for each in said if each in wanted]
        assert heard == wanted, data
    sink = Choosy()
    lexer = Lexer(sink, sink.foreign)
    for i in range(2000):
        lexer.feed(b"sip line%d user: x\n# name: 1\n" % i)
    assert told_to(sink, lexer, b'sip: "open') == sink.said
    assert [each[0] for each in sink.said] == [1, 3, 5, 4001] and sink.count == 1997
    assert sink.said[-1] == (4001, 6, "no closing quote")


def test_any_value_survives_quoting():
    random.seed(seed())
    for _ in range(20000 if long() else 400):
        text = "".join([random.choice(' "#:ax!^[]|\\ä€') for _ in range(random.randrange(12))])
        assert value("a: " + quoted(text) + "\n") == text, text
        assert value("a: " + quoted(text) + " # c\r\n") == text, text


def test_a_split_anywhere_in_a_file():
    data = b"".join(_SEEDS)
    whole = lex(data)
    for at in range(len(data)):
        assert lex(data[:at], data[at:]) == whole
