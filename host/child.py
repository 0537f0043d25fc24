"""The phone's own process: started with its settings, told what to do and heard over its stdin and stdout."""

import asyncio
import json
import os
import subprocess
import sys

from host.places import FIRMWARE, ROOT, SHIMS
from host.tracebacks import Tracebacks

HEAPS = {"micropython": "512k", "micropython32": "112k"}  # 112k: what a stock ESP32 has left with Wi-Fi up
RUNTIMES = ("cpython", *HEAPS)
_WATCH = 3072  # bytes: what reading the requests off takes of a heap (2,480 on 32 bits), and the panel must not cost
_FLASH = 18432  # bytes that a board has not to give: partitions in files (8,048), a longer table of identifiers (9 KB)
# bytes: what the idle 32-bit phone has more in its heap from a slot than from files (70,080 against 68,816, most of it
# firmware/slotfs.py). The 112k are the phone's own: a board has 118 KB beside one TLS session (143 KB with Wi-Fi up, 25
# for TLS)
_SLOT = 1536
_GRACE_S = 1.8  # what does not obey "quit" by then is killed, so that SIGTERM ends everything within 2 s
_LINE = 1 << 16  # bytes of one event or log line


class ChildError(Exception):
    """The process cannot be started; the text says what to do."""


def command_of(runtime, heap=None, watch=False, slot="", flash=False):
    """(command line, environment additions) that run a phone on ``runtime``. Compiles the firmware where needed.

    ``watch``: a front panel reads its requests off, and the heap is larger by what that takes. ``slot``: file of
    firmware that came as an update, "" for that of this checkout. ``flash``: it has partitions, see shims/esp32.py.
    """
    if runtime == "cpython":
        path = os.pathsep.join(str(folder) for folder in (SHIMS / "cpython", SHIMS, slot or FIRMWARE))
        return [sys.executable, str(SHIMS / "sim_main.py")], {"PYTHONPATH": path}
    from host.compile import SEARCH_PATH, CompileError, compile_firmware, compile_flash

    binary = ROOT / "build" / "bin" / runtime
    if not binary.exists():
        raise ChildError("%s is not set up yet. Run `make setup` once." % runtime)
    try:
        compile_firmware()
        path = SEARCH_PATH + (":%s" % compile_flash() if flash else "")
    except CompileError as error:
        raise ChildError(str(error)) from None
    size = heap_bytes(heap or HEAPS[runtime]) + (_WATCH if watch else 0) + (_FLASH if flash else 0)
    size += _SLOT if slot else 0
    command = [str(binary), "-X", "heapsize=%d" % size, "-m"]
    return command + (["sim_slot", slot] if slot else ["sim_main"]), {"MICROPYPATH": path}


def heap_bytes(text):
    """Bytes of a size such as "112k"."""
    unit = {"k": 1 << 10, "m": 1 << 20}.get(text[-1].lower(), 1)
    return int(text.rstrip("kKmM")) * unit


class Child:
    """One life of the process. ``on_event(dict)`` and ``on_log(text line)`` are called as they come."""

    def __init__(self, command, environment, on_event, on_log):
        self._command = command
        self._environment = dict(os.environ, **environment)
        self._on_event = on_event
        self._on_log = on_log
        self._process = None
        self._pumps = ()

    async def start(self, settings):
        """Starts the process with its settings. It is in a session of its own: Ctrl-C is for us alone."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment,
            umask=0o077,
            start_new_session=True,
            restore_signals=False,  # who limits the size of files has the phone see a failed write, not die of it
            limit=_LINE,
        )
        self.send(settings)
        long_names = Tracebacks().line
        said = (self._process.stderr, lambda line: self._on_log(long_names(line)))
        pumps = ((self._process.stdout, self._heard), said)
        self._pumps = [asyncio.create_task(_pump(stream, sink)) for stream, sink in pumps]

    def send(self, message):
        """One JSON line to the process; one that is ending does not get it."""
        if self._process.stdin.is_closing():
            return
        self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def _heard(self, line):
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict) and "event" in event:
            self._on_event(event)
        else:
            self._on_log(line)

    def kill(self):
        """Ends the process as a power cut would."""
        try:
            self._process.kill()
        except ProcessLookupError:
            pass  # it has ended by itself a moment ago

    async def wait(self):
        """The exit code, after everything the process wrote has been heard."""
        code = await self._process.wait()
        await asyncio.wait(self._pumps, timeout=1)
        return code

    async def stop(self):
        """Asks the process to end, and ends it when it does not. Returns whether it ended by itself."""
        self.send({"op": "quit"})
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE_S)
            return True
        except asyncio.TimeoutError:
            self.kill()
            await self._process.wait()
            return False


async def _pump(stream, sink):
    """Hands each line to ``sink``; one that is too long comes in pieces."""
    while True:
        try:
            line = await stream.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            line = error.partial
        except asyncio.LimitOverrunError as error:
            line = await stream.read(error.consumed)
        if not line:
            return
        sink(line.rstrip(b"\r\n").decode("utf-8", "replace"))
