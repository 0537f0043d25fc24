"""When a server has had enough: read off the time axis of a rehearsal, in one sentence for people."""

_SLOW_MS = 1000  # a start that takes longer, and ...
_TIMES = 4  # ... so many times as long as the quickest second's: phones wait for each other
_STEPS = 3  # of the time axis over which a rate is told: single ones jump

_KEPT_UP = (
    "The server kept up with all that it was asked: %s starts a second at the most. Where it ends was not reached; "
    "ask for more phones, or for more at once."
)
_FELL = (
    "The server fell behind %d s after the start, when it was asked for %s starts a second. From then on, until it "
    "could catch up, it got through %s a second."
)
_LATE = " But the workers were late themselves: it may be their end and not the server's."


def capacity(series, slice_s, late=False):
    """``series``: steps of ``slice_s`` as in figures.py; ``late``: the workers were, so it may be theirs.

    A dict: ``asked`` and ``reached`` (most starts per second that began, and that succeeded), ``behind_at_s`` when the
    server fell behind (None: it did not), ``text``.
    """
    asked, reached = (_most(series, name, slice_s) for name in ("began", "provisioned"))
    behind = [at for at, slow in enumerate(_slow(series)) if slow]
    found = {"asked": asked, "reached": reached, "behind_at_s": behind[0] * slice_s if behind else None}
    if not reached:
        found["text"] = "No phone was provisioned: this says nothing of how many the server bears."
    elif not behind:
        found["text"] = _KEPT_UP % _rate(asked)
    else:
        steps = series[behind[0] : behind[-1] + 1]
        piling = [step for step in steps if step.get("began", 0) >= step.get("provisioned", 0)]  # not catching up yet
        found["through"] = _mean(piling or steps, "provisioned", slice_s)
        before = _most(series[max(0, behind[0] - _STEPS) : behind[0] + 1], "began", slice_s)
        found["text"] = _FELL % (found["behind_at_s"], _rate(before), _rate(found["through"])) + (_LATE if late else "")
    return found


def _slow(series):
    """For each step whether phones had to wait for each other in it."""
    usual = min([step["provisioned_ms"]["p50"] for step in series if step.get("provisioned")], default=0)
    for step in series:
        ms = step["provisioned_ms"]["p50"] if step.get("provisioned") else None
        waits = ms is not None and ms > max(_SLOW_MS, _TIMES * usual)
        yield waits or step.get("failed", 0) > step.get("provisioned", 0)


def _most(series, name, slice_s):
    return max([_mean(series[at : at + _STEPS], name, slice_s) for at in range(len(series))], default=0)


def _mean(steps, name, slice_s):
    return sum(step.get(name, 0) for step in steps) / len(steps) / slice_s


def _rate(value):
    return "%.1f" % value if value < 10 else "%.0f" % value
