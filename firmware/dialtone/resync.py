"""One round with the configuration server: configuration, then firmware, each with the heap to itself."""

from asyncio import sleep_ms

from dialtone.config.store import ON_DEMAND as CONFIG_ON_DEMAND
from dialtone.errors import DialtoneError


async def resync(phone):
    """Fetch, apply, check for firmware. Never raises; ``phone.outcome`` tells how it went."""
    await _clock(phone)
    await sleep_ms(0)
    result, source, files, error = await _configuration(phone)
    await sleep_ms(0)  # takes the place of the finished coroutine in this frame, which MicroPython would keep alive
    pending, firmware_error = "", None
    if result != "kept":
        error = await _trusted(phone) or error
        await sleep_ms(0)
        pending, firmware_error = await _firmware(phone)
        await sleep_ms(0)
    phone.outcome = (result, source, files, _plain(error), pending, _plain(firmware_error))


async def _clock(phone):
    """Before the first certificate is checked. Without a time server the check runs by the clock as it stands."""
    from dialtone import timekeeping

    if timekeeping.servers(phone.store, phone.platform):
        phone.panel.progress("Clock", "Asking the time server")
    right = await timekeeping.settle(phone.store, phone.platform, phone.table, phone.platform.time_port)
    if not right and (not phone.platform.simulated or phone.clock.ahead):
        phone.log.warning("clock", "no time server has set it: the dates of certificates may be judged wrongly")
    timekeeping = None
    await sleep_ms(0)
    phone.unload("dialtone.timekeeping")


async def _configuration(phone):
    from dialtone.client import MODULES
    from dialtone.provisioning import run

    def forget():
        phone.unload(*MODULES)

    provisioner = run.Provisioner(phone.platform, phone.store, phone.client, forget, _progress(phone))
    outcome = await provisioner.run()
    found = outcome.result, outcome.source, outcome.files, outcome.error
    modules = run.ON_DEMAND
    provisioner = outcome = run = None
    await sleep_ms(0)
    phone.unload(*modules)
    phone.unload(*CONFIG_ON_DEMAND)
    return found


async def _trusted(phone):
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
    from dialtone.provisioning import trusted
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
        error = await trusted.update(phone.platform, phone.store, connect, forget, folder, sure)
    except MemoryError:
        error = DialtoneError("Not enough memory for the trusted certificates", "Name fewer of them")
    modules = trusted.ON_DEMAND
    trusted = None
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


async def _firmware(phone):
    from dialtone.client import MODULES
    from dialtone.provisioning.source import firmware_url, server_url, vouched
    from dialtone.update import check

    try:
        folder = server_url(phone.store, phone.platform)
        url = firmware_url(phone.store, folder, phone.platform.model)
        client = phone.client()
        client.vouched = vouched(phone.store, phone.platform, folder)
        found = await check.check(phone.platform, client, folder, url, _progress(phone))
    except DialtoneError as error:
        found = "", error
    modules = check.ON_DEMAND
    client = firmware_url = server_url = vouched = check = None
    await sleep_ms(0)
    phone.unload("dialtone.provisioning.source", *modules)
    phone.unload(*MODULES)
    return found


def _progress(phone):
    def progress(stage, text):
        phone.panel.progress("Firmware" if stage == "firmware" else "Configuration", text)

    return progress


def _plain(error):
    """The same error without its class: an object of a class of theirs would keep its whole module in the heap."""
    return DialtoneError(error.text, error.advice) if error else None
