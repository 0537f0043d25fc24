"""Reading a configuration file of 1,000 and 10,000 lines, beside a bare readline-and-split loop in the same runtime."""


from bench_load import cpython_script, script

_TIMES = 4  # of the bare loop: what line numbers, quotes, locks, diagnostics and the store may cost
_HEAP = 6 * 1024  # bytes above idle on 32 bits, any length of file
_NOTE = (
    "The bare loop reads lines and splits them at the colon, and makes nothing of them: no text, no store, no "
    "diagnostics. Ours: each line is in its layer, checked by the table, or told. Lexer: rows and diagnostics, and "
    "nobody who takes them. Whole round: besides, what does not grow with the file: trust is guarded, what eight "
    "unknown names were meant to be is looked up in the whole table, what has changed is found out."
)
_FLOOR = (
    " On CPython a line of the bare loop is two calls into C, and one call of a Python function with arguments a third "
    "of it. Least work: pieces split into lines, comments left out, the others split at the colon, the name looked up, "
    "the value stripped and tested for a quote, and nothing made of it. Here a line of a foreign name costs 2 to 3 "
    "bare loops, a value that is checked and stored 5. What does not grow with the file takes a third of what 1,000 "
    "lines may take: some 20 names are met and the first eight foreign ones told, by code that runs once in a round, "
    "with cold caches. By instructions 1,000 lines cost 2.9 bare loops."
)


def config(options):
    """Rows: time for each length, and the heap of the longer one on 32-bit MicroPython."""
    told = {"CPython": cpython_script("config_lines.py")}
    for label, runtime in (("MicroPython 64-bit", "micropython"), ("MicroPython 32-bit", "micropython32")):
        told[label] = script("config_lines.py", runtime, "4m")
    rows = []
    for count in ("1000", "10000"):
        for label in told:
            took = told[label]["us"][count]
            ours, bare = took["ours"], took["bare"]
            row = {"name": "Configuration file of %s lines, %s: microseconds a line" % (count, label), "unit": ""}
            names = (("ours", "ours"), ("bare", "bare loop"), ("least", "least work"), ("lexer", "lexer alone"))
            names += (("round", "whole round"),)
            row["values"] = {name: round(took[key] / int(count), 2) for key, name in names}
            text = "at most %d times the bare loop" % _TIMES
            row["targets"] = [{"text": text, "reached": ours <= _TIMES * bare, "value": ours / bare}]
            row["note"] = _NOTE + (_FLOOR if label == "CPython" else "")
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
