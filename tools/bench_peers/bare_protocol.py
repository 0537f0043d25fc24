"""The limit on CPython: an asyncio protocol that answers fixed bytes to whatever comes, no parsing.

argv: port, file with the body [certificate key].
"""

import asyncio
import ssl
import sys

with open(sys.argv[2], "rb") as file:
    BODY = file.read()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


class Fixed(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(ANSWER)


async def main():
    context = None
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
    await asyncio.get_running_loop().create_server(Fixed, "127.0.0.1", int(sys.argv[1]), ssl=context)
    await asyncio.sleep(3600)


asyncio.run(main())
