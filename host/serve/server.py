"""The servers: HTTP and HTTPS by aiohttp, TFTP by tftpy. They serve files, take none and list none."""

import asyncio
import hashlib
import logging
import signal
import ssl
import sys
import time
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from host import identity
from host.serve.folder import Folder
from host.serve.tftp import Tftp
from host.serve.visitors import Visitors

_CLOSE_S = 0.5
_TYPES = {".cfg": "text/plain; charset=utf-8", ".xml": "text/xml; charset=utf-8"}


class ServeError(Exception):
    """It cannot be served; the text says why."""


class Server:
    """``options``: what commands.py has read. ``urls`` lists where it serves."""

    def __init__(self, options, out=None):
        self._options = options
        self._out = out or sys.stdout
        self._folder = Folder(options.folder, options.phones, self._line)
        self.visitors = Visitors(self._folder.changed)
        self._runner = None
        self._tftp = None
        self.urls = []
        self.authority = None

    async def start(self):
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # bad requests are the asker's business
        application = web.Application()
        application.router.add_route("*", "/{name:.*}", self._answer)
        logger = logging.getLogger("dialtone.serve")  # of no use, but without one there is no access log
        more = {"access_log": logger, "access_log_class": self._access_log(), "shutdown_timeout": _CLOSE_S}
        self._runner = web.AppRunner(application, **more)
        await self._runner.setup()
        options = self._options
        try:
            for port, context in ((options.http_port, None), (options.https_port, self._context())):
                if port is not None:
                    site = web.TCPSite(self._runner, options.bind, port, ssl_context=context)
                    await site.start()
                    self._say_where("https" if context else "http", site._server.sockets[0].getsockname()[1])
            if options.tftp_port is not None:
                self._start_tftp()
        except OSError as error:
            raise ServeError("cannot listen: %s" % (error.strerror or error)) from None

    def _say_where(self, scheme, port):
        host = self._options.bind
        self.urls.append("%s://%s:%d/" % (scheme, "[%s]" % host if ":" in host else host, port))

    def _context(self):
        options = self._options
        if options.https_port is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if options.certificate:
            try:
                context.load_cert_chain(options.certificate, options.key)
            except (OSError, ssl.SSLError) as error:
                raise ServeError("%s: %s" % (options.certificate, error)) from None
            return context
        if options.bind not in ("127.0.0.1", "localhost"):
            raise ServeError("for other computers HTTPS needs a certificate that names this one: --certificate FILE")
        state = Path(options.state)
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ServeError("%s: %s" % (state, error.strerror)) from None
        certificate, key = identity.ensure_authority(str(state))
        identity.make_leaf(certificate, key, state / "serve.pem")
        context.load_cert_chain(state / "serve.pem")
        self.authority = state / "demo-ca.pem"
        return context

    def _start_tftp(self):
        self._tftp = Tftp(self._folder, self._tftp_heard, self._line)
        try:
            self._tftp.start(self._options.bind, self._options.tftp_port)
        except OSError as error:
            raise ServeError("TFTP cannot listen on port %d: %s" % (self._options.tftp_port, error)) from None
        self._say_where("tftp", self._tftp.port)

    def _tftp_heard(self, address, name, found):
        """Phones do not say over TFTP who they are, but for those that ask for their own file."""
        phone = self.visitors.note_tftp(address, name, found)
        who = "%s %s" % (phone.model, phone.mac) if phone else address
        state = ", up to date" if phone and not self.visitors.missing(phone) else ""
        self._line("%s: RRQ /%s %s, TFTP%s" % (who, _plain(name), "sent" if found else "not found", state))

    async def stop(self):
        if self._tftp:
            self._tftp.stop()
        await self._runner.cleanup()

    async def _answer(self, request):
        return self._response(request, request.match_info["name"])

    def _response(self, request, name):
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"}, text="This server only gives files.\n")
        path = self._folder.path(name)
        if path:
            kind = _TYPES.get(path.suffix, "application/octet-stream")
            return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": "no-cache"})
        body = self._folder.made(name)
        if body is None:
            return web.Response(status=404, text="There is no such file.\n")
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if tag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, headers={"ETag": tag, "Content-Type": _TYPES[".cfg"]})

    def _access_log(self):
        """What aiohttp tells of each answer when it is sent: a file decides only then whether it is 200, 206 or 304."""
        server = self

        class Log(AbstractAccessLogger):
            def log(self, request, response, time):
                server._log(request, request.match_info.get("name", "?"), response.status, time)

        return Log

    def _log(self, request, name, status, seconds):
        phone = self.visitors.note(request.headers.get("User-Agent", ""), name, status)
        secured = request.transport.get_extra_info("ssl_object") if request.transport else None
        who = "%s %s" % (phone.model, phone.mac) if phone else request.remote
        state = ""
        if phone and not self.visitors.missing(phone):
            state = ", up to date"
        over = secured.version() if secured else "TLS" if request.secure else "plain"
        what = "%s /%s %d" % (request.method, _plain(name), status)
        self._line("%s: %s, %s, %d ms%s" % (who, what, over, seconds * 1000, state))

    def _line(self, text):
        print(time.strftime("%H:%M:%S ") + text, file=self._out, flush=True)

    def show(self):
        """The table of phones."""
        for line in self.visitors.table():
            print(line, file=self._out, flush=True)


def _plain(name):
    """What a stranger has sent, fit for a terminal."""
    return "".join(char if " " <= char <= "~" else "?" for char in name[:100])


async def run(options):
    """Serves until SIGTERM or Ctrl-C; SIGUSR1 shows the table of phones, and so does the end."""
    server = Server(options)
    await server.start()
    for url in server.urls:
        print("serving %s at %s" % (options.folder, url), flush=True)
    if server.authority:
        print("the authority that phones must trust: %s" % server.authority, flush=True)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    loop.add_signal_handler(signal.SIGUSR1, server.show)
    await over.wait()
    await server.stop()
    server.show()
