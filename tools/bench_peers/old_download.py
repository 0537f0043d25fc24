"""One download over SSL 3.0 or TLS 1.0 by the old methods' engine. argv: port, method, "time" or "heap".

Prints one JSON line: bytes, seconds, SHA-256 and suite; for "heap" the live bytes after a collection: before the engine
was loaded (for the second time), the most in its handshake (the check of certificates aside) and in the transfer, and
after the end.
"""

import asyncio
import gc
import hashlib
import json
import os
import sys
import time
from binascii import hexlify

from dialtone.net import seam
from dialtone.net.stream import Stream
from dialtone.platform import Platform

REQUEST = b"GET / HTTP/1.0\r\n\r\n"
HANDSHAKE = ("dialtone.tls.legacy.handshake", "dialtone.tls.legacy.keys", "dialtone.crypto.rsa")
CERTIFICATES = ("dialtone.x509.certificate", "dialtone.x509.der")
unload = Platform.unload  # needs nothing of a platform


def live():
    gc.collect()
    return gc.mem_alloc()


async def download(port, method, measure):
    raw = await seam.connect("127.0.0.1", port)
    room = memoryview(bytearray(2048))
    digest = hashlib.sha256()
    line = Stream(raw, None, "", None)  # any connection has one
    result = {"before": live()}
    most = [0, 0]

    def accept(chain):
        if measure:
            most[0] = live()

    from dialtone.net import legacy

    secured = legacy.wrap(raw, "localhost", method, os.urandom, accept)
    line = Stream(raw, secured, "", None)
    while secured.getpeercert(True) is None:
        if measure:
            most[0] = max(most[0], live())
        secured.readinto(room)
        await seam.readable(raw) if secured.getpeercert(True) is None else None
    legacy = None
    if measure:
        unload(None, *HANDSHAKE)
        unload(None, *CERTIFICATES)
    await line.write(REQUEST)
    size = 0
    start = time.ticks_ms()
    while True:
        count = await line.readinto(room)
        if not count:
            break
        size += count
        digest.update(room[:count])
        if measure and size % 8192 < 2048:
            most[1] = max(most[1], live())
    result["seconds"] = time.ticks_diff(time.ticks_ms(), start) / 1000
    result["suite"] = secured.cipher()[0]
    line.close()
    line = secured = None
    unload(None, "dialtone.net.legacy", "dialtone.tls.legacy.record", "dialtone.tls.legacy", "dialtone.crypto.rc4")
    result.update({"bytes": size, "sha256": hexlify(digest.digest()).decode(), "after": live()})
    result.update({"handshake": most[0], "transfer": most[1]})
    return result


async def main(port, method, measure):
    if measure:  # once before: identifiers stay, and an image shares them with all other code
        await download(port, method, False)
        unload(None, *HANDSHAKE)
        unload(None, *CERTIFICATES)
    print(json.dumps(await download(port, method, measure)))


asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == "heap"))
