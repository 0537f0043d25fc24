"""One worker's phones without Locust around them.

    fleet_ours.py URL CA PHONES AT_ONCE rate|heap   prints JSON: {"rate": ..., "cpu_ms": ...} or the bytes of each phone
"""

import gc
import json
import resource
import sys
import time
import tracemalloc

from host.places import allow_firmware_imports

allow_firmware_imports()

from host.fleet.carrier import Carrier  # noqa: E402
from host.fleet.plan import Plan  # noqa: E402

_LIMIT_S = 120


def carrier(url, ca, phones, at_once, scenario):
    with open(ca, encoding="ascii") as file:
        pem = file.read()
    plan = Plan(server=url, host="127.0.0.1", phones=phones, ca=pem, scenario=scenario, arrival="burst", rate=1e6)
    plan.inflight = at_once
    return Carrier(plan, 0, 1)


def wait(carrier, *states):
    end = time.monotonic() + _LIMIT_S
    while carrier.state in states:
        time.sleep(0.1)  # each look takes the interpreter from the phones; they measure themselves
        if time.monotonic() > end:
            raise SystemExit("it takes too long: " + carrier.state)
    if carrier.error:
        raise SystemExit(carrier.error)


def rate(url, ca, phones, at_once):
    gc.set_threshold(20000)  # as worker.py
    mine = carrier(url, ca, phones, at_once, "configuration")
    mine.start()
    wait(mine, "new", "preparing")
    mine.go()
    wait(mine, "prepared", "running")
    counts = mine.ledger.take()[0]["count"]
    if counts.get("provisioned") != phones or counts["requests"] != 4 * phones or counts["handshakes"] != phones:
        raise SystemExit("not all were provisioned: %s" % counts)
    return {"rate": phones / mine.busy_s, "cpu_ms": mine.cpu_s * 1000 / phones}


def heap(url, ca, phones, at_once):
    """Phones with a filled cache that wait for the word to go; then all of ``at_once`` at work."""
    few = carrier(url, ca, 20, at_once, "resync")  # whatever is loaded once
    few.start()
    wait(few, "new", "preparing")
    gc.collect()
    tracemalloc.start()
    before, rss = tracemalloc.get_traced_memory()[0], _rss()
    mine = carrier(url, ca, phones, at_once, "resync")
    mine.start()
    wait(mine, "new", "preparing")
    gc.collect()
    waiting, waiting_rss = tracemalloc.get_traced_memory()[0] - before, _rss() - rss
    tracemalloc.reset_peak()
    mine.go()
    wait(mine, "prepared", "running")
    peak = tracemalloc.get_traced_memory()[1] - before
    return {
        "waiting": waiting / phones,
        "at work": waiting / phones + (peak - waiting) / min(at_once, phones),
        "rss": waiting_rss / phones,
        "rss at work": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - rss) / phones,
    }


def _rss():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


measure = {"rate": rate, "heap": heap}[sys.argv[5]]
print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
