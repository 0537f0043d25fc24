"""What is decided before anything changes: the ordered list for all methods but GET and HEAD, see policy.py."""

from dialtone.server.answer import problem
from dialtone.server.policy import READ, authentication, misdirected, redirects, refusals, switched_off

_ALWAYS = ("/password.html", "/login.html", "/logout.html")  # whatever the password is
_KNOWN = ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH")


def known_method(context):
    """A word that is no method of RFC 9110 or 5789 gets 501, whoever asks (RFC 9110 section 9.1)."""
    method = context.request.method
    return None if method in READ or method in _KNOWN else problem(501, "This method is not known here")


def push(context):
    """XML pushes: their sender's address decides, not a password. Only what looks like one loads their code."""
    request = context.request
    body = context.body
    if request.method != "POST" or not body:
        return None
    kind = (request.header("content-type") or "").lower()
    if body[:4] != b"xml=" and body.find(b"&xml=") < 0 and kind.find("xml") < 0:
        return None
    from dialtone.server import pushes

    return pushes.answer(context, kind)


def plain_post(context):
    """With the redirect on, nothing but pushes is taken in the clear: a password must not travel there."""
    if context.secure or not redirects(context):
        return None
    return refusals().use_https(context)


def same_origin(context):
    """A change must come from one of our own pages, or from a script that sends neither of the two fields.

    ``Origin: null`` (a sandboxed frame, a local file) is not our own. The browser's own address bar is "none".
    """
    request = context.request
    if request.method in READ:
        return None
    site = request.header("sec-fetch-site")
    origin = request.header("origin")
    own = ("https://" if context.secure else "http://") + request.host
    if (site is None or site in ("same-origin", "none")) and (origin is None or origin.lower() == own.lower()):
        return None
    return refusals().refuse(context, "web", "This change came from another web site and was refused")


def default_password(context):
    """While the built-in admin password holds, a phone on a network takes nothing but another one."""
    request = context.request
    if request.path in _ALWAYS or not context.reading_only():
        return None
    return refusals().built_in(_ALWAYS[0])


POLICIES = (known_method, misdirected, push, plain_post, switched_off, authentication, same_origin, default_password)
