"""What N of something costs: requests of a connection, header fields of a request, lines of a configuration file.

Prints one JSON line with the microseconds for each N, the least of some rounds: {"requests": {N: us}, "fields": ...}.
"""

import asyncio
import gc
import json
import time

from dialtone.config.store import Store
from dialtone.http import limits
from dialtone.http.inbound import SERVER, Inbound
from inside import DIFFERENT, connect, make

COUNTS = (1, 10, 100, 1000)
ROUNDS = 7


def best(work, count):
    """The least time of one ``work()``, in microseconds; short ones are repeated within a round."""
    times = max(1, 200 // count)
    least = None
    for _ in range(ROUNDS):
        gc.collect()
        start = time.ticks_us()
        for _ in range(times):
            work()
        took = time.ticks_diff(time.ticks_us(), start) / times
        least = took if least is None else min(least, took)
    return least


async def requests():
    """Different ones, without the network."""
    phone, service = make()
    exchange = connect(phone, service, DIFFERENT)
    found = {}
    for count in COUNTS:
        found[count] = best(lambda: repeat(exchange, count), count)  # noqa: B023 - it is called before the next count
    return found


def repeat(exchange, count):
    for _ in range(count):
        exchange()


def fields(count):
    head = [b"GET / HTTP/1.1\r\nHost: phone\r\n"]
    head += [b"X-Field-%d: value of it %d\r\n" % (number, number) for number in range(count)]
    data = b"".join(head) + b"\r\n"
    buffer = bytearray(len(data) + 512)

    def work():
        inbound = Inbound(SERVER, buffer)
        inbound.space()[: len(data)] = data
        inbound.received(len(data))
        inbound.head()

    return best(work, count)


def lines(count):
    """A third each: values of keys, other known names, and names that this phone does not know."""
    text = []
    for number in range(count):
        if number % 3 == 0:
            text.append("softkey%d label: Key %d" % (number // 3 % 20 + 1, number))
        elif number % 3 == 1:
            text.append('http server: "server%d.example"  # comment' % number)
        else:
            text.append("sip line%d user name: %d" % (number % 9 + 1, number))
    data = "\n".join(text).encode() + b"\n"

    def work():
        draft = Store("57i").begin_server()
        draft.layer("aastra", "aastra.cfg", True)
        draft.feed(data)
        draft.commit()

    return best(work, count)


def main():
    limits.FIELDS = 2000  # the phone refuses more than 40 fields and 4 KB: here the curve behind that matters
    limits.HEAD_BYTES = 1 << 20
    curves = {"requests": asyncio.run(requests())}
    curves["fields"] = {n: fields(n) for n in COUNTS}
    curves["lines"] = {n: lines(n) for n in COUNTS}
    print(json.dumps(curves))


main()
