"""The limit of an update on MicroPython: blocking sockets, each 4 KiB hashed and written, all read back and hashed.

argv: port, file with the anchors, path on the server, file to write. Prints one JSON line: bytes, seconds.
"""

import hashlib
import json
import sys
import time

from blocking import asked

BLOCK = 4096
FLUSH = 8  # blocks, as stage.py: a commit of littlefs there, an fsync here

start = time.ticks_ms()
secured = asked(int(sys.argv[1]), sys.argv[2], sys.argv[3].encode())
block = bytearray(BLOCK)
view = memoryview(block)
fill = 0
while b"\r\n\r\n" not in block[:fill]:
    fill += secured.readinto(view[fill:])
head = block.find(b"\r\n\r\n") + 4
block[: fill - head] = block[head:fill]
fill -= head
size = 0
hashes = []
with open(sys.argv[4], "wb") as file:
    while True:
        count = secured.readinto(view[fill:])
        fill += count or 0
        if fill == BLOCK or not count:
            hashes.append(hashlib.sha256(view[:fill]).digest())
            file.write(view[:fill])
            size += fill
            if not len(hashes) % FLUSH:
                file.flush()
            fill = 0
        if not count:
            break
with open(sys.argv[4], "rb") as file:
    for wanted in hashes:
        count = file.readinto(block)
        assert hashlib.sha256(view[:count]).digest() == wanted
seconds = time.ticks_diff(time.ticks_ms(), start) / 1000
print(json.dumps({"bytes": size, "seconds": seconds}))
