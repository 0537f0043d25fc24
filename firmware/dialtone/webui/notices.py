"""What every page of an administrator tells while it is so: settings that wait for their confirmation."""

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
