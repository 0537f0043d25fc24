"""Measures us, our peers and the limit side by side in one run, so that ratios hold on a noisy machine.

Writes build/bench.json and the table of docs/benchmarks.md. Rates are medians of short rounds in which all take turns.
"""

import argparse
import json
import os
import subprocess
import sys
import time

import bench_report
from bench_config import config
from bench_download import download
from bench_firmware import firmware
from bench_fleet import fleet
from bench_heap import connections, idle, one_request
from bench_identity import identity
from bench_linear import linear
from bench_load import ROOT, BenchError, script
from bench_old import old
from bench_pages import pages
from bench_push import push
from bench_rates import cpython_rates, micropython_rates
from bench_xml import xml

_PARTS = {
    "micropython": micropython_rates,
    "cpython": cpython_rates,
    "download": download,
    "idle": idle,
    "connections": connections,
    "request": one_request,
    "linear": linear,
    "push": push,
    "old": old,
    "xml": xml,
    "config": config,
    "pages": pages,
    "identity": identity,
    "firmware": firmware,
    "fleet": fleet,
}
_COUNT = 100000  # requests of which none may fail
_LONG_COUNT = 1000000


def main():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=3, help="length of one round of load (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds per server, in turns (default 3)")
    parser.add_argument("--long", action="store_true", help="send 1,000,000 requests of which none may fail")
    parser.add_argument("--only", choices=[*_PARTS, "stages"], help="one part alone; the table in docs stays as it is")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/benchmarks.md and its plot as they are")
    options = parser.parse_args()
    options.count = _LONG_COUNT if options.long else _COUNT
    options.no_docs = options.no_docs or bool(options.only)
    sys.path.insert(0, ROOT)
    os.makedirs(os.path.join(ROOT, "build", "bench"), mode=0o700, exist_ok=True)
    start = time.monotonic()
    result = {"command": bench_report.command(), "date": bench_report.today(), "machine": bench_report.machine()}
    result["rows"] = [row for name in _PARTS if options.only in (None, name) for row in measure(name, options)]
    result["stages"] = stages() if options.only in (None, "stages") else []
    result["options"] = {"rounds": options.rounds, "seconds": options.seconds, "count": options.count}
    result["seconds"] = round(time.monotonic() - start)
    with open(os.path.join(ROOT, "build", "bench.json"), "w", encoding="utf-8") as out:
        json.dump(result, out, indent=1)
    print(bench_report.text(result))
    if not options.no_docs:
        bench_report.write(result)
    return 1 if [row for row in result["rows"] if "error" in row] else 0


def measure(name, options):
    """The rows of one part; a part that fails is one row that says why."""
    print(name, flush=True)
    try:
        return _PARTS[name](options)
    except (BenchError, OSError, ValueError, subprocess.SubprocessError) as error:  # other rows must not be lost
        print("  " + str(error), flush=True)
        return [{"name": name, "error": str(error) or repr(error)}]


def stages():
    print("stages", flush=True)
    try:
        return script("stages.py", "micropython", "512k")["stages"]
    except BenchError as error:
        print("  " + str(error), flush=True)
        return []


if __name__ == "__main__":
    sys.exit(main())
