"""Owns a simulated phone: its state folder, its configuration server, its process and the channel to it.

It is also the owner of the two faces, the terminal and the front panel; see ``terminal.py`` and ``panel/server.py``.
"""

import asyncio
import json
import signal
import sys
import urllib.parse
from pathlib import Path

from host import child, identity, images, ports, roots, signing, state
from host.control import KEYS, ControlError, ControlServer
from host.places import FONTS
from host.text import printable

import choose  # isort: skip  of the firmware, which images.py has made importable

_LIVES = 12  # deaths in a row before we give up: after three new firmware is gone, after seven more it is safe mode
_FIRST_BACK_OFF_S = 0.5
_LAST_BACK_OFF_S = 1
_STEADY_S = 60  # a phone that ran that long gets its lives back
_ANSWER_S = 10  # a screen is drawn at once; a phone that restarts is up again by then
_READY_LINE = ("http", "https", "mac", "model", "version", "certificate_sha256")
_PEM_BYTES = 1 << 20  # more than every public authority together
_OUTLAST = ("clock", "flash", "crash")  # faults of the phone that are still there after a restart: its heap begins anew


class LaunchError(Exception):
    """The simulator cannot start; the text says what to do."""


class Launcher:
    """``options``: see ``cli.py``. ``terminal``: shows the phone, or None for a headless one.

    A terminal has ``open(launcher)``, ``show(rows, softkeys)``, ``note(text)`` and ``close()``; see ``terminal.py``.
    """

    def __init__(self, options, terminal=None):
        self.options = options
        self.ready = None  # fields of the ready line, once the phone is up
        self._terminal = terminal
        self._over = asyncio.Event()
        self._up = asyncio.Event()
        self._phone = None
        self._waiting = {}
        self._restarting = False
        self._failure = ""
        self._log = None
        self._panel = _panel(self, options.panel_port) if options.panel else None
        self._relay = None
        self._modules = {}  # of expansion modules: key -> label
        self._faults = {"clock": 0, "flash": False, "heap": 0, "crash": options.crash_when}
        self._cold = True  # the power came, as far as the phone knows
        self.title = "Simulated phone %s, MAC %s, on %s" % (options.model, options.mac, options.runtime)

    async def run(self):
        """Runs the phone until somebody ends it; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.quit)
        folder = state.prepare(self.options.state)
        lock = state.lock(folder)
        demo = control = None
        try:
            self._log = state.LogFile(folder) if self._terminal else None
            settings = self._settings(folder)
            if not self.options.config_server and not self.options.learns:
                from host.demo_server import DemoServer  # with a web framework: half of the launcher's time

                demo = DemoServer(folder / "host", self._asked)
                await demo.start()
            self._trust(folder, settings, demo)
            if self._panel:
                await self._open_panel(settings)
            control = ControlServer(folder, self.screen, self.press, self.pixels)
            await control.start()
            if self._terminal:
                self._terminal.open(self)
            return await self._live(settings)
        finally:
            if self._terminal:
                self._terminal.close()
            for part in (control, self._panel, self._relay, demo):
                if part:
                    await part.stop()
            if self._log:
                self._log.close()
            lock.close()

    def quit(self):
        """Ends the simulator as soon as the phone has stopped."""
        self._over.set()

    def about(self):
        """What the terminal says below the LCD: pairs of label and text."""
        lines = []
        if self._panel:
            lines.append(("Panel", self._panel.url))
        if self.ready:
            lines.append(("Web", self.ready["https"] + "  log in as admin, 22222 if unchanged"))
            lines.append(("", self.ready["http"] + "  moves on to https while the redirect is on"))
            lines.append(("", "certificate SHA-256, to compare with what the browser shows:"))
            lines.append(("", self.ready["certificate_sha256"]))
        return lines + ([("Log", str(self._log.path))] if self._log else [])

    def say(self, text):
        """A line for people: to stderr, or to the log file while the terminal shows the phone."""
        if self._log:
            self._log.write(printable(text))
        else:
            print(printable(text), file=sys.stderr, flush=True)

    async def screen(self):
        """The LCD: ``(rows, softkeys)``. Raises ControlError when the phone does not answer."""
        return await self.press(())

    async def press(self, keys):
        """Presses keys; returns the screen after them, like ``screen``."""
        event = await self._answer(keys)
        return event.get("rows", []), event.get("softkeys", [])

    async def pixels(self):
        """The LCD's picture as the phone draws it: a dict of ``width``, ``height`` and ``data``, or ControlError."""
        if not FONTS.is_dir():
            raise ControlError("The fonts are not there yet. Run `make setup` once.")
        picture = (await self._answer((), pixels=str(FONTS))).get("pixels")
        if not picture:
            raise ControlError("The phone has no memory for a picture now. Try again.")
        return picture

    async def _answer(self, keys, **more):
        number = None
        try:
            async with asyncio.timeout(_ANSWER_S):
                await self._up.wait()
                number = max(self._waiting, default=0) + 1
                future = self._waiting[number] = asyncio.get_running_loop().create_future()
                for key in keys:
                    self.key(key)
                self._send({"op": "screen", "id": number, **more})
                return await future
        except TimeoutError:
            raise ControlError("The phone is busy and does not answer. Try again, or look at the log.") from None
        finally:
            self._waiting.pop(number, None)

    def key(self, name):
        """Presses one key."""
        self._send({"op": "key", "key": name})

    def facts(self):
        """For the front panel: what it is looking at."""
        options = self.options
        return {
            "title": self.title,
            "model": options.model,
            "columns": self.options.columns,
            "keys": KEYS,
            "about": self.about(),
            "cannot": {},
            "absent": (),
        }

    def faults(self):
        """For the front panel: all that is wrong on purpose."""
        return {**self._faults, **self._relay.faults.as_dict()}

    def fault(self, name, value):
        """For the front panel: something goes wrong, or right again."""
        if name in self._faults:
            self._faults[name] = value
            self._send({"op": "fault", "name": name, "value": value})
        else:
            self._relay.set(**{name: value})

    def ask_origins(self):
        """For the front panel: the phone is to tell its configuration."""
        self._send({"op": "origins"})

    def restart(self):
        """For the front panel: as if somebody pulled the plug and put it in again."""
        if self._phone:
            self._restarting = self._cold = True
            self._phone.kill()

    async def _open_panel(self, settings):
        server = urllib.parse.urlsplit(settings["config_server"])
        port = server.port or {"http": 80, "https": 443}[server.scheme]
        from host.panel.relay import Relay

        self._relay = Relay(server.hostname, port, lambda text: self._panel.row("fault", text="network: " + text))
        await self._relay.start()
        settings["watch"] = True
        settings["routes"] = {"%s:%d" % (server.hostname, port): self._relay.port}
        await self._panel.start()
        if not self._terminal:
            self.say("The front panel is at %s" % self._panel.url)

    def _asked(self, method, target, status, tls, ms):
        """The demo server has answered a request."""
        if self.options.verbose:
            from host.panel.server import public

            self.say("demo server: %s %s -> %d" % (method, public(target), status))
        if self._panel:
            self._panel.row("demo", line="%s %s" % (method, target), status=status, tls=tls, ms=ms)

    def _logged(self, line):
        """A line of the phone's own log."""
        self.say(line)
        if self._panel:
            self._panel.row("phone", text=line)

    def _note(self, text):
        for face in (self._terminal, self._panel):
            if face:
                face.note(text)

    def _send(self, message):
        if self._phone:
            self._phone.send(message)

    def _settings(self, folder):
        options = self.options
        return {
            "state": str(folder),
            "model": options.model,
            "mac": options.mac,
            "http_port": ports.choose("http", options.http_port, options.bind, self.say),
            "https_port": ports.choose("https", options.https_port, options.bind, self.say),
            "bind": options.bind,
            "address": ports.own_address(options.bind),
            "limits": options.limits,
            "dhcp_options": dict(options.dhcp_option),
            "mdns": options.mdns,
            "announce": options.announce,
            "setup": options.setup,
            "dns_port": options.dns_port,
            "setup_s": options.setup_s,
            "system_heap": options.system_heap,
            "time_port": options.time_port,
            "abi": images.ABIS[options.runtime],
            "flash": str(Path(options.flash).absolute()) if options.flash else "",
        }

    def _trust(self, folder, settings, demo):
        """Adds the configuration server, what the phone trusts it by, and whose firmware it takes."""
        keys = folder / "firmware.keys"
        if not keys.exists():  # later on updates may have changed it
            identity.write_private(keys, signing.public(signing.demo()).hex().encode() + b"\n")
        source = demo.authority if demo else self.options.ca
        given = self.options.config_server
        settings["config_server"] = demo.base + "/" if demo else _folder_url(given) if given else ""
        settings["trust_anchor"] = ""
        settings["roots"] = roots.ensure()
        if source:
            identity.write_private(folder / "anchors.pem", _anchors(source))
            settings["trust_anchor"] = "anchors.pem"

    def _boot(self, settings):
        """The command that runs the firmware of the chosen slot: what ``main.py`` does on a board."""
        slot, settings["trial"] = choose.choose(settings["state"])
        if slot:
            self.say("Starting the firmware in slot %s%s." % (slot, " on trial" if settings["trial"] else ""))
        file = choose.path(settings["state"], slot) if slot else ""
        options = self.options
        return child.command_of(options.runtime, options.heap, options.panel, file, bool(options.flash))

    async def _live(self, settings):
        """One life of the phone after the other."""
        deaths = 0
        while True:
            begin = asyncio.get_running_loop().time()
            code = await self._one_life(self._boot(settings), settings)
            if self._over.is_set():
                return 0
            if self._failure and not self.ready and not settings["trial"]:
                raise LaunchError("The phone did not start: " + self._failure)
            if self._restarting:
                deaths = 0
                continue
            deaths = 1 if asyncio.get_running_loop().time() - begin > _STEADY_S else deaths + 1
            reason = self._failure or "exit code %s" % code
            if deaths >= _LIVES:
                raise LaunchError("The phone ended %d times in a row (%s). The log says why." % (deaths, reason))
            wait = min(_FIRST_BACK_OFF_S * 2 ** (deaths - 1), _LAST_BACK_OFF_S)
            self.say("The phone ended unexpectedly (%s). Starting it again in %.1f s." % (reason, wait))
            if await self._over_within(wait):
                return 0

    async def _one_life(self, command, settings):
        self._restarting, self._failure = False, ""
        self._modules = {}
        wanted = [settings[scheme + "_port"] for scheme in ("http", "https")]
        held = [ports.hold(self.options.bind, port) for port in wanted if port]
        self._phone = child.Child(*command, self._heard, self._logged)
        self._faults["heap"] = 0
        settings["faults"] = {name: self._faults[name] for name in _OUTLAST if self._faults[name]}
        settings["cold"], self._cold = self._cold, False
        await self._phone.start(settings)
        death = asyncio.create_task(self._phone.wait())
        over = asyncio.create_task(self._over.wait())
        watchdog = asyncio.create_task(self._watch(settings["trial"]))
        try:
            await asyncio.wait((death, over), return_when=asyncio.FIRST_COMPLETED)
            if not death.done() and not await self._phone.stop():
                self.say("The phone did not stop by itself in time and was ended.")
            if self.ready:  # the next life has the same addresses
                for scheme, usual in (("http", 80), ("https", 443)):
                    settings[scheme + "_port"] = urllib.parse.urlsplit(self.ready[scheme]).port or usual
            return await death
        finally:
            over.cancel()
            watchdog.cancel()
            for sock in filter(None, held):
                sock.close()
            self._up.clear()
            self._phone = None

    async def _watch(self, trial):
        """A board's watchdog: new firmware that hangs instead of taking keys is ended, and that counts as a start."""
        while trial:
            await asyncio.sleep(self.options.watchdog_s)
            try:
                await self.screen()
            except ControlError:
                self.say("The new firmware does not answer. Its watchdog ends it.")
                if self._phone:
                    self._phone.kill()

    async def _over_within(self, seconds):
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
            return True
        except asyncio.TimeoutError:
            return False

    def _heard(self, event):
        kind = event.pop("event")
        if kind == "ready":
            self._up.set()
            for number in self._waiting:  # the key was "restart", and the screen after it is that of the next life
                self._send({"op": "screen", "id": number})
            first = not self.ready
            self.ready = {"ready": True, **{name: event[name] for name in _READY_LINE}}  # MicroPython keeps no order
            if self._panel:
                self.ready["panel"] = self._panel.url
            if first and not self._terminal:
                print(json.dumps(self.ready), flush=True)
            self._note("")
        elif kind == "screen":
            self._shown(event)
        elif kind == "restart":
            self._restarting = True
            self._note("restarting ...")
        elif kind in ("request", "origins"):
            if self._panel:
                self._panel.row(**event) if kind == "request" else self._panel.origins(event)
        elif kind == "module":
            self._modules[event["key"]] = event["label"]
            if event["label"] is None:
                del self._modules[event["key"]]
        elif kind == "failed":
            self._failure = printable(event.get("text", ""))
        elif kind == "refused":
            self.say("The phone refused a request: " + str(event.get("text", "")))

    def _shown(self, event):
        self._up.set()  # it takes keys from its first frame on, long before its servers are up
        rows, softkeys = event.get("rows", []), event.get("softkeys", [])
        future = self._waiting.get(event.get("id"))
        if future and not future.done():
            return future.set_result(event)
        if self._terminal:
            self._terminal.show(rows, softkeys, event)
        if self._panel:
            self._panel.show(dict(event, modules=dict(self._modules)))


def _panel(launcher, port):
    from host.panel.server import PanelServer  # with a web framework, as the demo server

    return PanelServer(launcher, port)


def _anchors(source):
    try:
        with open(source, "rb") as file:
            pem = file.read(_PEM_BYTES)
        identity.count_certificates(pem)
        return pem
    except OSError as error:
        raise LaunchError("--ca %s cannot be read: %s." % (source, error.strerror)) from None
    except ValueError:
        raise LaunchError("--ca %s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)." % source) from None


def _folder_url(text):
    """The URL with a slash at its end; raises LaunchError for what is no http, https or tftp address."""
    try:
        parts = urllib.parse.urlsplit(text)
        good = parts.scheme in ("http", "https", "tftp") and parts.hostname and not parts.query and parts.port != 0
        good = good and " " not in parts.hostname
    except ValueError:
        good = False
    if not good or not text.isprintable():
        raise LaunchError("--config-server %s is not the URL of a folder, such as https://server/phones/." % text)
    return text.rstrip("/") + "/"


def run(options, terminal=None):
    """Runs the simulator with ``options``; returns the exit code. Errors are told on stderr, without a traceback."""

    async def start():
        return await Launcher(options, terminal).run()

    try:
        return asyncio.run(start())
    except (LaunchError, child.ChildError, ports.PortError, state.StateError) as error:
        print("dialtone sim: %s" % error, file=sys.stderr)
        if terminal:
            log = Path(options.state) / "host" / "sim.log"
            print("The log is in %s." % log, file=sys.stderr)
        return 1
