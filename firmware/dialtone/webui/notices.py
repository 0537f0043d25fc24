"""What every page of an administrator tells while it is so: settings that wait for their confirmation, and what the
phone leaves out because it kept ending soon after its start, or why its last firmware was taken back."""

from dialtone.http.markup import escape

_KEEP = '<button name="do" value="keep">Keep Them</button> '
_FIRST = ' They are in force after a <a href="/reset.html">restart</a>, and can be kept then.'


def unconfirmed(phone):
    """The note with its buttons."""
    until, restart, in_force = phone.unconfirmed
    left = max(until - phone.clock.uptime_s(), 0)
    left = "%d s" % left if left < 120 else "%d min" % ((left + 30) // 60)
    yield '<div class="note warn"><b>Changed settings are not confirmed.</b> They go back in %s.' % left
    waits = restart and not in_force
    yield (_FIRST if waits else "") + '<form method="post" action="/confirm.html"><p class="act">'
    yield ("" if waits else _KEEP) + '<button class="danger" name="do" value="undo">Undo Now</button> '
    yield '<a href="/confirm.html">Show them</a></p></form></div>\n'


_LEFT_OUT = (
    "",
    "it went back to the <b>local settings of the time before</b>",
    "it runs <b>without its local settings</b>",
    "it is in <b>safe mode</b>: no scripts, and nothing from the configuration server but passwords and network",
)
_ASIDE = " What was set here is in <code>local.cfg.bad</code> in its storage."
_MENDED = " Since then it has run well and leaves nothing more out."


def trouble(phone):
    """The note and the button of who has read it."""
    yield '<div class="note bad" role="alert">'
    if phone.why:
        yield "<b>The last update was taken back.</b> %s. " % escape(phone.why)
    if phone.trouble:
        yield "<b>The phone kept ending soon after its start</b>, so "
        yield _LEFT_OUT[phone.trouble] + "." + ("" if phone.safe or phone.trouble < 3 else _MENDED)
        yield _ASIDE if phone.storage.exists("local.cfg.bad") else ""
    yield '<form method="post" action="/confirm.html"><p class="act"><button name="do" value="seen">'
    yield "Leave Safe Mode and Restart" if phone.safe else "Acknowledge"
    yield "</button></p></form></div>\n"
