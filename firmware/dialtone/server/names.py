"""Why some requests are refused, for policy.py: seldom, so it is loaded then. By which names the phone knows itself."""

from dialtone.server.answer import problem


def refusal(phone, host):
    """421 for a Host that is not this phone's, else None."""
    if ours(phone, host):
        return None
    return problem(421, "This phone has another name. Use its address, or add this one to: hostname aliases")


def built_in(page):
    """403 while everybody knows the password; ``page`` is where it changes."""
    return problem(403, "First change the password that every phone comes with: open " + page)


def wrong(wait_s):
    """403 for an address with too many wrong log-ins."""
    return problem(403, "Too many wrong log-ins from your address. Wait", (("Retry-After", str(wait_s)),))


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
