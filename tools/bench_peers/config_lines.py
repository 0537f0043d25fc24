"""What a configuration file costs: read as the phone does, beside a bare loop of readline and split.

Prints one JSON line: microseconds of each for 1,000 and 10,000 lines, the least of some rounds, and where the port can
tell {lines: most bytes of heap above what was there before}.
"""

import gc
import io
import json
import time

from dialtone.config.draft import Draft
from dialtone.config.lexer import Lexer
from dialtone.config.store import ON_DEMAND, Store

ROUNDS = 5
PIECE = 512
KINDS = (
    b"sip line%d user name: 1%03d\n",
    b"# the %dth phone of row %d\n",
    b"directory entry %d: Somebody %d\n",
    b"softkey%d label: \"Key %d\"\n",
    b"ring tone %d group %d: 3   # as everywhere\n",
)


def lines(count):
    text = bytearray()
    for number in range(count):
        text += KINDS[number % len(KINDS)] % (number % 20 + 1, number)
    return bytes(text)


def bare(data):
    """Name and value of each line, and nothing made of them."""
    file = io.BytesIO(data)
    count = 0
    while True:
        line = file.readline()
        if not line:
            return count
        parts = line.split(b":", 1)
        if len(parts) == 2:
            count += 1


def ours(data, look=None):
    draft = Draft(Store("57i"))
    draft.layer("aastra", "aastra.cfg", True)
    view = memoryview(data)
    for at in range(0, len(data), PIECE):
        draft.feed(view[at : at + PIECE])
        if look:
            look()
    draft.commit()
    if look:
        look()


def best(work, data):
    least = None
    for _ in range(ROUNDS):
        gc.collect()
        start = time.ticks_us()
        work(data)
        took = time.ticks_diff(time.ticks_us(), start)
        least = took if least is None else min(least, took)
    return least


def heap(data):
    gc.collect()
    before = gc.mem_alloc()
    most = [0]

    def look():
        gc.collect()
        most[0] = max(most[0], gc.mem_alloc() - before)

    ours(data, look)
    return most[0]


def main():
    for name in ON_DEMAND:
        __import__(name)
    Lexer(None)
    said = {"us": {}, "heap": {}, "bytes": {}}
    for count in (1000, 10000):
        data = lines(count)
        said["bytes"][str(count)] = len(data)
        said["us"][str(count)] = {"ours": best(ours, data), "bare": best(bare, data)}
        if gc.mem_alloc() >= 0:  # CPython has no such figure
            said["heap"][str(count)] = heap(data)
    print(json.dumps(said))


main()
