"""Operation > the keys: each key of the model with all that can be set of it, as many as the heap takes at a time."""

from dialtone.http.markup import escape
from dialtone.webui import fields

_NOTE = (
    '<p class="note tip">Open a key to see and change it. Types that need calling are kept and shown, but this '
    "firmware does not call.%s</p>\n"
)
_MORE = " %d keys show at a time: save before you turn the page."
_PLACES = '<nav class="places" aria-label="%s">'
_PLACE = '<a href="%s"%s>%s</a>'
_HERE = ' aria-current="page"'
_FORM = '<form method="post" action="%s%s" autocomplete="off">\n'
_KEY = '<details class="card"%s><summary>%s %d <span class="tag %s">%s</span> %s</summary>\n'
_NAMES = {"softkey": "Softkey", "topsoftkey": "Top softkey"}


def content(context, sections, typed, errors, notice):
    """What is below the page's top; parameters as of ``keyplaces.show``."""
    from dialtone.config import keyrows

    store, query = context.store, context.request.query
    _, prefix, shown, _, places, size = sections
    yield notice + _NOTE % (_MORE % size if len(places) > len(shown) else "")
    for piece in _places(context.request.path, prefix, shown, places, size):
        yield piece
    yield _FORM % (context.request.path, "?" + escape(query) if query else "")
    number = 0
    for row in keyrows.rows(prefix, shown):
        word = row.name.rpartition(" ")[2]
        if word == "type":
            if number:
                yield "</details>\n"
            number = shown[0] if not number else number + 1
            yield _key(store, prefix, number, errors)
        # Only the keys beside the display know states (guide of the 57i, p. 56), and only files lock a key.
        if word != "locked" and (word != "states" or prefix == "softkey"):
            shared = word, number != shown[0]  # the same words help with each key
            for piece in fields.field(store, row, typed.get(row.field), errors.get(row.name), shared):
                yield piece
    yield "</details>\n" + fields.SAVE


def _key(store, prefix, number, errors):
    """What shows of a key while it is folded."""
    own = "%s%d " % (prefix, number)
    kind = store.get(own + "type")
    mark = "lock" if store.locked(own + "type") else "default" if kind == "none" else "set"
    wrong = [name for name in errors if name.startswith(own)]
    return _KEY % (
        " open" if wrong else "", _NAMES.get(prefix, "Key"), number, mark, kind, escape(store.get(own + "label")),
    )  # fmt: skip


def _places(path, prefix, shown, places, size):
    """Links to the other modules, and to the other keys of the family."""
    if prefix[:6] == "expmod":
        yield _PLACES % "Modules"
        for module in "123":
            here = _HERE if module == prefix[6:7] else ""
            yield _PLACE % ("/expmodule%spage1.html" % module, here, "Module " + module)
        yield "</nav>\n"
        parts = [("%s%d.html" % (path[:15], part), range(part * 20 - 19, part * 20 + 1)) for part in (1, 2, 3)]
    elif len(places) == len(shown):
        return
    else:
        parts = ((path, places),)
    yield _PLACES % "Keys"
    for href, numbers in parts:
        for first in range(numbers[0], numbers[-1] + 1, size):
            yield _PLACE % (
                "%s?page=%d" % (href, (first - numbers[0]) // size + 1),
                _HERE if shown[0] == first else "",
                "%d&#8211;%d" % (first, min(first + size - 1, numbers[-1])),
            )
    yield "</nav>\n"
