"""What `make test` leaves to the seed, so that it ends within ten minutes; `make test-long` takes all."""

import os
import random


def drawn(name, choices, count=1):
    """``count`` of ``choices``, drawn by the seed for the test ``name``; all of them in the exhaustive form."""
    if os.environ.get("DIALTONE_LONG"):
        return list(choices)
    return random.Random(os.environ["DIALTONE_SEED"] + name).sample(list(choices), min(count, len(choices)))
