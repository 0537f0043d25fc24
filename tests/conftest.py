"""CPython's side of the suite: MicroPython's names, folders and the seed, and an end to tests that hang."""

import faulthandler
import gc
import importlib.util
import os
import pathlib
import random
import shutil
import sys
import tempfile

import pytest

if importlib.util.find_spec("dialtone_shims"):
    import dialtone_shims  # noqa: F401 - importing it installs MicroPython's names

_NODE = pathlib.Path(__file__).parent.parent / "build/bin/playwright-node"
if _NODE.exists():  # finds the libraries of Playwright's node where the machine has none
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(_NODE))

_UNIT_SECONDS = 60  # the same patience as tools/unit.py has with a module on MicroPython
_hang_log = [None]


def pytest_configure(config):
    """Give `support` its folder and seed when nobody else has, and keep a stderr that capturing cannot take away."""
    _hang_log[0] = os.fdopen(os.dup(sys.__stderr__.fileno()), "w")
    os.environ.setdefault("DIALTONE_SEED", str(random.randrange(1 << 29)))
    if "DIALTONE_TMP" not in os.environ:
        os.environ["DIALTONE_TMP"] = folder = tempfile.mkdtemp(prefix="dialtone-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_finish():
    """Keep what is there before the first test out of collections: a test that calls ``gc.collect`` waited 30 ms."""
    gc.collect()
    gc.freeze()


def pytest_report_header():
    """Print the seed, so that a failure can be replayed."""
    return "DIALTONE_SEED=" + os.environ["DIALTONE_SEED"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """End the whole process with all stacks printed when a unit test hangs: nothing gentler ends a blocked read."""
    if "unit" not in item.path.parts:
        return (yield)
    seconds = _UNIT_SECONDS * (10 if os.environ.get("DIALTONE_LONG") else 1)
    faulthandler.dump_traceback_later(seconds, exit=True, file=_hang_log[0])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
