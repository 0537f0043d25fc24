"""What softkeys and pushes set off: the player of XML objects with all that it works on."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from micropython import const

_PARSER = ("dialtone.scripts.objects", "dialtone.xml.reader", "dialtone.xml.text")
_AGAIN_MS = const(1000)
_BUFFER = const(768)  # bytes of one receive: a script is small, and so is its room
_SCRIPT_BYTES = const(10000)  # what the vendor's script library keeps to (facts page, 6.1)


def open(phone, uri):
    """Opens the script at ``uri``: a key was pressed."""
    _relieve(phone)
    player(phone).open(uri)


def push(phone, xml):
    """Show a pushed document (bytes), or why it cannot be shown."""
    try:
        script = _parsed(phone, [xml])
    except DialtoneError as error:
        player(phone).refuse(error.text, error.advice)
    except MemoryError:
        player(phone).refuse("No memory for this script", "Make it shorter")
    else:
        player(phone).push(script)


def player(phone):
    """The player of the visit to the script browser that is open, or of a new one."""
    from dialtone.lcd.script_screens import visit

    async def fetch(url):
        return await _fetch(phone, url)

    def lookup(name):
        return _variable(phone, name)

    return visit(phone.panel, fetch, phone.supervisor.spawn, lookup, phone.store.number("xml get timeout"))


def _variable(phone, name):
    """The value of ``$$NAME$$`` in a script's URI; "" for what has no meaning without calls (facts page, 5)."""
    if name == "LOCALIP":
        return phone.platform.address()
    return "IDLE" if name == "LINESTATE" else ""


async def _fetch(phone, url):
    """GET a Script. Client and parser do not fit into a small heap together: the document waits in pieces."""
    phone.unload("dialtone.scripts.variables")
    try:
        place, pieces = await _document(phone, url)
    except MemoryError:
        await sleep_ms(_AGAIN_MS)  # connections that were open have had time to go, and their code with them
        _relieve(phone)
        place, pieces = await _document(phone, url)
    script = _parsed(phone, pieces)
    script.url = place
    return script


async def _document(phone, url):
    from dialtone.client import CONNECTION, document

    try:
        return await document.fetch(phone.client(buffer_bytes=_BUFFER), url, _SCRIPT_BYTES)
    finally:
        document = None
        await sleep_ms(0)  # takes the place of the finished coroutine in this frame, which MicroPython would keep alive
        phone.unload(*CONNECTION)


def _relieve(phone):
    if phone.heap.relieve:
        phone.heap.relieve()  # page code that nobody runs now: client and script need its room


def _parsed(phone, pieces):
    """The Script of a document in pieces, which it uses up. The parser is gone from the heap afterwards."""
    from dialtone.scripts.objects import Builder

    builder = Builder()
    try:
        while pieces:
            builder.feed(pieces.pop(0))
        return builder.finish()
    finally:
        builder = Builder = None
        phone.unload(*_PARSER)
