"""Runs after boot.py on a board: picks the firmware, starts it. One of the files that the board compiles by itself, so
it stays short; and that no update replaces.
"""

import os

import choose

slot, trial = choose.choose("/phone")
if slot:
    os.chdir("/phone/slots/" + slot)  # the first place where modules are looked for
del choose
try:
    from dialtone import prelude

    prelude.prepare()
    del prelude
    from dialtone import board

    board.run(trial)
except Exception as error:
    if not slot:
        raise
    import sys

    import machine

    sys.print_exception(error)

    machine.reset()  # the next start counts, or falls back
