"""What the compiled firmware of a board costs in flash: bytes of each package and module, and what they consist of.

    .venv/bin/python tools/sizes.py [number of modules to list]

Reads build/mpy/image as `make unit` leaves it. *names* are the identifiers that each file repeats, *texts* its strings,
bytes and long numbers; the rest is code with its tables.
"""

import json
import os
import sys
from pathlib import Path

import names
from shrink import module_of

ROOT = Path(__file__).resolve().parents[1]
IMAGE = ROOT / "build" / "mpy" / "image" / "firmware"
BUDGET = 160 * 1024  # of design/architecture.md


class _Mpy:
    """``names`` and ``texts``: bytes of the two tables of one file (MicroPython's py/persistentcode.c, version 6)."""

    def __init__(self, data):
        self._reader = reader = names.Reader(data)
        words, objects = reader.number(), reader.number()
        start = reader.at
        for _ in range(words):
            word = reader.number()
            if not word & 1:  # else one that every MicroPython has
                reader.at += (word >> 1) + 1
        self.names = reader.at - start
        start = reader.at
        for _ in range(objects):
            self._object()
        self.texts = reader.at - start

    def _object(self):
        kind = self._reader.data[self._reader.at]
        self._reader.at += 1
        if kind in (0, 1, 2, 3, 4):  # a function table, None, False, True, Ellipsis
            return
        length = self._reader.number()
        if kind == 10:  # a tuple
            for _ in range(length):
                self._object()
        else:
            self._reader.at += length + (kind in (5, 6))  # str and bytes end with a NUL


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    known = json.loads((ROOT / "build" / "short" / "names.json").read_text("utf-8"))
    rows = []
    for path in sorted(IMAGE.rglob("*.mpy")):
        module = module_of(path.relative_to(IMAGE))
        data = path.read_bytes()
        file = _Mpy(data)
        rows.append((len(data), file.names, file.texts, known.get(module, {}).get("", module)))
    packages = {}
    for row in rows:
        package = ".".join(row[3].split(".")[:2]) if row[3].count(".") > 1 else "dialtone"
        old = packages.get(package, (0, 0, 0))
        packages[package] = tuple(a + b for a, b in zip(old, row, strict=False))
    _show([(*sizes, name) for name, sizes in packages.items()])
    print()
    _show(rows, count)
    total = [sum(row[at] for row in rows) for at in range(3)]
    print("\n%7d %7d %7d  all %d files; the budget is %d" % (*total, len(rows), BUDGET))


def _show(rows, count=None):
    print("  bytes   names   texts")
    for row in sorted(rows, reverse=True)[:count]:
        print("%7d %7d %7d  %s" % row)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)
