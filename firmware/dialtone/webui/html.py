"""The small pieces that pages are made of. All are generators of short texts."""

from dialtone.server.policy import PASSWORD_PAGE, reading_only
from micropython import const

_SCARCE = const(65536)  # bytes free: with more, browsers that ask at once may share one copy of the code


def page(context, title, path, content):
    """A whole page: its top (frame.py), then ``content`` (an iterable of texts, which begins its work when asked)."""
    from dialtone.webui import frame

    for piece in frame.top(context, title, path):
        yield piece
    frame = None
    if 0 <= context.phone.platform.heap_free() < _SCARCE:
        # 5 KB each: top, table of pages and content do not fit side by side
        context.phone.platform.unload("dialtone.webui.frame", "dialtone.webui.pages")
    shown = reading_only(context) and path != PASSWORD_PAGE
    if shown:
        yield "<fieldset disabled>"
    for piece in content:
        yield piece
    yield "</fieldset></main></body></html>\n" if shown else "</main></body></html>\n"


def facts(rows):
    """A two-column table of (label, HTML value)."""
    yield '<table class="facts">'
    for label, value in rows:
        yield '<tr><th scope="row">%s</th><td>%s</td></tr>\n' % (label, value)
    yield "</table>"
