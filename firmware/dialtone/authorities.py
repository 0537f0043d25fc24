"""What a round with the configuration server fetches behind the configuration: certificates that it names."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError


async def trusted(phone):
    """Certificates that the configuration names, or names no more. Returns what went wrong, or None."""
    get, exists = phone.store.get, phone.storage.exists
    if not (
        get("https user certificates")
        or get("https client certificate")
        or get("https server certificate")
        or exists("fetched.pem")
        or exists("client-fetched.pem")
        or exists("server-fetched.pem")
    ):
        return None
    from dialtone.client import MODULES
    from dialtone.provisioning import trusted as fetching
    from dialtone.provisioning.source import server_url, vouched

    phone.panel.progress("Configuration", "Checking certificates...")

    def connect():
        client = phone.client()
        client.homes = [phone.platform.home]
        return client

    def forget():
        phone.unload(*MODULES)

    folder = server_url(phone.store, phone.platform)
    sure = vouched(phone.store, phone.platform, folder)
    server_url = vouched = None
    phone.unload("dialtone.provisioning.source")
    try:
        error = await fetching.update(phone.platform, phone.store, connect, forget, folder, sure)
    except MemoryError:
        error = DialtoneError("Not enough memory for the trusted certificates", "Name fewer of them")
    modules = fetching.ON_DEMAND
    fetching = None
    await sleep_ms(0)
    phone.unload(*modules)
    phone.unload(*MODULES)
    return exists("server-fetched.pem") and _identity(phone) or error


def _identity(phone):
    """The phone's own certificate as a server has come as a file. Returns what is wrong with it, or None."""
    from dialtone.identity import fetched
    from dialtone.identity.parts import MODULES

    error = fetched.take(phone, "server-fetched.pem")
    fetched = None
    phone.unload(*MODULES)
    return error
