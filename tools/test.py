"""Run all tests and print one line of counts for each suite and target: `tools/test.py [--long]`.

The last line is the sum: `N passed, N failed`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import unit

_ATTACKS = "tests/system/test_abuse.py"
_HOST = ("tests/host", "-n", "2", "--dist", "loadfile")
_SUITES = {
    # More than half of their time they wait for a phone that waits for them
    "system": ("tests/system", "--ignore", _ATTACKS, "-n", "5", "--dist", "worksteal"),
    "abuse": (_ATTACKS, "-n", "2", "--dist", "loadgroup"),  # by themselves: their rules are times
}


def lint():
    """Check the style of the tree; a finding is one failure, a clean tree counts as nothing."""
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=unit.ROOT, capture_output=True, text=True)
    failures = [("lint", done.stdout + done.stderr)] if done.returncode else []
    return unit.Result("lint", 0, len(failures), failures)


def suites(options, environment):
    """Yield the results of one suite after the other, each as a list."""
    marks = ["-m", "long or not long"] if options.long else []
    yield [lint()]
    with ThreadPoolExecutor(1) as beside:  # a third of the time of either nobody computes
        patience = unit.SUITE_SECONDS * (2 if options.long else 1)  # the exhaustive forms compute, and share the cores
        host = beside.submit(unit.run_pytest, "host", [*_HOST, *marks], environment, patience)
        yield unit.run_targets(unit.TARGETS, (), False, environment)
        print("host: running tests/host since the beginning ...", flush=True)
        yield [host.result()]
    for name, words in _SUITES.items():
        print(f"{name}: running {words[0]} ...", flush=True)
        yield [unit.run_pytest(name, [*words, *marks], environment)]


def main():
    """Run everything; exit with 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="run every property in its exhaustive form")
    options = parser.parse_args()
    start = time.monotonic()
    folder = tempfile.mkdtemp(prefix="dialtone-test-")
    environment = unit.ready(folder)
    if options.long:
        environment["DIALTONE_LONG"] = "1"
    print(f"DIALTONE_SEED={environment['DIALTONE_SEED']} (set it to repeat this run's samples)", flush=True)
    results = []
    try:
        for found in suites(options, environment):
            unit.show_failures(found)
            for result in found:
                print(result.line(), flush=True)
            results += found
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    passed, failed = sum(r.passed for r in results), sum(r.failed for r in results)
    broken = [result.name for result in results if result.failed]
    print(f"all in {time.monotonic() - start:.0f} s" + (f"; failed: {', '.join(broken)}" if broken else ""))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    os.chdir(unit.ROOT)
    sys.exit(main())
