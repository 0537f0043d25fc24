"""The limit of a download on MicroPython: blocking sockets, readinto, SHA-256.

argv: port, file with the anchors, buffer size. Prints one JSON line: bytes, seconds, SHA-256.
"""

import hashlib
import json
import sys
import time
from binascii import hexlify

from blocking import asked

start = time.ticks_ms()
secured = asked(int(sys.argv[1]), sys.argv[2], b"/large")
buffer = bytearray(int(sys.argv[3]))
view = memoryview(buffer)
fill = 0
while b"\r\n\r\n" not in buffer[:fill]:
    fill += secured.readinto(view[fill:])
digest = hashlib.sha256()
size = fill - buffer.find(b"\r\n\r\n") - 4
digest.update(view[fill - size : fill])
while True:
    count = secured.readinto(buffer)
    if not count:
        break
    size += count
    digest.update(view[:count])
seconds = time.ticks_diff(time.ticks_ms(), start) / 1000
print(json.dumps({"bytes": size, "seconds": seconds, "sha256": hexlify(digest.digest()).decode()}))
