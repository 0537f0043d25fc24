"""Status > TLS Connections: the last ones that this phone opened, and what it thought of the other side."""

from dialtone.http.markup import escape
from dialtone.server.answer import Answer
from dialtone.webui.html import page

_ABOUT = (
    '<p class="note tip">The last 20, newest first, times in UTC. <b>verified</b>: chain, dates and host name are '
    "good, over TLS 1.2 or later. <b>accepted</b>: the settings let pass what is named. <b>refused</b>: nothing was "
    "sent.</p>\n"
)
_HEAD = "<thead><tr><th>Time</th><th>Server</th><th>TLS</th><th>Certificates</th><th>Verdict</th></tr></thead>\n"


async def serve(context):
    """GET /tlsEvents.html."""
    return Answer(200, page(context, "TLS Connections", "/tlsEvents.html", _content(context.phone.platform.tls_events)))


def _content(events):
    yield _ABOUT
    yield '<section class="card"><table class="list">' + _HEAD
    for event in events:
        when, server, version, suite, subjects, verdict, reason = [escape(field) for field in event.split("\t")]
        kind = {"verified": "set", "refused": "lock"}.get(verdict, "default")
        yield "<tr><td>%s</td><td>%s</td><td>%s<br><small>%s</small></td><td>%s</td>" % (
            when.replace("-", "&#8209;"), server, version, suite.replace("-", "-<wbr>"), subjects,
        )  # fmt: skip
        yield '<td><span class="tag %s">%s</span> %s</td></tr>\n' % (kind, verdict, reason)
    if not events:
        yield '<tr><td colspan="5">None since the phone has started.</td></tr>'
    yield "</table></section>\n"
