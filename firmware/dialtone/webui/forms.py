"""Forms generated from the parameter table.

Rows are taken from the table one at a time and never collected, and the table is imported for the length of a page
only: that keeps a page of 30 fields within its heap.
"""

from dialtone.server.answer import SCRIPTED, Answer
from dialtone.webui.html import page

_OPEN = '<section class="card"><h2>%s</h2>\n'
_FORM = '<form method="post" action="%s" autocomplete="off">\n'
_KEPT = "Kept without Effect"
_FOLDED = '<details class="card"><summary>%s</summary>\n'

# Headings of each form: the beginning of the names under it, "+" when it is folded at first, the heading. The empty
# beginning takes the rest, so that a new parameter needs no edit here. One text: tuples would take twice the heap.
_GROUPS = (
    "/provis.html\nhttps |HTTPS Settings\n|Basic Network Settings\n"
    "/actionURI.html\n|Action URI\n"
    "/configurationServer.html\ndownload |Download\nhttps |HTTPS Server\nhttp |HTTP Server\ntftp |+TFTP Server\n"
    "alternate tftp |+TFTP Server\nuse alternate tftp|+TFTP Server\nauto resync |Auto-Resync\n"
    "config files |Mandatory Files\n|XML and Push\n"
    "/preferences.html\ntime server|Time Servers\ntime zone name|Time Zone\ndst config|Time Zone\n|+Custom Time Zone\n"
    "/upgrade.html\n|Firmware Server\n"
    "/troubleshooting.html\n|Log Server\n/"
)


def show(context, title, sections, typed, errors, notice):
    """The form as an Answer. ``typed``: texts by field that a save refused; ``errors``: reasons by parameter name."""
    content = _form(context, sections, typed, errors, notice)
    answer = Answer(400 if errors else 200, page(context, title, context.request.path, content))
    if context.request.path == "/upgrade.html":  # it has a script, and follows what is under way
        answer.policy = SCRIPTED
        if context.phone.round:
            answer.fields += (("Refresh", "3;url=/upgrade.html"),)
    return answer


def _form(context, sections, typed, errors, notice):
    from dialtone.config import parameters  # when the page's top has left the heap
    from dialtone.webui import fields

    path = context.request.path
    yield notice
    if path == "/upgrade.html":
        from dialtone.webui import upgrade

        for piece in upgrade.content(context):
            yield piece
    heading = end = ""
    for row in _rows(parameters, sections):
        title, folded = _heading(path, row.name) if row.effect else (_KEPT, True)
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


def _rows(parameters, sections):
    """Those that do something, then the others: a page of fields that change nothing would hide the rest."""
    for idle in (False, True):
        for section in sections:
            for row in parameters.rows(section):
                if idle != bool(row.effect):
                    yield row


def _heading(path, name):
    """(heading, whether it is folded) of the parameter ``name``."""
    start = _GROUPS.find(path + "\n") + len(path) + 1
    while True:
        end = _GROUPS.find("\n", start)
        beginning, _, title = _GROUPS[start:end].partition("|")
        if name.startswith(beginning):
            return title.lstrip("+"), title.startswith("+")
        start = end + 1
