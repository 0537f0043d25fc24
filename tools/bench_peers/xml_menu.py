"""What a menu of 30 items costs: parsed to an object, and each object's heap.

Prints one JSON line: microseconds for one parse, the least of some rounds, and {kind: bytes of heap} where the port can
tell. On CPython also the same document by xml.etree and minidom.
"""

import gc
import json
import time

from dialtone.scripts.objects import Builder

ROUNDS = 9
TIMES = 20
ITEM = "<MenuItem><Prompt>Entry number %d</Prompt><URI>menu.php?entry=%d&amp;page=1</URI></MenuItem>"
MENU = "<AastraIPPhoneTextMenu><Title>Thirty</Title>%s</AastraIPPhoneTextMenu>" % "".join(
    [ITEM % (number, number) for number in range(30)]
)
OBJECTS = {
    "menu of 30": MENU,
    "text of 500": "<AastraIPPhoneTextScreen><Title>T</Title><Text>%s</Text></AastraIPPhoneTextScreen>"
    % ("word " * 100),
    "input": "<AastraIPPhoneInputScreen type='number'><Title>T</Title><Prompt>P</Prompt><URL>http://server/a.php</URL>"
    "<Parameter>p</Parameter></AastraIPPhoneInputScreen>",
    "image 144 x 40": "<AastraIPPhoneImageScreen><Image>%s</Image></AastraIPPhoneImageScreen>" % ("0F" * 720),
    "status": "<AastraIPPhoneStatus><Session>s</Session><Message index='0'>Forwarded</Message></AastraIPPhoneStatus>",
}


def ours(document):
    builder = Builder()
    view = memoryview(document)
    for at in range(0, len(document), 512):
        builder.feed(view[at : at + 512])
    return builder.finish()


def best(work):
    """Microseconds of one ``work()``."""
    least = None
    for _ in range(ROUNDS):
        gc.collect()
        start = time.ticks_us()
        for _ in range(TIMES):
            work()
        took = time.ticks_diff(time.ticks_us(), start) / TIMES
        least = took if least is None else min(least, took)
    return least


def _heap(document):
    """Bytes that the object of ``document`` keeps."""
    ours(document)  # names that it brings are there now
    gc.collect()
    before = gc.mem_alloc()
    kept = ours(document)
    gc.collect()
    used = gc.mem_alloc() - before
    return used if kept else None


def main():
    document = MENU.encode()
    said = {"us": {"ours": best(lambda: ours(document))}, "bytes": len(document), "heap": {}}
    try:
        from xml.dom import minidom
        from xml.etree import ElementTree
    except ImportError:
        said["heap"] = {name: _heap(OBJECTS[name].encode()) for name in OBJECTS}
    else:
        said["us"]["xml.etree"] = best(lambda: ElementTree.fromstring(document))
        said["us"]["minidom"] = best(lambda: minidom.parseString(document).unlink())
    print(json.dumps(said))


main()
