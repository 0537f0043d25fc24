"""What the phone tells about itself: the figures of ``GET /api/status`` and the simulator's ready line."""

from binascii import hexlify
from hashlib import sha256
from dialtone.polled import momentary
from dialtone.version import VERSION

_INSECURE = "Insecure method in use"
_TOO = ". Insecure method in use"


def urls(phone):
    """(plain, secure) base URLs."""
    host = phone.platform.address()
    return _url("http", host, phone.http_port, 80), _url("https", host, phone.https_port, 443)


def _url(scheme, host, port, usual):
    return "%s://%s%s/" % (scheme, host, "" if port == usual else ":%d" % port)


def ready_info(phone):
    """Fields of the ready line; ``certificate_sha256`` is lower-case hex without colons."""
    plain, secure = urls(phone)
    return {
        "ready": True,
        "http": plain,
        "https": secure,
        "mac": phone.platform.mac,
        "model": phone.platform.model,
        "version": VERSION,
        "certificate_sha256": phone.fingerprint,
    }


def status(phone):
    """Bytes for heap_*, seconds for uptime_s; ``sockets`` counts open connections of both listeners and the client."""
    figures = lasting(phone)
    figures["uptime_s"], figures["heap_free"], figures["heap_used"], figures["sockets"] = momentary(phone)
    return figures


def warn(phone):
    """The idle screen names an old method of the client, behind something else that it has to tell."""
    idle = phone.panel.idle
    method = phone.store.get("https client method")
    idle.advice = idle.advice.replace(_TOO, "")
    if idle.warning == _INSECURE:
        idle.warning = idle.advice = ""
    if method in ("SSLv3", "TLSv1"):
        if idle.warning:
            idle.advice += _TOO
        else:
            idle.warning, idle.advice = _INSECURE, method + " can be broken. Set https client method to TLS"


def lasting(phone):
    """Of ``status`` what seldom changes."""
    get = phone.store.get
    return {
        "version": VERSION,
        "model": phone.platform.model,
        "mac": phone.platform.mac,
        "address": phone.platform.address(),
        "https": {
            "method": get("https client method"),
            "redirect": get("https redirect http get") == "1",
            "block": get("https block http post xml") == "1",
        },
        "configuration": _configuration(phone.outcome, phone.store.layers),
        "firmware": _firmware(phone.outcome, phone.why),
        "certificate_sha256": phone.fingerprint,
        "tls_lacks": phone.lacks,
    }


def _configuration(outcome, layers):
    """``result``: applied, unchanged or kept; ``files``: HTTP status and rows in force of each file."""
    result, source, files, error, _, _ = outcome
    files = [{"name": name, "status": code, "lines": lines} for name, code, lines in files]
    error = str(error) if error else ""
    return {"source": source, "result": result, "files": files, "error": error, "hash": _hash(layers)}


def _hash(layers):
    """16 hex digits: the same for phones whose files set the same, line by line. Passwords do not count: each phone
    hashes them with a salt of its own."""
    digest = sha256()
    for layer in layers[:3]:
        for chunk in layer.chunks:
            for row in chunk.split(b"\n"):
                if b"\t$pbkdf2" not in row:
                    digest.update(row)
        digest.update(b"\n")
    return hexlify(digest.digest()[:8]).decode()


def _firmware(outcome, why):
    """``pending``: version of the image that this start has stored, "" without one. ``error``: why the last update was
    taken back, until somebody acknowledges it, else what the last check came to."""
    return {"running": VERSION, "pending": outcome[4], "error": str(why or outcome[5] or "")}
