"""The cost of N = 1, 10, 100 and 1,000 requests, header fields and configuration lines, as figures and as a plot."""

import os

from bench_load import ROOT, script

COUNTS = (1, 10, 100, 1000)
PLOT = os.path.join(ROOT, "docs", "benchmarks-linear.png")
_LINEAR = 1.5  # each of a thousand costs at most that much of what each of a hundred costs
_NOTE = "Ours is each of 1,000, in brackets against each of 100: what does not depend on N spreads over more."
_TITLES = {
    "requests": "requests of one connection, network aside",
    "fields": "header fields of one request",
    "lines": "configuration lines",
}


def linear(options):
    """One row for each kind; draws the plot unless the documents stay as they are."""
    curves = script("linear.py", "micropython", "4m")
    curves = {kind: {int(count): us for count, us in curve.items()} for kind, curve in curves.items()}
    if not options.no_docs:
        _plot(curves)
    rows = []
    for kind, title in _TITLES.items():
        curve = curves[kind]
        ratio = curve[1000] / 1000 / (curve[100] / 100)
        row = {"name": "MicroPython 64-bit, N " + title + ": microseconds for each", "unit": " us"}
        row["values"] = {"ours": round(curve[1000] / 1000, 1)}
        row["values"].update({"N = %d" % count: round(curve[count] / count, 1) for count in COUNTS[:-1]})
        row["targets"] = [{"text": "linear", "reached": ratio <= _LINEAR, "value": ratio}]
        row["note"] = _NOTE
        rows.append(row)
        print("  N %-28s %s" % (title, {count: round(us) for count, us in curve.items()}), flush=True)
    return rows


def _plot(curves):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4), dpi=120)
    for kind, title in _TITLES.items():
        curve = curves[kind]
        axes.plot(COUNTS, [curve[count] / 1000 for count in COUNTS], marker="o", label=title)
    slope = curves["lines"][1000] / 1e6
    axes.plot(COUNTS, [slope * count for count in COUNTS], color="grey", linestyle=":", label="exactly linear")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("N")
    axes.set_ylabel("milliseconds")
    axes.set_title("Cost of N, MicroPython 64-bit")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Software": None})
    pyplot.close(figure)
