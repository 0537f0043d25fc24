"""The one page of the set-up access point: a form for name, password and server of the network."""

from dialtone.errors import CallerError
from dialtone.http.markup import escape
from dialtone.server import changing
from dialtone.server.answer import Answer, problem
from dialtone.server.connection import Connection
from dialtone.version import VENDOR, VERSION
from micropython import const

_BODY = const(1024)  # of the form: three fields, percent-encoded
_NAME = const(32)  # bytes of a network's name (IEEE 802.11, 9.4.2.2)
_LEAST = const(8)  # characters of a passphrase (IEEE 802.11, J.4.1); 64: the key itself in hexadecimal
_MOST = const(64)
_ASSETS = ("/style.css", "/icon.svg")
_TOP = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Wi-Fi Set-up - %s %s</title>\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">\n'
    '<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css?%s"></head>\n'
    '<body class="door"><header id="header"><a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true">'
    '<path d="M6 13v6M12.7 7v18M19.3 11v10M26 14v4"/></svg>dialtone</a><span class="model">%s %s</span></header>\n'
    '<main id="content"><h1>Wi-Fi Set-up</h1>\n'
)
_END = "</main></body></html>\n"
_FORM = (
    '<form class="card" method="post" action="/"><div class="row"><label for="ssid">Network</label>'
    '<input id="ssid" name="ssid" value="%s" list="seen" maxlength="32" autocomplete="off" autocapitalize="none" '
    'spellcheck="false" required>'
)
_REST = (
    '</div><div class="row"><label for="password">Password</label><input type="password" id="password" '
    'name="password" maxlength="64" autocomplete="off"><p>Leave it empty for a network without one.</p></div>'
    '<div class="row"><label for="server">Configuration server</label><input id="server" name="server" type="url" '
    'value="%s" maxlength="200" placeholder="https://server/phones/" autocapitalize="none" spellcheck="false">'
    "<p>Not needed where the network names one.</p></div>"
    '<p class="act"><button>Join</button></p></form>\n'
)
_WRONG = '<p class="note bad" role="alert"><b>%s</b></p>\n'
_TRYING = (
    '<p class="note ok" role="status"><b>The phone joins %s now.</b></p><section class="card"><h2>Please wait</h2>'
    "<p>This takes up to 20 seconds, and this network may drop out meanwhile: then join it again. What became of it "
    "is on the phone's display, too.</p></section>\n"
)
_JOINED = (
    '<p class="note ok" role="status"><b>The phone has joined %s.</b></p><section class="card"><h2>Next</h2>'
    "<p>This network closes now. Join %s with this device, wait for half a minute, and open "
    '<a href="https://%s/">https://%s/</a>: compare the certificate with the fingerprint on the phone\'s display '
    "(Options, Status), log in as <b>admin</b> with <b>22222</b>, and change that password.</p></section>\n"
)


class Visit(Connection):
    """A connection that leads everybody to the page, whatever they asked for."""

    _most = _BODY

    def _decide(self, context):
        """The set-up's own answer, without the phone's policies and pages."""
        return _decide(context)


def _decide(context):
    request, setup = context.request, context.phone
    answer = changing.known_method(context) or changing.same_origin(context)
    if answer:
        return answer
    here = request.host in (setup.address[7:-1], "")
    if request.method == "POST":
        if here and request.path == "/":
            return _post(context)
        return problem(404, "The set-up has one form, at " + setup.address)
    if request.method not in ("GET", "HEAD"):
        return problem(405, "This page takes GET and POST", (("Allow", "GET, HEAD, POST"),))
    if here and request.path in _ASSETS:
        from dialtone.webui import assets

        return assets.serve(context)
    if here and request.path == "/":
        return Answer(200, _page(setup, setup.ssid, setup.server), fields=_fields(setup))
    # What systems ask to find out whether there is a way out (/generate_204, /hotspot-detect.html, ...) among others
    return Answer(302, b"", fields=(("Location", setup.address),))


def _fields(setup):
    return (("Refresh", "4;url=/"),) if setup.state == "trying" else ()


def _post(context):
    """A state changes, so the browser is sent to look at it."""
    from dialtone.http.forms import parse_form

    setup = context.phone
    typed = dict(parse_form(context.body))
    ssid, password, server = [typed.get(name, "").strip() for name in ("ssid", "password", "server")]
    password = typed.get("password", "")  # blanks may belong to it
    wrong = _wrong(ssid, password, server)
    if wrong:
        return Answer(400, _page(setup, ssid, server, wrong))
    if not setup.state:
        setup.want(ssid, password, server)
    return Answer(303, b"", fields=(("Location", "/"),))


def _wrong(ssid, password, server):
    """What is wrong with what was typed, "" for nothing; never with the password in it."""
    if not 0 < len(ssid.encode()) <= _NAME:
        return "A network's name has 1 to 32 characters"
    size = len(password.encode())
    if size and not _LEAST <= size <= _MOST:
        return "A network's password has 8 to 64 characters"
    if server:
        from dialtone.http import url

        try:
            url.parse(server, True)
        except CallerError as error:
            return "Configuration server: %s" % error
    return ""


def _page(setup, ssid, server, wrong=""):
    model = escape(setup.platform.model)
    yield _TOP % (VENDOR, model, VERSION, VENDOR, model)
    name = escape(setup.ssid)
    if setup.state == "joined":
        setup.told = True
        yield _JOINED % (name, name, setup.found, setup.found)
    elif setup.state:
        yield _TRYING % name
    else:
        if wrong or setup.problem:
            yield _WRONG % escape(wrong or "%s: %s" % (setup.ssid, setup.problem))
        yield _FORM % escape(ssid)
        yield '<datalist id="seen">'
        for seen in setup.names:
            yield '<option value="%s">' % escape(seen)
        yield "</datalist>" + _REST % escape(server)
    yield _END
