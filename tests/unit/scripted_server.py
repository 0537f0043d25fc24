"""A web server on loopback inside the test's own process that answers exactly what a test tells it to."""

import asyncio
import gc
import os
import sys

HANG = object()  # take the request and say nothing


class Cut:
    """An answer after which the server closes the connection."""

    def __init__(self, data):
        self.data = data


def answer(body=b"", status="200 OK", fields=(), length=None):
    """Bytes of a response with Content-Length (``length``: another number than the truth)."""
    lines = ["HTTP/1.1 " + status, "Content-Length: %d" % (len(body) if length is None else length)]
    for name, value in fields:
        lines.append(name + ": " + value)
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def shut(writer):
    """Close a connection of the server."""
    writer.close()
    try:
        await writer.wait_closed()  # what closes it on MicroPython
    except (OSError, asyncio.CancelledError):
        pass


async def listen(handler):
    """(server, port) on a free port of loopback; MicroPython cannot say which port it got, so it is drawn by lot."""
    while True:
        port = 20000 + int.from_bytes(os.urandom(2), "big") % 12000
        try:
            return await asyncio.start_server(handler, "127.0.0.1", port), port
        except OSError:
            continue


class Scripted:
    """``answers``: path -> one answer or a list of them, used up in turn, the last for ever; without one it is a 404.

    An answer is bytes, a Cut, HANG, or a function ``(fields) -> answer``. ``requests`` lists (method, target, fields);
    ``connections`` counts them.
    """

    def __init__(self, answers):
        self.answers = answers
        self.requests = []
        self.connections = 0
        self._server = None

    async def start(self):
        self._server, self.port = await listen(self._connection)
        self.url = "http://127.0.0.1:%d" % self.port
        return self

    def stop(self):
        """Stop listening."""
        self._server.close()

    def paths(self):
        return [request[1] for request in self.requests]

    async def _connection(self, reader, writer):
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, EOFError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            await shut(writer)

    async def _one(self, reader, writer):
        line = await reader.readline()
        if not line:
            return False
        fields = {}
        while True:
            field = str(await reader.readline(), "utf-8").strip()
            if not field:
                break
            name, value = field.split(":", 1)
            fields[name.lower()] = value.strip()
        method, target, _ = str(line, "utf-8").split(" ")
        self.requests.append((method, target, fields))
        found = self.answers.get(target, answer(b"not here", "404 Not Found"))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(fields)
        if found is HANG:
            await asyncio.sleep(30)
            return False
        last = isinstance(found, Cut)
        writer.write(found.data if last else found)
        await writer.drain()
        return not last


class Clock:
    def uptime_s(self):
        return 0

    def time(self):
        return 1800000000  # in 2027

    def stamp(self):
        return "20270115080000"


class Platform:
    """What a client and a provisioning run need of the phone."""

    model = "57i"
    mac = "00085D123456"
    config_server = learned = mdns = ""
    dhcp_options = ()
    trust_anchor = ""
    roots = ""
    free = -1

    def __init__(self, storage=None):
        from dialtone.log import Log

        self.storage = storage
        self.lines = []
        self.clock = Clock()
        self.log = Log(self.lines.append, self.clock)
        self.tls_events = []
        self.home = self.root = self.stranger = None

    def random(self, count):
        return os.urandom(count)

    def heap_free(self):
        return self.free

    def unload(self, *names):
        """As the phone's: what is not in use leaves the heap, or the tests would not fit."""
        for name in names:
            if name in sys.modules and hasattr(gc, "threshold") and gc.mem_alloc() >= 0:
                del sys.modules[name]
                package, _, child = name.rpartition(".")
                if package in sys.modules and hasattr(sys.modules[package], child):
                    delattr(sys.modules[package], child)
        gc.collect()
