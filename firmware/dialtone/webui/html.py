"""The small pieces that pages are made of. All are generators of short texts."""

from micropython import const

_SCARCE = const(65536)  # bytes free: with more, browsers that ask at once may share one copy of the code


def page(context, title, path, content):
    """A whole page: its top (frame.py), then ``content`` (an iterable of texts, which begins its work when asked)."""
    platform = context.phone.platform
    scarce = 0 <= platform.heap_free() < _SCARCE
    if scarce:  # 3 to 5 KB each: table of pages, top and content do not fit side by side
        platform.unload("dialtone.webui.pages")
    from dialtone.webui import frame

    for piece in frame.top(context, title, path):
        yield piece
    frame = None
    if scarce:
        platform.unload("dialtone.webui.frame", "dialtone.webui.notices", "dialtone.webui.assets")
    for piece in content:
        yield piece
    yield context.end


def later(name, *what):
    """``content(*what)`` of the module ``name``, which is loaded when the page's top has left the heap."""
    for piece in __import__(name, None, None, ("content",)).content(*what):
        yield piece


def facts(rows):
    """A two-column table of (label, HTML value); without those that have no value."""
    yield '<table class="facts">'
    for label, value in rows:
        if value:
            yield '<tr><th scope="row">%s</th><td>%s</td></tr>\n' % (label, value)
    yield "</table>"
