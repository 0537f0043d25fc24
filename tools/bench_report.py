"""The benchmark's table: machine and versions, one line for each row, and whether its target is reached."""

import os
import platform
import subprocess
import sys
import time

from bench_load import ROOT, tool

DOCS = os.path.join(ROOT, "docs", "benchmarks.md")
_BEGIN = "<!-- what `make bench` writes begins here -->"
_END = "<!-- what `make bench` writes ends here -->"
_VERSIONS = "import sys; print(sys.version)"


def machine():
    """What was measured on and with."""
    site = _packages("aiohttp", "microdot")
    return {
        "machine": "%s, %d cores, %s" % (_processor(), os.cpu_count(), platform.platform()),
        "CPython": platform.python_version(),
        "MicroPython 64-bit": _said(tool("micropython"), "-c", _VERSIONS),
        "MicroPython 32-bit": _said(tool("micropython32"), "-c", _VERSIONS),
        "peers": "%s, %s" % (site, _said(tool("nginx"), "-v")),
        "load": "%s; %s; %s" % (
            " ".join(_said(tool("wrk"), "-v").split()[:2]),
            _said(tool("h2load"), "--version"),
            " ".join(_said(tool("curl"), "--version").split()[:2]),
        ),
    }  # fmt: skip


def _said(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def _processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            return next(line.partition(":")[2].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def _packages(*names):
    from importlib.metadata import version

    return ", ".join("%s %s" % (name, version(name)) for name in names)


def text(result):
    """The generated part of docs/benchmarks.md."""
    options = result["options"]
    lines = [
        _BEGIN,
        "",
        "Measured on %s, in %d s, by `%s`." % (result["date"], result["seconds"], result["command"]),
        "",
    ]
    lines += ["- %s: %s" % pair for pair in result["machine"].items()]
    lines += ["- each rate: the median of %d rounds of %d s, in turns" % (options["rounds"], options["seconds"]), ""]
    lines += ["| | row | ours | beside it, in the same run | must reach | reached |", "|---|---|---|---|---|---|"]
    rows = list(enumerate(result["rows"], 1))
    lines += [_line(number, row) for number, row in rows]
    notes = {}
    for number, row in rows:
        if row.get("note"):
            notes.setdefault(row["note"], []).append(str(number))
    lines += ["", *("- %s: %s" % (", ".join(numbers), note) for note, numbers in notes.items()), ""]
    return "\n".join([*lines, *_stages(result), _END])


def _line(number, row):
    if "error" in row:
        why = " ".join(row["error"].split())[-160:]
        return "| %d | %s | not measured | %s | | **no** |" % (number, row["name"], why)
    values = dict(row["values"])
    ours = _number(values.pop("ours")) + row["unit"]
    beside = ", ".join("%s %s" % (label, _number(value)) for label, value in values.items())
    targets = "; ".join(target["text"] for target in row["targets"])
    reached = "; ".join(_reached(target) for target in row["targets"])
    return "| %d | %s | %s | %s | %s | %s |" % (number, row["name"], ours, beside, targets, reached)


def _reached(target):
    value = target["value"]
    if not isinstance(value, float):
        shown = ""
    elif target["text"].partition(" ")[2].startswith("%"):
        shown = " (%d %%)" % round(100 * value)
    else:
        shown = " (%.3g)" % value
    return ("yes" if target["reached"] else "**no**") + shown


def _number(value):
    return format(value, ",.1f" if isinstance(value, float) else ",")


def _stages(result):
    stages = result.get("stages")
    if not stages:
        return []
    lines = [
        "Where one `GET /api/status` spends its time on MicroPython 64-bit, each stage repeated alone:",
        "",
    ]
    lines += ["| stage | microseconds |", "|---|---|"]
    return lines + ["| %s | %.1f |" % tuple(stage) for stage in stages] + [""]


def write(result):
    """Puts the generated part into docs/benchmarks.md; what people wrote around it stays."""
    try:
        with open(DOCS, encoding="utf-8") as page:
            old = page.read()
    except FileNotFoundError:
        old = "# Benchmarks\n\n%s\n%s\n" % (_BEGIN, _END)
    head, _, rest = old.partition(_BEGIN)
    tail = rest.partition(_END)[2]
    with open(DOCS, "w", encoding="utf-8") as page:
        page.write(head + text(result) + tail)


def today():
    return time.strftime("%Y-%m-%d")


def command():
    return " ".join(["make bench", *(["ARGS=%r" % " ".join(sys.argv[1:])] if sys.argv[1:] else [])])
