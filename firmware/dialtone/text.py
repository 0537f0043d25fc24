"""Characters of texts that come from others, without a trace in the heap.

MicroPython keeps every single character that a loop over a str, an index or ``chr`` gives as an identifier for good: 18
bytes for each that was never seen before, and a directory of Chinese names would fill a small heap within days. So
whatever looks at the characters of such a text does it here.
"""


def codes(text):
    """Yields the code points of ``text``."""
    code = more = 0
    for byte in text.encode("utf-8", "surrogatepass"):  # values.py refuses surrogates, and so it must see them
        if byte < 128:
            yield byte
        elif byte >= 192:
            more = 1 if byte < 224 else 2 if byte < 240 else 3
            code = byte & (63 >> more)
        else:
            code = code << 6 | byte & 63
            more -= 1
            if not more:
                yield code


def latin(raw):
    """The bytes ``raw`` read as ISO-8859-1."""
    out = bytearray()
    for byte in raw:
        if byte > 127:
            out.append(192 | byte >> 6)
            byte = 128 | byte & 63
        out.append(byte)
    return str(out, "utf-8")


def character(code):
    """The text of one code point that UTF-8 can carry."""
    if code < 128:
        return chr(code)  # a hundred of them, which most phones know anyway
    out = bytearray()
    if code < 0x800:
        out.append(192 | code >> 6)
    else:
        if code < 0x10000:
            out.append(224 | code >> 12)
        else:
            out.append(240 | code >> 18)
            out.append(128 | code >> 12 & 63)
        out.append(128 | code >> 6 & 63)
    out.append(128 | code & 63)
    return str(out, "utf-8")
