"""The firmware check of a start: asks for ``<model>.st`` and stores a new image in the slot that is not running."""

from micropython import const

from dialtone.errors import DeviceError, DialtoneError
from dialtone.http.url import parse
from dialtone.log import clean
from dialtone.version import VERSION

_SCREEN = const(60)  # characters of a progress text: an LCD shows 24

# What whoever ran this may drop again with ``platform.unload``, besides the client's modules.
ON_DEMAND = (
    "dialtone.update.check",
    "dialtone.update.download",
    "dialtone.update.image",
    "dialtone.update.slots",
)


async def check(platform, client, folder, url, progress):
    """Look at the image at ``url``. ``folder``: URL of the configuration server.

    ``progress(stage, text)`` is called with the stage "firmware". Returns (version that was stored or "", error or
    None); the client is closed.
    """

    def tell(stage, text):
        progress(stage, clean(text, _SCREEN))

    error = None
    try:
        client.homes = _homes(client.store, folder, url)
        client.tftp = True
        tell("firmware", "Checking %s.st..." % platform.model)
        return await _install(platform, client, url, tell), None
    except MemoryError:
        error = DeviceError("Not enough memory for the firmware check", "Restart the phone to try again")
    except DialtoneError as caught:
        error = caught
    finally:
        await client.aclose()
    platform.log.warning("firmware", error)
    tell("firmware", error.text)
    return "", error


def _homes(store, folder, url):
    """Who may see the stored credentials. A firmware server that anybody on the path can have named may not."""
    homes = [parse(folder, True).origin]
    layer = store.winner("firmware server")[0]
    if layer >= 0 and store.layers[layer].trusted:
        homes.append(parse(url, True).origin)
    return homes


async def _install(platform, client, url, tell):
    exchange = await client.open(url)  # first: a TLS handshake has the room of what comes now
    try:
        from dialtone.update.download import receive
        from dialtone.update.slots import Slots

        slots = Slots(platform.storage)
        slots.sweep()
        active = slots.active()
        slot = await receive(exchange, slots, platform.model, active.version if active else VERSION, tell)
    finally:
        await exchange.close()
    if not slot:
        return ""
    platform.log.info("firmware", "%s is in slot %s" % (slot.version, slot.name))
    return slot.version
