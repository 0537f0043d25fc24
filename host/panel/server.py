"""Serves the front panel to browsers of this computer: one page, its files and a WebSocket for what is live.

Who may see it: whoever knows the random token in its address, over the loopback address, with a Host of our own and,
for the WebSocket, an Origin of our own. So neither guesses nor other web pages get in (DNS rebinding included).
"""

import asyncio
import collections
import hmac
import json
import re
import secrets
import time
from pathlib import Path

from aiohttp import WSMsgType, web

from host.control import ControlError, check_keys
from host.panel import relay
from host.panel.drawing import Drawing
from host.ports import PortError, choose
from host.text import printable

_HOST = "127.0.0.1"
_FILES = Path(__file__).resolve().parent
_ASSETS = {"panel.css": "text/css", "panel.js": "text/javascript", "lcd.js": "text/javascript"}
_VIEWERS = 8  # open pages: more are forgotten tabs
_WAITING = 400  # messages that a slow page may be behind before it is let go
_ROWS = 300  # lines of the log that a page opened later still sees
_MESSAGE = 2048  # bytes of a message from a page: the longest has some 60
_HEARTBEAT_S = 20
_DRAW_S = 0.02  # frames that follow each other faster are one picture
_CLOSE_S = 0.2  # open pages must not delay the end of the simulator
_SECRET = re.compile(r"([?&][^=&\s]*(?:pass|pwd|pin|secret|token|code)[^=&\s]*=)[^&\s]+", re.IGNORECASE)
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://%s; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_FAULTS = {"mode": "network", "delay_ms": "delay of the network", "rate_bytes": "speed of the network"}
_FAULTS |= {"clock": "clock", "flash": "flash", "heap": "heap"}
_BOUNDS = {"delay_ms": (0, 20_000), "rate_bytes": (0, 10_000_000), "clock": (-(10**9), 10**9), "heap": (0, 65_536)}


def public(line):
    """A request line without what was typed into a script's password field, as far as its name tells."""
    return _SECRET.sub(r"\1***", line)


class PanelServer:
    """``owner``: the phone behind the panel, a ``Launcher`` or a board's console. It has

    ``facts()``: dict with ``title``, ``model``, ``columns`` of its display, ``keys`` (their names), ``about`` (pairs of
    label and text), ``cannot`` (part of the panel -> what is not as it seems there) and ``absent`` (the parts that do
    nothing at all); ``key(name)``; ``fault(name, value)``; ``faults()``: dict; ``ask_origins()``; ``restart()``.
    """

    def __init__(self, owner, port=None):
        self._owner = owner
        self._wanted = port
        self._runner = None
        self._token = secrets.token_urlsafe(18)
        self._viewers = {}
        self._log = collections.deque(maxlen=_ROWS)
        self._number = 0
        self._screen = None
        self._drawing = None
        self._timer = None
        self._note = "starting"
        self._origins = []
        self._names = ()
        self.url = ""

    async def start(self):
        """Starts to serve; afterwards ``url`` is the address for people. Raises PortError."""
        application = web.Application(middlewares=[self._guard])
        base = "/" + self._token
        application.router.add_get(base + "/", self._page)
        application.router.add_get(base + "/live", self._live)
        application.router.add_get(base + "/{name:[a-z.]+}", self._asset)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_CLOSE_S)
        await self._runner.setup()
        port = choose("panel", self._wanted or 0, _HOST, None)
        site = web.TCPSite(self._runner, _HOST, port)
        try:
            await site.start()
        except OSError as error:
            raise PortError("The front panel cannot listen on port %d (%s)." % (port, error.strerror)) from None
        port = self._runner.addresses[0][1]
        self._names = ("%s:%d" % (_HOST, port), "localhost:%d" % port)
        self.url = "http://%s:%d%s/" % (_HOST, port, base)

    async def stop(self):
        if self._timer:
            self._timer.cancel()
        for socket in list(self._viewers):
            await socket.close(code=1001, message=b"The simulator has ended")
        if self._runner:
            await self._runner.cleanup()

    # What the owner tells

    def show(self, screen):
        """Another frame: dict with ``rows``, ``softkeys`` and whatever else the phone sends of its face."""
        self._screen = dict(screen, t="screen")
        if self._viewers and not self._timer:
            self._timer = asyncio.get_running_loop().call_later(_DRAW_S, self._draw)

    def _draw(self):
        self._timer = None
        self._send(self._drawn())

    def _drawn(self):
        """The frame with its picture, drawn when somebody looks."""
        screen = self._screen
        if "pixels" not in screen:
            if not self._drawing:
                self._drawing = Drawing(self._owner.facts()["columns"])
            screen["pixels"] = self._drawing.draw(screen)
        return screen

    def note(self, text):
        """What the phone is busy with, "" when it is ready."""
        self._note = text
        self._send({"t": "note", "text": text, "facts": self._owner.facts()})

    def changed(self, name, value):
        """A fault came or went."""
        self.row("fault", text="%s: %s" % (_FAULTS[name], _told(name, value)))
        self._send({"t": "faults", "faults": self._owner.faults()})

    def row(self, side, **fields):
        """One line of the log. ``side``: "client" (the phone asked), "server" (it was asked), "demo" (what the demo
        server saw), "fault" or "phone" (a line of its own log)."""
        self._number += 1
        fields = {name: printable(value) if isinstance(value, str) else value for name, value in fields.items()}
        if "line" in fields:
            fields["line"] = public(fields["line"])
        row = dict(fields, side=side, number=self._number, time=time.strftime("%H:%M:%S"))
        self._log.append(row)
        self._send({"t": "log", "rows": [row]})

    def origins(self, event):
        """A piece of the configuration: ``rows``, and ``end`` with the last."""
        self._origins += event.get("rows", [])
        if event.get("end"):
            rows, self._origins = self._origins, []
            self._send({"t": "origins", "rows": rows, "diagnostics": event.get("diagnostics", [])})

    # What pages ask

    @web.middleware
    async def _guard(self, request, handler):
        origin = request.headers.get("Origin")
        live = request.path.endswith("/live")
        if request.host not in self._names or (origin or live) and origin != "http://" + request.host:
            return self._refuse("This request comes from another web site.")
        if not hmac.compare_digest(request.path.split("/")[1], self._token):
            return self._refuse("Open the address that `dialtone sim` printed, with all that stands behind the port.")
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            answer = web.Response(status=error.status, text="%d: %s\n" % (error.status, error.reason))
        except Exception as error:
            self.row("fault", text="the front panel itself failed: %r" % error)
            raise
        if not answer.prepared:
            answer.headers.update(_HEADERS, **{"Content-Security-Policy": _CSP % request.host})
        return answer

    def _refuse(self, text):
        return web.Response(status=403, text=text + "\n", headers=dict(_HEADERS, Connection="close"))

    async def _page(self, request):
        return web.Response(text=(_FILES / "panel.html").read_text(encoding="utf-8"), content_type="text/html")

    async def _asset(self, request):
        name = request.match_info["name"]
        if name not in _ASSETS:
            raise web.HTTPNotFound()
        return web.Response(text=(_FILES / name).read_text(encoding="utf-8"), content_type=_ASSETS[name])

    async def _live(self, request):
        if len(self._viewers) >= _VIEWERS:
            return self._refuse("Too many pages show this phone. Close some.")
        socket = web.WebSocketResponse(max_msg_size=_MESSAGE, heartbeat=_HEARTBEAT_S)
        await socket.prepare(request)
        queue = self._viewers[socket] = asyncio.Queue(_WAITING)
        writer = asyncio.create_task(self._write(socket, queue))
        try:
            self._greet(queue)
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._asked(message.data, queue)
        finally:
            self._viewers.pop(socket, None)
            writer.cancel()
        return socket

    def _greet(self, queue):
        queue.put_nowait({"t": "hello", "facts": self._owner.facts(), "faults": self._owner.faults()})
        queue.put_nowait({"t": "note", "text": self._note, "facts": self._owner.facts()})
        if self._screen:
            queue.put_nowait(self._drawn())
        queue.put_nowait({"t": "log", "rows": list(self._log)})

    async def _write(self, socket, queue):
        try:
            while True:
                message = await queue.get()
                if message is None:
                    await socket.close(code=1013, message=b"This page is too slow")
                    return
                await socket.send_str(json.dumps(message))
        except (ConnectionError, RuntimeError):
            pass  # it is gone, and its reader ends

    def _send(self, message):
        for queue in self._viewers.values():
            if queue.qsize() >= _WAITING - 1:
                while not queue.empty():
                    queue.get_nowait()
                message = None
            queue.put_nowait(message)

    def _asked(self, text, queue):
        """One message of a page; what is wrong in it is told to that page."""
        try:
            message = json.loads(text)
            kind = message["t"]
            if kind == "key":
                self._owner.key(check_keys([str(message["key"])])[0])
            elif kind == "fault":
                name = str(message["name"])
                value = _checked(name, message["value"])
                self._owner.fault(name, value)
                self.changed(name, value)
            elif kind == "origins":
                self._owner.ask_origins()
            elif kind == "restart":
                self._owner.restart()
            else:
                raise ValueError("no such request")
        except ControlError as error:
            queue.put_nowait({"t": "problem", "text": str(error)})
        except (ValueError, KeyError, TypeError, AttributeError):
            queue.put_nowait({"t": "problem", "text": "The panel does not understand this request."})


def _checked(name, value):
    """The value of a fault within its bounds; ValueError for what is none."""
    if name == "mode":
        if value not in relay.MODES:
            raise ValueError(value)
        return value
    if name == "flash":
        return bool(value)
    low, high = _BOUNDS[name]
    return max(low, min(int(value), high))


def _told(name, value):
    """A fault's value in words."""
    if not value or value == "none":
        return "right again"
    if name == "clock":
        return "%d days %s" % (abs(value) // 86_400, "ahead" if value > 0 else "behind")
    units = {"delay_ms": "%d ms", "rate_bytes": "%d bytes a second", "heap": "%d bytes left", "flash": "full"}
    text = units.get(name, "%s")
    return text % value if "%" in text else text
