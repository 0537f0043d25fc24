"""make bench: measures us, a peer and the limit in one run, so that ratios hold on a noisy machine.

Writes build/bench.json and the table of docs/benchmarks.md. Each rate is the median of several short rounds in which
ours, the peers and the limit take turns.
"""

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time

from bench_load import LOGIN, ROOT, peer, phone, tool, wrk

sys.path.insert(0, ROOT)


def main():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=3, help="length of one round of load (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds per server, in turns (default 3)")
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    parser.add_argument("--no-docs", action="store_true", help="do not rewrite docs/benchmarks.md")
    options = parser.parse_args()
    rows = []
    for name, connections, ours, others in throughput_rows(certificate()):
        if options.only in name:
            rows.append(compare(name, connections, ours, others, options))
    for measure in (idle_heap, idle_connections):
        if options.only in measure.__name__:
            rows += measure()
    result = {"machine": machine(), "rows": rows}
    os.makedirs(os.path.join(ROOT, "build"), exist_ok=True)
    with open(os.path.join(ROOT, "build", "bench.json"), "w", encoding="utf-8") as out:
        json.dump(result, out, indent=1)
    text = table(result)
    print(text)
    if not (options.only or options.no_docs):
        with open(os.path.join(ROOT, "docs", "benchmarks.md"), "w", encoding="utf-8") as out:
            out.write(text)


def certificate():
    """A P-256 key and certificate for the peers, PEM and DER: the same kind that the phone makes."""
    from host.identity import ensure_identity

    folder = os.path.join(ROOT, "build", "bench-identity")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    ensure_identity(folder)
    der = [os.path.join(folder, name) for name in ("certificate.der", "key.der")]
    pem = [path[:-3] + "pem" for path in der]
    commands = (["x509", "-inform", "DER", "-in", der[0], "-out", pem[0]], ["pkey", "-inform", "DER", "-in", der[1], "-out", pem[1]])
    for command in commands:
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    return {"cpython": pem, "micropython": der, "micropython32": der}


def throughput_rows(pair):
    """(name, connections, our url maker, [(label, server maker)]) of each keep-alive row."""
    for runtime, title in (("micropython", "MicroPython 64-bit"), ("micropython32", "MicroPython 32-bit"), ("cpython", "CPython")):
        for secure in (False, True):
            files = pair[runtime] if secure else None
            heap = {"micropython32": "600k"}.get(runtime, "2m")
            others = [("microdot", "microdot_app.py"), ("limit", "bare_streams.py")]
            if runtime == "cpython":
                others.insert(1, ("aiohttp", "aiohttp_app.py"))
            makers = [(label, script, runtime, files, heap) for label, script in others]
            connections = 4 if secure else 16
            yield "%s %s keep-alive" % (title, "HTTPS" if secure else "HTTP"), connections, (runtime, secure), makers


def compare(name, connections, ours, others, options):
    runtime, secure = ours
    scheme = "https" if secure else "http"
    rates = {}
    failures = {}
    with contextlib.ExitStack() as stack:
        urls = {"ours": stack.enter_context(phone(runtime))[scheme].rstrip("/") + "/api/status"}
        for label, script, where, files, heap in others:
            port = stack.enter_context(peer(script, where, files, heap))
            urls[label] = "%s://127.0.0.1:%d/api/status" % (scheme, port)
        for _ in range(options.rounds):
            for label, url in urls.items():
                rate, failed = wrk(url, connections, options.seconds)
                rates.setdefault(label, []).append(rate)
                failures[label] = failures.get(label, 0) + failed
                time.sleep(0.2)
    values = {label: round(statistics.median(seen)) for label, seen in rates.items()}
    print("%-34s %s" % (name, "  ".join("%s %d" % pair for pair in values.items())), flush=True)
    return {"name": name, "unit": "requests/s", "connections": connections, "values": values, "failures": failures}


def idle_heap():
    with phone("micropython32", b"softkey1 type: xml\nsoftkey1 label: A\n") as ready:
        return [{"name": "32-bit heap of the configured idle phone, .mpy files, 112 KB", "unit": "bytes", "values": {"ours": heap_used(ready), "budget": 80 * 1024}}]


def idle_connections(count=4):
    import socket
    import urllib.parse

    rows = []
    with phone("micropython32") as ready:
        for scheme in ("http", "https"):
            url = urllib.parse.urlsplit(ready[scheme])
            before = heap_used(ready)
            held = [socket.create_connection((url.hostname, url.port)) for _ in range(count)]
            time.sleep(0.5)
            grown = (heap_used(ready) - before) / count
            for sock in held:
                sock.close()
            time.sleep(0.5)
            name = "32-bit heap per idle connection on the %s port, before its first byte" % scheme.upper()
            rows.append({"name": name, "unit": "bytes", "values": {"ours": round(grown), "budget": 2048}})
    return rows


def heap_used(ready):
    """Live bytes after a collection, as /api/status reports them; the least of several looks."""
    url = ready["http"].rstrip("/") + "/api/status"
    seen = []
    for _ in range(5):
        text = subprocess.run(["curl", "-s", "-H", LOGIN, url], capture_output=True, text=True, timeout=20).stdout
        seen.append(json.loads(text)["heap_used"])
        time.sleep(0.2)
    return min(seen)


def machine():
    def said(*command):
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout or done.stderr).strip().splitlines()[0]

    versions = "import sys; print(sys.version)"
    return {
        "processor": platform.machine() + ", %d cores" % os.cpu_count(),
        "system": platform.platform(),
        "cpython": platform.python_version(),
        "micropython": said(tool("micropython"), "-c", versions),
        "micropython32": said(tool("micropython32"), "-c", versions),
        "wrk": said(tool("wrk"), "-v"),
    }


def table(result):
    lines = ["# Benchmarks", "", "Written by `make bench`; every row was measured in one run, in turns. Read the ratios, not the rates.", ""]
    lines += ["%s: %s  " % pair for pair in result["machine"].items()]
    lines += ["", "| row | ours | beside it | ratio |", "|---|---|---|---|"]
    for row in result["rows"]:
        ours = row["values"]["ours"]
        rest = {label: value for label, value in row["values"].items() if label != "ours"}
        beside = ", ".join("%s %s" % (label, format(value, ",")) for label, value in rest.items())
        ratios = ", ".join("%.2f x %s" % (ours / value, label) for label, value in rest.items() if value)
        lines.append("| %s | %s %s | %s | %s |" % (row["name"], format(ours, ","), row["unit"], beside, ratios))
    lines += ["", "Load: `wrk -t1 -c16 -d3s` (HTTP) and `-c4` (HTTPS) with the log-in header, on the same machine.", ""]
    failed = sum(row.get("failures", {}).get("ours", 0) for row in result["rows"])
    lines += ["Failed requests of ours in all rows: %d." % failed, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
