"""The peer: microdot with a JSON route equal to ours, log-in checked. Runs on CPython and on MicroPython.

argv: port, file with our answer [certificate key].
"""

import binascii
import json
import sys
import time

from microdot import Microdot

app = Microdot()
START = time.time()
with open(sys.argv[2]) as file:
    STATUS = json.loads(file.read())


@app.route("/api/status")
async def status(request):
    header = request.headers.get("Authorization") or ""
    if not header.startswith("Basic ") or binascii.a2b_base64(header[6:]) != b"admin:22222":
        return "", 401
    STATUS["uptime_s"] = int(time.time() - START)
    return STATUS


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


secure = context(sys.argv[3], sys.argv[4]) if len(sys.argv) > 3 else None
app.run(host="127.0.0.1", port=int(sys.argv[1]), ssl=secure)
