"""What parsing one browser's request allocates: 444 bytes, 10 header fields. Prints one JSON line.

``head``: bytes allocated from the received bytes to the Request; ``lookup``: by asking it for three fields.
"""

import gc
import json

from browser import REQUEST
from dialtone.http.inbound import SERVER, Inbound


def parse(inbound):
    inbound.space()[: len(REQUEST)] = REQUEST
    inbound.received(len(REQUEST))
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    request = inbound.head()
    middle = gc.mem_alloc()
    for name in ("authorization", "origin", "sec-fetch-site"):
        request.header(name)
    after = gc.mem_alloc()
    gc.enable()
    while inbound.body():
        pass
    return middle - before, after - middle


def main():
    inbound = Inbound(SERVER, bytearray(768))
    parse(inbound)  # the first one fills caches of the interpreter
    head, lookup = parse(inbound)
    fields = REQUEST.count(b"\r\n") - 2
    print(json.dumps({"head": head, "lookup": lookup, "bytes": len(REQUEST), "fields": fields}))


main()
