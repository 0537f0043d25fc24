"""Advanced Settings > Certificates: which one is served, and how to use another. Keys go in over HTTPS, never out."""

from dialtone.http.markup import escape
from dialtone.identity import stored
from dialtone.server.answer import Answer, problem

_PATH = "/certificates.html"
_TITLE = "Certificates"
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
_AGAIN = ("Refresh", "3;url=" + _PATH)  # a board looks at a chain for some 3 s


def serve(context):
    """GET shows what is in use, or gives the request for an authority. POST takes PEM, or goes back to the own one."""
    phone = context.phone
    post = context.request.method == "POST"
    if not context.secure and (post or context.request.path != _PATH):
        text = "Keys and requests travel over HTTPS only: anybody on the way could exchange them. Use "
        from dialtone.server.refusals import https_url

        return problem(403, text + https_url(phone, context.request))
    if post:
        from dialtone.webui import uploading

        return uploading.take(context)
    if context.request.path != _PATH:
        name = 'attachment; filename="%s.csr"' % phone.platform.hostname
        return Answer(200, phone.storage.lines(stored.REQUEST), "application/pkcs10", (("Content-Disposition", name),))
    from dialtone.webui.html import page

    waits = phone.judgement and phone.judgement[0] is None
    return Answer(200, page(context, _TITLE, _PATH, _content(context)), fields=(_AGAIN,) if waits else ())


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
    digits = ":<wbr>".join([digits[at : at + 2] for at in range(0, len(digits), 2)])
    rows.append(("SHA-256", "<code>%s</code>" % digits))
    for piece in facts(rows):
        yield piece
    yield "</section>\n"
    if not context.secure:
        from dialtone.server.refusals import https_url

        yield _PLAIN % escape(https_url(phone, context.request))
        return
    for piece in assets.pieces("/upload.html"):
        yield bytes(piece)
    if phone.signed is not None:
        yield _OWN
