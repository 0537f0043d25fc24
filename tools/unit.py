"""Run the unit tests on their three targets: `tools/unit.py [--target NAME]... [-v] [test files]`.

CPython runs them with pytest in two processes; each MicroPython runs every module in a process of its own, from
compiled .mpy files, with a fixed heap. DIALTONE_SEED=N repeats the random samples of an earlier run.
"""

import argparse
import ast
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpy

ROOT = Path(__file__).resolve().parent.parent
UNIT = ROOT / "tests/unit"
MPY = ROOT / "build/mpy"
MODULE_SECONDS = 60  # a unit test module takes well under a second; 60 means it hangs
SUITE_SECONDS = 1800  # all of a pytest suite
_WORKERS = 3  # processes on two cores: two thirds of their time are waits
_HEAPS = {"micropython": "2m", "micropython32": "112k"}  # 112k: what a stock ESP32 leaves with Wi-Fi up
TARGETS = ("cpython", *_HEAPS)
# tree below build/mpy -> (folder, which of its files)
_TREES = {
    "shims": ("host/shims/micropython", "**/*.py"),
    "flash": ("host/shims", "[!s]*.py"),  # not sim_*
    "firmware": ("firmware", "**/*.py"),
    "tests": ("tests/unit", "**/*.py"),
}


class Result:
    """What one suite on one target came to: counts, and the output of each failure."""

    def __init__(self, name, passed=0, failed=0, failures=(), seconds=0.0):
        self.name, self.passed, self.failed = name, passed, failed
        self.failures, self.seconds = list(failures), seconds

    def add(self, other):
        """Take another result's figures into this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.failures += other.failures
        self.seconds += other.seconds

    def line(self):
        """Return the one line that every target prints; the seconds are those of its own processes, two at a time."""
        return f"{self.name}: {self.passed} passed, {self.failed} failed ({self.seconds:.0f} s)"


def ready(folder):
    """Make the environment shared by all targets: the seed, kept or drawn, a scratch folder, and one for what CPython
    compiles: the table's modules are imported hundreds of times.
    """
    environment = dict(os.environ, DIALTONE_TMP=str(folder), PYTHONPYCACHEPREFIX=str(ROOT / "build/pyc"))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("DIALTONE_SEED", str(random.randrange(1 << 29)))
    return environment


def run_pytest(name, arguments, environment, seconds=SUITE_SECONDS):
    """Run pytest with `arguments`; a skipped test counts as failed, for nothing is skipped silently."""
    start = time.monotonic()
    report = Path(tempfile.mkstemp(suffix=".xml", dir=environment["DIALTONE_TMP"])[1])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    command += [f"--junitxml={report}", *arguments]
    code, output = _run(command, environment, seconds)
    try:
        suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
        total, bad = int(suite.get("tests")), sum(int(suite.get(kind)) for kind in ("failures", "errors", "skipped"))
    except xml.etree.ElementTree.ParseError:  # pytest died before it wrote its report
        total, bad = 1, 1
    if code and not bad:  # no test collected, an import error of conftest, an interrupted run
        total, bad = total + 1, 1
    failures = [(name, output)] if bad else []
    return Result(name, max(total - bad, 0), bad, failures, time.monotonic() - start)


def _run(command, environment, seconds):
    """Return (exit code, output) of a process, which is ended after `seconds`."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its own session, started above: its children end with it
        output, _ = process.communicate()
        return 124, f"{output}\nno end after {seconds} s: stopped"


class Module:
    """What the source of a test module says about it, read without running it."""

    def __init__(self, path):
        self.name, self.tests, self.heap, self.reason, self.problem = path.stem, [], None, "", ""
        source = path.read_text()
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            self.problem = f"{path}: {error}"
            return
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                self.tests.append(node.name)
            elif isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
                self.problem = f"{self.name}.{node.name} is async: nobody would await it; use support.run"
        found = re.search(r'^HEAP = "(\d+[kKmM])"\s*(?:#\s*(.*))?$', source, re.M)
        if found:
            self.heap, self.reason = found.group(1), found.group(2)
            if not self.reason:
                self.problem = f"{self.name}: HEAP without a reason behind it"
        if not self.tests and not self.problem:
            self.problem = f"{self.name} has no test"
        if len(set(self.tests)) != len(self.tests):
            self.problem = f"{self.name} defines a test twice: only the last would run"


def _bytes(size):
    return int(size[:-1]) << {"k": 10, "m": 20}[size[-1].lower()]


def run_module(target, module, environment, verbose=False):
    """Run one test module on one MicroPython."""
    start = time.monotonic()
    if module.problem:
        return Result(target, 0, 1, [(f"{target}: {module.name}", module.problem)])
    heap = _HEAPS[target]
    if module.heap and _bytes(module.heap) > _bytes(heap):
        heap = module.heap
    program = f"import run_module; run_module.main({module.name!r}, {module.tests!r})"
    path = ":".join(str(MPY / tree) for tree in _TREES) + ":.frozen"
    environment = dict(environment, MICROPYPATH=path)
    command = [ROOT / "build/bin" / target, "-X", f"heapsize={heap}", "-c", program]
    code, output = _run(command, environment, MODULE_SECONDS * (10 if environment.get("DIALTONE_LONG") else 1))
    try:
        counts = json.loads(output.rstrip().rpartition("\n")[2])
        passed, failed = counts["passed"], counts["failed"]
    except (ValueError, KeyError, TypeError):
        counts, passed, failed = None, 0, 0
    if counts is None or code or passed + failed != len(module.tests):  # the module died: none of it counts
        passed, failed = 0, len(module.tests)
        output += f"\n{module.name} died with exit code {code}: all its {failed} tests count as failed"
    if verbose:
        free = f", {counts['free']} bytes of heap free at the least" if counts else ""
        print(f"{target}: {module.name}: {passed} passed, {failed} failed{free}", flush=True)
    failures = [(f"{target}: {module.name}", output.strip())] if failed else []
    return Result(target, passed, failed, failures, time.monotonic() - start)


def _compile(target_names):
    """Compile what the MicroPython targets need; a file that does not compile is one failure on each of them."""
    results = []
    for name, (source, pattern) in _TREES.items():
        if (ROOT / source).is_dir():
            for path, text in mpy.compile_tree(ROOT / source, MPY / name, pattern=pattern):
                results += [Result(t, 0, 1, [(f"{t}: {path} does not compile", text)]) for t in target_names]
    return results


def run_targets(targets, files=(), verbose=False, environment=None):
    """Run the unit tests of `files` (none: all) on `targets`, some processes at a time; return their Results."""
    paths = [Path(f).resolve() for f in files] or sorted(UNIT.glob("test_*.py"))
    modules = [Module(path) for path in paths]
    interpreted = [t for t in targets if t in _HEAPS]
    results = {t: Result(t) for t in targets}
    for found in _compile(interpreted) if interpreted else ():
        results[found.name].add(found)
    for module in modules:
        if module.reason and interpreted:
            print(f"heap: {module.name} has {module.heap}: {module.reason}", flush=True)
    for target in interpreted:
        if not (ROOT / "build/bin" / target).exists():
            sys.exit(f"build/bin/{target} is missing: run `make setup`")
    jobs = [(run_module, (t, m, environment, verbose)) for t in interpreted for m in modules]
    if "cpython" in targets:
        more = ["-v"] if verbose else []
        # In two processes: one alone would be the last to end
        jobs[:0] = [
            (run_pytest, ("cpython", [*more, *map(str, part)], environment))
            for part in (paths[::2], paths[1::2])
            if part
        ]
    if not modules:
        for target in targets:
            results[target].add(Result(target, 0, 1, [(target, "no unit test found below tests/unit")]))
        jobs = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        for result in pool.map(lambda job: job[0](*job[1]), jobs):
            results[result.name].add(result)
    return list(results.values())


def show_failures(results):
    """Print what failed, with its output."""
    for result in results:
        for title, output in result.failures:
            print(f"\n----- FAILED {title}\n{output}", flush=True)


def main():
    """Run the targets asked for; exit with 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", action="append", choices=TARGETS, help="run on this target only; may be repeated")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every module, with its least free heap")
    parser.add_argument("files", nargs="*", help="test modules; none: all")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="dialtone-unit-")
    try:
        environment = ready(folder)
        print("DIALTONE_SEED=" + environment["DIALTONE_SEED"], flush=True)
        results = run_targets(options.target or TARGETS, options.files, options.verbose, environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show_failures(results)
    for result in results:
        print(result.line())
    return 1 if any(result.failed for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
