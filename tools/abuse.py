"""make abuse: attacks a phone in every known way while well-behaved clients go on, and writes down the figures.

Each case runs against the HTTP and the HTTPS listener of each runtime. A run of all cases on both runtimes writes
docs/abuse.md; the 112 KB phone is a third one, and may be left out (--runtime cpython --runtime micropython).
"""

import argparse
import datetime
import os
import platform
import signal
import subprocess
import sys
import time

from abuse_cases import CASES, FULL, OTHER_MS, SAME_MS, SCALED, Trial
from abuse_rig import Rig
from bench_load import BIN, ROOT, tool

RUNTIMES = {
    "cpython": "CPython",
    "micropython": "MicroPython, 64-bit",
    "micropython32": "MicroPython, 32-bit, 112 KB heap",
}
_BOTH = {"cpython", "micropython"}  # without one of them docs/abuse.md stays as it is
_MUTATED = 20000  # messages for three parsers
_SHOWN = 40  # rows of their table
_EXAMPLE = 100  # characters
DOCS = os.path.join(ROOT, "docs", "abuse.md")
_VIEWS = ("other, own", "other, 127.0.0.2", "same, own", "same, 127.0.0.2")
_HEAD = (
    "| case | listener | attacker's connections: opened / most at once / closed by the phone "
    "| other listener, worst ms: own address / 127.0.0.2 | attacked listener, worst ms: own address / 127.0.0.2 "
    "| own address refused / asked | 127.0.0.2 refused / asked | log lines | heap before / after "
    "| resident kB before / after | sockets before / after |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(figures):
    """One line of the table."""
    views = [figures.get(name, {"worst_ms": 0, "served": 0, "refused": 0}) for name in _VIEWS]
    worst = ["%.0f" % view["worst_ms"] for view in views]
    refused = []
    for pair in ((views[0], views[2]), (views[1], views[3])):
        asked = sum(view["served"] + view["refused"] for view in pair)
        refused.append("%d / %d" % (sum(view["refused"] for view in pair), asked))
    before, after = figures.get("before", {}), figures.get("after", {})
    rest = ["%s / %s" % (before.get(name, "?"), after.get(name, "?")) for name in ("heap", "resident", "sockets")]
    if before.get("heap") == -1:
        rest[0] = "-"
    cells = [figures["case"], figures["listener"].upper()]
    cells.append(" / ".join([str(figures.get(name, "?")) for name in ("opened", "most", "closed")]))
    cells += [" / ".join(worst[:2]), " / ".join(worst[2:]), *refused, str(figures.get("log_lines", "?")), *rest]
    return "| " + " | ".join(cells) + " |"


def trials(runtime, options, scale):
    """Runs the chosen cases on one phone after the other (a new one only when one has died); yields each trial."""
    chosen = [(case, scheme) for case, schemes in CASES for scheme in schemes]
    chosen = [
        (case, scheme) for case, scheme in chosen if options.case in case.__name__ and options.listener in ("", scheme)
    ]
    rig = None
    try:
        for number, (case, scheme) in enumerate(chosen):
            if rig is None or not rig.alive():
                if rig:
                    rig.close()
                rig = Rig(runtime, scale.limits)
            trial = Trial(rig, case, scheme, scale, options.seed + number)
            try:
                trial.run()
            except (OSError, ValueError, RuntimeError, subprocess.SubprocessError) as error:
                trial.problems.append("the case could not be judged: %r" % error)  # the other rows must not be lost
                rig.close()
                rig = None
            yield trial
    finally:
        if rig:
            rig.close()


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def machine(options):
    """What the figures were measured with."""
    version = "import sys; print(sys.version)"
    lines = ["Machine: %s, %d cores, %s" % (platform.machine(), os.cpu_count(), platform.system())]
    lines.append("CPython: " + platform.python_version())
    lines += ["%s: %s" % (name, said(tool(name), "-c", version)) for name in ("micropython", "micropython32")]
    lines.append(
        "slowhttptest: 1.8.2" if os.path.exists(os.path.join(BIN, "slowhttptest")) else "slowhttptest: missing"
    )
    chosen = " ".join(["--runtime " + name for name in options.runtime or ()])
    command = 'make abuse ARGS="%s"' % chosen if chosen else "make abuse"
    lines.append("Command: `%s`, seed %d, %s" % (command, options.seed, datetime.date.today().isoformat()))
    lines.append("Time: %d minutes" % round((time.monotonic() - options.start) / 60))
    return "  \n".join(lines)


def document(found, options, differences):
    """The text of docs/abuse.md."""
    parts = ["# Abuse", "Written by `make abuse`. " + _ABOUT.format(same=SAME_MS // 1000, other=OTHER_MS // 1000)]
    parts.append(machine(options))
    for runtime, done in found.items():
        parts.append("## " + RUNTIMES[runtime] + _NOTES.get(runtime, ""))
        parts.append("\n".join([_HEAD, *[row(trial.figures) for trial in done]]))
        wrong = ["%s, %s: %s" % (t.case.__name__, t.scheme, p.splitlines()[0]) for t in done for p in t.problems]
        parts.append(
            "\n".join("* **not held**: " + text for text in wrong) if wrong else "All rules held in every row."
        )
    parts.append("## The cases")
    listed = []
    for case, _ in CASES:
        some = [t.figures for done in found.values() for t in done if t.case is case]
        tools = sorted({f["tool"] for f in some if "tool" in f})
        text = "* **%s**: %s" % (case.__name__.replace("_", " "), case.__doc__.replace("\n", " "))
        listed.append(text + "".join(" `%s`" % name for name in tools) + _answers(some))
    parts.append("\n".join(listed))
    return "\n\n".join([*parts, "## Broken messages, read three times", differences]) + "\n"


def readings(seed):
    """Text of the table of messages that three parsers read differently, and what the codec accepted for no reason."""
    import fuzz_http

    problems, rows, examples = fuzz_http.run(_MUTATED, seed)
    lines = ["| times | message | codec | h11 | httptools | why | shortest one |", "|---|---|---|---|---|---|---|"]
    for found, count in rows.most_common(_SHOWN):
        kind = "request" if found[0] == fuzz_http.SERVER else "response"
        example = repr(examples[found])[2:-1].replace("|", "\\|").replace("`", "'")
        example = "`%s`" % (example if len(example) <= _EXAMPLE else example[:_EXAMPLE] + "...")
        lines.append("| %d | %s | %s | %s | %s | %s | %s |" % (count, kind, *found[1:], example))
    more = len(rows) - _SHOWN
    if more > 0:
        lines.append("\nand %d more kinds: `.venv/bin/python tools/fuzz_http.py` shows all." % more)
    about = _READINGS.format(count=format(_MUTATED, ","), alike=format(_MUTATED - sum(rows.values()), ","))
    return problems, about + "\n\n" + "\n".join(lines)


def _answers(figures):
    total = {}
    for row_figures in figures:
        for status, count in row_figures.get("answers", {}).items():
            total[status] = total.get(status, 0) + count
    if not total:
        return ""
    listed = ", ".join("%s: %d" % pair for pair in sorted(total.items()))
    sent = ", ".join(format(row["requests"], ",") for row in figures if row.get("requests"))
    sent = " Requests of the rows in turn: %s." % sent if sent else ""
    return "%s Answers over all rows: %s." % (sent, listed)


_ABOUT = """\
Each case attacks one listener from 127.0.0.1. Meanwhile four well-behaved
clients ask for `/api/status`, log-in and TLS handshake included, with a new connection 20 times a second: from the
attacker's own address and from 127.0.0.2, on both listeners. The rules: a good client is served within {other} s on the
other listener and within {same} s on the attacked one; from the attacker's own address, which is at its cap, it may be
refused at once there (503, or a close on the TLS port); no traceback in the log; afterwards heap (live bytes
after a collection, sampled while idle), resident memory of the process (TLS sessions and all of CPython's) and sockets
are back to where they were before this attack or, of the heap, before the first one. The limits are those the phone
is shipped with (`net/limits.py`)."""
_READINGS = """\
The codec reads mutated messages beside h11 and httptools (`tools/fuzz_http.py`): {count} of them here, of which {alike}
all three read alike. Nothing is accepted that h11 rejects unless a section of an RFC is named under *why*. All other
differences:"""
_NOTES = {
    "micropython32": "\n\nThe stand-in for a stock board: the limits of boards/ESP32_GENERIC (3 connections for each "
    "listener) and 112 KB of heap. Its memory ends early: whoever finds none is refused at once and may try again, so "
    "here refusals are counted, not forbidden. Pages are large for it: `never reads` and `mixed requests` load them "
    "with the administrator's log-in. A board's listener also has a queue of 3 for those who wait to be accepted: "
    "while `handshake flood` keeps it full, the system drops a client's SYN, which is sent again after 1, 3 and 7 s.",
}


def main():
    parser = argparse.ArgumentParser(prog="make abuse", description=__doc__.splitlines()[0])
    parser.add_argument("--runtime", choices=RUNTIMES, action="append", help="one of them (may be repeated)")
    parser.add_argument("--case", default="", help="only cases whose name contains this")
    parser.add_argument("--listener", choices=("http", "https"), default="", help="attack only this one")
    parser.add_argument("--scaled", action="store_true", help="the short form that `make test` runs")
    parser.add_argument("--no-docs", action="store_true", help="do not write docs/abuse.md")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # so that the phone is ended, too
    scale = SCALED if options.scaled else FULL
    options.start = time.monotonic()
    whole = not (options.case or options.listener or options.scaled or options.no_docs)
    whole = whole and set(options.runtime or RUNTIMES) >= _BOTH
    wrong, differences = readings(options.seed) if whole else ((), "")
    for problem in wrong:
        print("NOT HELD: " + problem, flush=True)
    found, count = {}, len(wrong)
    for runtime in options.runtime or RUNTIMES:
        print("\n%s\n%s" % (RUNTIMES[runtime], _HEAD), flush=True)
        for trial in trials(runtime, options, scale):
            found.setdefault(runtime, []).append(trial)
            print(row(trial.figures), flush=True)
            for problem in trial.problems:
                print("  NOT HELD: " + problem, flush=True)
            count += len(trial.problems)
            if whole:
                with open(DOCS, "w", encoding="utf-8") as out:  # row by row: a whole run takes an hour
                    out.write(document(found, options, differences))
    print("%d rules not held" % count)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
