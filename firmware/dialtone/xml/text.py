"""Characters, names and references of XML 1.0. What is wrong is a ValueError whose text says so."""

from dialtone.text import character, codes
from dialtone.text import latin as as_latin
from micropython import const

_NAME = const(64)  # characters of a name
REFERENCE = 12  # characters of &...; with room for leading zeros
_ATTRIBUTES = const(24)  # of one element: the richest phone object has 18
_BLANK = " \t\r\n"
_LEGAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.0123456789_:"
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def is_name(text):
    """Whether ``text`` is a Name (section 2.3) of ASCII characters."""
    data = text.encode()
    return 0 < len(data) <= _NAME and data[0] not in b"-.0123456789" and not data.lstrip(_LEGAL)


def word(text):
    """``text`` up to the first blank of XML; str.split would take other blanks too."""
    end = 0
    while end < len(text) and text[end : end + 1] not in _BLANK:
        end += 1
    return text[:end]


def _is_char(code):
    """Char of section 2.2."""
    return 32 <= code < 0xD800 or code in (9, 10, 13) or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def decode(raw, latin):
    """Text of the bytes ``raw`` with line ends as LF (section 2.11); ``latin``: ISO-8859-1, else UTF-8."""
    wide = False
    for byte in raw:
        if byte < 32 and byte not in (9, 10, 13):
            raise ValueError("a control character")
        if byte > 127:
            wide = True
    if wide and latin:
        text = as_latin(raw)
    else:
        try:
            text = str(raw, "utf-8")
        except UnicodeError:
            raise ValueError("a character is not UTF-8")
        if wide:
            _check_wide(text, len(raw))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _check_wide(text, size):
    # MicroPython decodes surrogates and over-long forms; a Char has one form only.
    for code in codes(text):
        if not _is_char(code):
            raise ValueError("a character is not allowed")
        size -= 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
    if size:
        raise ValueError("a character is not UTF-8")


def expand(text):
    """``text`` with the five entities and character references replaced (sections 4.1, 4.6)."""
    at = text.find("&")
    if at < 0:
        return text
    out = []
    start = 0
    while at >= 0:
        out.append(text[start:at])
        end = text.find(";", at, at + REFERENCE)
        if end < 0:
            raise ValueError("& must be written &amp;")
        out.append(_reference(text[at + 1 : end]))
        start = end + 1
        at = text.find("&", start)
    out.append(text[start:])
    return "".join(out)


def _reference(name):
    if name in _ENTITIES:
        return _ENTITIES[name]
    digits, base = (name[2:], 16) if name[:2] == "#x" else (name[1:], 10)
    legal = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
    if name[:1] != "#" or not digits or [char for char in digits if char not in legal]:
        raise ValueError("&%s; is unknown here" % name)
    code = int(digits, base)
    if not _is_char(code):
        raise ValueError("&%s; is not a character" % name)
    return character(code)


def attributes(tag, at):
    """The (name, value) pairs of ``tag`` from index ``at``; values normalised as section 3.3.3 says for CDATA."""
    pairs = []
    size = len(tag)
    while True:
        start = at
        while at < size and tag[at : at + 1] in _BLANK:
            at += 1
        if at == size:
            return pairs
        equals = tag.find("=", at)
        name = tag[at:equals].rstrip(_BLANK)
        if start == at or equals < 0 or not is_name(name):
            raise ValueError("a wrong attribute")
        at = equals + 1
        while at < size and tag[at : at + 1] in _BLANK:
            at += 1
        quote = tag[at : at + 1]
        end = tag.find(quote, at + 1) if quote in ('"', "'") else -1
        if end < 0:
            raise ValueError("the value of %s is not in quotes" % name)
        value = tag[at + 1 : end]
        if "<" in value:
            raise ValueError("< must be written &lt;")
        if len(pairs) >= _ATTRIBUTES or [1 for pair in pairs if pair[0] == name]:
            raise ValueError("attribute %s twice, or more than %d" % (name, _ATTRIBUTES))
        pairs.append((name, expand(value.replace("\n", " ").replace("\t", " "))))
        at = end + 1
