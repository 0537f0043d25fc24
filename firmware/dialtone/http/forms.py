"""Web forms and the escapes of URLs."""

from dialtone.errors import PeerError
from dialtone.http import limits


def percent_decode(data):
    """Bytes with each %XX replaced by its byte; a "%" that begins no such triple stays as it is."""
    at = data.find(b"%")
    if at < 0:
        return data
    out = bytearray(data[:at])
    while at >= 0:  # by turns: a list of all pieces of a long text is 4 KB in one piece
        high, low = _hex(data[at + 1 : at + 2]), _hex(data[at + 2 : at + 3])
        begin = at
        at = data.find(b"%", at + 1)
        if high >= 0 and low >= 0:
            out.append(high << 4 | low)
            begin += 3
        out.extend(data[begin:at] if at >= 0 else data[begin:])
    return bytes(out)


def _hex(digit):
    return b"0123456789abcdef".find(digit.lower()) if digit else -1


def parse_form(data):
    """Pairs (name, value) of an application/x-www-form-urlencoded body or query. PeerError 413: too many fields.

    Text is UTF-8; what is not is taken as ISO-8859-1, which is what pages of the real phone send.
    """
    from dialtone.http.message import text_of

    pairs = []
    at = 0
    while at < len(data):
        end = data.find(b"&", at)
        if end < 0:
            end = len(data)
        if end > at:
            if len(pairs) >= limits.FORM_FIELDS:
                raise PeerError("The form has too many fields", "", 413)
            name, _, value = data[at:end].replace(b"+", b" ").partition(b"=")
            pairs.append((text_of(percent_decode(name)), text_of(percent_decode(value))))
        at = end + 1
    return pairs


def encode_form(pairs):
    """The body or query that ``parse_form`` reads back as ``pairs``, as str."""
    return "&".join([_quote(name) + "=" + _quote(value) for name, value in pairs])


def _quote(text):
    out = []
    for byte in text.encode():
        char = chr(byte)
        if byte < 128 and (char.isalpha() or char.isdigit() or char in "-._~"):
            out.append(char)
        else:
            out.append("+" if byte == 32 else "%%%02X" % byte)
    return "".join(out)
