"""Advanced Settings > Firmware Update: what runs, what the last check came to, and two ways to another version."""

from dialtone.http.markup import escape
from dialtone.version import VERSION
from dialtone.webui.html import facts

_NOW = (
    '<form class="card" method="post" action="/reset.html"><h2>From the Server</h2>'
    '<input type="hidden" name="resetOption" value="resync">'
    '<p class="act"><button>Check Now</button> <span>Each start asks for <code>%s.st</code>%s, too. '
    "The phone restarts with what is new.</span></p></form>\n"
)
_UPLOAD = (
    '<form class="card" id="upload" method="post" action="/api/firmware" enctype="multipart/form-data">'
    "<h2>From This Computer</h2>"
    '<div class="row"><div class="name"><label for="image">Firmware image (.st)</label></div>'
    '<div><input type="file" id="image" name="image" accept=".st" required>'
    "<p>It must be signed with a key that this phone knows, and newer than what runs. Until all of it is here and "
    "checked, nothing that runs is touched; firmware that does not pass its self-test goes back by itself.</p>"
    '</div></div><p class="act"><button>Upload and Install</button> '
    '<progress hidden max="100" aria-label="Upload"></progress> <span role="status"></span></p></form>'
    '<script src="/upgrade.js?%s" defer></script>\n'
)
_AGAIN = (
    '<form class="card" method="post" action="/confirm.html"><h2>Taken Back</h2>'
    '<p class="act"><button name="do" value="again">Allow %s Again</button> '
    "<span>It was taken back, and is not loaded any more.</span></p></form>\n"
)
_BUSY = '<p class="note warn" role="status"><b>The phone is busy:</b> %s. This page follows it by itself.</p>\n'


def content(context):
    """The cards above the form."""
    phone = context.phone
    result, _, _, _, pending, error = phone.outcome
    if error:
        last = escape(str(error))
    elif pending:
        last = "%s was stored and starts with the next restart" % escape(pending)
    else:
        last = "No server was asked yet" if result == "kept" else "Nothing new"
    if phone.round:
        yield _BUSY % escape(" ".join([row for row in phone.panel.rows() if row]))
    yield '<section class="card"><h2>Firmware</h2>'
    for piece in facts((("Running version", VERSION), ("Last check", last))):
        yield piece
    yield "</section>\n"
    for piece in _taken_back(phone):
        yield piece
    model = escape(phone.platform.model)
    where = " on the firmware server below" if context.store.get("firmware server") else " on the configuration server"
    yield _NOW % (model, where)
    yield _UPLOAD % VERSION


def _taken_back(phone):
    from dialtone.update import record

    bad = record.load(phone.storage).get("bad")
    record = None
    phone.platform.unload("dialtone.update.record")
    if bad:
        yield _AGAIN % escape(str(bad))
