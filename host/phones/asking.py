"""What is asked of one phone, over TLS whose certificate is the one that the hosts file names."""

import asyncio
import errno
import ssl

import aiohttp
from cryptography import x509

_ANSWER_S = 20  # a phone with a small heap may be busy with another page
_BUSY = 4  # tries: it says 503 while it has no memory
_BUSY_S = 2
_LIMIT = 1 << 20  # bytes of a page
PAGES = {"status.json": "/api/status", "sysinfo.html": "/sysinfo.html", "tls.html": "/tlsEvents.html",
         "xmllog.html": "/xmllog.html", "settings.html": "/configurationServer.html"}  # fmt: skip


class Trouble(Exception):
    """A phone did not do what was asked; the text says why."""


class Lost(Trouble):
    """There was no answer: it may be that the phone restarts."""


class _Pin(aiohttp.Fingerprint):
    """Checks the certificate before anything is sent, and keeps it: the connection may be gone with the answer."""

    der = b""

    def check(self, transport):
        super().check(transport)
        self.der = transport.get_extra_info("ssl_object").getpeercert(True)


class Asker:
    """``login``: (user, password). Use it in ``async with``."""

    def __init__(self, login):
        self._auth = aiohttp.BasicAuth(*login)

    async def __aenter__(self):
        connector = aiohttp.TCPConnector(limit=0, force_close=True)  # a phone has few connections to spare
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self

    async def __aexit__(self, *_):
        await self._session.close()

    async def request(self, host, method, path, body=None, kind=None, anonymous=False, length=None, seconds=_ANSWER_S):
        """(status, body, certificate as DER). Nothing is sent to a phone with another certificate.

        ``body``: bytes, or a function that gives an async iterator of ``length`` of them, to be sent in ``seconds``.
        """
        pin = _Pin(bytes.fromhex(host.fingerprint))
        headers = {"Content-Type": kind} if kind else {}
        if length is not None:
            headers["Content-Length"] = str(length)
        auth = None if anonymous else self._auth
        url = "https://%s%s" % (host.name, path)
        more = {"headers": headers, "auth": auth, "ssl": pin, "allow_redirects": False}
        more["timeout"] = aiohttp.ClientTimeout(total=seconds)
        for left in range(_BUSY - 1, -1, -1):
            try:
                data = body() if callable(body) else body
                async with self._session.request(method, url, data=data, **more) as answer:
                    data = await answer.content.read(_LIMIT)
                    while len(data) < _LIMIT and not answer.content.at_eof():
                        data += await answer.content.read(_LIMIT - len(data))
                    status = answer.status
            except aiohttp.ServerFingerprintMismatch as error:
                raise Trouble("another certificate than the hosts file names: %s" % error.got.hex()) from None
            except (aiohttp.ClientError, OSError) as error:
                raise Lost(_words(error)) from None
            if status != 503 or not left:
                break
            await asyncio.sleep(_BUSY_S)
        if status == 401:
            raise Trouble("wrong user name or password")
        return status, data, pin.der

    async def good(self, host, method, path, **more):
        """Body and certificate of an answer that must be 2xx."""
        status, data, der = await self.request(host, method, path, **more)
        if not 200 <= status < 300:
            raise Trouble("answered %d to %s %s" % (status, method, path) + _reason(data))
        return data, der


def _reason(data):
    """What an answer in plain text says."""
    text = data.decode("utf-8", "replace").strip()
    return "" if not text or text.startswith("<") else ": " + text[:200]


def _words(error):
    if isinstance(error, TimeoutError):
        return "does not answer"
    inner = getattr(error, "os_error", None) or error
    if isinstance(inner, ConnectionRefusedError) or getattr(inner, "errno", None) == errno.ECONNREFUSED:
        return "refuses the connection: is it on, and is the port right?"
    return str(getattr(inner, "strerror", None) or error or type(error).__name__)


async def shown(host):
    """The DER certificate that whoever listens there shows; nobody has checked it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(5):
            _, writer = await asyncio.open_connection(host.host, host.port, ssl=context)
    except (OSError, TimeoutError) as error:
        raise Trouble(_words(error)) from None
    try:
        return writer.get_extra_info("ssl_object").getpeercert(True)
    finally:
        writer.close()


def expiry(der):
    """The day until which a certificate is good."""
    return x509.load_der_x509_certificate(der).not_valid_after_utc.strftime("%Y-%m-%d")


def common_name(der):
    """The name in a certificate's subject."""
    names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
