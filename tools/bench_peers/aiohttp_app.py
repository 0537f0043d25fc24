"""A second peer on CPython: aiohttp with the same JSON route. argv: port, file with our answer [certificate key]."""

import base64
import json
import ssl
import sys
import time

from aiohttp import web

START = time.time()
with open(sys.argv[2], encoding="utf-8") as file:
    STATUS = json.load(file)


async def status(request):
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic ") or base64.b64decode(header[6:]) != b"admin:22222":
        return web.Response(status=401)
    STATUS["uptime_s"] = int(time.time() - START)
    return web.json_response(STATUS)


app = web.Application()
app.router.add_get("/api/status", status)
secure = None
if len(sys.argv) > 3:
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(sys.argv[3], sys.argv[4])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), ssl_context=secure, access_log=None, print=None)
