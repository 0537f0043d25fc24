"""Settings that wait for their confirmation: what they were and are; a POST keeps them or takes them back, or
acknowledges what the crash ladder has left out."""

from asyncio import sleep_ms

from dialtone.http.markup import escape
from dialtone.server.answer import Answer
from dialtone.webui.html import page
from micropython import const

_PATH = "/confirm.html"
_ANSWER_MS = const(1500)  # for this page, before the phone restarts
_NONE = '<p class="note">No settings wait for a confirmation.</p>\n'
_GOOD = '<p class="note ok" role="status"><b>Provisioning complete.</b> %s</p>\n'
_BAD = '<p class="note bad" role="alert"><b>Not confirmed.</b> %s</p>\n'
_KEPT = "The settings stay."
_UNDONE = "The settings are as before."
_RESTARTS = "The settings are as before. The phone restarts for them."
_HEAD = (
    '<section class="card"><h2>Changed Settings</h2><table><thead><tr><th>Setting</th><th>Before</th><th>Now</th></tr>'
    "</thead>\n"
)


def serve(context):
    """GET shows; POST with ``do`` keep or undo, seen, or again: seen, and what was taken back may come once more."""
    phone = context.phone
    status, notice = 200, ""
    if context.request.method == "POST":
        what = _asked(context)
        if what == "again" or what == "seen":
            notice = _seen(context, what == "again")
        elif phone.unconfirmed:
            status, notice = _act(context, what)
    return Answer(status, page(context, "Confirm Changes", _PATH, _content(phone, notice)))


def _asked(context):
    from dialtone.http.forms import parse_form

    what = dict(parse_form(context.body)).get("do")
    context.body = parse_form = None  # what acts comes now, and needs the room
    context.phone.platform.unload("dialtone.http.forms")
    return what


def _seen(context, again):
    phone = context.phone
    if not (again or phone.trouble or phone.why):
        return ""
    from dialtone.provisioning import ladder

    modules = ladder.MODULES
    phone.log.info("web", "%s at %s has read why" % (context.role, context.peer))
    try:
        ladder.acknowledge(phone, again)
    finally:
        ladder = None
        phone.platform.unload(*modules)
    if not phone.safe:
        return _GOOD % "Acknowledged."
    phone.supervisor.spawn("restart", _restart(phone))
    return _GOOD % "The phone restarts, with all that its files and you have set."


async def _restart(phone):
    await sleep_ms(_ANSWER_MS)
    phone.restart()


def _act(context, what):
    from dialtone.provisioning import pending

    modules = pending.MODULES
    try:
        return _decide(context, what, pending)
    finally:
        pending = None
        context.phone.platform.unload(*modules)


def _decide(context, what, pending):
    phone = context.phone
    who = "%s at %s" % (context.role, context.peer)
    if what == "undo":
        phone.log.info("web", "%s takes changed settings back" % who)
        restarts = phone.unconfirmed[1] and phone.unconfirmed[2]
        pending.revert(phone)
        return 200, _GOOD % (_RESTARTS if restarts else _UNDONE)
    if what != "keep":
        return 400, _BAD % "Send do=keep or do=undo."
    reason = pending.refusal(phone, context.request.host or "")
    if reason:
        return 409, _BAD % escape(reason)
    phone.log.info("web", "%s confirms changed settings" % who)
    pending.confirm(phone)
    return 200, _GOOD % _KEPT


def _content(phone, notice):
    yield notice
    if not phone.unconfirmed:
        if not notice:
            yield _NONE
        return
    from dialtone.config import parameters
    from dialtone.provisioning import pending

    yield _HEAD
    for name, old, new in pending.rows(phone):
        row = parameters.find(name, phone.store.model)
        if row and parameters.SECRET in row.flags:
            old = new = parameters.MASK
        yield "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n" % (
            escape(row.label if row else name), escape(old or "-"), escape(new or "-"),
        )  # fmt: skip
    yield "</table></section>\n"
