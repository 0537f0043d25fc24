"""Runs after boot.py on a board. It stays this short because it is the one file that the board compiles by itself."""

from dialtone import prelude

prelude.prepare()
del prelude
from dialtone import board  # noqa: E402

board.run()
