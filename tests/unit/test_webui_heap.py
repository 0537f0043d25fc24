"""Pages in the phone's own heap: streamed, never held."""

import gc
import sys

from dialtone.config.store import Store
from dialtone.server.access import Access
from dialtone.server.service import Service
from dialtone.webui.faces import Faces
from fake_phone import FakeEntry, FakePhone, FakeStream, request
from support import run

# bytes above the loaded code: connection 1 KB, send buffer 2 KB, form values, rows of the table, and the test's own
_GROWTH = 13 * 1024 if sys.maxsize < 1 << 32 else 25 * 1024


class FakeSupervisor:
    def spawn(self, name, coroutine):
        coroutine.close()


class Counting(FakeStream):
    """Throws away what is sent and keeps an eye on the heap."""

    def __init__(self, script):
        super().__init__(script)
        self.bytes = self.peak = self.largest = 0
        self.status = b""

    async def finish(self, data):
        self.bytes += len(data)
        self.largest = max(self.largest, len(data))
        self.status = self.status or bytes(data[9:12])
        if hasattr(gc, "mem_alloc"):
            gc.collect()
            self.peak = max(self.peak, gc.mem_alloc())


def test_pages_and_saves_stay_within_their_heap():
    phone = FakePhone(Store("57i"))
    faces = Faces(phone.platform, FakeSupervisor(), int, int, int, phone.heap)
    service = Service(phone, True, Access(phone.store, phone.platform), faces, None)
    form = b"protocol=HTTPS&httpsserv=config.example.com&httpspath=phones&httpsport=8443&postList=10.0.0.1"
    for path in (
        "/provis.html",
        "/configurationServer.html",
        "/softkeys.html?page=2",
        "/preferences.html",
        "/upgrade.html",
        "/troubleshooting.html",
        "/local.cfg",
        "/server.cfg",
        "/support.txt",
        "/certificates.html",
        "/files.html",
        "/sysinfo.html",
        "/style.css",
        "/api/status",
        "/reset.html",
        "/xmllog.html",
    ):
        for data in (request("GET", path), request("POST", path, body=form)):
            if b"POST" in data and path != "/configurationServer.html":
                continue
            for again in (False, True):  # the first round loads the code
                stream = Counting([data])
                before = 0
                if hasattr(gc, "mem_alloc"):
                    gc.collect()
                    before = gc.mem_alloc()
                run(service.handle(stream, FakeEntry()))
                assert stream.status == b"200", (path, stream.status, phone.log.lines)
                assert stream.bytes > 400 and stream.largest < 1800, path
                if again and hasattr(gc, "mem_alloc"):
                    assert stream.peak - before < _GROWTH, (path, stream.peak - before)
