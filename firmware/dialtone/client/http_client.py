"""The phone's HTTP and HTTPS client: redirects, log-in, retries and one kept connection (RFC 9110, 9112)."""

import gc
import sys
from asyncio import sleep_ms

from micropython import const

from dialtone.client import HANDSHAKE
from dialtone.client.link import Broken, Link
from dialtone.errors import CallerError, PeerError
from dialtone.version import VENDOR, VERSION

_REDIRECTS = const(5)  # more is a loop
_BUSY = (502, 503, 504)  # the server, or the one behind it, says "later"
_MOVED = (301, 302, 303, 307, 308)
_PRIVATE = ("authorization", "cookie", "range", "if-range", "if-none-match", "if-modified-since")  # for one origin only
_BUFFER = const(2048)  # bytes of one receive: finds room in a worn heap where 4 KB does not; a longer head grows it
_LARGER = const(4096)  # ... in a heap with room: a long transfer is 8 % faster
_ROOM = const(131072)  # free bytes of such a heap
_LATER = ("dialtone.client.exchange", "dialtone.http.response", "dialtone.http.url")  # the next text is read anew
_SHARED = ("dialtone.http.inbound", "dialtone.http.chunks", "dialtone.http.encode")  # with the server, if that is there
_SERVER = "dialtone.server.connection"
# Settings that a connection was opened under: another is needed when one of them has changed
_TERMS = (
    "https client method", "https validate certificates", "https validate expires", "https validate hostname",
    "https server pin",
)  # fmt: skip


class Client:
    """One request at a time. ``table``: the net.table.Table whose sweeper enforces the deadlines.
    ``buffer_bytes``: room for one receive, 512 or more; 0 = as the heap allows.

    ``homes`` holds the origins (scheme, host, port) that may get the stored credentials and the client certificate: the
    configuration and firmware servers'. Any other server gets what its own URL carries. Cancel a download by
    cancelling its task.
    """

    def __init__(self, platform, store, table, buffer_bytes=0):
        self.connect_ms = 10000  # TCP connect, and the handshake, each
        self.first_byte_ms = 15000  # from the request to the end of the answer's head
        self.stall_ms = 15000  # without 512 new bytes of a body
        self.retries = 2  # after the first try
        self.pause_ms = 500  # before the first retry; doubled for the next, plus up to as much again by lot
        self.homes = []
        self.vouched = True  # whether those who may lower trust have named the server, see provisioning/source.py
        self.tftp = False  # whether tftp:// is taken: for configuration and firmware, never for scripts
        self.guarded = None  # for URLs that somebody else chooses: the phone's own ports, see guard.py
        self.platform = platform
        self.store = store
        self.table = table
        self.context = None  # a TLS context for the next connection, made while there was room
        self.plan = None  # securing.connect's own: how the last origin was verified
        small = 0 <= gc.mem_free() < _ROOM
        if small:
            gc.collect()  # garbage is room, too
            small = gc.mem_free() < _ROOM
        self.buffer = bytearray(buffer_bytes or (_BUFFER if small else _LARGER))
        self._link = None
        self._challenge = None  # (origin, digest.Challenge) that was accepted last

    async def open(self, url, fields=(), method="GET"):
        """Send a request for ``url`` (text or Url) with extra ``fields`` ((name, value), ...); follow redirects.

        Returns an Exchange. Raises PeerError for whatever the network, the certificate or the server did wrong,
        CallerError for a bad URL.
        """
        target = url
        if isinstance(url, str):
            from dialtone.http.url import parse

            target = parse(url, self.tftp)
        if target.scheme == "tftp":
            from dialtone.client import tftp

            return await tftp.open(target, self.table, self.buffer)
        sure = True  # a redirect is as good as who gave it: it could lead to a stranger with a good certificate
        for _ in range(_REDIRECTS + 1):
            exchange = await self._persist(target, fields, method)
            sure = exchange.verified = sure and exchange.verified
            place = exchange.header("location")
            if exchange.status not in _MOVED or not place:
                return exchange
            await exchange.close()
            target, fields = _follow(target, place, fields)
        raise PeerError("Too many redirects from %s" % target.host, "Check the server's redirects")

    def lighten(self):
        """Forget what asks, where no server shares it: whoever reads a body into a full heap has 2 KB more."""
        if _SERVER not in sys.modules:
            self.platform.unload("dialtone.http.encode")

    async def aclose(self):
        """Close the kept connection."""
        if self._link:
            self.drop(self._link)

    def drop(self, link):
        """Close ``link`` and forget it."""
        link.close()
        if self._link is link:
            self._link = None

    async def _persist(self, target, fields, method):
        tries = self.retries
        while True:
            try:
                exchange = await self.ask(target, fields, method)
                if exchange.status not in _BUSY or not tries:
                    return exchange
                await exchange.close()
            except Broken as error:
                if not tries or error.late:  # whoever waited that long has waited enough: a phone is starting
                    raise
            await self.pause(self.retries - tries)
            tries -= 1

    async def pause(self, turn):
        """Wait before try number ``turn`` (0 is the first retry), with jitter so that a fleet spreads out."""
        step = self.pause_ms << turn
        await sleep_ms(step + step * self.platform.random(1)[0] // 256)

    async def ask(self, target, fields, method):
        """One request, up to thrice when the server wants a log-in (or a fresh nonce). An Exchange of any status."""
        proof = self._proof(self._known(target), target, method)
        for turn in range(3):
            exchange = await self._once(target, fields, method, proof)
            # A proof of the first turn is for a challenge from before: of another realm, or a nonce that is over
            challenge = exchange.status == 401 and self._login(exchange, target, turn)
            if not challenge:
                break
            await exchange.close()
            proof = self._proof(challenge, target, method)
        return exchange

    async def _once(self, target, fields, method, proof):
        """Over the kept connection if it fits and still works, else over a new one."""
        if proof:
            fields = tuple(fields) + (("Authorization", proof),)
        terms = [self.store.get(name) for name in _TERMS]
        link, self._link = self._link, None
        if link:
            if link.idle and link.origin == target.origin and link.terms == terms:  # both can be changed meanwhile
                try:
                    return await self._send(link, target, fields, method)
                except Broken as error:
                    if link.heard or error.late:
                        raise  # else it had gone while nobody used it
            link.close()
        link = await self._connect(target)
        link.terms = terms
        return await self._send(link, target, fields, method)

    def link(self, origin):
        """A new Link to ``origin``; when ``guarded``, to an address that guard.py lets pass."""
        address = None
        if self.guarded:
            from dialtone.client import guard

            try:
                address = guard.look_up(self.platform, self.guarded, origin[1], origin[2])
            finally:
                guard = None
                self.platform.unload("dialtone.client.guard")
        link = Link(origin, self.table, self.buffer, self.stall_ms)
        link.address = address
        return link

    async def _connect(self, target):
        if target.scheme == "https":
            # The handshake needs their room, above all a second one, when a server closes after each answer.
            self.platform.unload(*_LATER, *(() if _SERVER in sys.modules else _SHARED))
            from dialtone.client import securing

            try:
                link = await securing.connect(self, target.origin)
            finally:
                securing = None
                self.platform.unload(*HANDSHAKE)
        else:
            link = self.link(target.origin)
        try:
            if target.scheme == "https":
                await sleep_ms(0)  # takes the place of the coroutine, which MicroPython would keep alive
                self.platform.unload()
            else:
                await link.connect(self.connect_ms)
            return link
        except BaseException:
            link.close()
            raise

    async def _send(self, link, target, fields, method):
        from dialtone.http.encode import request_head  # not before: the handshake needed its room

        try:
            head = request_head(method, target.target, self._fields(target) + tuple(fields))
            response = await link.ask(head, self.first_byte_ms, method == "HEAD")
            from dialtone.client.exchange import Exchange

            exchange = Exchange(self, link, target, response)
        except BaseException:
            link.close()
            raise
        self._link = link
        return exchange

    def _fields(self, target):
        platform = self.platform
        mac = platform.mac
        agent = "%s%s MAC:%s V:%s" % (
            VENDOR, platform.model, "-".join([mac[at : at + 2] for at in range(0, 12, 2)]), VERSION
        )  # fmt: skip
        fields = ("Host", target.authority), ("User-Agent", agent), ("Accept-Language", "en")
        for number in (1, 2, 3):  # of the modules whose keys are set: 60 keys are those of a 560M
            start = b"\nexpmod%d " % number
            if [1 for layer in self.store.layers for chunk in layer.chunks if start in chunk]:
                fields += (("X-Aastra-ExpMod%d" % number, "560M"),)
        return fields

    def _credentials(self, target):
        if target.user:
            return target.user, target.password or ""
        if target.origin in self.homes:
            return self.store.get("http digest username"), self.store.get("http digest password")
        return None

    def _known(self, target):
        known = self._challenge
        return known[1] if known and known[0] == target.origin and not self._weak(target) else None

    def _weak(self, target):
        """Whether a request goes through TLS that keeps no secret: nothing logs in over it."""
        return target.scheme == "https" and self.store.get("https client method") in ("SSLv3", "TLSv1")

    def _login(self, exchange, target, again):
        """The challenge of a 401 to answer, None to give up; ``again``: the one before was answered just now."""
        from dialtone.client import digest

        if self._weak(target):
            raise PeerError(
                "%s asks for a log-in, which is sent over TLS 1.2 or later only" % target.host,
                "Set https client method to TLS, or let the server ask for none",
            )
        if not self._credentials(target):
            return None
        challenges = digest.parse(exchange.header("www-authenticate") or "")
        challenge = digest.choose(challenges, exchange.verified)
        if not challenge and digest.choose(challenges, True):
            raise PeerError(
                "%s asks for Basic log-in, which is sent over verified TLS only" % target.host, "Use HTTPS or Digest"
            )
        if not challenge or again and challenge.get("stale").lower() != "true":
            self._challenge = None
            return None
        self._challenge = (target.origin, challenge)
        return challenge

    def _proof(self, challenge, target, method):
        if not challenge:
            return None
        from binascii import hexlify

        from dialtone.client.digest import answer

        user, password = self._credentials(target)
        return answer(challenge, method, target.target, user, password, str(hexlify(self.platform.random(8)), "utf-8"))


def _follow(target, place, fields):
    """(Url, fields) of a redirect to the text ``place``."""
    try:
        from dialtone.http.url import join  # most documents are where they were looked for

        url = join(target, place)
    except CallerError:
        raise PeerError("%s redirects to something that is no URL" % target.host, "Check the server's redirects")
    if target.scheme == "https" and url.scheme != "https":
        raise PeerError("%s redirects from https to http" % target.host, "Redirect to an https URL")
    if url.origin != target.origin:
        fields = [field for field in fields if field[0].lower() not in _PRIVATE]
    elif not url.user:
        url.user, url.password = target.user, target.password
    return url, fields
