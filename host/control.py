"""The channel between ``dialtone lcd`` or ``press`` and a running simulator: a Unix socket in its state folder.

One JSON line each way: ``{"op": "lcd"}``, ``{"op": "pixels"}`` or ``{"op": "press", "keys": [...]}``; the answer is the
screen, its picture, or an error.
"""

import asyncio
import contextlib
import difflib
import json
import os
import re
import socket
from pathlib import Path

KEYS = (
    "options up down left right select enter goodbye "
    "softkey1 softkey2 softkey3 softkey4 softkey5 softkey6 0 1 2 3 4 5 6 7 8 9 * # "
    "topsoftkey1 topsoftkey2 topsoftkey3 topsoftkey4 topsoftkey5 topsoftkey6 "
    "prgkey1 prgkey2 prgkey3 prgkey4 prgkey5 prgkey6 prgkey7 prgkey8 "
    "services directory callers redial voicemail conf xfer icom "
    "hold mute speaker headset volup voldown save delete line1 line2 line3 line4"
).split()
MODULES = "expmod1 key1 to expmod3 key60"  # how people are told of these 180
_MODULE_KEY = re.compile(r"(expmod[123]) ?(?:key|softkey)([1-9]|[1-5][0-9]|60)")
ALIASES = {"star": "*", "pound": "#", "esc": "goodbye", "ok": "select"}
_SOCKET = "control"
_LINE = 1 << 16
_KEYS_AT_ONCE = 200  # more would be a script gone wrong
_ANSWER_S = 15  # a phone that restarts answers when it is up again


class ControlError(Exception):
    """No simulator answers, or it refuses; the text says what to do."""


def check_keys(names):
    """The names as the phone knows them; raises ControlError for one that is not a key."""
    keys = [_key(name.lower()) for name in names]
    unknown = [name for name, key in zip(names, keys, strict=True) if not key]
    if unknown:
        near = [key for name in unknown for key in difflib.get_close_matches(name.lower(), KEYS, 1)]
        hint = " Did you mean %s?" % " ".join(near) if near else ""
        names = ", ".join(map(repr, unknown))
        raise ControlError("No such key: %s.%s `dialtone press --help` lists the keys." % (names, hint))
    return keys


def _key(name):
    """The phone's name of a key, None for what is none. Those of expansion modules have a blank, for the shell none."""
    module = _MODULE_KEY.fullmatch(name)
    if module:
        return "%s key%s" % module.groups()
    name = ALIASES.get(name, name)
    return name if name in KEYS else None


@contextlib.contextmanager
def _inside(folder):
    """The path of a Unix socket may have 107 bytes only, so it is named from inside its folder."""
    before = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        yield
    finally:
        os.fchdir(before)
        os.close(before)


def ask(state, request):
    """Sends ``request`` to the simulator that runs on ``state``; returns its answer, a dict. Raises ControlError."""
    nobody = "No simulator runs on %s. Start one with `dialtone sim --state %s`." % (state, state)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(_ANSWER_S)
        try:
            with _inside(Path(state).expanduser() / "host"):
                sock.connect(_SOCKET)
            sock.sendall(json.dumps(request).encode() + b"\n")
            with sock.makefile("rb") as stream:
                answer = json.loads(stream.readline(_LINE))
        except TimeoutError:
            raise ControlError("The simulator does not answer. Look at its log, or restart it.") from None
        except OSError as error:
            if isinstance(error, PermissionError):
                raise ControlError("The simulator on %s belongs to another user." % state) from None
            raise ControlError(nobody) from None
        except ValueError:
            raise ControlError("The simulator ended while it was asked. Look at its log.") from None
    if "error" in answer:
        raise ControlError(answer["error"])
    return answer


class ControlServer:
    """Listens in ``folder``/host. ``screen()`` and ``press(keys)`` are coroutines that return ``(rows, softkeys)``,
    ``pixels()`` is one that returns a dict."""

    def __init__(self, folder, screen, press, pixels):
        self._folder = Path(folder) / "host"
        self._screen = screen
        self._press = press
        self._pixels = pixels
        self._server = None

    async def start(self):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _inside(self._folder):
            Path(_SOCKET).unlink(missing_ok=True)  # of a simulator that was killed: the lock says that none runs
            sock.bind(_SOCKET)
            os.chmod(_SOCKET, 0o600)
        self._server = await asyncio.start_unix_server(self._serve, sock=sock, limit=_LINE)

    async def stop(self):
        self._server.close()
        (self._folder / _SOCKET).unlink(missing_ok=True)

    async def _serve(self, reader, writer):
        try:
            line = await asyncio.wait_for(reader.readline(), _ANSWER_S)
            writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError, asyncio.TimeoutError, asyncio.CancelledError):
            pass  # the asker went away or never asked, or the simulator ends: nobody is left to tell
        finally:
            writer.close()

    async def _answer(self, line):
        try:
            request = json.loads(line)
            if request["op"] == "lcd":
                rows, softkeys = await self._screen()
            elif request["op"] == "pixels":
                return await self._pixels()
            elif request["op"] == "press":
                rows, softkeys = await self._press(check_keys(request["keys"][:_KEYS_AT_ONCE]))
            else:
                raise ControlError("The simulator does not know this request. Is it another version?")
            return {"rows": rows, "softkeys": softkeys}
        except ControlError as error:
            return {"error": str(error)}
        except (ValueError, KeyError, TypeError, AttributeError):
            return {"error": "The simulator does not understand this request."}
