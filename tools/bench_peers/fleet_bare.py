"""The limit of a rehearsal: asyncio and ssl, which make the requests of a start and look at nothing.

    fleet_bare.py URL CA PHONES AT_ONCE    prints JSON: {"rate": starts per second, "cpu_ms": of one}
"""

import asyncio
import json
import ssl
import sys
import time
import urllib.parse

_FILES = ("security.tuz", "aastra.cfg", "57i.cfg", "%012X.cfg")
_HEAD = "GET /%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Aastra57i MAC:00-08-5D-00-00-01 V:0\r\nAccept-Language: en\r\n\r\n"


async def start(number, gate, url, context):
    async with gate:
        reader, writer = await asyncio.open_connection(url.hostname, url.port, ssl=context)
        for name in _FILES:
            name = name % (0x00085D000001 + number) if "%" in name else name
            writer.write((_HEAD % (name, url.netloc)).encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
        writer.close()


async def main(url, ca, phones, at_once):
    context = ssl.create_default_context(cafile=ca)
    gate = asyncio.Semaphore(at_once)
    begin, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*[start(number, gate, urllib.parse.urlsplit(url), context) for number in range(phones)])
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(json.dumps({"rate": phones / seconds, "cpu_ms": cpu * 1000 / phones}))


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
