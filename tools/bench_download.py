"""A firmware-size download over verified HTTPS from nginx: ours, a bare loop, curl; and what the heap grows by."""

import contextlib
import hashlib
import os
import random
import statistics
import time

from bench_load import BenchError, curl, folder, free_port, running, script, tool

_BYTES = 16 << 20
_BARE_BUFFER = 16384  # the largest TLS record: nothing is faster
_OUR_BUFFER = 4096  # what the client receives into while its heap has room
_GROWTH = 8192
_TURNS = 4  # a download takes a fifth of a second, and the median of many is steadier
_CONF = """
daemon off; master_process off; pid {work}/nginx.pid; error_log {work}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
  uwsgi_temp_path {work}; scgi_temp_path {work};
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {work}/leaf.pem; ssl_certificate_key {work}/leaf.pem;
    root {work};
  }}
}}
"""


@contextlib.contextmanager
def nginx():
    """nginx with a P-256 certificate of a private authority and the file to load; gives (port, folder, SHA-256)."""
    from host.identity import ensure_authority, make_leaf

    with folder() as work:
        os.chmod(work, 0o755)  # nginx started by root serves as another user
        certificate, key = ensure_authority(work)
        make_leaf(certificate, key, os.path.join(work, "leaf.pem"))
        os.rename(os.path.join(work, "demo-ca.pem"), os.path.join(work, "anchors.pem"))
        data = random.Random(16).randbytes(_BYTES)
        for name, content in (("large", data), ("small", data[:100])):
            with open(os.path.join(work, name), "wb") as out:
                out.write(content)
        port = free_port()
        conf = os.path.join(work, "nginx.conf")
        with open(conf, "w", encoding="ascii") as out:
            out.write(_CONF.format(work=work, port=port))
        with running([tool("nginx"), "-e", "stderr", "-p", work, "-c", conf], port):
            yield port, work, hashlib.sha256(data).hexdigest()


def download(options):
    """The speed row and the two heap rows."""
    rates = {}
    with nginx() as (port, work, wanted):
        url = "https://localhost:%d/" % port
        for _ in range(_TURNS * options.rounds):
            for label, result in (
                ("ours", lambda: script("download.py", "micropython", "512k", url, work)),
                ("bare loop", lambda: _bare(port, work, _BARE_BUFFER)),
                ("bare loop, %d B buffer" % _OUR_BUFFER, lambda: _bare(port, work, _OUR_BUFFER)),
            ):
                rates.setdefault(label, []).append(_rate(result(), wanted))
            rates.setdefault("curl, not hashed", []).append(_curl(url))
        heaps = [(runtime, script("download.py", runtime, heap, url, work, "heap")) for runtime, heap in _HEAPS]
    values = {label: round(statistics.median(seen), 1) for label, seen in rates.items()}
    ratio = values["ours"] / values["bare loop"]
    rows = [
        {
            "name": "MicroPython 64-bit, HTTPS download of 16 MB from nginx, verified and hashed",
            "unit": " MB/s",
            "values": values,
            "rounds": rates,
            "targets": [{"text": "80 % of the bare loop", "reached": ratio >= 0.8, "value": ratio}],
            "note": "The bare loop reads into 16 KB, a whole TLS record; we into %d B." % _OUR_BUFFER,
        }
    ]
    for runtime, heap in heaps:
        _rate(heap, wanted)
        growth = heap["most"] - heap["before"]
        rows.append(
            {
                "name": "The same on %s: most live bytes during it above those before" % runtime,
                "unit": " B",
                "values": {"ours": growth, "above after it": heap["after"] - heap["before"]},
                "targets": _targets(runtime, growth),
                "note": _HEAP_NOTE,
            }
        )
    return rows


_HEAPS = (("micropython32", "112k"), ("micropython", "512k"))
_HEAP_NOTE = (
    "Looked at after a collection, once a megabyte; client, connection and buffers included, code not. The bound is "
    "that of a board, which the 32-bit build stands for: 64-bit objects are twice as large, and a heap with room gets "
    "a larger buffer."
)


def _targets(runtime, growth):
    return [{"text": "8 KB or less", "reached": growth <= _GROWTH, "value": growth}] if runtime[-2:] == "32" else []


def _bare(port, work, size):
    return script("bare_download.py", "micropython", "512k", port, os.path.join(work, "anchors.pem"), size, path=())


def _rate(result, wanted):
    if result["sha256"] != wanted:
        raise BenchError("a download came out wrong: %r" % result)
    return result["bytes"] / 1e6 / result["seconds"]


def _curl(url):
    start = time.monotonic()
    size = curl("-o", "/dev/null", "-w", "%{size_download}", url + "large")
    return int(size) / 1e6 / (time.monotonic() - start)
