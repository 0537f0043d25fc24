"""Operation > Reset: restarts the phone. A GET only asks."""

from asyncio import sleep_ms

from dialtone.errors import DeviceError
from dialtone.server.answer import Answer
from dialtone.webui.html import page
from micropython import const

_PATH = "/reset.html"
_WAIT_MS = const(2000)  # browsers do not cache behind a certificate warning: they come once more for the stylesheet
_RELOAD_S = "12"  # a board is back after some 8 s: Wi-Fi, address, two listeners

_FORM = (
    '<form class="card" method="post" action="/reset.html"><h2>Restart Phone</h2>'
    "<p>The phone loads its configuration files again, checks for firmware and starts anew. "
    "Calls and pages end; settings stay.</p>"
    '<input type="hidden" name="resetOption" value="0">'
    '<div class="row"><label><input type="checkbox" name="confirm" value="1" required>'
    "Yes, restart this phone</label></div>"
    '<p class="act"><button class="danger">Restart</button></p></form>\n'
)
_DEFAULTS = (
    '<form class="card" method="post" action="/reset.html"><h2>Restore to Factory Defaults</h2>'
    "<p>Erases what was set here, the saved configuration, uploaded and fetched certificates and the pin, then "
    "restarts. The phone's own key and certificate, and what the flash tool brought, stay.</p>"
    '<input type="hidden" name="resetOption" value="1">'
    '<div class="row"><label><input type="checkbox" name="confirm" value="1" required>'
    "Yes, erase all settings</label></div>"
    '<p class="act"><button class="danger">Restore Defaults</button></p></form>\n'
)
_CLEAR = (
    '<form class="card" method="post" action="/reset.html"><h2>Remove Local Configuration Settings</h2>'
    "<p>Forgets what was set here, so that the configuration files and defaults hold, then restarts.</p>"
    '<input type="hidden" name="resetOption" value="2">'
    '<div class="row"><label><input type="checkbox" name="confirm" value="1" required>'
    "Yes, forget what was set here</label></div>"
    '<p class="act"><button class="danger">Remove Local Settings</button></p></form>\n'
)
_AGAIN = (
    '<form class="card" method="post" action="/reset.html"><h2>Check for a New Configuration</h2>'
    "<p>Asks the configuration server for files and firmware, as auto resync does. The phone waits while somebody is "
    "in a menu, and restarts only if something needs it.</p>"
    '<input type="hidden" name="resetOption" value="resync">'
    '<p class="act"><button>Check Now</button></p></form>\n'
)
_BEGUN = (
    '<p class="note ok" role="status"><b>The phone asks its configuration server now.</b></p>'
    '<section class="card"><h2>Please wait</h2><p>The status page opens by itself in a moment and tells the result. '
    'If it does not, <a href="/sysinfo.html">open it here</a>.</p></section>\n'
)
_OTHER = (
    '<p class="note bad" role="alert">This page takes resetOption 0 (restart), resync and, over HTTPS with '
    "confirm=1, 1 and 2.</p>"
)
_GONE = (
    '<p class="note ok" role="status"><b>The phone restarts now.</b></p>'
    '<section class="card"><h2>Please wait</h2><p>The status page opens by itself in a moment. '
    'If it does not, <a href="/sysinfo.html">open it here</a>.</p></section>\n'
)


async def serve(context):
    """GET asks; POST with the real phone's ``resetOption`` 0 restarts soon after the answer, with 1 as a new phone,
    with 2 without what was set here.
    """
    forms = (_AGAIN, _FORM, _CLEAR, _DEFAULTS) if context.secure else (_AGAIN, _FORM)
    if context.request.method != "POST":
        return Answer(200, page(context, "Reset", _PATH, forms))
    from dialtone.http.forms import parse_form

    typed = dict(parse_form(context.body))
    option = typed.get("resetOption", "")
    # These two take a pin away: rule 11
    erase = option if option in ("1", "2") and context.secure and typed.get("confirm") == "1" else ""
    if option == "resync":
        text = _BEGUN
        if context.phone.round:
            text = text.replace("asks its configuration server now", "is busy with that, or an update, already")
        return resync(context, Answer(200, page(context, "Reset", _PATH, (text,)), fields=_fields("5")))
    if option != "0" and not erase:
        return Answer(400, page(context, "Reset", _PATH, (_OTHER,) + forms))
    what = {"1": "factory defaults", "2": "removing local settings"}.get(erase, "restart")
    context.phone.log.info("web", "%s asked for by %s at %s" % (what, context.role, context.peer))
    answer = Answer(200, page(context, "Reset", _PATH, (_GONE,)), fields=_fields(_RELOAD_S))
    answer.after = lambda: context.phone.supervisor.spawn("restart", _restart(context.phone, erase))
    return answer


def resync(context, answer):
    """``answer``, after which a round with the configuration server begins, unless one is under way; also that of
    ``POST /api/resync``."""
    context.phone.log.info("web", "resync asked for by %s at %s" % (context.role, context.peer))
    answer.after = context.phone.refresh
    return answer


def _fields(seconds):
    return (("Refresh", seconds + ";url=/sysinfo.html"),)


async def _restart(phone, erase):
    await sleep_ms(_WAIT_MS)
    if erase == "1":
        from dialtone.storage import defaults

        defaults.erase(phone.storage)
    elif erase:
        if phone.heap.relieve:
            phone.heap.relieve()  # the pages have left: what looks at each setting needs their room
        try:
            phone.store.clear_local("https page")
            phone.save_local()
        except (DeviceError, MemoryError) as error:
            phone.log.error("web", "local settings are not removed: %s" % error)
    phone.restart()
