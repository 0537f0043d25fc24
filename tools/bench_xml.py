"""Parsing a menu of 30 items to an object, beside CPython's own parsers, and the heap that objects take."""


from bench_load import cpython_script, script

_SECOND = 1000000
_SHARE = 4  # of what the same code does on CPython: more would be time lost to the runtime
_MENU = 5000  # bytes of heap for a menu of 30 with 1.3 KB of text
_NOTE = "Time of one parse. xml.etree and minidom, on CPython, make a tree of the same document and know no objects."


def xml(options):
    """Two rows: objects per second, and heap."""
    rates = {"CPython": cpython_script("xml_menu.py")["us"]}
    for label, runtime in (("MicroPython 64-bit", "micropython"), ("MicroPython 32-bit", "micropython32")):
        said = script("xml_menu.py", runtime, "400k")
        rates[label] = said["us"]
    ours = rates["MicroPython 64-bit"]["ours"]
    ratio = rates["CPython"]["ours"] / ours
    row = {"name": "Menu of 30 items (%d bytes), MicroPython 64-bit: objects per second" % said["bytes"], "unit": ""}
    row["values"] = {"ours": round(_SECOND / ours)}
    row["values"]["32-bit"] = round(_SECOND / rates["MicroPython 32-bit"]["ours"])
    row["values"]["ours on CPython"] = round(_SECOND / rates["CPython"]["ours"])
    for name in ("xml.etree", "minidom"):
        row["values"][name + " on CPython"] = round(_SECOND / rates["CPython"][name])
    row["targets"] = [
        {"text": "1/%d of ours on CPython" % _SHARE, "reached": ratio >= 1 / _SHARE, "value": ratio},
        {"text": "100 objects a second", "reached": _SECOND / ours >= 100, "value": ""},
    ]
    row["note"] = _NOTE
    heap = said["heap"]
    other = {"name": "Heap of an object, MicroPython 32-bit: menu of 30 items", "unit": " B"}
    other["values"] = {"ours": heap.pop("menu of 30"), **heap}
    other["targets"] = [
        {"text": "at most %d B" % _MENU, "reached": other["values"]["ours"] <= _MENU, "value": other["values"]["ours"]}
    ]
    print("  ", row["values"], other["values"], flush=True)
    return [row, other]
