"""How long each page of the phone takes, from the request to its last byte, and how many bytes all of them are."""

import gzip
import http.client
import statistics
import time
import urllib.parse

from bench_load import BenchError, LOGIN, phone

_ROUNDS = 7  # of all pages in turn: the median is taken, and where the heap is small each page loads its code anew
_SLOWEST_MS = 1000  # what a person still takes for an answer
_GZIPPED = 20 * 1024  # of all pages with the stylesheet in one stream
_PAGES = (
    "sysinfo provis configurationServer actionURI softkeys topsoftkey expmodule1page1 preferences upgrade files reset "
    "troubleshooting trust tlsEvents certificates password confirm xmllog"
)
_RUNTIMES = (
    ("cpython", "ours, CPython"),
    ("micropython", "ours"),
    ("micropython32", "ours, 32-bit in 112 KB"),
)


def pages(options):
    """Two rows: the sum of the times, each page in the note; the bytes."""
    took, bodies = {}, {}
    names = _PAGES.split()
    for runtime, label in _RUNTIMES:
        with phone(runtime) as each:
            took[label], bodies[label] = _rounds(each, names)
    sums = {label: round(sum(times.values()), 1) for label, times in took.items()}
    each = ["%s %s" % (name, "/".join("%.0f" % took[label][name] for label in took)) for name in names]
    slowest = max(max(times.values()) for times in took.values())
    row = {"name": "All %d pages, one after the other, plain HTTP" % len(names), "unit": " ms", "values": sums}
    text = "%d ms or less for each" % _SLOWEST_MS
    row["targets"] = [{"text": text, "reached": slowest <= _SLOWEST_MS, "value": slowest}]
    row["note"] = "Milliseconds of each (CPython/64-bit/32-bit): %s. The slowest takes %.0f ms." % (
        ", ".join(each), slowest,
    )  # fmt: skip
    all_of = b"".join(bodies["ours"][name] for name in [*names, "style.css"])
    size = len(gzip.compress(all_of, 9))
    alone = sum(len(gzip.compress(body, 9)) for body in bodies["ours"].values())
    weight = {"name": "All pages with the stylesheet, gzipped in one stream", "unit": " B", "values": {"ours": size}}
    weight["targets"] = [{"text": "at most %d B" % _GZIPPED, "reached": size <= _GZIPPED, "value": size}]
    weight["note"] = "%d B as they are; each gzipped alone, with the menu in each of them, %d B." % (len(all_of), alone)
    print("  ", sums, size, flush=True)
    return [row, weight]


def _rounds(each, names):
    """(milliseconds of each page, its bytes)."""
    url = urllib.parse.urlsplit(each.ready["http"])
    key, value = LOGIN.split(": ")
    times, bodies = {name: [] for name in names}, {}
    for _ in range(_ROUNDS):
        link = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        try:
            for name in names:
                start = time.monotonic()
                link.request("GET", "/%s.html" % name, headers={key: value})
                answer = link.getresponse()
                bodies[name] = answer.read()
                times[name].append((time.monotonic() - start) * 1000)
                if answer.status != 200 or b"</html>" not in bodies[name]:
                    raise BenchError("%s: %d" % (name, answer.status))
            link.request("GET", "/style.css")
            bodies["style.css"] = link.getresponse().read()
        finally:
            link.close()
    return {name: statistics.median(each) for name, each in times.items()}, bodies
