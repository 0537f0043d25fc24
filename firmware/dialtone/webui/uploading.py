"""What the Certificates page does with a POST: it takes PEM, or goes back to the phone's own certificate."""

from dialtone.errors import CallerError
from dialtone.identity import stored
from dialtone.server.answer import Answer

_BEGIN = b"-----BEGIN "
_TAKEN = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Certificates</title><link rel="stylesheet" href="/style.css"><body class="door">'
    '<header id="header"><a class="brand" href="/">dialtone</a></header>'
    '<main id="content"><h1>Certificates</h1>'
    '<p class="note warn" role="status"><b>The upload is being looked at.</b> '
    '<a href="/certificates.html">The page</a> opens again by itself in a moment.</p></main></html>\n'
)
_AGAIN = ("Refresh", "3;url=/certificates.html")  # a board looks at a chain for some 3 s


def take(context):
    """The Answer to a POST over HTTPS; the work begins when it is on its way. CallerError for what is no PEM."""
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
