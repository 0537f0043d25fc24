"""What a rehearsal came to, as plain figures: the JSON twin of the report, and what its page shows."""

import time

from host.fleet import limits, reasons
from host.fleet.capacity import capacity
from host.fleet.ledger import slice_of
from host.fleet.tally import Tally, quantile, together

_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
_LAGS_MS = 100  # a loop that is later than that measures itself
_SECRET = ("password", "username")


def figures(plan, engine, wanted):
    """``engine``: an engine.Engine that is over; ``wanted``: limits. A dict for JSON."""
    tally = engine.tally
    count = tally.get("count")
    seconds = (engine.ended - engine.begun) if engine.begun else 0
    found = {
        "date": time.strftime("%Y-%m-%d %H:%M:%S"),
        "plan": _plan(plan),
        "workers": engine.workers,
        "seconds": round(seconds, 1),
        "busy_s": round(engine.busy_s, 2),
        "worker_cpu_s": round(engine.cpu_s, 2),
        "master_cpu_s": round(engine.own_cpu_s, 2),
        "stopped": engine.stopped,
        "lost_workers": engine.lost,
        "began": count.get("began", 0),
        "provisioned": count.get("provisioned", 0),
        "unprovisioned": plan.phones - count.get("provisioned", 0),
        "failures": tally.get("rounds").get("failed", 0),
        "requests": count.get("requests", 0),
        "handshakes": count.get("handshakes", 0),
        "bytes": count.get("bytes", 0),
        "conditional": count.get("conditional", 0),
        "not_modified": count.get("not modified", 0),
        "provisioned_ms": _quantiles(together(tally.get("times", "provisioned").values())),
        "provisioned_ms_by_task": {name: _quantiles(each) for name, each in tally.get("times", "provisioned").items()},
        "connect_ms": _quantiles(tally.get("times", "connect")),
        "files": _files(tally),
        "rounds": tally.get("rounds"),
        "failures_by_reason": _largest(tally.get("failures")),
        "failed_attempts_by_reason": _largest(tally.get("attempts")),
        "never_provisioned_by_reason": _never(tally, plan, engine),
        "diagnostics": _largest(tally.get("diagnostics")),
        "slice_s": slice_of(plan.span_s + min(plan.patience_s, plan.span_s)),
        "series": _series(tally),
        "worker_lag_ms": _quantiles(tally.get("times", "lag")),
        "worker_cpu_percent": sorted(engine.cpu.values(), reverse=True),
        "worker_rss_mb": [round(each / 1e6) for each in sorted(engine.rss.values(), reverse=True)],
        "held": count.get("held", 0),
    }
    found["peak"] = {
        name: max([step.get(name, 0) for step in found["series"]] or [0]) / found["slice_s"]
        for name in ("requests", "handshakes", "provisioned", "began")
    }
    found["not_modified_share"] = found["not_modified"] / found["conditional"] if found["conditional"] else None
    lag = found["worker_lag_ms"]["p99"]
    found["capacity"] = capacity(found["series"], found["slice_s"], lag is not None and lag > _LAGS_MS)
    found["limits"] = limits.judge(wanted, found)
    found["warnings"] = _warnings(found)
    found["passed"] = all(row["holds"] for row in found["limits"]) and not engine.lost and not engine.stopped
    found["verdict"] = _verdict(found)
    return found


def _plan(plan):
    shown = plan.plain()
    shown["settings"] = {
        name: "********" if any(word in name for word in _SECRET) else value for name, value in plan.settings.items()
    }
    shown["macs"] = len(plan.macs)
    shown["ca"] = bool(plan.ca)
    return shown


def _quantiles(histogram):
    found = {name: quantile(histogram, part) for name, part in _QUANTILES.items()}
    return {name: value if value is None else round(value, 2) for name, value in found.items()}


def _files(tally):
    found = []
    for name, statuses in tally.get("status").items():
        row = {"file": name, "requests": sum(statuses.values()), "status": dict(sorted(statuses.items()))}
        found.append(row | {"answer_ms": _quantiles(tally.get("times", "file", name))})
    return sorted(found, key=lambda row: -row["requests"])


def _never(tally, plan, engine):
    """Phones given up by their last reason; those that a lost worker had are not forgotten."""
    never = dict(tally.get("never"))
    silent = plan.phones - tally.get("count").get("provisioned", 0) - sum(never.values())
    if silent > 0:
        never["given up: its worker was lost" if engine.lost else "given up: the rehearsal was stopped"] = silent
    return _largest(never)


def _largest(counts):
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def _series(tally):
    """A list of dicts, one for each step of the time axis."""
    series = tally.get("series")
    if not series:
        return []
    failed = Tally()
    for steps in tally.get("failed at").values():
        failed.merge(steps)
    found = []
    for at in range(max(int(name) for name in [*series, *failed.data]) + 1):
        step = dict(series.get(str(at), {}))
        step["failed"] = failed.data.get(str(at), 0)
        step["provisioned_ms"] = _quantiles(tally.get("times", "provisioned at", str(at)))
        step["answer_ms"] = _quantiles(tally.get("times", "answers at", str(at)))
        found.append(step)
    return found


def _warnings(found):
    warnings = []
    if found["lost_workers"]:
        warnings.append("%d workers were lost: what they had counted last is missing" % found["lost_workers"])
    if found["stopped"]:
        warnings.append("stopped by hand before its end")
    lag = found["worker_lag_ms"]["p99"]
    if lag is not None and lag > _LAGS_MS:
        warnings.append(
            "the workers were busier than the figures can bear: their loops were up to %s late (99 of 100 looks), so "
            "the times are partly their own. Take more workers, or fewer phones at once" % limits.shown_ms(lag)
        )
    if found["held"]:
        warnings.append("phones had to wait for the bound of connections of a worker: take more workers")
    return warnings


def _verdict(found):
    phones = "%d of %d phones provisioned, %d failed tries" % (
        found["provisioned"], found["plan"]["phones"], found["failures"]
    )  # fmt: skip
    if not found["limits"]:
        return ("%s; no limits were given" if found["passed"] else "NOT COMPLETE: %s") % phones
    broken = ["%s %s, wanted %s" % (r["limit"], r["measured"], r["wanted"]) for r in found["limits"] if not r["holds"]]
    if found["passed"]:
        return "PASSED all %d limits: %s" % (len(found["limits"]), phones)
    return "FAILED: %s; %s" % ("; ".join(broken) or "the rehearsal itself broke", phones)


def group_failures(found):
    """{group: {reason: (failed tries, phones that gave up for it)}}, for people."""
    tries, never = found["failures_by_reason"], found["never_provisioned_by_reason"]
    grouped = {}
    for reason in dict.fromkeys([*tries, *never]):
        grouped.setdefault(reasons.group(reason), {})[reason] = tries.get(reason, 0), never.get(reason, 0)
    return grouped
