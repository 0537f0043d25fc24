"""Updates: time for each megabyte and heap; from power on to ready; what a board's flash has left."""

import contextlib
import functools
import os
import random
import shutil
import statistics

from bench_download import nginx
from bench_heap import from_files, from_image, from_slot
from bench_load import PEER_HEAP, ROOT, config_server, folder, phone, script

_MB = 1_000_000
_SIZES = (1, 9)  # MB of two images; the difference is what each one more takes
_GROWTH = 8192  # bytes, of the architecture page
_BUILDS = (("micropython32", "400k", "32-bit"), ("micropython", "512k", "64-bit"))
_HEAP = "200k"  # all code stays in it, with its names as they are in the sources
_TIME_NOTE = (
    "All of it: header, signature, each block checked and written, read back, its file system looked through, "
    "one write of the boot record. For each MB: what an image of 9 MB takes above one of 1 MB. The bare loop hashes "
    "blocks, writes, flushes every 32 KB as we do into a file, and reads back. On this computer's disk: a board's "
    "flash takes tens of milliseconds for each 4 KiB, which decides there, and has not been measured."
)
_HEAP_NOTE = (
    "Looked at after a collection at each change of the display; buffers, files and the block that is checked count, "
    "code does not. Above those before: with the client, its connection and its larger buffer, which in 112 KB is half."
)
_READY_NOTE = (
    "From a new process to its ready line: files asked for again, firmware looked for, listeners up. On this computer: "
    "a chip takes longer, and joins its network before. 64-bit and CPython with their launcher."
)


def firmware(options):
    """All rows."""
    return updates(options) + starts(options) + sizes(options)


@contextlib.contextmanager
def _server():
    """nginx with an image of each size; gives (port, folder of the authority, public key of the images as a line)."""
    from host import signing
    from host.firmtool import payload
    from host.images import build_image

    with nginx() as (port, work, _), folder() as own:
        key = signing.new(os.path.join(own, "key.pem"))
        for number, size in enumerate(_SIZES, 1):
            filler = os.path.join(own, "filler")
            with open(filler, "wb") as out:
                out.write(random.Random(number).randbytes(size * _MB))
            made = build_image(payload.romfs({"dialtone/prelude.py": filler}), "9.0.0.%d-SIP" % number, ("57i",), key)
            os.mkdir(os.path.join(work, "%dmb" % size))
            with open(os.path.join(work, "%dmb" % size, "57i.st"), "wb") as out:
                out.write(made)
        yield port, os.path.join(work, "anchors.pem"), signing.public(key).hex() + "\n"


def updates(options):
    """Time for each megabyte in both forms, and the heap."""
    rows = []
    with _server() as (port, anchors, key):
        for runtime, heap, title in _BUILDS:
            seen = {}
            for _ in range(options.rounds):
                for form, label in (("file", "ours"), ("partition", "ours, into a partition")):
                    seen.setdefault(label, []).append(_ours(runtime, heap, port, anchors, key, form, "time"))
                seen.setdefault("bare loop", []).append(_bare(runtime, port, anchors))
            rows.append(_time_row(title, seen))
        for form, title in (("file", "a file"), ("partition", "a partition")):
            found = _ours("micropython32", _HEAP, port, anchors, key, form, "heap")
            rows.append(_heap_row(title, found))
    return rows


def _ours(runtime, heap, port, anchors, key, form, what):
    """The figures of two updates, in a state folder of their own."""
    with folder() as state:
        shutil.copy(anchors, os.path.join(state, "anchors.pem"))
        with open(os.path.join(state, "firmware.keys"), "w", encoding="ascii") as out:
            out.write(key)
        if form == "partition":
            with open(os.path.join(state, "romfs_a"), "wb") as out:
                out.truncate(16 << 20)
        return script("update.py", runtime, heap, "https://localhost:%d/" % port, state, form, what, *_SIZES)


def _bare(runtime, port, anchors):
    with folder() as work:
        path = os.path.join(work, "slot")
        names = ["/%dmb/57i.st" % size for size in _SIZES]
        found = [script("bare_update.py", runtime, PEER_HEAP, port, anchors, name, path, path=()) for name in names]
    return {"seconds": [each["seconds"] for each in found]}


def _time_row(title, seen):
    rounds = {label: [_slope(each["seconds"]) for each in found] for label, found in seen.items()}
    values = {label: round(statistics.median(found), 1) for label, found in rounds.items()}
    values["the first one, whole"] = round(1000 * statistics.median(each["seconds"][0] for each in seen["ours"]), 1)
    print("  update, %s: %s" % (title, values), flush=True)
    name = "Update over HTTPS, MicroPython %s, into a stock board's slot (a file): for each MB" % title
    return {"name": name, "unit": " ms", "values": values, "rounds": rounds, "targets": [], "note": _TIME_NOTE}


def _slope(seconds):
    """Milliseconds for each MB more."""
    return 1000 * (seconds[1] - seconds[0]) / (_SIZES[1] - _SIZES[0])


def _heap_row(title, found):
    growth = found["most"] - found["begun"]
    print("  heap of an update into %s: %d B, %s" % (title, growth, found), flush=True)
    target = {"text": "8 KB or less", "reached": growth <= _GROWTH, "value": growth}
    return {
        "name": "Update, 32-bit, into %s: most live bytes while 9 MB come above those when the first is due" % title,
        "unit": " B",
        "values": {"ours": growth, "above those before the update": found["most"] - found["before"]},
        "targets": [target],
        "note": _HEAP_NOTE,
    }


def starts(options):
    """From the start of a process to its ready line."""
    rows = {}
    with config_server() as source:
        for label, start in _STARTS:
            with folder() as home:
                rows[label] = [_ready_ms(start, home, source) for _ in range(1 + options.rounds)]
            print("  ready, %s: %s" % (label, rows[label]), flush=True)
    values = {label: round(statistics.median(found[1:])) for label, found in rows.items()}
    values = {"ours": values.pop("ours"), **values, "its first start, which makes its key": round(rows["ours"][0])}
    name = "From the start to ready, MicroPython 32-bit, .mpy files in 112 KB: configured, nothing changed"
    row = {"name": name, "unit": " ms", "values": values, "targets": [], "note": _READY_NOTE}
    row["rounds"] = rows
    return [row]


_STARTS = (
    ("ours", from_files),
    ("a slot's file", from_slot),
    ("mapped ROMFS in 80 KB", from_image),
    ("64-bit", functools.partial(phone, "micropython")),
    ("CPython", functools.partial(phone, "cpython")),
)


def _ready_ms(start, home, source):
    with start(home=home, source=source) as it:
        return it.ready_ms


def sizes(options):
    """What an update carries, and what a board has left with two of them."""
    from host.firmtool import payload

    files = payload.board()
    data = payload.romfs(files)
    code = {name: path for name, path in files.items() if name.endswith(".mpy")}
    total = sum(path.stat().st_size for path in code.values())
    packages = {name: size for name, _, size in payload.sizes(code)}
    target = {"text": "160 KB or less", "reached": total <= payload.CODE_BUDGET, "value": total}
    rows = [
        {
            "name": "All .mpy files of a board",
            "unit": " B",
            "values": {"ours": total, **packages},
            "targets": [target],
            "note": "By package, as `make firmware` prints it.",
        }
    ]
    left = {}
    for board in sorted(os.listdir(os.path.join(ROOT, "boards"))):
        if os.path.isdir(os.path.join(ROOT, "boards", board)):
            there, needs = payload.flash(board, len(data))
            left["littlefs of " + board] = there - sum(size for _, size in needs)
            for name, there in payload.rom(board):
                left["a ROMFS partition of " + (name if name == board else board + " " + name)] = there - len(data)
    first = "littlefs of ESP32_GENERIC"
    least = min(left.values())
    row = {"name": "Bytes left in flash beside two firmwares and all that a phone stores: " + first, "unit": " B"}
    row["values"] = {"ours": left.pop(first), **left}
    row["targets"] = [{"text": "0 or more in each", "reached": least >= 0, "value": least}]
    row["note"] = "An application image has a payload of %s B: code, pages, fonts." % format(len(data), ",")
    return [*rows, row]
