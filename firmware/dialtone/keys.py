"""What softkeys and pushes set off: the player of XML objects with all that it works on."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from dialtone.log import clean
from micropython import const

_PARSER = ("dialtone.scripts.objects", "dialtone.scripts.kinds", "dialtone.xml.reader", "dialtone.xml.text")
_ACTIONS = ("dialtone.actions", "dialtone.settings", "dialtone.softkeys", "dialtone.scripts.push")
_AGAIN_MS = const(1000)
_ROOM = const(17000)  # bytes that the parser's code, a document and its object take at the most
_WAIT_MS = const(100)
_PATIENCE = const(15)  # times that long: who pushes over a connection that stays open is not kept waiting for more
_NOTES = const(16)  # lines of the XML log, 1.5 KB at most ...
_NOTE = const(96)  # ... of so many characters
_BUFFER = const(768)  # bytes of one receive: a script is small, and so is its room
_SCRIPT_BYTES = const(10000)  # what the vendor's script library keeps to (facts page, 6.1)


class Host:
    """What the player of scripts works on: the phone, as far as ``scripts.player`` names it."""

    def __init__(self, phone):
        self._phone = phone
        self.spawn = phone.supervisor.spawn
        self.get_timeout_s = phone.store.number("xml get timeout")

    async def fetch(self, place):
        return await fetch(self._phone, place)

    def lookup(self, name):
        """The value of ``$$NAME$$``; "" for what has no meaning without calls (facts page, 5)."""
        if name == "LOCALIP":
            return self._phone.platform.address()
        return "IDLE" if name == "LINESTATE" else ""

    def beep(self):
        self.note("beep")

    def note(self, text):
        note(self._phone, text)

    def scheme(self, player, uri):
        """A URI that is not http: ``player.fail`` tells what cannot be done."""
        from dialtone import actions

        actions.follow(self._phone, player, uri)
        actions = None
        self._phone.unload(*_ACTIONS)

    def perform(self, player, script):
        """Does what an object without a screen says."""
        if script.kind == "Status":
            from dialtone.scripts import status

            phone = self._phone
            status.perform(phone.panel, script, self.spawn, phone.store.number("xml status scroll delay"))
            status = None
            self._phone.unload("dialtone.scripts.status")
            return
        from dialtone import actions

        actions.perform(self._phone, player, script)
        actions = None
        self._phone.unload(*_ACTIONS)


def note(phone, text):
    """A line for the XML log: never a value that somebody entered, nor a query."""
    lines = phone.xml_log
    if lines is None:
        lines = phone.xml_log = []
    if len(lines) >= _NOTES:
        lines.pop(0)
    lines.append("%d %s" % (phone.clock.uptime_s(), clean(text, _NOTE)))


def open(phone, uri):
    """Opens the script at ``uri``: a key was pressed."""
    _relieve(phone)
    player(phone).follow(uri)


async def push(phone):
    """Show the documents ``phone.pushed`` one after the other, or why they cannot be shown."""
    while phone.pushed:
        for _ in range(_PATIENCE):  # until the connections that are open are gone, and their code with them
            _relieve(phone)
            if not 0 <= phone.platform.heap_free() < _ROOM:
                break
            await sleep_ms(_WAIT_MS)
        xml = phone.pushed.pop(0)
        if not _show(phone, xml):
            await sleep_ms(_AGAIN_MS)
            _relieve(phone)
            if not _show(phone, xml):
                player(phone).refuse("No memory for this script", "Make it shorter")
    if phone.panel.rest():  # nobody has pressed a key
        phone.unload("dialtone.keys")


def _show(phone, xml):
    """Whether the memory was enough."""
    phone.panel.rest()
    view = memoryview(xml)
    try:
        script = _parsed(phone, [view[at : at + _BUFFER] for at in range(0, len(xml), _BUFFER)], "push")
        player(phone).push(script)
    except DialtoneError as error:
        player(phone).refuse(error.text, error.advice)
    except MemoryError:
        return False
    return True


def player(phone):
    """The player of the visit to the script browser that is open, or of a new one."""
    from dialtone.lcd.script_screen import visit

    return visit(phone.panel, phone.script_host)


async def fetch(phone, place):
    """GET a Script from the Url of the parts ``place``. Client and parser do not fit into a small heap together: the
    document waits in pieces."""
    phone.panel.rest()
    phone.unload("dialtone.scripts.variables", "dialtone.http.url")  # the address is read: its parts are in hand
    try:
        place, pieces, refresh = await _document(phone, place)
    except MemoryError:
        await sleep_ms(_AGAIN_MS)  # connections that were open have had time to go, and their code with them
        _relieve(phone)
        place, pieces, refresh = await _document(phone, place)
    script = _parsed(phone, pieces, place[1] + place[3].partition("?")[0])
    script.url = place
    script.refresh = _refresh(refresh)
    return script


def _refresh(text):
    """(seconds, URI) of a header field ``Refresh: 5; url=http://...``, None when it says none."""
    seconds, _, rest = (text or "").partition(";")
    seconds = seconds.strip()
    rest = rest.strip()
    if not seconds.encode().isdigit() or len(seconds) > 5 or not int(seconds):
        return None
    return int(seconds), rest[4:].strip() if rest[:4].lower() == "url=" else ""


async def _document(phone, place):
    """(parts of the final Url, pieces, the field Refresh)"""

    def free():
        phone.store.forget()  # what the connection wanted to know is 1 KB
        return phone.platform.heap_free()

    context = None
    if place[0] == "https":  # its context is the largest block of all, 1.9 KB: it comes before the code
        from dialtone.net.tls import client_context

        context = client_context()
    from dialtone.client import MODULES, document
    from dialtone.http.address import Url

    try:
        client = phone.client(buffer_bytes=_BUFFER)
        client.context = context
        context = None
        client.guarded = phone.http_port, phone.https_port
        found, pieces, refresh = await document.fetch(client, Url(*place), _SCRIPT_BYTES, "refresh", free)
        return found.parts, pieces, refresh
    finally:
        client = document = Url = found = None
        await sleep_ms(0)  # takes the place of the finished coroutine in this frame, which MicroPython would keep alive
        phone.unload(*MODULES)


def _relieve(phone):
    phone.heap.relieve()  # page code that nobody runs now: client and script need its room


def _parsed(phone, pieces, place):
    """The Script of a document in pieces, which it uses up. The parser is gone from the heap afterwards."""
    builder = None
    try:
        from dialtone.scripts.objects import Builder

        builder = Builder(Host(phone).lookup)
        while pieces:
            builder.feed(pieces.pop(0))
            phone.unload("dialtone.scripts.kinds")  # the root is known
        return builder.finish()
    except DialtoneError as error:
        note(phone, "%s: %s" % (place, error.text))
        phone.log.info("xml", "%s: %s" % (place, error.text))
        raise
    finally:
        for text in builder.notes if builder else ():
            note(phone, "%s, %s" % (place, text))
        builder = Builder = None
        phone.unload(*_PARSER)
