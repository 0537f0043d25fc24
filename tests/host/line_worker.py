"""The loop of a worker that answers lines on stdin, on any interpreter."""

import sys


def serve(answer):
    """Prints ``answer(line)`` for each line until stdin ends."""
    while True:
        line = sys.stdin.readline()
        if not line:
            break
        print(answer(line))
