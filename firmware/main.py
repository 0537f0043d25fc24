"""Runs after boot.py on a board: picks the firmware, starts it. One of the files that the board compiles by itself, so
it stays short; and that no update replaces.
"""

import gc
import sys

slot = ""


def enter():
    """In a frame of its own, like ``prepare``: what is left in this file's would keep all of choose.py in the heap."""
    global slot, trial
    import choose

    slot, trial = choose.choose("/phone")
    if slot:
        choose.enter(choose.path("/phone", slot))
    del sys.modules["choose"]
    if trial:  # new firmware that hangs before it has a watchdog of its own: joining the network takes 75 s at most
        import machine

        machine.WDT(timeout=240000)


def prepare():
    from dialtone import prelude

    prelude.prepare()


try:
    enter()
    gc.collect()  # what comes now stays, and belongs at the low end of the heap
    prepare()
    del enter, prepare
    from dialtone import board

    board.run(trial)
except Exception as error:
    if not slot:
        raise
    import machine

    sys.print_exception(error)

    machine.reset()  # the next start counts, or falls back
