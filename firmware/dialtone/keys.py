"""What softkeys and pushes set off: the player of XML objects with all that it works on."""

from micropython import const

_SCRIPT_BYTES = const(10000)  # what the vendor's script library keeps to (facts page, 6.1)


def softkey(phone, number):
    """Softkey ``number`` was pressed on the idle screen: opens its script, or says what cannot be done."""
    name = phone.key_name(number)
    kind = phone.store.get(name + "type")
    if kind == "xml":
        player(phone).open(phone.store.get(name + "value"))
    elif kind not in ("", "none", "empty"):
        text = "Keys of type %s need calling, which this firmware does not do." % kind
        phone.panel.message("Not available", [text])


def player(phone):
    """The player of the visit to the script browser that is open, or of a new one."""
    from dialtone.lcd.script_screens import visit

    async def fetch(url):
        return await _fetch(phone, url)

    def lookup(name):
        return _variable(phone, name)

    timeout_s = phone.store.number("xml get timeout")
    return visit(phone.panel, fetch, phone.supervisor.spawn, lookup, timeout_s, phone.unload)


def _variable(phone, name):
    """The value of ``$$NAME$$`` in a script's URI; "" for what has no meaning without calls (facts page, 5)."""
    if name == "LOCALIP":
        return phone.platform.address()
    return "IDLE" if name == "LINESTATE" else ""


async def _fetch(phone, url):
    """GET a script: (final Url, list of bytes). Raises PeerError."""
    from dialtone.client import MODULES, document

    try:
        return await document.fetch(phone.client(), url, _SCRIPT_BYTES)
    finally:
        document = None
        phone.unload(*MODULES)
