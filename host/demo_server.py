"""The demo configuration server: HTTPS with an authority of its own, the files of ``host/demo/``, a firmware image, and
the applications of ``demo_apps.py``.

It serves phones of this machine only, so that `make sim` shows the whole start without any other set-up.
"""

import hashlib
import logging
import re
import ssl
import time
from pathlib import Path

from aiohttp import web

from host import demo_apps, identity
from host.places import ROOT, allow_firmware_imports
from host.ports import PortError, choose, free

FILES = ROOT / "host" / "demo"
MODELS = ("57i", "53i")
_HOST = "127.0.0.1"
_MAC_FILE = re.compile(r"[0-9A-F]{12}\.cfg")
_AGENT = re.compile(r"(?:Aastra|Mitel)(\w+) MAC:([0-9A-F-]{17}) V:")
_TYPES = {".cfg": "text/plain", ".xml": "text/xml"}
_PAYLOAD_BYTES = 1 << 16  # of the demo's image: enough to be streamed in pieces, should a phone ever want it
_CLOSE_S = 0.2  # connections that phones keep open must not delay the end of the simulator


class DemoServer:
    """``folder``: where its authority, certificate and images are kept. ``log(method, target, status, tls, ms)``, if
    given, hears of each request; ``tls`` is (version, suite)."""

    def __init__(self, folder, log=None):
        self._folder = Path(folder)
        self._log = log
        self._runner = None
        self._version = None
        self.base = ""  # such as https://127.0.0.1:40001, without a slash at its end
        self.authority = self._folder / "demo-ca.pem"

    async def start(self):
        """Starts to serve; afterwards ``base`` is its URL and ``authority`` the PEM file to trust."""
        self._make_images()
        certificate, key = identity.ensure_authority(str(self._folder))
        identity.make_leaf(certificate, key, self._folder / "demo-server.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._folder / "demo-server.pem")
        application = web.Application(middlewares=[self._logged] if self._log else [])
        application.router.add_get("/apps/{name:[a-z]+}.xml", self._app)
        application.router.add_get("/{name:.*}", self._serve)
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # bad requests are the asker's business
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_CLOSE_S)
        await self._runner.setup()
        port = self._port()
        await web.TCPSite(self._runner, _HOST, port, ssl_context=context).start()
        self.base = "https://%s:%d" % (_HOST, port)

    async def stop(self):
        if self._runner:
            await self._runner.cleanup()

    def _port(self):
        """The port of the last time if it is free: the phone has softkeys and cached files that name it."""
        note = self._folder / "demo-port"
        try:
            port = choose("http", int(note.read_text()), _HOST, None)
        except (OSError, ValueError, OverflowError, PortError):
            port = free(_HOST)
            note.write_text("%d\n" % port)
        return port

    def _make_images(self):
        """One image per model, equal to what the phone runs: it looks at the header and stays as it is."""
        allow_firmware_imports()
        from dialtone.version import VERSION

        from host.images import build_image

        self._version = VERSION
        payload = hashlib.shake_128(VERSION.encode()).digest(_PAYLOAD_BYTES)
        for model in MODELS:
            identity.write_private(self._folder / (model + ".st"), build_image(payload, VERSION, [model]))

    async def _serve(self, request):
        name = request.match_info["name"]
        if name in [model + ".st" for model in MODELS]:
            # FileResponse answers Range, If-Range and If-None-Match by itself
            return web.FileResponse(self._folder / name, headers={"Content-Type": "application/octet-stream"})
        source = FILES / "MAC.cfg" if _MAC_FILE.fullmatch(name) else self._file(name)
        if source is None:
            return web.Response(status=404, text="The demo server has no such file.\n")
        body = self._fill(source.read_text(encoding="utf-8"), request).encode()
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers={"ETag": tag})
        kind = _TYPES[source.suffix] + "; charset=utf-8"
        return web.Response(body=body, headers={"ETag": tag, "Content-Type": kind, "Cache-Control": "no-cache"})

    async def _app(self, request):
        """An application's answer: no cache, for each tells of now."""
        ask = demo_apps.Ask(self.base, request.query, self._who(request)[0])
        found = demo_apps.answer(request.match_info["name"], ask)
        if not found:
            return web.Response(status=404, text="The demo server has no such application.\n")
        text, fields = found
        headers = {"Content-Type": "text/xml; charset=utf-8", "Cache-Control": "no-store", **fields}
        return web.Response(body=text.encode(), headers=headers)

    def _file(self, name):
        """The file of that name, if it is one of the demo's own: a request can name nothing else."""
        known = {str(path.relative_to(FILES)): path for path in FILES.rglob("*.*") if path.suffix in _TYPES}
        return known.get(name)

    def _who(self, request):
        """(model, MAC) of the phone that asks."""
        agent = _AGENT.match(request.headers.get("User-Agent", ""))
        return (agent.group(1), agent.group(2).replace("-", "")) if agent else ("unknown", "000000000000")

    def _fill(self, text, request):
        model, mac = self._who(request)
        for place, value in (("BASE", self.base), ("MODEL", model), ("MAC", mac), ("VERSION", self._version)):
            text = text.replace("@%s@" % place, value)
        return text

    @web.middleware
    async def _logged(self, request, handler):
        begin = time.monotonic()
        secured = request.transport.get_extra_info("ssl_object") if request.transport else None
        tls = (secured.version(), secured.cipher()[0]) if secured else None
        response = await handler(request)
        took_ms = int((time.monotonic() - begin) * 1000)
        self._log(request.method, str(request.rel_url), response.status, tls, took_ms)
        return response
