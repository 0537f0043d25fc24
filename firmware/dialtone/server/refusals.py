"""Answers of policy.py that are no page: loaded when one is due, so that pages have that room."""

from dialtone.server.answer import TEXT, Answer, problem
from dialtone.version import VENDOR


def https_url(phone, request):
    """The same page on the HTTPS listener: the host as the client spelled it, path and query kept."""
    host = request.host or phone.platform.address()
    colon = host.rfind(":")
    if colon > host.rfind("]"):  # the brackets of an IPv6 literal hold colons of their own
        host = host[:colon]
    target = request.path if request.path.startswith("/") else "/"
    if request.query:
        target += "?" + request.query
    port = phone.https_port
    return "https://" + host + (":%d" % port if port != 443 else "") + target


def moved(context):
    """301 to the same page over HTTPS; not cached, for the setting can change."""
    return Answer(301, b"", TEXT, (("Location", https_url(context.phone, context.request)),))


def use_https(context):
    """403 for what is not taken in the clear."""
    return problem(403, "Use " + https_url(context.phone, context.request))


def refuse(context, area, text):
    """403 in plain text, and a line in the log."""
    context.phone.log.warning(area, "%s: %s" % (context.peer, text))
    return Answer(403, text + "\n", TEXT)


def log_in(context):
    """401 with the real phone's realm (facts page, 7.1), or 403 for an address with too many wrong log-ins; for a
    browser that shows a page over HTTPS the page to log in.
    """
    wait_s = context.access.left_s(context.peer)
    if wait_s:
        return problem(403, "Too many wrong log-ins from here. Wait %d s" % wait_s, (("Retry-After", str(wait_s)),))
    header = context.request.header
    if context.secure and header("sec-fetch-mode") == "navigate" and header("authorization") is None:
        return context.faces.find("/login.html")[2](context)
    realm = 'Basic realm="%s %s"' % (VENDOR, context.phone.platform.model)
    return problem(401, "Log in with the name and password of this phone", (("WWW-Authenticate", realm),))


def built_in(page):
    """403 while everybody knows the password; ``page`` is where it changes."""
    return problem(403, "First change the password that every phone comes with: open " + page)


def misdirected(context):
    """421 for a Host that is not this phone's, else None."""
    if ours(context.phone, context.request.host):
        return None
    return problem(421, "This phone has another name. Use its address, or add this one to: hostname aliases")


def ours(phone, host):
    """Whether ``host`` (a Host field in lower case, with or without a port) is this phone's address, its host name,
    that with ``.local``, or one of ``hostname aliases``. The port does not count: it may have been forwarded.
    """
    at = host.find("]") + 1 if host.startswith("[") else host.find(":")
    name = host[:at].rstrip(".") if at > 0 else host.rstrip(".")
    platform, store = phone.platform, phone.store
    if name == platform.address() or name in platform.names:
        return True
    for own in (store.get("hostname"), platform.hostname):
        own = own.lower()
        if own and (name == own or name == own[: (own + ".").find(".")] + ".local"):
            return True
    for alias in store.get("hostname aliases").split(", "):
        alias = alias.lower()
        if name and (name == alias or name == "[" + alias + "]"):
            return True
    return False
