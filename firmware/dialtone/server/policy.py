"""What is decided before a handler sees a request: one ordered list, the same for every page and both listeners.

A policy is ``policy(context)`` and gives an ``Answer``, None (no opinion), or a coroutine that gives an ``Answer``. All
of this leaves the heap when a page's code comes.
"""

from dialtone.server.answer import problem

_OPEN = ("/style.css", "/icon.svg", "/upgrade.js", "/login.html")  # to everybody: what the log-in page is made of
_ALWAYS = ("/password.html", "/login.html", "/logout.html")  # whatever the password is
_READ = ("GET", "HEAD")
_KNOWN = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH")


def _refusals():
    from dialtone.server import refusals

    return refusals


def known_method(context):
    """A word that is no method of RFC 9110 or 5789 gets 501, whoever asks (RFC 9110 section 9.1)."""
    return None if context.request.method in _KNOWN else problem(501, "This method is not known here")


def misdirected(context):
    """A Host that means somebody else gets 421: a web site may have pointed a name of its own at this phone, and would
    be of the same origin (DNS rebinding). HTTP/1.0 may have none; no browser speaks that.
    """
    host = context.request.host
    address = context.phone.platform.address()
    size = len(address)  # compared without slices: what is allocated here is so for each request
    if not host or host.startswith(address) and (len(host) == size or host.startswith(":", size)):
        return None
    return _refusals().misdirected(context)


def redirect(context):
    """A page asked for in the clear is answered with its https URL."""
    if context.secure or context.request.method not in _READ or not _redirects(context):
        return None
    return _refusals().moved(context)


def _redirects(context):
    store = context.store  # a method that is called at once is no object of its own
    return context.phone.https_port and store.flag("https redirect http get") and not store.flag("secure web service")


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
    if context.secure or context.request.method in _READ or not _redirects(context):
        return None
    return _refusals().use_https(context)


def switched_off(context):
    """``web interface enabled: 0`` closes the pages, ``secure web service: 1`` those in the clear; pushes have been
    served before.
    """
    store = context.store
    if store.flag("web interface enabled"):
        if context.secure or not store.flag("secure web service"):
            return None
        return problem(403, "Pages are served over HTTPS only")
    return problem(403, "The web interface is switched off")


def authentication(context):
    """Basic log-in, or a session. Who was wrong five times waits for a minute."""
    if context.request.path in _OPEN:
        return None
    context.role = context.access.authenticate(context.request, context.peer, context.secure)
    return None if context.role else _refusals().log_in(context)


def same_origin(context):
    """A change must come from one of our own pages, or from a script that sends neither of the two fields.

    ``Origin: null`` (a sandboxed frame, a local file) is not our own. The browser's own address bar is "none".
    """
    request = context.request
    if request.method in _READ:
        return None
    site = request.header("sec-fetch-site")
    origin = request.header("origin")
    own = ("https://" if context.secure else "http://") + request.host
    if (site is None or site in ("same-origin", "none")) and (origin is None or origin.lower() == own.lower()):
        return None
    return _refusals().refuse(context, "web", "This change came from another web site and was refused")


def default_password(context):
    """While the built-in admin password holds, a phone on a network takes nothing but another one."""
    request = context.request
    if request.method in _READ or request.path in _ALWAYS or not context.reading_only():
        return None
    return _refusals().built_in(_ALWAYS[0])


POLICIES = (known_method, misdirected, redirect, push, plain_post, switched_off, authentication, same_origin)
POLICIES += (default_password,)


def decide(context):
    """The answer to a request: of the first policy that has one, else of the handler that its path names.

    An Answer, or a coroutine that gives one.
    """
    for policy in POLICIES:
        answer = policy(context)
        if answer is not None:
            return answer
    request = context.request
    route = context.faces.find(request.path)
    if route is None:
        return problem(404, "There is no page " + request.path)
    if request.method not in route[0]:
        return problem(405, "This page cannot be used so", (("Allow", ", ".join(route[0])),))
    if context.role not in route[1]:
        return problem(403, "This page is for the administrator")
    return route[2](context)
