"""Advanced Settings > Trusted Servers: whom this phone trusts as a client, and by what it is known itself."""

from dialtone.errors import CallerError, DialtoneError
from dialtone.http.markup import escape
from dialtone.net import anchors
from dialtone.server.answer import Answer, problem
from dialtone.webui.html import facts, page
from dialtone.x509.skim import Skim
from micropython import const

_PATH = "/trust.html"
_BYTES = const(8192)  # a key with three certificates, or five roots; more is no piece of a 112 KB heap
_KINDS = {b"roots": anchors.UPLOADED, b"client": anchors.IDENTITIES[0]}
_CARD = '<section class="card"><h2>%s</h2>'
_PLAIN = _CARD % "Upload" + '<p>Over HTTPS only: <a href="%s">open it there</a>.</p></section>\n'
_FORM = (
    '<form class="card" method="post" action="/trust.html" enctype="multipart/form-data"><h2>%s</h2><p>%s</p>'
    '<input type="hidden" name="kind" value="%s"><div class="row">'
    '<label for="%s">PEM file</label><div><input type="file" id="%s" name="file"></div></div>'
    '<p class="act"><button>Check and Use</button>%s</p></form>\n'
)
_REMOVE = ' <button class="danger" name="remove" value="1">Remove the Uploaded One</button>'
_FORMS = (
    (
        b"roots",
        "Trust Other Issuers",
        "Certificates of authorities (roots), at most 8 KB. They replace those uploaded before.",
    ),
    (
        b"client",
        "Client Certificate",
        "A private key without passphrase, its certificate, then the issuers. Shown to the configuration and firmware "
        "servers that ask for it, and to nobody else. The key never leaves the phone.",
    ),
)


async def serve(context):
    """POST takes ``kind`` (roots or client) and a PEM file, or ``remove``. For GET see ``pages``."""
    if not context.secure:
        from dialtone.server.refusals import https_url

        return problem(403, "Trust is changed over HTTPS only. Use " + https_url(context.phone, context.request))
    return Answer(200, page(context, "Trusted Servers", _PATH, content(context, _take(context))))


def _take(context):
    """What a POST came to, as HTML."""
    from dialtone.provisioning import trusted

    platform, body = context.phone.platform, context.body
    try:
        if len(body) > _BYTES + 1024:  # what multipart adds
            raise CallerError("The file is longer than %d bytes" % _BYTES, "Leave out what is not needed")
        kind = [kind for kind in _KINDS if body.find(b'name="kind"\r\n\r\n' + kind + b"\r") >= 0]
        if not kind:
            raise CallerError("Neither roots nor a client certificate", "Send kind and file as multipart/form-data")
        kept = _KINDS[kind[0]]
        if body.find(b'name="remove"') >= 0:
            platform.storage.remove(kept)
            said = "removed"
        else:
            platform.storage.write_atomic(trusted.NEW, [body])
            context.body = body = None
            said = trusted.take(platform, kept) or "the same as before"
        said = "%s: %s" % (kind[0].decode(), said)
        context.phone.log.info("trust", "%s at %s: %s" % (context.role, context.peer, said))
        return '<p class="note ok" role="status"><b>Provisioning complete.</b> %s</p>\n' % escape(said)
    except DialtoneError as error:
        return '<p class="note bad" role="alert"><b>Nothing was changed.</b> %s</p>\n' % escape(str(error))
    finally:
        platform.storage.remove(trusted.NEW)
        modules = trusted.ON_DEMAND
        trusted = None
        platform.unload(*modules)


def content(context, notice):
    """What is below the page's top; ``notice``: HTML."""
    phone = context.phone
    yield notice + _CARD % "Trusted as Issuers"
    rows = []
    for name, source in ((phone.platform.trust_anchor, "From the flash tool"), (anchors.FETCHED, "Fetched"),
                         (anchors.UPLOADED, "Uploaded")):  # fmt: skip
        rows += [(source, escape(text)) for text in _certificates(phone.storage, name)]
    if phone.platform.roots:
        rows.append(("Built in", "Some 20 public authorities"))
    pin = phone.store.get("https server pin")
    if pin:
        rows.append(("Pinned key", '<a href="/provis.html">%s</a>' % escape(pin)))
    for piece in facts(rows or [("None", "HTTPS downloads are refused")]):
        yield piece
    yield "</section>\n" + _CARD % "Known as a Client"
    rows = []
    for name, source in ((anchors.IDENTITIES[0], "Uploaded"), (anchors.IDENTITIES[1], "Fetched")):
        rows += [(source, escape(text)) for text in _certificates(phone.storage, name)]
    for piece in facts(rows or [("None", "Servers that ask for a certificate get none")]):
        yield piece
    yield "</section>\n"
    if not context.secure:
        from dialtone.server.refusals import https_url

        yield _PLAIN % escape(https_url(phone, context.request))
        return
    for kind, title, about in _FORMS:
        key = kind.decode()
        remove = _REMOVE if phone.storage.exists(_KINDS[kind]) else ""
        yield _FORM % (title, about, key, key, key, remove)


def _certificates(storage, name):
    """Who the certificates in a PEM file are for, and until when."""
    found = []
    if name and storage.size(name) > 0:
        try:
            with storage.open(name, "rb") as file:
                for der in anchors.certificates(file):
                    one = Skim(der)
                    found.append("%s, until %s-%s-%s" % (one.name, one.ends[:4], one.ends[4:6], one.ends[6:8]))
        except (ValueError, IndexError):
            found.append("damaged")
    return found
