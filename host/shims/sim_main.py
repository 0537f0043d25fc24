"""A simulated phone as a process: settings, then operations as JSON lines on stdin; events as JSON lines on stdout.

Run by either interpreter; ``host/launcher.py`` is the other end. The log goes to stderr.
"""

import asyncio
import gc
import json
import os
import sys

import micropython  # noqa: F401  first of all: under CPython it brings what the firmware needs
_FIRMWARE = [path for path in sys.path if path.endswith("/image/firmware")]
if _FIRMWARE:  # the name of each module's file stays in the heap: let it begin with "dialtone", as on a board
    os.chdir(_FIRMWARE[0])
    sys.path[:] = [""] + [path for path in sys.path if path and path not in _FIRMWARE]


def prepare():
    """In a frame of its own: what is left of it in this module's would keep 3 KB in the heap."""
    from dialtone import prelude

    prelude.prepare()


prepare()
del prepare

from console import LineReader  # noqa: E402
from dialtone.errors import DialtoneError  # noqa: E402


def emit(event, **fields):
    """One event line."""
    fields["event"] = event
    sys.stdout.write(json.dumps(fields) + "\n")
    if hasattr(sys.stdout, "flush"):  # MicroPython writes at once
        sys.stdout.flush()


class Process:
    """One phone and the two lines to its owner. ``over`` is set when the process must end."""

    def __init__(self):
        self.over = asyncio.Event()
        self.phone = None
        self.code = 0
        self.watch = None
        self.faults = None
        self.starting = None

    def on_event(self, event, **fields):
        if event == "screen" and self.watch:
            fields.update(self.watch(self.phone.panel))
        emit(event, **fields)
        if event == "restart":
            self.over.set()

    def operate(self, operation):
        name = operation.get("op")
        if name == "quit":
            self.over.set()
        elif name == "key":
            self.phone.press(operation["key"])
        elif name == "screen":
            panel = self.phone.panel
            fields = {"rows": panel.rows(), "softkeys": panel.softkeys()}
            if operation.get("pixels"):
                import sim_pixels

                fields["pixels"] = sim_pixels.draw(self.phone, operation["pixels"], **fields)
            fields.update(self.phone.platform.more())
            emit("screen", id=operation.get("id"), **fields)
        elif name == "fault":
            self.fault(operation["name"], operation["value"])
        elif name == "origins":
            import sim_panel

            sim_panel.origins(self.phone, emit)
            sim_panel = None
            self.phone.unload("sim_panel")

    def fault(self, name, value):
        """Something inside goes wrong, or right again; see sim_panel.py."""
        if self.faults is None:
            from sim_panel import Faults

            self.faults = Faults(self.phone)
            self.phone.unload("sim_panel")  # of which the class stays
        self.faults.set(name, value)

    async def obey(self, lines):
        """Carries out operations until the owner is gone."""
        while True:
            line = await lines.line()
            if not line:
                return self.over.set()
            try:
                if self.faults:
                    self.faults.ease()  # room to read the line with: it may be the one that gives memory back
                self.operate(json.loads(line))
            except DialtoneError as error:
                emit("refused", text=str(error))
            except Exception as error:
                self.refuse(error)

    def refuse(self, error):
        """A key that fails must not end the line to the owner, not even for want of memory to tell of it."""
        try:
            sys.print_exception(error, sys.stderr)
            emit("refused", text=repr(error))
        except MemoryError:
            gc.collect()

    async def boot(self):
        try:
            await self.phone.start()
            if self.phone.http_port:  # else it restarts with new firmware
                emit("ready", **self.phone.ready_info())
            self.phone.unload("dialtone.report")  # which the next request for the status loads
        except (DialtoneError, OSError) as error:
            self.fail(str(error))
        except Exception as error:
            sys.print_exception(error, sys.stderr)
            self.fail(repr(error))
        finally:
            self.starting = None  # a finished task would keep what the start had in its frames

    def fail(self, text):
        emit("failed", text=text)
        self.code = 1
        self.over.set()

    async def run(self):
        lines = LineReader(sys.stdin)
        settings = json.loads(await lines.line())
        if settings.get("setup"):
            import sim_setup

            if not await sim_setup.joined(self, settings, lines):
                return
            sim_setup = None
            del sys.modules["sim_setup"]
        if settings.get("flash"):
            import esp32

            esp32.attach(settings["flash"])  # the start of a process is a reset
        from dialtone.phone import Phone
        from sim_platform import SimPlatform

        self.phone = Phone(SimPlatform(settings, self.on_event))
        if settings.get("watch"):
            from sim_tap import install, look

            install(self.phone, emit, settings.get("routes") or {})
            self.watch = look
        for name, value in (settings.get("faults") or {}).items():
            self.fault(name, value)
        if settings.get("system_heap"):
            import sim_heap

            sim_heap.play(self.phone, settings["system_heap"])
        settings = None
        listening = asyncio.create_task(self.obey(lines))
        self.starting = asyncio.create_task(self.boot())
        await self.over.wait()
        listening.cancel()
        if self.starting:
            self.starting.cancel()
        if not self.code:  # somebody ends it
            self.count()
        await self.phone.stop()

    def count(self):
        """This start counts as a good one. Without memory for that it counts as one that nobody ended."""
        if self.phone.heap.relieve:
            self.phone.heap.relieve()  # no page is answered any more: what they are made of makes room
        try:
            from dialtone.provisioning import ladder

            ladder.lasted(self.phone)
        except MemoryError:
            self.phone.log.error("start", "no memory to count it")


def main():
    process = Process()
    asyncio.run(process.run())
    sys.exit(process.code)


if __name__ == "__main__":  # else whoever has imported it calls it
    main()
