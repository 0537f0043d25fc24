"""Forms generated from the parameter table.

Rows are taken from the table one at a time and never collected, and the table is imported for the length of a page
only: that keeps a page of 30 fields within its heap.
"""

from dialtone.server.answer import Answer
from dialtone.webui.html import page

_OPEN = '<section class="card"><h2>%s</h2>\n'
_FORM = '<form method="post" action="%s" autocomplete="off">\n'
_FOLDED = '<details class="card"><summary>%s</summary>\n'

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
        ("XML and Push", "", False),
    ),
    "/preferences.html": (("Time Servers", "time server", False), ("Time and Language", "", False)),
    "/upgrade.html": (("Firmware Server", "", False),),
    "/troubleshooting.html": (("Log Server", "log ", False), ("Other", "", False)),
}


def show(context, title, sections, typed, errors, notice):
    """The form as an Answer. ``typed``: texts by field that a save refused; ``errors``: reasons by parameter name."""
    content = _form(context, sections, typed, errors, notice)
    return Answer(400 if errors else 200, page(context, title, context.request.path, content))


def _form(context, sections, typed, errors, notice):
    from dialtone.config import parameters  # when the page's top has left the heap
    from dialtone.webui import fields

    path = context.request.path
    groups = _GROUPS[path]
    yield notice
    if path == "/upgrade.html":
        from dialtone.webui import upgrade

        for piece in upgrade.content(context):
            yield piece
    heading = end = ""
    for section in sections:
        for row in parameters.rows(section):
            title, folded = _heading(groups, row.name)
            folded = folded and not errors
            if title != heading:
                if not heading:
                    yield _FORM % path
                heading = title
                yield end + (_FOLDED if folded else _OPEN) % title
                end = "</details>\n" if folded else "</section>\n"
            for piece in fields.field(context.store, row, typed.get(row.field), errors.get(row.name)):
                yield piece
    if heading:
        yield end + fields.SAVE
    if path == "/troubleshooting.html":
        from dialtone.webui import troubleshooting

        for piece in troubleshooting.content(context):
            yield piece


def _heading(groups, name):
    for title, beginning, folded in groups:
        if name.startswith(beginning):
            return title, folded
    return "", False
