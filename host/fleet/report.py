"""The report: one HTML file that needs nothing else, and its JSON twin."""

import html
import json
from pathlib import Path

from host.fleet.figures import group_failures
from host.fleet.limits import shown_ms

_STYLE = """
:root { --ink: #1d2630; --soft: #5c6873; --line: #e1e5e9; --good: #1f7a4a; --bad: #b3262e; }
* { box-sizing: border-box } main { max-width: 1120px; margin: 0 auto; padding: 28px 20px }
body { margin: 0; background: #f4f6f8; color: var(--ink);
  font: 15px/1.5 "DejaVu Sans", "Segoe UI", "Helvetica Neue", Arial, sans-serif }
h1 { font-size: 24px; margin: 0 } h2 { font-size: 17px; margin: 0 } .soft { color: var(--soft); margin: 2px 0 0 }
.verdict { margin: 18px 0; padding: 14px 18px; border-radius: 8px; color: #fff; font-size: 18px; font-weight: 600;
  background: var(--good) } .verdict.bad { background: var(--bad) } .verdict.none { background: #44525f }
.end { margin: 10px 0; padding: 10px 14px; border-left: 4px solid #2a78b5; background: #fff; font-size: 16px }
.warn { margin: 10px 0; padding: 10px 14px; border-left: 4px solid #e08e0b; background: #fff6e5 }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 18px 0 }
.tile, section { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px }
.tile b { display: block; font-size: 22px; font-weight: 600 } .tile span { color: var(--soft); font-size: 13px }
section { margin: 14px 0; overflow-x: auto } svg { width: 100%; height: auto; margin-top: 8px }
table { border-collapse: collapse; width: 100%; margin-top: 8px; font-size: 14px }
th { text-align: left; color: var(--soft); font-weight: 600 }
td, th { padding: 4px 12px 4px 0; border-top: 1px solid var(--line); vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.yes { color: var(--good) } .no { color: var(--bad); font-weight: 600 }
"""


def write(figures, folder):
    """Writes report.html and report.json into ``folder``, which is made. Returns both paths."""
    from host.fleet.plots import plots

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    twin, page = folder / "report.json", folder / "report.html"
    twin.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    page.write_text(_page(figures, plots(figures)), encoding="utf-8")
    return page, twin


def _page(figures, made):
    plan = figures["plan"]
    title = "%s phones against %s" % (_number(plan["phones"]), plan["server"])
    tone = "bad" if not figures["passed"] else "" if figures["limits"] else "none"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title>' % _text(title),
        '<meta name="viewport" content="width=device-width"><style>%s</style></head><body><main>' % _STYLE,
        "<h1>%s</h1>" % _text(title),
        '<p class="soft">%s</p>' % _text(_summary(figures)),
        '<p class="verdict %s">%s</p>' % (tone, _text(figures["verdict"])),
        '<p class="end"><b>When does it fall over?</b> %s</p>' % _text(figures["capacity"]["text"]),
        *['<p class="warn">%s</p>' % _text(text) for text in figures["warnings"]],
        _tiles(figures),
        _limits(figures),
    ]
    for name, text, svg in made:
        parts.append('<section><h2>%s</h2><p class="soft">%s</p>%s</section>' % (_text(name), _text(text), svg))
    parts += [_failures(figures), _attempts(figures), _files(figures), _diagnostics(figures), _plan(figures)]
    return "\n".join([*filter(None, parts), "</main></body></html>\n"])


def _summary(figures):
    plan = figures["plan"]
    return "%s: %s, arrival %s over %g s, at most %g begins a second, %d workers, took %s s" % (
        figures["date"], plan["scenario"], plan["arrival"], plan["span_s"], plan["rate"], figures["workers"],
        figures["seconds"],
    )  # fmt: skip


def _tiles(figures):
    times, peak = figures["provisioned_ms"], figures["peak"]
    share = figures["not_modified_share"]
    tiles = [
        ("%s of %s" % (_number(figures["provisioned"]), _number(figures["plan"]["phones"])), "phones provisioned"),
        (shown_ms(times["p50"]), "time to provisioned, median"),
        (shown_ms(times["p95"]), "95 of 100"),
        (shown_ms(times["p99"]), "99 of 100"),
        (_number(figures["failures"]), "failed tries"),
        (_number(figures["requests"]), "requests, at most %s a second" % _number(round(peak["requests"]))),
        (_number(figures["handshakes"]), "TLS handshakes, at most %s a second" % _number(round(peak["handshakes"]))),
        ("%.1f MB" % (figures["bytes"] / 1e6), "of files"),
        ("-" if share is None else "%.1f %%" % (100 * share), "304 of all conditional requests"),
    ]
    cells = ['<div class="tile"><b>%s</b><span>%s</span></div>' % (_text(a), _text(b)) for a, b in tiles]
    return '<div class="tiles">%s</div>' % "".join(cells)


def _limits(figures):
    rows = []
    for row in figures["limits"]:
        held = '<span class="%s">%s</span>' % (("yes", "holds") if row["holds"] else ("no", "broken"))
        rows.append([_text(row["limit"]), _text(row["wanted"]), _text(row["measured"]), held])
    return _table("Limits", "What was asked for.", ("limit", "wanted", "measured", ""), rows)


def _failures(figures):
    rows = []
    for group, reasons in group_failures(figures).items():
        for reason, (count, never) in reasons.items():
            rows.append([_text(group), _text(reason), _count(count), _count(never)])
    text = "A try is one round of a phone with the server, its client's own repeats included. The last column: phones "
    text += "that gave up, by their last reason."
    return _table("Failed tries", text, ("kind", "reason", "#tries", "#phones given up"), rows)


def _attempts(figures):
    rows = [[_text(name), _count(count)] for name, count in figures["failed_attempts_by_reason"].items()]
    text = "Connections and requests that failed on the wire. The client repeats them, so not each ends a try."
    return _table("Failed connections and requests", text, ("reason", "#count"), rows)


def _files(figures):
    rows = []
    for row in figures["files"]:
        statuses = ", ".join("%s x %s" % (status, _number(count)) for status, count in row["status"].items())
        times = [shown_ms(row["answer_ms"][name]) for name in ("p50", "p95", "p99", "max")]
        rows.append([_text(row["file"]), _count(row["requests"]), _text(statuses)] + [_Right(each) for each in times])
    names = ("file", "#requests", "status", "#median", "#95 of 100", "#99 of 100", "#longest")
    return _table("Files", "Answers of the server, and the time to their heads.", names, rows)


def _diagnostics(figures):
    rows = [[_text(name), _count(count)] for name, count in list(figures["diagnostics"].items())[:50]]
    text = "What the phones' parser said, by file and line."
    return _table("Faults in the files", text, ("file, line and fault", "#phones"), rows)


def _plan(figures):
    plan, lag = figures["plan"], figures["worker_lag_ms"]
    total = sum(plan["models"].values())
    busy = figures["worker_cpu_s"] / figures["workers"] / figures["busy_s"] if figures["busy_s"] else 0
    rows = [
        ("Server", plan["server"] + ("" if plan["ca"] else ", trusted by the built-in authorities")),
        ("Phones", "%s, MAC addresses %s" % (_number(plan["phones"]), _macs(plan))),
        ("Models", ", ".join("%s %.0f %%" % (name, 100 * part / total) for name, part in plan["models"].items())),
        ("Settings on each", ", ".join("%s: %s" % pair for pair in plan["settings"].items()) or "none"),
        ("Scenario", plan["scenario"]),
        ("Arrival", "%s over %g s, at most %g a second" % (plan["arrival"], plan["span_s"], plan["rate"])),
        ("Patience", "%d tries, the second after about %g s, none later than %g s after the last arrival" % (
            plan["tries"], plan["again_s"], plan["patience_s"])),
        ("Seed of the lots", plan["seed"]),
        ("Workers", "%d, %.0f %% of a core each until the last phone was done, at most %s MB" % (
            figures["workers"], 100 * busy, " and ".join(map(str, figures["worker_rss_mb"])) or "?")),
        ("Their loops were late by", "%s (median), %s (99 of 100), %s (most)" % tuple(
            shown_ms(lag[name]) for name in ("p50", "p99", "max"))),
    ]  # fmt: skip
    rows = [[_text(name), _text(value)] for name, value in rows]
    return _table("The rehearsal", "As it was asked for, and how the workers bore it.", ("", ""), rows)


def _macs(plan):
    return "of a list" if plan["macs"] else "from %s on" % plan["first_mac"]


class _Right(str):
    """The text of a cell that stands at the right."""


def _count(number):
    return _Right(_number(number))


def _table(title, text, names, rows):
    if not rows:
        return ""
    heads = ['<th class="n">%s</th>' % n[1:] if n[:1] == "#" else "<th>%s</th>" % n for n in names]
    lines = []
    for row in rows:
        cells = ['<td class="n">%s</td>' % c if isinstance(c, _Right) else "<td>%s</td>" % c for c in row]
        lines.append("<tr>%s</tr>" % "".join(cells))
    head = '<section><h2>%s</h2><p class="soft">%s</p><table><tr>%s</tr>' % (title, text, "".join(heads))
    return head + "".join(lines) + "</table></section>"


def _text(text):
    return html.escape(str(text))


def _number(number):
    return format(number, ",")
