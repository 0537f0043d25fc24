"""One row of the parameter table, as text and as an object. Pages of keys have no room for ``parameters``."""

import sys
from collections import namedtuple

SECRET = "S"
TRUST = "T"
FILE_ONLY = "F"
NO_XML = "X"

MASK = "********"  # shown for a secret; given back it means "keep the present one"

Row = namedtuple(
    "Row", ("name", "kind", "default", "domain", "effect", "flags", "short", "field", "label", "help", "section")
)


def read(module):
    """The rows of a section as strings. The module is forgotten at once: they go when their reader is done."""
    texts = __import__(module, None, None, ("ROWS",)).ROWS
    del sys.modules[module]
    package, _, name = module.rpartition(".")
    if package in sys.modules:  # on a board it has none, see tools/shrink.py
        delattr(sys.modules[package], name)
    return texts


def row(section, text):
    """The Row of one string of the table."""
    parts = text.split("|")
    if not parts[7]:
        parts[7] = parts[0].replace(" ", "_")
    return Row(*parts, section)
