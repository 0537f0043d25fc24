"""Status > XML Log: what scripts said that the phone does not know, and what was wrong with them."""

from dialtone.http.markup import escape
from dialtone.server.answer import Answer
from dialtone.webui.html import page

_PATH = "/xmllog.html"
_NONE = '<p class="note">No script has said anything that this phone does not know.</p>'
_WHAT = (
    "<p>Seconds since the start; where the object came from (without query, which may hold what somebody entered); "
    "what was skipped, or why the object was refused.</p>"
)


async def serve(context):
    return Answer(200, page(context, "XML Log", _PATH, _lines(context.phone.xml_log)))


def _lines(lines):
    if not lines:
        yield _NONE
        return
    yield '<section class="card">' + _WHAT + "<pre>"
    for line in lines:
        yield escape(line) + "\n"
    yield "</pre></section>\n"
