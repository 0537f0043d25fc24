"""Reading a configuration file of 1,000 and 10,000 lines, beside a bare readline-and-split loop in the same runtime."""


from bench_load import cpython_script, script

_TIMES = 4  # of the bare loop: what line numbers, quotes, locks, diagnostics and the store may cost
_HEAP = 6 * 1024  # bytes above idle on 32 bits, any length of file
_NOTE = (
    "The bare loop reads lines and splits them at the colon, and makes nothing of them: no text, no store, no "
    "diagnostics."
)


def config(options):
    """Rows: time for each length, and the heap of the longer one on 32-bit MicroPython."""
    told = {"CPython": cpython_script("config_lines.py")}
    for label, runtime in (("MicroPython 64-bit", "micropython"), ("MicroPython 32-bit", "micropython32")):
        told[label] = script("config_lines.py", runtime, "4m")
    rows = []
    for count in ("1000", "10000"):
        for label in told:
            ours, bare = [told[label]["us"][count][name] for name in ("ours", "bare")]
            row = {"name": "Configuration file of %s lines, %s: microseconds a line" % (count, label), "unit": ""}
            row["values"] = {"ours": round(ours / int(count), 2), "bare loop": round(bare / int(count), 2)}
            text = "at most %d times the bare loop" % _TIMES
            row["targets"] = [{"text": text, "reached": ours <= _TIMES * bare, "value": ours / bare}]
            row["note"] = _NOTE
            rows.append(row)
    most = told["MicroPython 32-bit"]["heap"]["10000"]
    rows.append(
        {
            "name": "Heap while 10,000 lines are read, MicroPython 32-bit",
            "unit": " B",
            "values": {"ours": most},
            "targets": [{"text": "at most %d B above idle" % _HEAP, "reached": most <= _HEAP, "value": most}],
        }
    )
    print("  ", [row["values"] for row in rows], flush=True)
    return rows
