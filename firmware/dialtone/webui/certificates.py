"""Advanced Settings > Certificates: which one is served, and how to use another. Keys go in over HTTPS, never out."""

from dialtone.errors import CallerError
from dialtone.http.forms import escape
from dialtone.identity import stored
from dialtone.server.answer import Answer, problem
from dialtone.server.policy import https_url

_PATH = "/certificates.html"
_TITLE = "Certificates"
_BEGIN = b"-----BEGIN "
_CARD = '<section class="card"><h2>%s</h2>'
_OWN = (
    '<form class="card" method="post" action="/certificates.html"><h2>Back to the Phone\'s Own Certificate</h2>'
    '<input type="hidden" name="action" value="own">'
    '<p class="act"><button class="danger">Remove the Uploaded One</button></p></form>\n'
)
_PLAIN = (
    _CARD % "Upload" + "<p>This page came over plain HTTP, where anybody on the way could read a key or exchange a "
    'certificate. <a href="%s">Open it over HTTPS</a> to change something.</p></section>\n'
)
_NOTICE = '<p class="note %s" role="status"><b>%s.</b>%s</p>\n'
_NOTES = {
    None: ("warn", " This page opens again by itself in a moment."),
    True: ("ok", " New connections get it; browsers may ask about it once more."),
    False: ("bad", " The present certificate stays."),
}
_TAKEN = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Certificates</title><link rel="stylesheet" href="/style.css">'
    '<header id="header"><a class="brand" href="/">dialtone</a></header><nav id="sidebar"></nav>'
    '<main id="content"><h1>Certificates</h1>'
    '<p class="note warn" role="status"><b>The upload is being looked at.</b> '
    '<a href="/certificates.html">The page</a> opens again by itself in a moment.</p></main></html>\n'
)
_AGAIN = ("Refresh", "3;url=" + _PATH)  # a board looks at a chain for some 3 s


def serve(context):
    """GET shows what is in use, or gives the request for an authority. POST takes PEM, or goes back to the own one."""
    phone = context.phone
    post = context.request.method == "POST"
    if not context.secure and (post or context.request.path != _PATH):
        text = "Keys and requests travel over HTTPS only: anybody on the way could exchange them. Use "
        return problem(403, text + https_url(phone, context.request))
    if post:
        return _take(context)
    if context.request.path != _PATH:
        name = 'attachment; filename="%s.csr"' % phone.platform.hostname
        return Answer(200, phone.storage.lines(stored.REQUEST), "application/pkcs10", (("Content-Disposition", name),))
    from dialtone.webui.html import page

    waits = phone.judgement and phone.judgement[0] is None
    return Answer(200, page(context, _TITLE, _PATH, _content(context)), fields=(_AGAIN,) if waits else ())


def _take(context):
    phone = context.phone
    body = context.body
    own = body.find(_BEGIN) < 0
    if own and body.find(b"action=own") < 0:
        raise CallerError("There is no PEM text in it", "Send -----BEGIN CERTIFICATE----- ...")
    if len(body) > stored.UPLOADED_BYTES:
        raise CallerError("This is longer than %d bytes" % stored.UPLOADED_BYTES, "Leave the root certificate out")
    phone.log.info("identity", "%s at %s uploads a certificate" % (context.role, context.peer))
    # Looking at it needs the heap that this connection's code fills: it happens after an answer without a whole page
    phone.judgement = None, "The upload is being looked at"
    answer = Answer(202, _TAKEN, fields=(_AGAIN,))
    answer.after = lambda: phone.identity(b"" if own else body)
    return answer


def _content(context):
    from dialtone.webui import assets
    from dialtone.webui.html import facts

    phone = context.phone
    if phone.judgement:
        good, text = phone.judgement
        yield _NOTICE % (_NOTES[good][0], escape(text), _NOTES[good][1])
    yield _CARD % "In Use"
    rows = [("Certificate", "Made by this phone" if phone.signed is None else "Uploaded")]
    rows += [(label, escape(text)) for label, text in stored.about(phone)]
    digits = phone.fingerprint.upper()
    rows.append(("SHA-256", ":<wbr>".join([digits[at : at + 2] for at in range(0, len(digits), 2)])))
    for piece in facts(rows):
        yield piece
    yield "</section>\n"
    if not context.secure:
        yield _PLAIN % escape(https_url(phone, context.request))
        return
    for piece in assets.pieces("/upload.html"):
        yield bytes(piece)
    if phone.signed is not None:
        yield _OWN
