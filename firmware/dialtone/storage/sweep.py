"""Clears away what an interrupted write left behind. Runs once at start."""

import os

from micropython import const

_FOLDER = const(0x4000)  # S_IFDIR of st_mode; MicroPython reports it on every file system
_DEPTH = const(3)  # folders below the root: ours have one level


def sweep(folder, ending, depth=_DEPTH):
    """Removes all files below ``folder`` whose names have that ``ending``; returns how many."""
    count = 0
    try:
        names = os.listdir(folder)
    except OSError:
        return 0
    for name in names:
        path = folder + "/" + name
        try:
            if os.stat(path)[0] & _FOLDER:
                count += sweep(path, ending, depth - 1) if depth else 0
            elif name.endswith(ending):
                os.remove(path)
                count += 1
        except OSError:
            pass  # it went away by itself, or stays as it is
    return count
