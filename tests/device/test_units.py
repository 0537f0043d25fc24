"""The unit tests on a real board: `make device PORT=/dev/ttyUSB0`, ARGS="-k http_url" for one of them.

Their compiled files are mounted over the serial line, so nothing on the board changes but a folder that is removed
again. Without a port all of it is skipped, and `make test` does not come here.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import unit  # noqa: E402  the path above comes first

PORT = os.environ.get("DIALTONE_PORT", "")
SECONDS = 600  # of one module: its code comes over a line of 11 KB a second
_FOLDER = "/unit-tests"
_ONLY_ON_A_PC = {
    "test_a_full_disk_keeps_the_old_file",  # it makes the disk full with /dev/full
    "test_heap_growth_of_a_long_download",  # longer than a board's flash
}
_PLAYED = {"test_update_system", "test_romslot"}  # modules with a flash of their own, in place of the board's
_FILES = ("build/fonts/*", "tests/unit/lcd_goldens.txt")  # that tests open by their place in the checkout
_PROGRAM = """\
import os, sys
def clear(path):
    for entry in os.ilistdir(path):
        below = path + "/" + entry[0]
        clear(below) if entry[1] == 0x4000 else os.remove(below)
    os.rmdir(path)
try:
    clear(%(folder)r)
except OSError:
    pass
os.mkdir(%(folder)r)
sys.path[:0] = ["/remote/device", "/remote/firmware", "/remote/tests"]
os.chdir("/remote/device")
import environment
environment.values.update(DIALTONE_TMP=%(folder)r, DIALTONE_SEED=%(seed)r)
import run_module
try:
    run_module.main(%(module)r, %(tests)r)
finally:
    clear(%(folder)r)
"""

pytestmark = pytest.mark.skipif(not PORT, reason="no board: make device PORT=...")


def mpremote(*words):
    command = [sys.executable, "-m", "mpremote", "connect", PORT, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def heap():
    """Compiles what the tests need; how many bytes of heap the board has."""
    problems = unit._compile(["board"])
    assert not problems, problems[0].failures
    target = unit.MPY / "device"
    target.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "tests/device/shims").glob("*.py"):
        (target / path.name).write_text(path.read_text())
    for path in [path for pattern in _FILES for path in ROOT.glob(pattern)]:
        place = target / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    code, said = mpremote("exec", "import gc; gc.collect(); print('heap', gc.mem_free() + gc.mem_alloc())")
    assert code == 0, said
    return int(said.split()[-1])


@pytest.mark.parametrize("name", sorted(path.stem for path in unit.UNIT.glob("test_*.py") if path.stem not in _PLAYED))
def test_module(heap, name):
    module = unit.Module(unit.UNIT / (name + ".py"))
    if module.heap and unit._bytes(module.heap) > heap:
        pytest.skip("it needs %s of heap, the board has %d bytes: %s" % (module.heap, heap, module.reason))
    tests = [test for test in module.tests if test not in _ONLY_ON_A_PC]
    values = {"folder": _FOLDER, "seed": os.environ["DIALTONE_SEED"], "module": name, "tests": tests}
    code, said = mpremote("mount", unit.MPY, "exec", _PROGRAM % values)
    counts = next((line for line in reversed(said.splitlines()) if line.startswith("{")), "{}")
    found = json.loads(counts)
    assert found.get("failed") == 0 and found.get("passed") == len(tests) and not code, said[-4000:]
