"""Where the phone spends its time on one GET /api/status: each stage alone, many times over. Prints one JSON line."""

import asyncio
import gc
import json
import time

from dialtone.http.inbound import SERVER, Inbound
from dialtone.phone import Phone
from dialtone.server.access import Access
from dialtone.server.answer import Answer, send_buffer
from dialtone.server.connection import Connection
from dialtone.server.policy import Context, decide
from dialtone.server.service import Service
from dialtone.webui.faces import Faces
from sim_platform import SimPlatform

TIMES = 20
ROUNDS = 60  # many short ones in turns: one of them is not disturbed
HEAD = b"GET /api/status%s HTTP/1.1\r\nHost: 127.0.0.1:30123\r\nAuthorization: Basic YWRtaW46MjIyMjI=\r\n\r\n"
SETTINGS = {
    "state": "/tmp", "model": "57i", "mac": "00085D123456", "http_port": 0, "https_port": 0, "bind": "127.0.0.1",
}  # fmt: skip


class Memory:
    """A stream whose peer is at hand: it always has the next request, and takes every answer."""

    secure = False
    peer = "127.0.0.1"

    def __init__(self, requests):
        self._requests = requests
        self._next = 0

    def read_now(self, view):
        data = self._requests[self._next]
        self._next = (self._next + 1) % len(self._requests)
        view[: len(data)] = data
        return len(data)

    def write_now(self, data):
        return True

    async def write(self, data):
        pass


def least(works):
    """The least time of each ``work()`` in microseconds."""
    found = [1e9] * len(works)
    for _ in range(ROUNDS):
        for index, work in enumerate(works):
            gc.collect()
            start = time.ticks_us()
            for _ in range(TIMES):
                work()
            found[index] = min(found[index], time.ticks_diff(time.ticks_us(), start) / TIMES)
    return found


def driven(make):
    """``work`` for a coroutine that never waits."""

    def work():
        try:
            make().send(None)
        except StopIteration:
            pass

    return work


def parse(requests):
    stream = Memory(requests)
    inbound = Inbound(SERVER, bytearray(768))

    async def one():
        while inbound.head() is None:
            inbound.received(stream.read_now(inbound.space()))
        inbound.body()

    return driven(one)


async def main():
    phone = Phone(SimPlatform(SETTINGS))
    phone.outcome = ("applied", "https://127.0.0.1:8443/", (("aastra.cfg", 200, 4),), None, "", None)
    phone.fingerprint = "ab" * 32
    service = Service(phone, False, Access(phone.store, b"salt"), Faces(phone.platform, phone.supervisor), None)
    same = [HEAD % b""]
    different = [HEAD % (b"?n=%d" % number) for number in range(50)]
    inbound = Inbound(SERVER, bytearray(768))
    inbound.space()[: len(same[0])] = same[0]
    inbound.received(len(same[0]))
    request = inbound.head()
    entry = phone.table.watch()
    entry.limits = service_limits()
    status = phone.status()
    answer = Answer(200, json.dumps(status).encode(), "application/json")
    buffer = send_buffer()
    stream = Memory(same)
    whole = Connection(service, stream, entry)
    varied = Connection(service, Memory(different), entry)
    await whole.exchange()
    context = Context(service, stream)
    context.begin(request, b"")
    rows = [
        ("a whole exchange without the network, the same request again", driven(whole.exchange)),
        ("a whole exchange without the network, each request different", driven(varied.exchange)),
        ("of it: reading a request that differs", parse(different)),
        ("of it: recognising a request", parse(same)),
        ("of it: checking the log-in", lambda: service.access.authenticate(request)),
        ("of it: policies, route and handler", driven(lambda: decide(context))),
        ("of that: collecting the figures", phone.status),
        ("of that: writing them as JSON", lambda: json.dumps(status)),
        ("of it: the answer's head", lambda: answer.head(640, False, True)),
        ("of it: head and body side by side", lambda: answer.whole(True, buffer)),
    ]
    times = least([work for _, work in rows])
    rows = [(rows[index][0], times[index]) for index in range(len(rows))]
    print(json.dumps({"stages": rows}))


def service_limits():
    from dialtone.net.limits import Limits

    return Limits()


asyncio.run(main())
