"""Attacks in their short form (`make abuse` has the full one), with deadlines of 2 to 3 s, on both runtimes.

What must hold is in tools/abuse_cases.py: who is served within 1 s and 3 s, no traceback, and all is back afterwards.
"""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

import abuse  # noqa: E402
import abuse_cases  # noqa: E402
from abuse_rig import Rig  # noqa: E402
from lot import drawn  # noqa: E402

# Each attack once, on the listener where it hurts more, or that the seed draws; `make abuse` runs all on both.
CASES = [
    (abuse_cases.slow_headers, "http"),
    (abuse_cases.slow_body, "https"),
    (abuse_cases.slow_read, "http"),
    (abuse_cases.flood, "http"),
    (abuse_cases.half_open_handshakes, "https"),
    (abuse_cases.handshake_flood, "https"),
    (abuse_cases.never_reads, "http"),
]
for each in (abuse_cases.idle_connections, abuse_cases.garbage, abuse_cases.mixed_requests):
    CASES += [(each, scheme) for scheme in drawn(each.__name__, ("http", "https"))]


@pytest.fixture(scope="module")
def rigs():
    """One phone for each runtime; a case that ends it gets the next one a new phone."""
    made = {}

    def rig(runtime):
        if runtime not in made or not made[runtime].alive():
            if runtime in made:
                made.pop(runtime).close()
            made[runtime] = Rig(runtime, abuse_cases.SCALED.limits)
        return made[runtime]

    yield rig
    for one in made.values():
        one.close()


@pytest.mark.parametrize(("case", "scheme"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_abuse(rigs, runtime, case, scheme):
    trial = abuse_cases.Trial(rigs(runtime), case, scheme, abuse_cases.SCALED).run()
    print(abuse.row(trial.figures))
    assert not trial.problems, "\n".join([*trial.problems, str(trial.figures)])
