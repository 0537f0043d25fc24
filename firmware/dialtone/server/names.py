"""By which names the phone knows itself. Loaded for a Host that is not just its address."""


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
