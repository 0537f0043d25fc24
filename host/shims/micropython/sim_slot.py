"""Starts a simulated phone from a slot's file, as ``main.py`` does on a board. argv: the file.

The boot code is that of the checkout. All else comes from the slot, the simulator's own modules too, whose names were
shortened together with the firmware's.
"""

import gc
import sys


def enter():
    """In a frame of its own: what is left of it in this module's frame would keep all of choose.py in the heap."""
    import choose

    choose.enter(sys.argv[1])
    del sys.modules["choose"]


enter()
del enter
gc.collect()
sys.path[:] = ["", ".frozen"]
import sim_main  # noqa: E402

sim_main.main()  # not while it is imported: MicroPython would keep 4 KB of what lay on its stack before
