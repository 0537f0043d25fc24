"""One answer of a server: its head at once, its body in pieces, resumed when the connection breaks."""

from micropython import const

from dialtone.client.link import Broken
from dialtone.errors import PeerError

_RESUMES = const(3)  # reconnections within one body; after a stall there is only one
_DRAIN = const(4096)  # bytes of an unread body worth reading to keep the connection; a handshake costs more


class Exchange:
    """An answer whose body is still arriving. Always ``close`` it.

    ``status``, ``header(name)``, ``url`` (a Url, after redirects), ``verified`` (TLS 1.2 or later with a checked
    certificate, on each step of the way; see Client for ``vouched``), ``length`` of the whole body in bytes or None,
    ``validator``: what If-Range may carry for the rest of it, or None.
    """

    def __init__(self, client, link, target, response):
        self.status = response.status
        self.url = target
        self.verified = client.vouched and link.verified
        self.length = response.content_length
        self.header = response.header
        self._client = client
        self._link = link
        self._keep = response.keep_alive
        self._until_close = response.framing == "close"
        self._got = 0
        self._resumes = _RESUMES
        self._piece = b""
        self.validator = self._range_validator(response)
        if 200 <= response.status < 300:  # else nobody reads it
            coding = response.header("content-encoding")
            if coding and coding.lower() != "identity":
                raise PeerError("%s sent a compressed answer" % link.name, "Serve the file as it is")
            if self._until_close and target.scheme == "https":
                raise PeerError("%s sent an answer without its length" % link.name, "Let it send Content-Length")

    @staticmethod
    def _range_validator(response):
        """What If-Range may carry (RFC 9110, 13.1.5), None when a broken transfer cannot be resumed."""
        if response.status != 200 or response.content_length is None or response.header("accept-ranges") == "none":
            return None
        tag = response.header("etag")
        if tag and tag[0] == '"':
            return tag
        return response.header("last-modified")

    async def view(self):
        """The next piece of the body, valid until the next call; b"" when it is complete.

        A transfer that breaks is resumed with Range and If-Range when the server gave a validator. Raises PeerError.
        """
        piece, self._piece = self._piece, b""
        if len(piece):
            return piece  # what ``readinto`` left
        while True:
            link = self._link
            try:
                piece = link.piece_now()
                if piece is None:
                    if not await link.fill() and not self._until_close:
                        link.ended()
                    continue
            except Broken as error:
                self._client.drop(link)
                await self._resume(error)
                continue
            if len(piece):
                self._got += len(piece)
            else:
                link.check_end()
            return piece

    async def readinto(self, view):
        """Fill ``view`` with up to its length of the body. Returns the count, 0 when the body is complete."""
        piece = await self.view()
        count = min(len(piece), len(view))
        view[:count] = piece[:count]
        self._piece = piece[count:]
        return count

    async def close(self):
        """Keep the connection when the body is complete or its rest is short, else close it. Safe to call twice."""
        link = self._link
        if link is None:
            return
        self.validator = None
        try:
            if self._keep and self.length is not None and self.length - self._got <= _DRAIN:
                while len(await self.view()):
                    pass
        except PeerError:
            pass  # nobody wants the rest
        finally:
            self._link = None
            if self._keep and link.inbound.ended and not link.inbound.buffered:
                link.idle = True
            else:
                self._client.drop(link)

    async def _resume(self, error):
        """Ask for the rest of the body over a new connection; raises ``error`` when that does not work."""
        client = self._client
        if error.late:
            self._resumes = min(self._resumes, 1)
        while self._resumes and self.validator:
            self._resumes -= 1
            await client.pause(_RESUMES - self._resumes - 1)
            fields = (("Range", "bytes=%d-" % self._got), ("If-Range", self.validator))
            try:
                other = await client.ask(self.url, fields, "GET")
            except Broken:
                continue
            wanted = "bytes %d-%d/%d" % (self._got, self.length - 1, self.length)
            if other.status == 206 and other.header("content-range") == wanted and other.verified >= self.verified:
                if other.length == self.length - self._got:  # else what it sends is not what it says
                    self._link, self._keep = other._link, other._keep
                    return
            await other.close()
            break  # the file has changed, or the server does not resume
        raise error
