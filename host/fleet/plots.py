"""The plots of a report, as SVG texts that stand in its page."""

import io
import textwrap

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

from host.fleet import reasons  # noqa: E402

_COLOURS = {
    "p50": "#2a78b5", "p95": "#e08e0b", "p99": "#b3262e", "began": "#8a94a0", "provisioned": "#2f8f5b",
    "requests": "#2a78b5", "handshakes": "#7a4fa3", "failed": "#b3262e", "bytes": "#2a78b5", "share": "#2f8f5b",
    "busy": "#b3262e",
}  # fmt: skip
_GROUPS = {
    "certificate": "#7a4fa3", "TLS": "#a678c8", "HTTP status": "#b3262e", "timeout": "#e08e0b",
    "connection": "#2a78b5", "file": "#2f8f5b", "rehearsal": "#8a94a0",
}  # fmt: skip
_WIDE = (11.2, 3.1)
_REASONS = 12
plt.rcParams.update({
    "font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
    "axes.edgecolor": "#9aa4ae", "axes.grid": True, "grid.color": "#e6e9ec", "axes.axisbelow": True,
    "svg.fonttype": "path", "legend.frameon": False, "axes.titlelocation": "left",
})  # fmt: skip


def plots(figures):
    """[(title, one line of explanation, SVG), ...]; those without data are left out."""
    made = [_provisioned(figures), _rates(figures), _answers(figures), _traffic(figures), _reasons(figures)]
    made.append(_files(figures))
    return [each for each in made if each]


def _provisioned(figures):
    series, times = figures["series"], _times(figures)
    if not any(step["provisioned_ms"]["p50"] for step in series):
        return None
    figure, axes = plt.subplots(figsize=_WIDE)
    for name, text in (("p50", "median"), ("p95", "95 of 100"), ("p99", "99 of 100")):
        values = [_seconds(step["provisioned_ms"][name]) for step in series]
        axes.plot(times, values, marker="o", markersize=2.5, color=_COLOURS[name], label=text)
    for row in figures["limits"]:
        if row["limit"] in ("p50", "p95", "p99"):
            wanted = _wanted_s(row["wanted"])
            axes.axhline(wanted, color=_COLOURS[row["limit"]], linestyle="--", linewidth=1)
            text = "limit " + row["limit"]
            axes.annotate(text, (times[-1], wanted), fontsize=8, color=_COLOURS[row["limit"]], ha="right", va="bottom")
    axes.set_ylabel("seconds")
    axes.set_ylim(bottom=0)
    _mark(axes, figures)
    return "Time to provisioned", "From a phone's first try to its success, by when it succeeded.", _svg(figure, axes)


def _rates(figures):
    width = figures["slice_s"]
    figure, axes = plt.subplots(figsize=_WIDE)
    shown = (("began", "phones begin"), ("provisioned", "phones provisioned"), ("handshakes", "TLS handshakes"))
    for name, text in (*shown, ("requests", "requests"), ("failed", "failed tries")):
        values = [step.get(name, 0) / width for step in figures["series"]]
        if any(values):
            line = {"linestyle": "--"} if name == "began" else {}
            axes.step(_times(figures), values, where="post", color=_COLOURS[name], label=text, **line)
    axes.set_ylabel("per second")
    axes.set_ylim(bottom=0)
    _mark(axes, figures)
    return "Load", "What the phones asked, and what became of it.", _svg(figure, axes)


def _answers(figures):
    series, times = figures["series"], _times(figures)
    figure, axes = plt.subplots(figsize=_WIDE)
    for name, text in (("p50", "median"), ("p95", "95 of 100"), ("p99", "99 of 100")):
        axes.plot(times, [step["answer_ms"][name] or None for step in series], color=_COLOURS[name], label=text)
    axes.set_ylabel("milliseconds")
    axes.set_ylim(bottom=0)
    busy = [step.get("busy", 0) / figures["slice_s"] for step in series]
    if any(busy):
        right = axes.twinx()
        right.fill_between(times, busy, step="post", color=_COLOURS["busy"], alpha=0.15)
        right.set_ylabel("5xx per second", color=_COLOURS["busy"])
        right.grid(False)
        right.set_ylim(bottom=0)
    text = "From a request to the head of its answer, all files. Where it bends upwards, the server has had enough."
    return "The server's answers over time", text, _svg(figure, axes)


def _traffic(figures):
    series, times, width = figures["series"], _times(figures), figures["slice_s"]
    figure, axes = plt.subplots(figsize=_WIDE)
    values = [step.get("bytes", 0) / width / 1000 for step in series]
    axes.step(times, values, where="post", color=_COLOURS["bytes"], label="KB of files per second")
    axes.set_ylabel("KB per second")
    axes.set_ylim(bottom=0)
    share = [100 * step.get("not modified", 0) / step["requests"] if step.get("requests") else None for step in series]
    if any(share):
        right = axes.twinx()
        right.plot(times, share, color=_COLOURS["share"])
        right.set_ylim(0, 100)
        right.grid(False)
        right.set_ylabel("304 of 100 answers", color=_COLOURS["share"])
    return "Traffic", "Bodies alone; heads and TLS come on top.", _svg(figure, axes)


def _reasons(figures):
    counts = list(figures["failures_by_reason"].items())[:_REASONS]
    if not counts:
        return None
    counts.reverse()
    figure, axes = plt.subplots(figsize=(_WIDE[0], 0.8 + 0.42 * len(counts)))
    colours = [_GROUPS[reasons.group(name)] for name, _ in counts]
    bars = axes.barh(["\n".join(textwrap.wrap(name, 62)) for name, _ in counts], [n for _, n in counts], color=colours)
    axes.bar_label(bars, padding=3)
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.08)
    return "Failed tries by reason", "In the words that a phone shows on its display.", _svg(figure, axes, False)


def _files(figures):
    rows = [row for row in figures["files"] if row["answer_ms"]["p50"] is not None][:_REASONS]
    if not rows:
        return None
    rows.reverse()
    figure, axes = plt.subplots(figsize=(_WIDE[0], 1.0 + 0.36 * len(rows)))
    for name, size in (("p99", 0.7), ("p95", 0.5), ("p50", 0.3)):
        values = [row["answer_ms"][name] for row in rows]
        label = {"p50": "median", "p95": "95 of 100", "p99": "99 of 100"}[name]
        axes.barh([row["file"] for row in rows], values, height=size, color=_COLOURS[name], label=label)
    axes.set_xlabel("milliseconds")
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 1), reverse=True)
    text = "From a request to the head of its answer."
    return "The server's answers by file", text, _svg(figure, axes, False)


def _mark(axes, figures):
    """Where the server fell behind."""
    at = figures["capacity"]["behind_at_s"]
    if at is not None:
        axes.axvline(at, color="#44525f", linestyle=":", linewidth=1.2)
        place = (at, axes.get_ylim()[1])
        axes.annotate(" fell behind", place, fontsize=8, color="#44525f", ha="left", va="top")


def _times(figures):
    return [number * figures["slice_s"] for number in range(len(figures["series"]))]


def _seconds(ms):
    return None if ms is None else ms / 1000


def _wanted_s(text):
    value, unit = text.split()[-2:]
    return float(value) * {"ms": 0.001, "s": 1, "min": 60}[unit]


def _svg(figure, axes, over_time=True):
    if over_time:
        axes.set_xlabel("seconds since the start")
        axes.margins(x=0.01)
        axes.legend(loc="upper left", ncols=5, bbox_to_anchor=(0, 1.14), borderaxespad=0)
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    text = out.getvalue()
    return text[text.index("<svg") :]
