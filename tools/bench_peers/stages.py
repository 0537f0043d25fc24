"""Where the phone spends its time on one GET /api/status: each stage alone, many times over. Prints one JSON line."""

import asyncio
import gc
import json
import time

from dialtone.http.inbound import SERVER, Inbound
from dialtone.server.answer import Answer, send_buffer
from dialtone.server.connection import Context
from dialtone.server.policy import decide
from inside import DIFFERENT, SAME, Memory, connect, make

TIMES = 20
ROUNDS = 60  # many short ones in turns: one of them is not disturbed


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
    phone, service = make()
    inbound = Inbound(SERVER, bytearray(768))
    inbound.space()[: len(SAME[0])] = SAME[0]
    inbound.received(len(SAME[0]))
    request = inbound.head()
    status = phone.status()
    answer = Answer(200, json.dumps(status).encode(), "application/json")
    buffer = send_buffer()
    whole = connect(phone, service, SAME)
    varied = connect(phone, service, DIFFERENT)
    whole()
    context = Context(service, Memory(SAME))
    context.begin(request, b"")
    rows = [
        ("a whole exchange without the network, the same request again", whole),
        ("a whole exchange without the network, each request different", varied),
        ("of it: reading a request that differs", parse(DIFFERENT)),
        ("of it: recognising a request", parse(SAME)),
        ("of it: checking the log-in", lambda: service.access.authenticate(request, "127.0.0.1")),
        ("of it: policies, route and handler", lambda: decide(context)),
        ("of that: collecting the figures", phone.status),
        ("of that: writing them as JSON", lambda: json.dumps(status)),
        ("of it: the answer's head", lambda: answer.head(640, False, True)),
        ("of it: head and body side by side", lambda: answer.whole(True, buffer)),
    ]
    times = least([work for _, work in rows])
    rows = [(rows[index][0], times[index]) for index in range(len(rows))]
    print(json.dumps({"stages": rows}))


asyncio.run(main())
