"""A phone in the script's own process, and a stream whose peer is at hand: requests without a network."""

from dialtone.net.limits import Limits
from dialtone.phone import Phone
from dialtone.server.access import Access
from dialtone.server.connection import Connection
from dialtone.server.service import Service
from dialtone.webui.faces import Faces
from sim_platform import SimPlatform

SETTINGS = {
    "state": "/tmp", "model": "57i", "mac": "00085D123456", "http_port": 0, "https_port": 0, "bind": "127.0.0.1",
}  # fmt: skip
HEAD = b"GET /api/status%s HTTP/1.1\r\nHost: 127.0.0.1:30123\r\nAuthorization: Basic YWRtaW46MjIyMjI=\r\n\r\n"
SAME = [HEAD % b""]
DIFFERENT = [HEAD % (b"?n=%d" % number) for number in range(50)]


class Memory:
    """A stream that has the next request after each wait, and takes every answer."""

    secure = False
    peer = "127.0.0.1"

    def __init__(self, requests):
        self._requests = requests
        self._next = 0
        self.drained = False

    def read_now(self, view):
        data = self._requests[self._next]
        self._next = (self._next + 1) % len(self._requests)
        view[: len(data)] = data
        self.drained = True
        return len(data)

    def wait(self):
        yield

    def write_now(self, data):
        return True


def make():
    """(phone, service) with the values of a configured one."""
    phone = Phone(SimPlatform(SETTINGS))
    phone.outcome = ("applied", "https://127.0.0.1:8443/", (("aastra.cfg", 200, 4),), None, "", None)
    phone.fingerprint = "ab" * 32
    faces = Faces(phone.platform, phone.supervisor, phone.panel.rest, phone.settle, phone.table.park, phone.heap)
    return phone, Service(phone, False, Access(phone.store, phone.platform), faces, None)


def connect(phone, service, requests):
    """A function that lets a Connection of the running task answer one request."""
    entry = phone.table.watch()
    entry.limits = Limits()
    serving = Connection(service, Memory(requests), entry).serve()
    serving.send(None)
    return lambda: serving.send(None)
