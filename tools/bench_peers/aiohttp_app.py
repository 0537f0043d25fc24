"""A second peer on CPython: aiohttp with the same JSON route. argv: port [certificate key]."""

import base64
import ssl
import sys
import time

from aiohttp import web

START = time.time()


async def status(request):
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic ") or base64.b64decode(header[6:]) != b"admin:22222":
        return web.Response(status=401)
    return web.json_response(
        {
            "version": "1.0.0.1-SIP",
            "model": "57i",
            "mac": "00085D123456",
            "uptime_s": int(time.time() - START),
            "heap_free": 100000,
            "sockets": 1,
            "https": {"method": "TLS", "redirect": False, "block": False},
            "configuration": {"source": "https://127.0.0.1:8443/", "files": [{"name": "aastra.cfg", "status": 200, "lines": 1}]},
            "certificate_sha256": "ab" * 32,
        }
    )


app = web.Application()
app.router.add_get("/api/status", status)
secure = None
if len(sys.argv) > 2:
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(sys.argv[2], sys.argv[3])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), ssl_context=secure, access_log=None, print=None)
