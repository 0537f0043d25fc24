"""Heads of outgoing messages, as few bytes objects, so that head and body can leave in one write."""

from dialtone.errors import CallerError
from dialtone.http.message import TEXT

# Reasons are for people who look at the wire; a status without one is as good (RFC 9112 section 4).
_REASONS = (
    "200 OK,204 No Content,301 Moved Permanently,302 Found,303 See Other,304 Not Modified,400 Bad Request,"
    "401 Unauthorized,403 Forbidden,404 Not Found,405 Method Not Allowed,408 Request Timeout,413 Content Too Large,"
    "414 URI Too Long,417 Expectation Failed,421 Misdirected Request,431 Head Too Large,500 Internal Error,"
    "501 Not Implemented,503 Service Unavailable,505 HTTP Version Not Supported,"
)


def reason(status):
    """The reason phrase of a status, "" for one that the phone does not use."""
    at = _REASONS.find("%d " % status)
    return "" if at < 0 else _REASONS[at + 4 : _REASONS.find(",", at)]


def response_parts(status, fields, length=None, chunked=False, keep_alive=True):
    """A response head without the empty line at its end, as a tuple of bytes objects.

    ``fields``: (name, value) pairs of str, without those that the other arguments stand for. ``length``: of the body in
    bytes. Neither length nor ``chunked``: no body, or the close ends it. CallerError when a name or value holds a
    control or non-ASCII character.
    """
    if status == 200 and keep_alive and length is not None and not fields:  # the quick way for most answers
        return (b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: %d\r\n" % length,)
    framing = ""
    if chunked:
        framing = "Transfer-Encoding: chunked\r\n"
    elif length is not None and status >= 200 and status != 204:  # RFC 9110 section 8.6
        framing = "Content-Length: %d\r\n" % length
    first = status, reason(status), "keep-alive" if keep_alive else "close", framing
    text = "HTTP/1.1 %d %s\r\nConnection: %s\r\n%s" % first
    return text.encode(), _checked("", 0, fields)


def request_head(method, target, fields):
    """A request head; ``fields`` must have Host. CallerError as in ``response_parts`` and for a blank in the target."""
    if not target or target.find(" ") >= 0 or method.find(" ") >= 0:
        raise CallerError("Bad request target")
    return _checked("%s %s HTTP/1.1\r\n" % (method, target), 1, fields) + b"\r\n"


def _checked(text, lines, fields):
    """``text``, which has that many ``lines``, and one line for each field, as bytes."""
    for pair in fields:
        text += "%s: %s\r\n" % pair
        lines += 1
    data = text.encode()
    if data.lstrip(TEXT) or data.count(b"\n") != lines or data.count(b"\r") != lines:
        raise CallerError("Bad character in a header field")
    return data


def error_page(status, text):
    """A small HTML page as bytes that explains an error to a person."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    title = str(status) + " " + reason(status)
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>%s</title><link rel="stylesheet" href="/style.css"><body class="door"><header id="header">'
        '<a class="brand" href="/">dialtone</a></header><main id="content"><h1>%s</h1><p class="note%s">%s</p>'
        '<p><a href="/">Home</a></p></main>\n' % (title, title, " bad" if status > 399 else "", text)
    ).encode()
