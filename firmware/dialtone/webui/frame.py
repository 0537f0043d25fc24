"""The top of every page: head, header, menu, the warnings that are due. Leaves the heap before the page's own content
comes, which needs its room (html.py).
"""

from dialtone.http.markup import escape
from dialtone.version import VENDOR, VERSION

_MODULE = "/expmodule1page1.html"
# Pages that only some models have, with the family of keys; those with 20 softkeys take modules
_KEYS = {"/softkeys.html": "softkey", "/topsoftkey.html": "topsoftkey", "/prgkeys.html": "prgkey", _MODULE: True}
# The menu follows the real phone's (facts page, 7.2): headings, and paths with their titles; "*": users see it, too.
# One text, because tuples of all that would take three times the heap.
_MENU = (
    "Status\n*/sysinfo.html System Information\n/tlsEvents.html TLS Connections\n/xmllog.html XML Log\n"
    "Operation\n*/password.html Passwords\n/softkeys.html Softkeys and XML\n/topsoftkey.html Top Softkeys\n"
    "/prgkeys.html Programmable Keys\n/expmodule1page1.html Expansion Module\n"
    "/files.html Configuration Files\n/reset.html Reset\n"
    "Basic Settings\n/preferences.html Preferences\n"
    "Advanced Settings\n/provis.html Network\n/actionURI.html Action URI\n"
    "/configurationServer.html Configuration Server\n/upgrade.html Firmware Update\n/trust.html Trusted Servers\n"
    "/certificates.html Certificates\n/troubleshooting.html Troubleshooting\n"
)

_TOP = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>%s - %s %s</title>\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">\n'
    '<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css?%s"></head>\n'
)
_UNTIL = ": until then these pages <b>only show settings</b>, and change none"
_END = "</main></body></html>\n"
_LEAVE = '<form method="post" action="/logout.html"><button>Log out</button></form>'
_HEADER = (
    '<body><a class="skip" href="#content">Skip to content</a>\n'
    '<header id="header"><a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true">'
    '<path d="M6 13v6M12.7 7v18M19.3 11v10M26 14v4"/></svg>dialtone</a>'
    '<span class="model">%s %s</span><span class="who">%s<b class="%s">%s</b>%s</span>'
    '<a class="go" href="#sidebar">Menu</a></header>\n'
)


def top(context, title, path):
    """Yields the top of the page ``title`` at ``path`` in short texts."""
    model = escape(context.phone.platform.model)
    yield _TOP % (title, VENDOR, model, VERSION)  # the version: a browser keeps the stylesheet until the next one
    secure = ("secure", "HTTPS") if context.secure else ("plain", "HTTP")
    session = context.secure and context.access.sessions and context.request.header("authorization") is None
    yield _HEADER % (VENDOR, model, context.role, secure[0], secure[1], _LEAVE if session else "")
    for piece in _menu(context.role, path, context.store.keys):
        yield piece
    yield '<main id="content" tabindex="-1"><h1>%s</h1>\n' % title
    for piece in _warnings(context):
        yield piece
    context.end = _END
    if path != "/password.html" and context.reading_only():
        context.end = "</fieldset>" + _END
        yield "<fieldset disabled>"


def entries():
    """Yields (path, title, whether users see it) of the menu; a heading has no path and stands before its pages."""
    start = 0
    while start < len(_MENU):
        end = _MENU.find("\n", start)
        line = _MENU[start:end]
        start = end + 1
        if "/" in line:
            path, _, title = line.partition(" ")
            yield path.lstrip("*"), title, path.startswith("*")
        else:
            yield "", line, True


def _menu(role, path, keys):
    if path[:10] == "/expmodule":
        path = _MODULE
    families = ["", ("softkey", 20) in keys] + [family for family, _ in keys]
    yield '<nav id="sidebar" aria-label="Pages">'
    heading = end = ""
    for href, title, seen in entries():
        if not href:
            heading = title
        elif (seen or role == "admin") and _KEYS.get(href, "") in families:
            if heading:
                yield "%s<h2>%s</h2><ul>" % (end, heading)
                heading, end = "", "</ul>"
            here = ' aria-current="page"' if href == path else ""
            yield '<li><a href="%s"%s>%s</a></li>' % (href, here, title)
    yield end + "</nav>\n"


def _warnings(context):
    if not context.secure:
        from dialtone.server.refusals import https_url

        yield '<p class="note warn">This page came over plain HTTP: <b>the password is readable on this network</b>.'
        if context.phone.https_port:
            yield ' <a href="%s">Use HTTPS instead</a>' % escape(https_url(context.phone, context.request))
        yield "</p>\n"
    method = context.store.get("https client method")
    if method in ("SSLv3", "TLSv1"):
        yield '<p class="note bad"><b>Insecure method in use:</b> the phone downloads over %s, ' % method
        yield "which others on the way can break. Use <b>TLS</b> as soon as the server can.</p>\n"
    if context.role != "admin":
        return
    if context.phone.unconfirmed:
        from dialtone.webui import notices

        for piece in notices.unconfirmed(context.phone):
            yield piece
    if context.phone.trouble or context.phone.why:
        from dialtone.webui import notices

        for piece in notices.trouble(context.phone):
            yield piece
    if not context.store.flag("https validate certificates"):
        yield '<p class="note warn">Certificate validation is off: the phone accepts <b>any server</b>.</p>\n'
    if context.store.origin("admin password") == "default":
        yield '<p class="note warn">The admin password is still the one every phone comes with. '
        yield '<a href="/password.html">Change it</a>%s.</p>\n' % (_UNTIL if context.reading_only() else "")
