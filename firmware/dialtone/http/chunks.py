"""The lines of the chunked framing (RFC 9112 section 7.1). Loaded for a body that has them."""

from dialtone.http import limits
from dialtone.http.message import SPECIAL, check_text, fold_token, refuse
from micropython import const

_DATA = const(3)  # states of inbound.py
_DATA_END = const(4)
_SIZE = const(5)
_TRAILER = const(6)
_DONE = const(7)
_HEX = b"0123456789abcdefABCDEF"


def next_line(inbound, have):
    """Reads one line of the ``have`` bytes that ``inbound`` has received: gives what it is to remember, (_start, _seen,
    _state, _left, _lines), with ``_start`` as it was when the line is not complete.
    """
    start, state, lines, left = inbound._start, inbound._state, inbound._lines, 0
    if state == _DATA_END:
        buffer = inbound._buffer
        if have >= 2 or buffer[start] != 13:
            if buffer.find(b"\r\n", start, start + 2) < 0:
                refuse("Chunk longer than its size")
            return start + 2, inbound._seen, _SIZE, 0, lines
        return start, inbound._seen, state, 0, lines
    line = _line(inbound)
    if line is None:
        return start, inbound._fill - start, state, 0, lines
    if state == _SIZE:
        left = _size(line)
        state = _DATA if left else _TRAILER
    elif not line:
        lines = 0
        state = _DONE
    else:
        lines += 1
        _trailer(bytearray(line), lines)
    return start + len(line) + 2, 0, state, left, lines


def _trailer(line, lines):
    if lines > limits.PASSED_OVER:
        refuse("Too many trailers", 431)
    colon = line.find(b":")
    fold_token(line, 0, colon)
    if line[:colon] in SPECIAL:  # these have no business here: RFC 9110 section 6.5.1
        refuse("Bad trailer")
    check_text(line)


def _size(line):
    """Chunk size; extensions are checked and ignored (RFC 9112 section 7.1.1)."""
    at = line.find(b";")
    size = line if at < 0 else line[:at].rstrip(b" \t")
    if not size or size.lstrip(_HEX) or len(size) > limits.CHUNK_DIGITS:
        refuse("Bad chunk size")
    check_text(line)
    return int(size, 16)


def _line(inbound):
    """The next line as bytes without its end, None when it is not complete."""
    start, limit = inbound._start, limits.CHUNK_LINE_BYTES
    end = inbound._buffer.find(b"\n", start + inbound._seen, inbound._fill)
    if (end if end >= 0 else inbound._fill) - start > limit + 1:
        refuse("Line too long", 431)
    if end < 0:
        return None
    if end == start or inbound._buffer.find(b"\r", start, end) != end - 1:
        refuse("Bad line end")
    return bytes(inbound._view[start : end - 1])
