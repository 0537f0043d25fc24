"""A streaming pull parser for XML 1.0 documents without a document type.

Fed in any split it gives the same events. It keeps one unfinished token, never the document. Not accepted, on
purpose: DOCTYPE (with it go entities, external files and their bombs), names outside ASCII, encodings other than
UTF-8 and ISO-8859-1. Section numbers are those of XML 1.0, fifth edition.
"""

from micropython import const

from dialtone.errors import PeerError
from dialtone.xml.text import REFERENCE, attributes, decode, expand, is_name, word

START = 1  # (START, name, [(attribute, value), ...])
TEXT = 2  # (TEXT, text): neighbouring pieces belong together
END = 3  # (END, name)
DONE = 4  # (DONE,): the document is complete

_LIMIT = const(10000)  # bytes of a document: what the phones' own script libraries keep to
_TAG = const(2048)  # bytes of one tag: several URIs of 256 with room
_PIECE = const(256)  # bytes of text handed out at once: keeps the reader's own memory small
_DEPTH = const(16)  # open elements: the deepest phone object has 5

_START_OF_FILE, _PROLOG, _CONTENT, _CDATA, _COMMENT, _INSTRUCTION, _EPILOG = (
    const(0), const(1), const(2), const(3), const(4), const(5), const(6))  # fmt: skip
_BLANK = " \t\r\n"


class Reader:
    """``feed(data)`` any number of times, ``feed(b"")`` at the end; ``next_event()`` until it gives None (feed more).

    Every error is a PeerError that names the line. ``limit`` bounds the document in bytes.
    """

    def __init__(self, limit=_LIMIT):
        self.line = 1
        self._limit = limit
        self._data = b""
        self._at = 0
        self._total = 0
        self._final = False
        self._state = _START_OF_FILE
        self._outer = _PROLOG  # state to return to after a comment or an instruction
        self._open = []
        self._empty = None  # name of an empty element whose END is still to come
        self._latin = False
        self._first = False  # the next piece is the first of an instruction

    def feed(self, data):
        """Takes bytes-like ``data``; an empty one says that the document ends here."""
        if not len(data):
            self._final = True
            return
        self._total += len(data)
        if self._total > self._limit:
            raise PeerError("XML longer than %d bytes" % self._limit, "Make the script shorter")
        rest = self._data[self._at :]
        self._data = rest + bytes(data) if rest else bytes(data)
        self._at = 0

    def next_event(self):
        """The next event, or None when more bytes are needed."""
        while True:
            try:
                event = self._step()
            except ValueError as error:
                self._fail(error.args[0])
            if event is None or event:
                return event

    def _fail(self, reason, at=None):
        if at is not None:
            self._count(at)
        raise PeerError("XML line %d: %s" % (self.line, reason))

    def _count(self, to):
        """Moves the line number forward to index ``to``."""
        data, at = self._data, self._at
        self.line += data.count(b"\n", at, to) + data.count(b"\r", at, to) - data.count(b"\r\n", at, to)

    def _skip(self, to):
        self._count(to)
        self._at = to

    def _step(self):
        """One step: an event, None (feed more), or () (go on)."""
        if self._empty:
            name, self._empty = self._empty, None
            return self._close(name)
        if self._state == _START_OF_FILE:
            return self._begin()
        if _CDATA <= self._state <= _INSTRUCTION:
            return self._inside()
        if self._at < len(self._data):
            return self._markup() if self._data[self._at] == 60 else self._text()
        if not self._final:
            return None
        if self._state != _EPILOG:
            self._fail("<%s> is never closed" % self._open[-1] if self._open else "no element at all")
        return (DONE,)

    # -- the beginning

    def _begin(self):
        data = self._data
        if len(data) < 6 and not self._final:
            return None
        if data[:2] in (b"\xfe\xff", b"\xff\xfe") or b"\0" in data[:2]:
            self._fail("UTF-16 is not accepted")
        start = 3 if data[:3] == b"\xef\xbb\xbf" else 0
        if data[start : start + 5] == b"<?xml":
            end = data.find(b"?>", start)
            if end < 0 and len(data) < _TAG and not self._final:
                return None
            if len(data) < start + 6 or data[start + 5] in b" \t\r\n":
                if not 0 < end < _TAG:
                    self._fail("the XML declaration does not end")
                self._declaration(decode(data[start + 5 : end], self._latin), start)
                start = end + 2
        elif len(data) < start + 6 and not self._final:
            return None
        self._skip(start)
        self._state = _PROLOG
        return ()

    def _declaration(self, text, marked):
        pairs = attributes(text, 0)
        values = dict(pairs)
        order = [name for name in ("version", "encoding", "standalone") if name in values]
        legal = values.get("version") in ("1.0", "1.1") and values.get("standalone", "no") in ("yes", "no")
        if [pair[0] for pair in pairs] != order or not legal:
            self._fail("the XML declaration is wrong")
        encoding = values.get("encoding", "UTF-8").upper()
        self._latin = encoding == "ISO-8859-1" and not marked
        if not self._latin and encoding != "UTF-8":
            self._fail("encoding %s is not accepted" % encoding)

    # -- text, CDATA, comments, instructions: handed on in pieces

    def _piece(self, stop):
        """(end of the piece, whether ``stop`` is there), or None for more bytes. The split of the feeds has no
        influence on where pieces end."""
        data, at = self._data, self._at
        window = at + _PIECE + 3
        end = data.find(stop, at, window)
        if end >= 0:
            return end, True
        if len(data) < window and not self._final:
            return None
        end = min(len(data), at + _PIECE)
        if end == len(data):
            return end, False
        low = end - 3
        while end > low and not self._latin and data[end] & 0xC0 == 0x80:
            end -= 1
        if data[end - 1] == 13:
            end -= 1
        return end, False

    def _inside(self):
        state = self._state
        stop = b"]]>" if state == _CDATA else b"--" if state == _COMMENT else b"?>"
        piece = self._piece(stop)
        if piece is None:
            return None
        end, found = piece
        if state == _COMMENT and found:
            if len(self._data) < end + 3 and not self._final:
                return None
            if self._data[end + 2 : end + 3] != b">":
                self._fail("-- inside a comment", end)
        text = decode(self._data[self._at : end], self._latin)
        if self._first:
            self._instruction(text)
        if not found and end == len(self._data):
            self._fail("the document ends inside a comment, CDATA or instruction", end)
        self._skip(end + (0 if not found else 2 if state == _INSTRUCTION else 3))
        if found:
            self._state = self._outer
        return (TEXT, text) if state == _CDATA and text else ()

    def _instruction(self, text):
        self._first = False
        name = word(text)
        if not is_name(name) or name.lower() == "xml":
            self._fail("a wrong processing instruction")

    def _text(self):
        piece = self._piece(b"<")
        if piece is None:
            return None
        end, found = piece
        data, at = self._data, self._at
        if not found and end < len(data):
            # A reference or ]]> must not be cut in two.
            amp = data.rfind(b"&", end - REFERENCE, end)
            if amp > at and data.find(b";", amp, end) < 0:
                end = amp
            while data[end - 1] == 93 and end > at + _PIECE - 20:
                end -= 1
        raw = data[at:end]
        text = decode(raw, self._latin)
        if self._state != _CONTENT:
            if text.strip(_BLANK):
                self._fail("text outside the root element")
            text = ""
        elif b"]]>" in raw:
            self._fail("]]> must be written ]]&gt;")
        text = expand(text)
        self._skip(end)
        return (TEXT, text) if text else ()

    # -- markup

    def _markup(self):
        data, at = self._data, self._at
        kind = data[at + 1 : at + 2]
        if kind == b"!":
            return self._declared()
        if kind == b"?":
            return self._enter(_INSTRUCTION, 2)
        end = self._tag_end()
        if end is None:
            return None
        tag = decode(data[at + 1 : end], self._latin)
        event = self._end_tag(tag) if kind == b"/" else self._start_tag(tag)
        self._skip(end + 1)
        return event

    def _enter(self, state, length):
        self._outer = self._state
        self._state = state
        self._first = state == _INSTRUCTION
        self._at += length
        return ()

    def _declared(self):
        head = self._data[self._at : self._at + 9]
        if head[:4] == b"<!--":
            return self._enter(_COMMENT, 4)
        if head == b"<![CDATA[" and self._state == _CONTENT:
            return self._enter(_CDATA, 9)
        for start in (b"<!--", b"<![CDATA[", b"<!DOCTYPE"):
            if start.startswith(head) and not self._final and len(head) < len(start):
                return None
        self._fail("a document type is not accepted" if head == b"<!DOCTYPE" else "unknown <! declaration")

    def _tag_end(self):
        """Index of the > that ends the tag here, quoted ones left out; None for more bytes."""
        data = self._data
        at = self._at + 1
        while True:
            end = data.find(b">", at)
            stop = len(data) if end < 0 else end
            quote = data.find(b'"', at, stop)
            other = data.find(b"'", at, stop if quote < 0 else quote)
            if other >= 0:
                quote = other
            if quote < 0:
                break
            end = data.find(data[quote : quote + 1], quote + 1)
            if end < 0:
                break
            at = end + 1
        if (len(data) if end < 0 else end) - self._at > _TAG:
            self._fail("a tag longer than %d bytes" % _TAG)
        if end >= 0:
            return end
        if self._final:
            self._fail("the document ends inside a tag")
        return None

    def _end_tag(self, tag):
        name = tag[1:].rstrip(_BLANK)
        if not self._open or self._open[-1] != name:
            self._fail("</%s> where </%s> belongs" % (name[:64], self._open[-1] if self._open else ""))
        return self._close(name)

    def _close(self, name):
        self._open.pop()
        if not self._open:
            self._state = _EPILOG
        return (END, name)

    def _start_tag(self, tag):
        empty = tag[-1:] == "/"
        if empty:
            tag = tag[:-1]
        name = word(tag)
        if not is_name(name):
            self._fail("< must be written &lt;, or a wrong element name")
        if self._state == _EPILOG:
            self._fail("a second root element")
        if len(self._open) >= _DEPTH:
            self._fail("elements nested deeper than %d" % _DEPTH)
        pairs = attributes(tag, len(name))
        self._open.append(name)
        self._state = _CONTENT
        if empty:
            self._empty = name
        return (START, name, pairs)
