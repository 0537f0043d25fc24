"""The limit of a download on MicroPython: blocking sockets, readinto, SHA-256.

argv: port, file with the anchors, buffer size. Prints one JSON line: bytes, seconds, SHA-256.
"""

import hashlib
import json
import socket
import sys
import time
import tls
from binascii import hexlify

start = time.ticks_ms()
raw = socket.socket()
raw.connect(socket.getaddrinfo("127.0.0.1", int(sys.argv[1]))[0][-1])
raw.setsockopt(6, 1, 1)
context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
context.verify_mode = tls.CERT_REQUIRED
with open(sys.argv[2], "rb") as anchors:
    context.load_verify_locations(anchors.read())
secured = context.wrap_socket(raw, server_hostname="localhost")
secured.write(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
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
