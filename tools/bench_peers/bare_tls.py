"""The limit of TLS on MicroPython: accept, NODELAY, wrap, read, fixed answer. The raw socket is polled.

argv: port, file with the body, certificate, key, and "once" to close after one answer.
"""

import asyncio
import socket
import sys
import tls
from asyncio import core

with open(sys.argv[2], "rb") as file:
    BODY = file.read()
ONCE = len(sys.argv) > 5
ANSWER = b"HTTP/1.1 200 OK\r\nConnection: %s\r\nContent-Length: %d\r\n\r\n" % (
    b"close" if ONCE else b"keep-alive",
    len(BODY),
)
ANSWER += BODY


def readable(raw):
    core._io_queue.queue_read(raw)
    yield


async def serve(raw, context):
    raw.setblocking(False)
    raw.setsockopt(6, 1, 1)
    secured = context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
    buffer = bytearray(1024)
    try:
        while True:
            count = secured.readinto(buffer)
            if count is None:
                await readable(raw)
            elif not count or secured.write(ANSWER) and ONCE:
                break
    except OSError:
        pass
    secured.close()
    raw.close()


async def main():
    context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    with open(sys.argv[3], "rb") as certificate, open(sys.argv[4], "rb") as key:
        context.load_cert_chain(certificate.read(), key.read())
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(socket.getaddrinfo("127.0.0.1", int(sys.argv[1]))[0][-1])
    server.listen(128)
    while True:
        await readable(server)
        asyncio.create_task(serve(server.accept()[0], context))


asyncio.run(main())
