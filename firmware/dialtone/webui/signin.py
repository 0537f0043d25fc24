"""The log-in page of browsers over HTTPS, and log-out. Everybody else logs in with Basic (server/refusals.py)."""

from dialtone.http.markup import escape
from dialtone.server.answer import Answer, problem
from dialtone.version import VENDOR, VERSION

_PATH = "/login.html"
_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Log In - %s %s</title>\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">\n'
    '<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css?%s"></head>\n'
)
_TOP = (
    '<body class="door"><header id="header"><a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true">'
    '<path d="M6 13v6M12.7 7v18M19.3 11v10M26 14v4"/></svg>dialtone</a><span class="model">%s %s</span></header>\n'
    '<main id="content"><h1>Log In</h1>\n%s'
)
_FORM = (
    '<form class="card" method="post" action="/login.html"><input type="hidden" name="to" value="%s">'
    '<div class="row"><label for="name">Name</label><input id="name" name="name" value="%s" '
    'autocomplete="username" autocapitalize="none" spellcheck="false" required></div>'
    '<div class="row"><label for="password">Password</label><input type="password" id="password" name="password" '
    'autocomplete="current-password" required></div>'
    '<p class="act"><button>Log In</button></p></form></main></body></html>\n'
)
_WRONG = '<p class="note bad" role="alert"><b>This name and password do not open anything.</b></p>\n'
_OUT = '<p class="note ok" role="status"><b>You are logged out.</b></p>\n'
# Not the Basic challenge, for which browsers would ask themselves (draft-broyer-http-cookie-auth)
_CHALLENGE = ("WWW-Authenticate", 'Cookie realm="%s %s"')


def serve(context):
    """The form for a page that was asked for; at its own address the log-in (``name``, ``password``, ``to``)."""
    request = context.request
    if not context.secure:
        return problem(403, "Log in over HTTPS, or with a script that sends the password itself")
    if request.path != _PATH:
        to = request.path + ("?" + request.query if request.query else "")
        return _page(context, to if request.method == "GET" else "/", "", "", 401)
    if request.method == "POST":
        return _log_in(context)
    return _page(context, "/", "", _OUT if request.query == "out" else "", 200)


def leave(context):
    """Log-out: a POST, as each change."""
    from dialtone.server import sessions

    cookie = sessions.end(context.access, context.request, context.phone.https_port)
    context.phone.log.info("web", "%s at %s has logged out" % (context.role, context.peer))
    return Answer(303, b"", fields=(("Set-Cookie", cookie), ("Location", "/login.html?out")))


def _log_in(context):
    from dialtone.http.forms import parse_form
    from dialtone.server import login

    access, peer = context.access, context.peer
    typed = dict(parse_form(context.body))
    name = typed.get("name", "")
    to = typed.get("to", "/")
    role = None if access.left_s(peer) else login.check(access, name, typed.get("password", ""))
    if not role:
        if not access.left_s(peer):
            login.failed(access, peer)
        wait_s = access.left_s(peer)
        if wait_s:
            return problem(403, "Too many wrong log-ins from here. Wait %d s" % wait_s, (("Retry-After", str(wait_s)),))
        return _page(context, to, name, _WRONG, 401)
    from dialtone.server import sessions

    access.attempts.pop(peer, None)
    cookie = sessions.begin(access, role, context.phone.https_port)
    context.phone.log.info("web", "%s at %s has logged in" % (role, peer))
    return Answer(303, b"", fields=(("Set-Cookie", cookie), ("Location", _inside(to))))


def _inside(to):
    """``to`` if that is a path on this phone, else the first page: nobody is led away by a link to the log-in."""
    good = to.startswith("/") and not to.startswith("//") and to.find("\\") < 0 and len(to) < 200
    for byte in to.encode():
        good = good and 32 < byte < 127
    return to if good else "/"


def _page(context, to, name, notice, status):
    model = escape(context.phone.platform.model)
    top = _TOP % (VENDOR, model, notice)
    body = _PAGE % (VENDOR, model, VERSION), top, _FORM % (escape(_inside(to)), escape(name))
    challenge = (_CHALLENGE[0], _CHALLENGE[1] % (VENDOR, context.phone.platform.model))
    return Answer(status, iter(body), fields=(challenge,) if status == 401 else ())
