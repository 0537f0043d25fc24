"""Configuration Files: to take home, to look at before they count, and what a dry run has come to."""

from dialtone.http.markup import escape
from dialtone.provisioning import plan

_CARD = '<section class="card"><h2>%s</h2>'
_BUSY = (
    '<p class="note warn" role="status"><b>The phone is busy with a file, or asks its server.</b> '
    "This page opens again by itself.</p>\n"
)
_BAD = '<p class="note bad" role="alert"><b>Nothing was changed.</b> %s</p>\n'
_GOOD = '<p class="note ok" role="status"><b>Provisioning complete.</b> %s is in force: %s changed.%s</p>\n'
_RESTART = ' <a href="/reset.html">Restart</a> for all of it to take effect.'
_PLAIN = _CARD % "Upload" + '<p>Over HTTPS only: <a href="%s">open it there</a>.</p></section>\n'
_CHANGES = (
    '<table class="plan list"><thead><tr><th scope="col">Setting</th><th scope="col">Now</th>'
    '<th scope="col">Then</th></tr></thead>\n'
)
_WRONG = (
    '<section class="card"><h2>What Is Wrong With It</h2><table><thead><tr><th scope="col">Where</th>'
    '<th scope="col">What</th></tr></thead>\n'
)
_WHEN = {"": "without effect", "reconnect": "with the next connection", "restart": "after a restart"}
_YES = (
    '<form class="card" method="post" action="/files.html"><h2>Use It</h2><p>%s</p>'
    '<input type="hidden" name="plan" value="%s"><p class="act"><button name="do" value="apply">Put in Force</button> '
    '<button class="danger" name="do" value="undo">Discard</button></p></form>\n'
)
_OURS = "It replaces all that was set on this phone; log-in passwords that it does not name stay."
_THEIRS = "It counts as a file of the configuration server until that is asked again. What was set on this phone stays."
_UNDONE = " Some of it goes back unless you confirm it."


def content(context):
    """What is below the page's top."""
    from dialtone.webui import assets

    phone = context.phone
    said = None
    if phone.round:
        yield _BUSY
    else:
        said = plan.said(phone.storage)
    if said:
        for piece in _said(phone.storage, said, context.secure):
            yield piece
    for piece in assets.pieces("/files.html"):
        yield bytes(piece)
    if context.secure:
        for piece in assets.pieces("/import.html"):
            yield bytes(piece)
    else:
        from dialtone.server.refusals import https_url

        yield _PLAIN % escape(https_url(phone, context.request))
    phone.platform.unload("dialtone.webui.dryrun", "dialtone.provisioning.plan")  # a POST comes next, with its code


def _said(storage, said, secure):
    """What the last file has come to: words, or the plan with its two buttons."""
    if said[0] == "-":
        yield _BAD % escape(said[1])
        return
    if said[0] == "+":
        yield _GOOD % (escape(said[1]), _settings(said[2]), _RESTART if said[3] != "0" else "")
        return
    _, number, _, fresh, title, changes, restarts, confirm, unused, problems = said
    yield _CARD % ("Dry Run of " + escape(title)) + "<p>%s would change" % _settings(changes)
    yield ", %s of them after a restart." % restarts if restarts != "0" else "; no restart is needed."
    yield " Nothing is in force yet.</p>"
    for piece in _changes(storage, changes):
        yield piece
    if unused != "0":
        yield "<p>Lines that this firmware does not use, and keeps: %s.</p>" % unused
    yield "</section>\n"
    for piece in _problems(storage, problems):
        yield piece
    if secure:
        about = (_OURS if fresh[3] == "1" else _THEIRS) + (_UNDONE if confirm != "0" else "")
        yield _YES % (about, escape(number))


def _settings(count):
    return "one setting" if count == "1" else "%s settings" % (count if count != "0" else "no")


def _changes(storage, count):
    if count == "0":
        return
    yield _CHANGES
    for line in storage.lines(plan.TEXT):
        if line[:1] == b"~":
            name, label, old, new, effect, origin, lock, _ = _fields(line)
            when = " ".join([part for part in (_WHEN.get(effect), lock) if part])
            yield "<tr><td>%s<br><small>%s: %s</small></td><td>%s</td>" % (label, name, origin, old or "-")
            yield "<td>%s%s</td></tr>\n" % (new or "-", '<br><span class="tag lock">%s</span>' % when if when else "")
    yield "</table>"


def _fields(line):
    return [escape(field) for field in line[1:].decode().rstrip("\n").split("\t")]


def _problems(storage, count):
    if count == "0":
        return
    yield _WRONG
    shown = 0
    for line in storage.lines(plan.TEXT):
        if line[:1] == b"!":
            file, number, column, reason, meant = _fields(line)
            shown += 1
            place = " line %s, column %s" % (number, column) if number != "0" else ""
            hint = ". Did you mean <code>%s</code>?" % meant if meant else ""
            yield "<tr><td>%s%s</td><td>%s%s</td></tr>\n" % (file, place, reason, hint)
    if int(count) > shown:
        yield "<tr><td></td><td>and %d more</td></tr>" % (int(count) - shown)
    yield "</table></section>\n"
