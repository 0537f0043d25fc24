"""The limit: asyncio streams that read whatever comes and answer fixed bytes, no parsing. argv: port [certificate key].

Runs on CPython and on MicroPython.
"""

import asyncio
import sys

BODY = b'{"fixed": true}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


async def serve(reader, writer):
    try:
        while await reader.read(1024):
            writer.write(ANSWER)
            await writer.drain()
    except OSError:
        pass
    writer.close()


def context(certificate, key):
    try:
        import tls
    except ImportError:
        import ssl

        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(certificate, key)
        return made
    made = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    with open(certificate, "rb") as first, open(key, "rb") as second:
        made.load_cert_chain(first.read(), second.read())
    return made


async def main():
    secure = {"ssl": context(sys.argv[2], sys.argv[3])} if len(sys.argv) > 2 else {}
    await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), **secure)
    await asyncio.sleep(3600)


asyncio.run(main())
