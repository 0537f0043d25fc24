"""What a form's POST does: all of its changes are applied, or none."""

from dialtone.config.store import LOCAL
from dialtone.errors import CallerError, DeviceError

# Applying the values needs the room of what has checked them, and writing the file that of what has applied them
_READ = ("dialtone.config.parameters", "dialtone.config.keyrows", "dialtone.webui.keysent")
_DECIDED = ("dialtone.server.policy", "dialtone.server.changing", "dialtone.server.posted")
_CHECKED = ("dialtone.config.editing", "dialtone.config.values", "dialtone.config.parameters")
_CHECKED += ("dialtone.config.strict", "dialtone.config.keyrows", "dialtone.config.rowtext", "dialtone.webui.keysent")
_BAD = '<p class="note bad" role="alert"><b>Nothing was saved.</b> Correct the marked fields and save again.</p>\n'
# The first words are what scripts for the real phone look for (facts page, 7.1).
_GOOD = '<p class="note ok" role="status"><b>Provisioning complete.</b>%s</p>\n'
# Sections that go back unless confirmed: with a mistake there nobody reaches the phone, or it no server
_UNCONFIRMED = ("network", "configuration server")
_RESTART = ' <a href="/reset.html">Restart the phone</a> for all of it to take effect.'


async def serve(context, title, sections):
    """The form as it is after the POST, or with what was typed and why it was refused.

    ``sections``: ids of the table; or, of a page of keys, what ``keyplaces.find`` gives.
    """
    outcome = save(context, sections)
    context.faces.shed()
    if sections[0] == "softkeys":
        from dialtone.webui import keyplaces

        return keyplaces.show(context, title, sections, *outcome)
    from dialtone.webui import forms

    return forms.show(context, title, sections, *outcome)


def save(context, sections):
    """(typed, errors, notice) of a POST: texts by field and reasons by parameter when it was refused; HTML to show."""
    typed = _parsed(context)
    if sections[0] == "softkeys":
        from dialtone.webui import keysent

        keysent.differing(context.store, sections[1], typed)
    errors = {}
    changes = _changes(context, sections, typed, errors)
    if errors:
        return typed, errors, _BAD
    if not changes:
        return {}, errors, _GOOD % " Nothing was different."
    typed = None  # keys are drawn anew while the values are put in force, and need the room
    restart = _RESTART if "restart" in [change[2] for change in changes] else ""
    _apply(context, changes)
    names = ", ".join([change[0] for change in changes])
    context.phone.log.info("web", "%s at %s set %s" % (context.role, context.peer, names))
    return {}, errors, _GOOD % restart


def _parsed(context):
    from dialtone.http.forms import parse_form

    typed = dict(parse_form(context.body))  # the last value of a field wins: a ticked box follows its hidden 0
    context.body = parse_form = None  # what checks comes now, and needs the room
    context.phone.platform.unload("dialtone.http.forms", "dialtone.server.login", *_DECIDED)
    return typed


def _apply(context, changes):
    """Sets the checked values and writes them to flash, or leaves all as it was."""
    phone, store = context.phone, context.store
    unload = phone.platform.unload
    before = store.layers[LOCAL]
    seconds = store.number("change confirm timeout")
    try:
        unload(*_CHECKED)
        from dialtone.config import winning

        winning.put_all(store, [change[:2] for change in changes], _source(context))
        winning = None
        unload("dialtone.config.winning")
        names = [change[0] for change in changes if change[2] and change[3] in _UNCONFIRMED]
        if not seconds or not names:
            return phone.save_local()
        restart = [1 for change in changes if change[2] == "restart" and change[3] in _UNCONFIRMED]
        from dialtone.provisioning import pending

        pending.save(phone, seconds, before, names, bool(restart))
    except (DeviceError, MemoryError):
        store.restore_local(before)
        raise


def _source(context):
    return "https page" if context.secure else "http page"


def _changes(context, sections, typed, errors):
    """The rows whose sent value is not the one in force: (name, value, effect, section). ``errors`` takes bad ones."""
    store = context.store
    differing = _differing(store, sections, typed)
    store.forget()
    context.phone.platform.unload(*_READ)  # the table and what judges values do not fit side by side
    from dialtone.config import editing

    changes = []
    for row, text in differing:
        try:
            text = editing.admissible(store, row, text, _source(context))
            if text != store.get(row.name):
                changes.append((row.name, text, row.effect, row.section))
        except CallerError as error:
            errors[row.name] = str(error)
    return changes


def _differing(store, sections, typed):
    """(Row without its help, text) of each field that is another one than the value in force."""
    from dialtone.config import rowtext

    found = []
    for row in _rows(sections, typed):
        text = _sent(row, typed)
        if text is None or (not text and rowtext.SECRET in row.flags):
            continue  # an empty password field means unchanged: pages never show the stored one
        if text != store.get(row.name):
            found.append((rowtext.Row(*row[:9], "", row.section), text))
    return found


def _rows(sections, typed):
    """The rows that a POST can set."""
    if sections[0] == "softkeys":
        from dialtone.webui import keysent

        return keysent.rows(sections, typed)
    from dialtone.config import parameters

    return (row for section in sections for row in parameters.rows(section))


def _sent(row, typed):
    """What was sent for a row: under the real phone's field name, else under the parameter's own with underscores."""
    text = typed.get(row.field)
    if text is None:
        text = typed.get(row.name.replace(" ", "_"))
        if text is not None:
            typed[row.field] = text  # where the form looks for it
    return text
