"""Runs after boot.py on a board: picks the firmware, starts it. One of the files that the board compiles by itself, so
it stays short; and that no update replaces.
"""

import gc
import sys

import choose

slot, trial = choose.choose("/phone")
try:
    if slot:
        choose.enter(choose.path("/phone", slot))
    del choose, sys.modules["choose"]
    gc.collect()  # what comes now stays, and belongs at the low end of the heap
    from dialtone import prelude

    prelude.prepare()
    del prelude
    from dialtone import board

    board.run(trial)
except Exception as error:
    if not slot:
        raise
    import machine

    sys.print_exception(error)

    machine.reset()  # the next start counts, or falls back
