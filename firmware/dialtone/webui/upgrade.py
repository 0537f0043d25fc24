"""Advanced Settings > Firmware Update: what runs, and what the last check came to."""

from dialtone.http.markup import escape
from dialtone.version import VERSION
from dialtone.webui.html import facts

_NOW = (
    '<input type="hidden" name="resetOption" value="resync">'
    '<p class="act"><button>Check Now</button> <span>Each start asks for <code>%s.st</code>%s, too. '
    "New firmware starts with the next restart.</span></p></form>\n"
)


def content(context):
    """The card above the form."""
    phone = context.phone
    source = context.store.get("firmware server")
    result, _, _, _, pending, error = phone.outcome
    if error:
        last = escape(str(error))
    elif pending:
        last = "%s was stored and starts with the next restart" % escape(pending)
    else:
        last = "No server was asked yet" if result == "kept" else "Nothing new"
    yield '<form class="card" method="post" action="/reset.html"><h2>Firmware</h2>'
    for piece in facts(
        (
            ("Running version", VERSION),
            ("Last check", last),
            ("Image", "<code>%s.st</code>" % escape(phone.platform.model)),
        )
    ):
        yield piece
    where = " on the firmware server below" if source else " on the configuration server"
    yield _NOW % (escape(phone.platform.model), where)
