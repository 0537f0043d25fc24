"""Forms generated from the parameter table: what a field shows.

Rows are taken from the table one at a time and never collected, and the table is imported for the length of a page
only: that keeps a page of 30 fields within its heap.
"""

from dialtone.http.forms import escape
from dialtone.server.answer import Answer
from dialtone.webui.html import page

_WHEN = {
    "live": "Takes effect at once.",
    "reconnect": "Takes effect with the next connection.",
    "restart": "Takes effect after a restart.",
}
_OPEN = '<section class="card"><h2>%s</h2>\n'
_FOLDED = '<details class="card"><summary>%s</summary>\n'
_SAVE = (
    '<p class="act"><button>Save Settings</button> '
    "<span>What is set here beats the configuration files, unless they lock it.</span></p></form>\n"
)

# Headings of the forms: (heading, beginning of the names under it, whether it is folded at first). The empty beginning
# takes the rest, so that a new parameter needs no edit here.
_GROUPS = {
    "/provis.html": (("HTTPS Settings", "https ", False), ("Basic Network Settings", "", False)),
    "/actionURI.html": (("Action URI", "", False),),
    "/configurationServer.html": (
        ("Download", "download ", False),
        ("HTTPS Server", "https ", False),
        ("HTTP Server", "http ", False),
        ("TFTP Server", "tftp ", True),
        ("TFTP Server", "alternate tftp ", True),
        ("TFTP Server", "use alternate tftp", True),
        ("FTP Server", "ftp ", True),
        ("Auto-Resync", "auto resync ", False),
        ("Firmware", "firmware ", False),
        ("XML and Push", "", False),
    ),
}


def show(context, title, sections, typed, errors, notice):
    """The form as an Answer. ``typed``: texts by field that a save refused; ``errors``: reasons by parameter name."""
    content = _form(context, sections, typed, errors, notice)
    return Answer(400 if errors else 200, page(context, title, context.request.path, content))


def _form(context, sections, typed, errors, notice):
    from dialtone.config import parameters  # when the page's top has left the heap

    groups = _GROUPS[context.request.path]
    yield notice
    yield '<form method="post" action="%s" autocomplete="off">\n' % context.request.path
    heading = end = ""
    for section in sections:
        for row in parameters.rows(section):
            title, folded = _heading(groups, row.name)
            folded = folded and not errors
            if title != heading:
                heading = title
                yield end + (_FOLDED if folded else _OPEN) % title
                end = "</details>\n" if folded else "</section>\n"
            for piece in _field(context.store, row, typed.get(row.field), errors.get(row.name)):
                yield piece
    yield end
    yield _SAVE


def _heading(groups, name):
    for title, beginning, folded in groups:
        if name.startswith(beginning):
            return title, folded
    return "", False


def _field(store, row, typed, error):
    """One row: label, where the value comes from, control, what is wrong with what was typed, help."""
    from dialtone.config import parameters

    key = row.field
    origin = store.origin(row.name)
    locked = store.locked(row.name)
    kind = "default" if origin == "default" else "lock" if locked else "set"
    text = ("locked by " if locked else "") + escape(origin)
    yield '<div class="row"><div class="name"><label for="%s">%s</label>' % (key, escape(row.label))
    yield '<span class="tag %s" id="%s-o">%s</span></div><div>' % (kind, key, text)
    locked = locked or parameters.FILE_ONLY in row.flags
    about = '%s-h %s-o"%s' % (key, key, " disabled" if locked else "")
    if error:
        about = '%s-e %s aria-invalid="true"' % (key, about)
    named = 'id="%s" name="%s" aria-describedby="%s' % (key, key, about)
    for piece in _control(row, key, store.get(row.name) if typed is None else typed, named, locked):
        yield piece
    if error:
        yield '<p class="err" id="%s-e">%s</p>' % (key, escape(error))
    bounds = ""
    if row.kind == "int":
        bounds = " %s to %s." % tuple(row.domain.split(".."))
    yield '<p id="%s-h">%s%s %s</p></div></div>\n' % (key, escape(row.help), bounds, _WHEN.get(row.effect, ""))


def _control(row, key, value, named, locked):
    from dialtone.config import parameters

    kind = row.kind
    if kind == "bool":
        # A box that is not ticked sends nothing; the hidden 0 before it tells "off" from "not on this form".
        if not locked:
            yield '<input type="hidden" name="%s" value="0">' % key
        yield '<input type="checkbox" value="1" %s%s>' % (named, " checked" if value == "1" else "")
    elif kind == "choice" or kind == "method":
        yield "<select %s>" % named
        known = False
        for pair in row.domain.split(","):
            choice, _, label = pair.partition("=")
            mark = " selected" if choice == value else ""
            known = known or choice == value
            yield '<option value="%s"%s>%s</option>' % (escape(choice), mark, escape(label))
        if not known:  # what was typed, never silently another one
            yield "<option selected>%s</option>" % escape(value)
        yield "</select>"
    elif parameters.SECRET in row.flags:
        yield '<input type="password" %s placeholder="unchanged" autocomplete="new-password">' % named
    else:
        more = ' inputmode="numeric"' if kind == "int" else ""
        yield '<input %s%s value="%s" spellcheck="false">' % (named, more, escape(value))
