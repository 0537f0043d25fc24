"""The peer: microdot with a JSON route equal to ours (log-in checked, same fields). argv: port [certificate key]."""

import binascii
import sys
import time

from microdot import Microdot

app = Microdot()
START = time.time()


@app.route("/api/status")
async def status(request):
    header = request.headers.get("Authorization") or ""
    if not header.startswith("Basic ") or binascii.a2b_base64(header[6:]) != b"admin:22222":
        return "", 401
    return {
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


secure = context(sys.argv[2], sys.argv[3]) if len(sys.argv) > 2 else None
app.run(host="127.0.0.1", port=int(sys.argv[1]), ssl=secure)
