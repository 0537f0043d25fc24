"""What a round with the configuration server fetches last: firmware."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from dialtone.log import clean
from micropython import const

_TRIES = const(3)  # for a file that changes between its head and its payload
_BUFFER = const(1024)  # bytes of one receive beside listeners
_SCREEN = const(60)  # characters of a progress text: an LCD shows 24


async def firmware(phone, progress, staged=False):
    """Load and install what the server has, or install what is ``staged`` and verified. Returns (version that the next
    start runs or "", error or None).
    """
    if phone.platform.trial:
        return "", None  # the firmware that runs has to prove itself first: it could not be fallen back to

    def tell(stage, text):
        progress(stage, clean(text, _SCREEN))

    version, error = (_staged(phone), None) if staged else await _load(phone, tell)
    if version and not error:
        from dialtone.update import install

        error = await install.install(phone.platform, tell)
        modules = install.ON_DEMAND
        install = None
        await sleep_ms(0)
        phone.unload(*modules)
    if error:
        # Nobody is asked for it again: the reason has to stay on the display. Without memory it is made again
        if staged and error.text[:3] != "Not":
            error = DialtoneError("Firmware is not installed. " + error.text, error.advice)
        phone.log.warning("firmware", error)
        tell("firmware", error.text)
        version = ""
    return version, error


def _staged(phone):
    """The version of what is staged."""
    from dialtone.update.stage import Stage

    header = Stage(phone.storage).load()
    phone.unload("dialtone.update.image")
    return header.version if header else ""


async def _load(phone, tell):
    """Ask the firmware server. Like ``firmware``, but nothing is installed yet."""
    from dialtone.client import MODULES

    client = None
    try:
        client, url = _client(phone)
        found = "", None
        if not phone.heap.reserved or await _there(client, url):
            found = await _steps(phone, client, url, tell)
    except DialtoneError as error:
        found = "", error
    except MemoryError:
        found = "", DialtoneError("Not enough memory for the firmware check", "Restart the phone to try again")
    if client:
        await client.aclose()
    client = None
    await sleep_ms(0)
    phone.unload(*MODULES)
    return found


async def _there(client, url):
    """Whether the server may have an image. Asked first in a phone that runs: its heap has no room for a handshake
    beside the code that reads one, and mostly there is none.
    """
    if str(url)[:5] == "tftp:":
        return True
    exchange = await client.open(url, method="HEAD")
    status = exchange.status
    await exchange.close()
    return status not in (404, 410)


async def _steps(phone, client, url, tell):
    """The head, then its signature, then the payload: what one needs leaves the heap before the next.

    They share a client: MicroPython's collector takes what earlier calls have left on the stack for references, and
    would now and then keep a first one with all its code beside the second.
    """
    for _ in range(_TRIES):
        version, staged, error = await _look(phone, client, url, tell)
        await sleep_ms(0)
        if error or not version:
            return version, error
        proved, error = _proved(phone, tell)
        if error and not staged and proved is not None:
            return version, error
        if not error:  # else there may be memory for it now; or flash has lost what the server still has
            done, error = await _payload(phone, client, url, proved, tell)
            await sleep_ms(0)
            if done or error:
                return version, error
    return "", error or DialtoneError("The firmware image on the server changes all the time", "Try again later")


async def _look(phone, client, url, tell):
    from dialtone.update import check

    modules = check.ON_DEMAND
    found = await check.check(phone.platform, client, url, tell)
    check = None
    await sleep_ms(0)
    phone.unload(*modules)
    return found


def _proved(phone, tell):
    """(The digest that ``payload.load`` wants, error or None); None for the digest when there was no memory for it."""
    tell("firmware", "Checking the signature")
    phone.unload("dialtone.client.exchange", "dialtone.http.response")
    modules = ()
    try:
        from dialtone.update import proof

        modules = proof.ON_DEMAND
        return proof.prove(phone.platform), None
    except MemoryError:
        return None, DialtoneError("Not enough memory to verify the firmware", "Restart the phone to try again")
    except DialtoneError as error:
        return b"", DialtoneError(error.text, error.advice)  # no class of a module that goes
    finally:
        proof = None
        phone.unload(*modules)


async def _payload(phone, client, url, proved, tell):
    from dialtone.update import payload

    modules = payload.ON_DEMAND
    found = await payload.load(phone.platform, client, url, proved, tell)
    payload = None
    await sleep_ms(0)
    phone.unload(*modules)
    return found


def _client(phone):
    """A client for the firmware server, and the image's URL."""
    from dialtone.provisioning.source import firmware_url, homes, server_url, vouched

    folder = server_url(phone.store, phone.platform)
    url = firmware_url(phone.store, folder, phone.platform.model)
    context = None
    if phone.heap.reserved and url[:6] == "https:":  # the largest block of all comes before the code, as in opening.py
        from dialtone.net.tls import client_context

        context = client_context()
    client = phone.client(buffer_bytes=_BUFFER if phone.heap.reserved else 0)
    client.context = context
    client.vouched = vouched(phone.store, phone.platform, folder)
    client.homes = homes(phone.store, folder, url)
    client.tftp = True
    firmware_url = homes = server_url = vouched = None
    phone.unload("dialtone.provisioning.source")
    return client, url
