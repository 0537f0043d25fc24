"""What a configuration file costs: read as the phone does, beside a bare loop of readline and split.

Prints one JSON line: microseconds for 1,000 and 10,000 lines, the least of some rounds, and where the port can tell
{lines: most bytes of heap above what was there before}. ``bare``: the loop. ``least``: less than any reader has to do.
``lexer``: rows and diagnostics, and nobody who wants them. ``ours``: until each line is in its layer, checked by the
table, or told. ``round``: the same with the end of a round, which has no length: trust is guarded, what was meant by
eight unknown names is looked up in the whole table, what has changed is found out.
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


STORE = Store("57i")


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


def least(data):
    """What no reader of such lines can leave out."""
    view = memoryview(data)
    names = {}
    quotes = 0
    rest = b""
    for at in range(0, len(data), PIECE):
        lines = (rest + bytes(view[at : at + PIECE])).split(b"\n")
        rest = lines.pop()
        for line in lines:
            if not line or line[0] == 35:
                continue
            name, _, value = line.partition(b":")
            names.get(name)
            value = value.strip(b" \t")
            if value and value[0] == 34:
                quotes += 1
    return quotes


class Nobody:
    def row(self, line, column, mark, name, value):
        pass

    def problem(self, line, column, reason):
        pass


def fed(reader, data, look=None):
    view = memoryview(data)
    for at in range(0, len(data), PIECE):
        reader.feed(view[at : at + PIECE])
        if look:
            look()
    reader.finish()


def lexer(data):
    fed(Lexer(Nobody()), data)


def ours(data, look=None, store=None):
    draft = Draft(store or STORE)
    draft.layer("aastra", "aastra.cfg", True)
    fed(draft, data, look)
    draft.check(0)
    if look:
        look()
    return draft


def whole(data, look=None, store=None):
    ours(data, look, store).commit()
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

    whole(data, look, Store("57i"))
    return most[0]


def main():
    for name in ON_DEMAND:
        __import__(name)
    said = {"us": {}, "heap": {}, "bytes": {}}
    for count in (1000, 10000):
        data = lines(count)
        said["bytes"][str(count)] = len(data)
        said["us"][str(count)] = {
            "bare": best(bare, data), "least": best(least, data), "lexer": best(lexer, data), "ours": best(ours, data),
            "round": best(whole, data),
        }  # fmt: skip
        if gc.mem_alloc() >= 0:  # CPython has no such figure
            said["heap"][str(count)] = heap(data)
    print(json.dumps(said))


main()
