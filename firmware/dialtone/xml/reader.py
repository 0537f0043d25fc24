"""A streaming pull parser for XML 1.0 documents without a document type.

Fed in any split it gives the same events. It keeps one unfinished token, never the document. Not accepted, on
purpose: DOCTYPE (with it go entities, external files and their bombs), names outside ASCII, encodings other than
UTF-8 and ISO-8859-1. Section numbers are those of XML 1.0, fifth edition.
"""

from micropython import const

from dialtone.errors import PeerError

START = 1  # (START, name, [(attribute, value), ...])
TEXT = 2  # (TEXT, text): neighbouring pieces belong together
END = 3  # (END, name)
DONE = 4  # (DONE,): the document is complete

_LIMIT = const(10000)  # bytes of a document: what the phones' own script libraries keep to
_TAG = const(2048)  # bytes of one tag: several URIs of 256 with room
_PIECE = const(256)  # bytes of text handed out at once: keeps the reader's own memory small
_DEPTH = const(16)  # open elements: the deepest phone object has 5
_ATTRIBUTES = const(24)  # of one element: the richest phone object has 18
_NAME = const(64)  # characters of a name
_REFERENCE = const(12)  # characters of &...; with room for leading zeros

_START_OF_FILE, _PROLOG, _CONTENT, _CDATA, _COMMENT, _INSTRUCTION, _EPILOG = (
    const(0), const(1), const(2), const(3), const(4), const(5), const(6))  # fmt: skip
_BLANK = " \t\r\n"
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def _is_name(text):
    if not 0 < len(text) <= _NAME or text[0] in "-.0123456789":
        return False
    for char in text:
        if not ("a" <= char <= "z" or "A" <= char <= "Z" or char in "-.0123456789_:"):
            return False
    return True


def _word(text):
    """``text`` up to the first blank of XML; str.split would take other blanks too."""
    end = 0
    while end < len(text) and text[end] not in _BLANK:
        end += 1
    return text[:end]


def _is_char(code):
    """Char of section 2.2."""
    return 32 <= code < 0xD800 or code in (9, 10, 13) or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


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
            event = self._step()
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

    # -- decoding

    def _decode(self, raw):
        """Text of ``raw`` with line ends as LF (section 2.11); refuses characters that XML does not have."""
        wide = False
        for byte in raw:
            if byte < 32 and byte not in (9, 10, 13):
                self._fail("a control character")
            if byte > 127:
                wide = True
        if wide and self._latin:
            text = "".join([chr(byte) for byte in raw])
        else:
            try:
                text = str(raw, "utf-8")
            except UnicodeError:
                self._fail("a character is not UTF-8")
            if wide:
                self._check_wide(text, len(raw))
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text

    def _check_wide(self, text, size):
        # MicroPython decodes surrogates and over-long forms; a Char has one form only.
        for char in text:
            code = ord(char)
            if not _is_char(code):
                self._fail("a character is not allowed")
            size -= 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
        if size:
            self._fail("a character is not UTF-8")

    def _expand(self, text):
        """``text`` with the five entities and character references replaced (sections 4.1, 4.6)."""
        at = text.find("&")
        if at < 0:
            return text
        out = []
        start = 0
        while at >= 0:
            out.append(text[start:at])
            end = text.find(";", at, at + _REFERENCE)
            if end < 0:
                self._fail("& must be written &amp;")
            out.append(self._reference(text[at + 1 : end]))
            start = end + 1
            at = text.find("&", start)
        out.append(text[start:])
        return "".join(out)

    def _reference(self, name):
        if name in _ENTITIES:
            return _ENTITIES[name]
        digits, base = (name[2:], 16) if name[:2] == "#x" else (name[1:], 10)
        legal = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
        if name[:1] != "#" or not digits or [char for char in digits if char not in legal]:
            self._fail("&%s; is unknown here" % name)
        code = int(digits, base)
        if not _is_char(code):
            self._fail("&%s; is not a character" % name)
        return chr(code)

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
                self._declaration(self._decode(data[start + 5 : end]), start)
                start = end + 2
        elif len(data) < start + 6 and not self._final:
            return None
        self._skip(start)
        self._state = _PROLOG
        return ()

    def _declaration(self, text, marked):
        pairs = self._attributes(text, 0)
        names = [pair[0] for pair in pairs]
        values = dict(pairs)
        order = [name for name in ("version", "encoding", "standalone") if name in values]
        if names != order or values.get("version") not in ("1.0", "1.1"):
            self._fail("the XML declaration is wrong")
        if values.get("standalone", "no") not in ("yes", "no"):
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
        text = self._decode(self._data[self._at : end])
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
        name = _word(text)
        if not _is_name(name) or name.lower() == "xml":
            self._fail("a wrong processing instruction")

    def _text(self):
        piece = self._piece(b"<")
        if piece is None:
            return None
        end, found = piece
        data, at = self._data, self._at
        if not found and end < len(data):
            # A reference or ]]> must not be cut in two.
            amp = data.rfind(b"&", end - _REFERENCE, end)
            if amp > at and data.find(b";", amp, end) < 0:
                end = amp
            while data[end - 1] == 93 and end > at + _PIECE - 20:
                end -= 1
        raw = data[at:end]
        text = self._decode(raw)
        if self._state != _CONTENT:
            if text.strip(_BLANK):
                self._fail("text outside the root element")
            text = ""
        elif b"]]>" in raw:
            self._fail("]]> must be written ]]&gt;")
        text = self._expand(text)
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
        tag = self._decode(data[at + 1 : end])
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
            self._fail("</%s> where </%s> belongs" % (name[:_NAME], self._open[-1] if self._open else ""))
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
        name = _word(tag)
        if not _is_name(name):
            self._fail("< must be written &lt;, or a wrong element name")
        if self._state == _EPILOG:
            self._fail("a second root element")
        if len(self._open) >= _DEPTH:
            self._fail("elements nested deeper than %d" % _DEPTH)
        attributes = self._attributes(tag, len(name))
        self._open.append(name)
        self._state = _CONTENT
        if empty:
            self._empty = name
        return (START, name, attributes)

    def _attributes(self, tag, at):
        """The (name, value) pairs of ``tag`` from index ``at``; values normalised as section 3.3.3 says for CDATA."""
        pairs = []
        size = len(tag)
        while True:
            start = at
            while at < size and tag[at] in _BLANK:
                at += 1
            if at == size:
                return pairs
            equals = tag.find("=", at)
            name = tag[at:equals].rstrip(_BLANK)
            if start == at or equals < 0 or not _is_name(name):
                self._fail("a wrong attribute")
            at = equals + 1
            while at < size and tag[at] in _BLANK:
                at += 1
            quote = tag[at : at + 1]
            end = tag.find(quote, at + 1) if quote in ('"', "'") else -1
            if end < 0:
                self._fail("the value of %s is not in quotes" % name)
            value = tag[at + 1 : end]
            if "<" in value:
                self._fail("< must be written &lt;")
            if len(pairs) >= _ATTRIBUTES or [1 for pair in pairs if pair[0] == name]:
                self._fail("attribute %s twice, or more than %d" % (name, _ATTRIBUTES))
            pairs.append((name, self._expand(value.replace("\n", " ").replace("\t", " "))))
            at = end + 1
