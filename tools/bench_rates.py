"""Rates under load: keep-alive requests and new TLS connections, each beside its peers and its limit, in turns."""

import contextlib
import json
import os
import statistics
import subprocess
import time

from bench_load import LOGIN, PAGE, ROOT, BenchError, h2load, peer, phone, wrk

HTTP, HTTPS = 16, 4  # connections, as the targets name them
FEW = 4  # connections to the 32-bit phone: a stock board takes 3 per listener
_ROOMY = "400k"  # a heap in which collections are rare
_SMALL_NOTE = (
    "As many connections as a stock board takes, about. What the larger heap gains is the time of collections. "
    "Peers and limits run on the 32-bit build with 2 MB."
)
_SMALL_PEERS = (
    ("microdot32 HTTP", "microdot_app.py", "http", False),
    ("microdot32 HTTPS", "microdot_app.py", "https", True),
    ("bare32 HTTP", "bare_streams.py", "http", False),
    ("bare32 HTTPS", "bare_tls.py", "https", True),
)
_CLOSE = (LOGIN, "Connection: close")
_REST_S = 0.1  # between two rounds: the last one's connections go


def certificate():
    """A P-256 key and certificate for the peers, like the phone's: {"pem": (certificate, key), "der": ...}."""
    folder = os.path.join(ROOT, "build", "bench")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    der = [os.path.join(folder, name) for name in ("certificate.der", "key.der")]
    pem = [path[:-3] + "pem" for path in der]
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 365"
    command = [*command.split(), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", pem[0], "-keyout"]
    subprocess.run([*command, pem[1]], check=True, capture_output=True)
    for kind, source, made in zip(("x509", "pkey"), pem, der, strict=True):
        command = ["openssl", kind, "-in", source, "-outform", "DER", "-out", made]
        subprocess.run(command, check=True, capture_output=True)
    return {"pem": pem, "der": der}


def _body(status):
    """Our own answer as a file: what the peers answer with."""
    path = os.path.join(ROOT, "build", "bench", "status.json")
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(status)
    return path


class Turns:
    """Servers that take turns: ``add`` each, then ``run``; ``rate(label)`` is the median of its rounds."""

    def __init__(self, options):
        self._options = options
        self._loads = {}
        self.rates = {}
        self.failures = {}

    def add(self, label, url, connections, **more):
        self._loads[label] = (url, connections, more)

    def url(self, label):
        return self._loads[label][0]

    def run(self):
        for _ in range(self._options.rounds):
            for label, (url, connections, more) in self._loads.items():
                rate, failed = wrk(url, connections, self._options.seconds, **more)
                self.rates.setdefault(label, []).append(rate)
                self.failures[label] = self.failures.get(label, 0) + failed
                time.sleep(_REST_S)
        for label, seen in self.rates.items():
            note = ", %d failed" % self.failures[label] if self.failures[label] else ""
            print("  %-26s %9.0f/s%s" % (label, statistics.median(seen), note), flush=True)

    def row(self, name, ours, beside, targets, note=""):
        """One row: ``beside`` maps shown names to labels; ``targets`` are (text, shown name, factor)."""
        labels = {"ours": ours, **beside}
        values = {shown: round(statistics.median(self.rates[label])) for shown, label in labels.items()}
        rounds = {shown: [round(rate) for rate in self.rates[label]] for shown, label in labels.items()}
        failed = self.failures[ours]
        done = [
            {"text": text, "reached": values["ours"] >= factor * values[other], "value": values["ours"] / values[other]}
            for text, other, factor in targets
        ]
        if failed:
            note = (note + " " if note else "") + "%d requests of ours failed." % failed
        return {"name": name, "unit": "/s", "values": values, "rounds": rounds, "targets": done, "note": note}


def micropython_rates(options):
    """The keep-alive rows of both MicroPython builds, and those of new TLS connections."""
    der = certificate()["der"]
    turns = Turns(options)
    with contextlib.ExitStack() as stack:
        start = stack.enter_context
        ours = start(phone("micropython"))
        body = _body(_status_text(ours))
        turns.add("64-bit HTTP", ours.url("http"), HTTP)
        turns.add("64-bit HTTP, all different", ours.url("http"), HTTP, lua="varied.lua")
        turns.add("microdot HTTP", _url("http", start(peer("microdot_app.py", "micropython", body))), HTTP)
        turns.add("bare streams HTTP", _url("http", start(peer("bare_streams.py", "micropython", body))), HTTP)
        turns.add("64-bit HTTPS", ours.url("https"), HTTPS)
        turns.add("microdot HTTPS", _url("https", start(peer("microdot_app.py", "micropython", body, *der))), HTTPS)
        turns.add("bare TLS", _url("https", start(peer("bare_tls.py", "micropython", body, *der))), HTTPS)
        small = _small(start)
        if small:
            turns.add("64-bit HTTP, few", ours.url("http"), FEW)
            turns.add("32-bit HTTP", small.url("http"), FEW)
            turns.add("32-bit HTTPS", small.url("https"), FEW)
            roomy = start(phone("micropython32", _ROOMY))
            turns.add("32-bit HTTP, roomy", roomy.url("http"), FEW)
            turns.add("32-bit HTTPS, roomy", roomy.url("https"), FEW)
            for label, name, scheme, files in _SMALL_PEERS:
                port = start(peer(name, "micropython32", body, *(der if files else ())))
                turns.add(label, _url(scheme, port), FEW)
        turns.add("64-bit new TLS", ours.url("https"), HTTPS, headers=_CLOSE)
        microdot = turns.url("microdot HTTPS")  # it closes after each answer anyway
        turns.add("microdot new TLS", microdot, HTTPS, headers=_CLOSE)
        once = start(peer("bare_tls.py", "micropython", body, *der, "once"))
        turns.add("bare new TLS", _url("https", once), HTTPS, headers=_CLOSE)
        turns.run()
        counted = _counted(small, options) if small else []
    rows = [
        turns.row(
            "MicroPython 64-bit HTTP keep-alive, `GET /api/status` with log-in, 16 connections",
            "64-bit HTTP",
            {"microdot": "microdot HTTP", "bare streams": "bare streams HTTP"},
            (("4 x microdot", "microdot", 4), ("25 % of bare streams", "bare streams", 0.25)),
            "The verified credential is cached, and so is a head of up to 256 bytes that repeats.",
        ),
        turns.row(
            "The same, each request different (nothing repeats that could be recognised)",
            "64-bit HTTP, all different",
            {"microdot": "microdot HTTP", "bare streams": "bare streams HTTP"},
            (),
        ),
        turns.row(
            "MicroPython 64-bit HTTPS keep-alive, 4 connections",
            "64-bit HTTPS",
            {"microdot": "microdot HTTPS", "our HTTP": "64-bit HTTP", "bare TLS": "bare TLS"},
            (("100 x microdot", "microdot", 100), ("70 % of our HTTP", "our HTTP", 0.7)),
        ),
    ]
    both = (("HTTP", "64-bit HTTP, few", "bare streams"), ("HTTPS", "64-bit HTTPS", "bare TLS"))
    for scheme, other, bare in both if small else ():
        shown = {"64-bit": other, "32-bit in %sB" % _ROOMY.upper(): "32-bit %s, roomy" % scheme}
        shown.update({"microdot": "microdot32 " + scheme, bare: "bare32 " + scheme})
        rows.append(
            turns.row(
                "MicroPython 32-bit in its 112 KB heap, %s keep-alive, %d connections" % (scheme, FEW),
                "32-bit " + scheme,
                shown,
                (("60 % of 64-bit", "64-bit", 0.6),),
                _SMALL_NOTE,
            )
        )
    if not small:
        rows.append({"name": "MicroPython 32-bit in its 112 KB heap", "error": "the phone did not start"})
    rows += counted
    rows.append(
        turns.row(
            "MicroPython 64-bit, new TLS connections with one request each (P-256), 4 at a time",
            "64-bit new TLS",
            {"microdot": "microdot new TLS", "bare loop": "bare new TLS"},
            (("80 % of the bare loop", "bare loop", 0.8),),
        )
    )
    return rows


def _small(start):
    try:
        return start(phone("micropython32"))
    except BenchError as error:
        print("  " + str(error), flush=True)
        return None


def _counted(small, options):
    """An exact number of requests, none of which may fail, over HTTP and over HTTPS."""
    rows = []
    for scheme in ("http", "https"):
        seconds, failed = h2load(small.url(scheme), FEW, options.count)
        name = "MicroPython 32-bit, %s requests over %s: failures" % (format(options.count, ","), scheme.upper())
        target = {"text": "none", "reached": not failed, "value": failed}
        note = "" if options.count >= 1000000 else "`--long` sends 1,000,000."
        rows.append({"name": name, "unit": "", "values": {"ours": failed}, "targets": [target], "note": note})
        print("  32-bit %-19s %9.0f/s, %d failed" % (scheme + " counted", options.count / seconds, failed), flush=True)
    return rows


def cpython_rates(options):
    """The keep-alive rows of CPython."""
    pem = certificate()["pem"]
    turns = Turns(options)
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(phone("cpython"))
        body = _body(_status_text(ours))
        others = (("microdot", "microdot_app.py"), ("aiohttp", "aiohttp_app.py"), ("bare protocol", "bare_protocol.py"))
        for scheme, connections, files in (("http", HTTP, ()), ("https", HTTPS, pem)):
            turns.add("CPython " + scheme, ours.url(scheme), connections)
            for label, name in others:
                port = stack.enter_context(peer(name, "cpython", body, *files))
                turns.add(label + " " + scheme, _url(scheme, port), connections)
        turns.run()
    rows = []
    for scheme, connections, factor in (("http", HTTP, 4), ("https", HTTPS, 8)):
        rows.append(
            turns.row(
                "CPython %s keep-alive, %d connections" % (scheme.upper(), connections),
                "CPython " + scheme,
                {label: label + " " + scheme for label, _ in others},
                (("%d x microdot" % factor, "microdot", factor), ("1.3 x aiohttp", "aiohttp", 1.3)),
            )
        )
    return rows


def _status_text(ours):
    return json.dumps(ours.status())


def _url(scheme, port):
    return "%s://127.0.0.1:%d/%s" % (scheme, port, PAGE)
