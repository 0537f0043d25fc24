"""Forms generated from the parameter table: what a field shows, and what a save does.

Rows are taken from the table one at a time and never collected, and the table is imported for the length of a page
only: that keeps a page of 30 fields within its heap.
"""

from dialtone.config.store import ON_DEMAND
from dialtone.errors import CallerError
from dialtone.http.forms import escape, parse_form
from dialtone.server.answer import Answer
from dialtone.webui.html import note, page

_WHEN = {
    "live": "Takes effect at once.",
    "reconnect": "Takes effect with the next connection.",
    "restart": "Takes effect after a restart.",
}
_SECRET = "S"  # flags of a row, as config.parameters names them
_FILE_ONLY = "F"
_OPEN = '<section class="card"><h2>%s</h2>\n'
_FOLDED = '<details class="card"><summary>%s</summary>\n'
_SAVE = '<p class="act"><button>Save Settings</button> <span>What is set here beats the configuration files, unless they lock it.</span></p></form>\n'


# Each form: its title, the sections of the parameter table, and the headings: (heading, beginning of the names under
# it, whether it is folded at first). The empty beginning takes the rest: a new parameter needs no edit here.
FORMS = {
    "/provis.html": (
        "Network",
        ("https", "network"),
        (("HTTPS Settings", "https ", False), ("Basic Network Settings", "", False)),
    ),
    "/configurationServer.html": (
        "Configuration Server",
        ("configuration server", "firmware", "xml"),
        (
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
    ),
}


async def serve(context):
    """GET shows the form; POST saves all of what it brings, or nothing, and shows the form again."""
    title, sections, groups = FORMS[context.request.path]
    typed = {}
    errors = {}
    notice = ""
    if context.request.method == "POST":
        typed = dict(parse_form(context.body))  # the last value of a field wins: a ticked box follows its hidden 0
        changes = _changes(context, sections, typed, errors)
        if not errors:
            await _save(context, changes)
        notice = _verdict(changes, errors)
        if not errors:
            typed = {}
    content = _form(context, sections, groups, typed, errors, notice)
    return Answer(400 if errors else 200, page(context, title, context.request.path, content))


def _rows(sections):
    from dialtone.config import parameters

    for section in sections:
        for row in parameters.rows(section):
            yield row


def _sent(row, typed):
    """What was sent for a row: under the real phone's field name, else under the parameter's own with underscores."""
    text = typed.get(row.field)
    return typed.get(row.name.replace(" ", "_")) if text is None else text


def _changes(context, sections, typed, errors):
    """The rows whose sent value differs from the one in force, as (name, text, effect); ``errors`` explains bad ones."""
    store = context.store
    changes = []
    for row in _rows(sections):
        text = _sent(row, typed)
        if text is None or (not text and _SECRET in row.flags):
            continue  # an empty password field means unchanged: pages never show the stored one
        current = store.get(row.name)
        try:
            if text != current and store.check(row.name, text, _source(context)) != current:
                changes.append((row.name, text, row.effect))
        except CallerError as error:
            errors[row.name] = str(error)
    return changes


def _source(context):
    return "https page" if context.secure else "http page"


async def _save(context, changes):
    for name, text, _ in changes:
        context.store.set_local(name, text, _source(context))
    if changes:
        names = ", ".join([name for name, _, _ in changes])
        context.phone.log.info("web", "%s at %s set %s" % (context.role, context.peer, names))
        await context.phone.save_local()
        # What checked the values is not needed for the page that follows; the table itself is.
        context.phone.platform.unload(*[name for name in ON_DEMAND if not name.endswith("parameters")])


def _verdict(changes, errors):
    if errors:
        return note("bad", "<b>Nothing was saved.</b> Correct the marked fields and save again.")
    text = "<b>Provisioning complete.</b>"  # what scripts for the real phone look for (facts page, 7.1)
    if not changes:
        text += " Nothing was different."
    elif [1 for _, _, effect in changes if effect == "restart"]:
        text += ' <a href="/reset.html">Restart the phone</a> for all of it to take effect.'
    return note("ok", text)


def _form(context, sections, groups, typed, errors, notice):
    yield notice
    yield '<form method="post" action="%s" autocomplete="off">\n' % context.request.path
    heading = end = ""
    for row in _rows(sections):
        title, folded = _heading(groups, row.name)
        if title != heading:
            heading = title
            yield end + (_FOLDED if folded and not errors else _OPEN) % title
            end = "</details>\n" if folded and not errors else "</section>\n"
        for piece in _field(context.store, row, _sent(row, typed), errors.get(row.name)):
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
    key = row.field
    origin = store.origin(row.name)
    locked = store.locked(row.name)
    kind = "default" if origin == "default" else "lock" if locked else "set"
    text = ("locked by " if locked else "") + escape(origin)
    yield '<div class="row"><div class="name"><label for="%s">%s</label>' % (key, escape(row.label))
    yield '<span class="tag %s" id="%s-o">%s</span></div><div>' % (kind, key, text)
    locked = locked or _FILE_ONLY in row.flags
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
            mark = ' selected' if choice == value else ""
            known = known or choice == value
            yield '<option value="%s"%s>%s</option>' % (escape(choice), mark, escape(label))
        if not known:  # what was typed, never silently another one
            yield "<option selected>%s</option>" % escape(value)
        yield "</select>"
    elif _SECRET in row.flags:
        yield '<input type="password" %s placeholder="unchanged" autocomplete="new-password">' % named
    else:
        more = ' inputmode="numeric"' if kind == "int" else ""
        yield '<input %s%s value="%s" spellcheck="false">' % (named, more, escape(value))
