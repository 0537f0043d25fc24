"""Which keys a page of keys is about. What shows them (keypages.py) comes when the page's top has left the heap."""

from dialtone.server.answer import Answer
from dialtone.webui.html import page
from micropython import const

_FEW = const(
    5
)  # keys at a time in a small heap: a browser sends 25 fields of them, which take 2 KB, twice for a moment
_MANY = const(20)  # where there is room
_SCARCE = const(65536)  # bytes free: with less, few
_MODULE_PAGE = const(20)  # of the 60 keys of an expansion module, as on the real phone's pages
_PAGES = (
    ("/softkeys.html", "softkey", "Softkeys and XML"),
    ("/topsoftkey.html", "topsoftkey", "Top Softkeys"),
    ("/prgkeys.html", "prgkey", "Programmable Keys"),
)


def find(path, query, store, free=-1):
    """``(title, sections)``; None when the model has no such keys.

    ``sections``: the word "softkeys", the keys' prefix, the numbers to show, all numbers, those of this path, how many
    show at a time. ``free``: bytes of the heap, -1 without bound.
    """
    first = 1
    title, prefix = "Expansion Module", "expmod%s key" % path[10:11]
    families = store.keys
    for own, family, name in _PAGES:
        if path == own:
            title, prefix = name, family
    if prefix[:6] == "expmod":  # /expmodule1page1.html: there are three of them, with three pages each
        from dialtone.config.families import modules

        families = modules(store.model)
        part = path[15:16]
        if path != "/expmodule%spage%s.html" % (path[10:11], part) or part not in "123":
            return None
        first = int(part) * _MODULE_PAGE - _MODULE_PAGE + 1
    for family, count in families:
        if family == prefix:
            last = count if first == 1 and count <= _MODULE_PAGE else first + _MODULE_PAGE - 1
            turn = query[5:] if query[:5] == "page=" and query[5:].encode().isdigit() and len(query) < 8 else "1"
            size = _FEW if 0 <= free < _SCARCE else _MANY
            start = first + (int(turn) - 1) * size
            if not first <= start <= last:
                start = first
            shown = range(start, min(start + size, last + 1))
            return title, ("softkeys", prefix, shown, range(1, count + 1), range(first, last + 1), size)
    return None


def show(context, title, sections, typed, errors, notice):
    """The page as an Answer; parameters as of ``forms.show``, ``sections`` of ``find``."""
    content = _content(context, sections, typed, errors, notice)
    return Answer(400 if errors else 200, page(context, title, context.request.path, content))


def _content(*what):
    from dialtone.webui import keypages

    for piece in keypages.content(*what):
        yield piece
