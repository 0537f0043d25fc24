"""Updates on the file system of a board: MicroPython's own littlefs, in memory, on both word lengths."""

import json
import os
import random
import subprocess

import pytest
from host.firmtool import payload
from host.places import ROOT

RUNTIMES = ("micropython", "micropython32")


def worker(runtime, *arguments, heap):
    path = ":".join(str(ROOT / folder) for folder in ("tests/unit", "host/shims/micropython", "firmware"))
    seed = os.environ.get("DIALTONE_SEED") or str(random.randrange(1 << 29))
    script = str(ROOT / "tests/host/slot_flash_worker.py")
    command = [str(ROOT / "build/bin" / runtime), "-X", "heapsize=" + heap, script]
    environment = dict(os.environ, MICROPYPATH=path + ":.frozen")
    done = subprocess.run(
        [*command, *map(str, arguments), seed], capture_output=True, text=True, env=environment, timeout=500
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_stock_board_has_room_for_one_update_after_the_other():
    """An image as large as ours, three times, on the flash of a 4 MB board."""
    there, needs = payload.flash("ESP32_GENERIC", 360_000)
    rows = worker("micropython", there, 360_000, "whole", heap="10m")
    for row in rows:
        assert row["erased"] <= row["blocks"] * 1.2 + 20, "each block is written once: %r" % rows
    left = there - sum(size for _, size in needs)
    assert rows[-1]["free"] >= left, (rows, left)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_power_cut_at_any_write_to_flash(runtime):
    """Old or new, and the next try comes to an end."""
    # A flash of 512 KB each time, in one piece, between dead ones that MicroPython takes for alive
    found = worker(runtime, 512 * 1024, 60_000, 0 if os.environ.get("DIALTONE_LONG") else 12, heap="16m")
    assert found["calls"] > 100 and found["old"] + found["new"] == found["cuts"] and found["old"], found
