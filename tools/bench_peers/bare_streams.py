"""The limit: asyncio streams that read whatever comes and answer fixed bytes, no parsing.

argv: port, file with the body [certificate key]. Runs on CPython and on MicroPython.
"""

import asyncio
import sys

with open(sys.argv[2], "rb") as file:
    BODY = file.read()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


async def serve(reader, writer):
    try:
        while await reader.read(1024):
            writer.write(ANSWER)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def main():
    secure = {}
    if len(sys.argv) > 3:
        import ssl

        secure["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure["ssl"].load_cert_chain(sys.argv[3], sys.argv[4])
    await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), **secure)
    await asyncio.sleep(3600)


asyncio.run(main())
