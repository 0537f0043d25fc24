"""What is decided before a handler sees a request: one ordered list, the same for every page and both listeners.

A policy is ``policy(context)`` and gives an ``Answer``, None (no opinion), or a coroutine that gives an ``Answer``.
What GET and HEAD do not ask is in changing.py. All of this leaves the heap when a page's code comes.
"""

from dialtone.server.answer import problem

_OPEN = ("/style.css", "/icon.svg", "/upgrade.js", "/login.html")  # to everybody: what the log-in page is made of
READ = ("GET", "HEAD")


def refusals():
    """The module of answers that are no page."""
    from dialtone.server import refusals

    return refusals


def misdirected(context):
    """A Host that means somebody else gets 421: a web site may have pointed a name of its own at this phone, and would
    be of the same origin (DNS rebinding). HTTP/1.0 may have none; no browser speaks that.
    """
    host = context.request.host
    address = context.phone.platform.address()
    size = len(address)  # compared without slices: what is allocated here is so for each request
    if not host or host.startswith(address) and (len(host) == size or host.startswith(":", size)):
        return None
    return refusals().misdirected(context)


def redirect(context):
    """A page asked for in the clear is answered with its https URL."""
    if context.secure or not redirects(context):
        return None
    return refusals().moved(context)


def redirects(context):
    """Whether pages in the clear lead to those over HTTPS."""
    store = context.store  # a method that is called at once is no object of its own
    return context.phone.https_port and store.flag("https redirect http get") and not store.flag("secure web service")


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
    return None if context.role else refusals().log_in(context)


POLICIES = (misdirected, redirect, switched_off, authentication)


def decide(context):
    """The answer to a request: of the first policy that has one, else of the handler that its path names.

    An Answer, or a coroutine that gives one.
    """
    request = context.request
    policies = POLICIES
    if request.method not in READ:
        from dialtone.server.changing import POLICIES as policies
    for policy in policies:
        answer = policy(context)
        if answer is not None:
            return answer
    route = context.faces.find(request.path)
    if route is None:
        return problem(404, "There is no page " + request.path)
    if request.method not in route[0]:
        return problem(405, "This page takes no " + request.method, (("Allow", ", ".join(route[0])),))
    if context.role not in route[1]:
        return problem(403, "This page is for the administrator")
    return route[2](context)
