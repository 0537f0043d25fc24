"""What CPython gets so that it runs the firmware: see host/shims/cpython."""

import importlib.machinery
import sys

import dialtone_shims  # noqa: F401
from dialtone.config import rowtext


def test_modules_of_the_table_are_read_from_a_file_once(monkeypatch):
    module = "dialtone.config.table.keys"
    first = rowtext.read(module)
    assert module not in sys.modules and len(first) > 3
    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", None)
    assert rowtext.read(module) == first and module not in sys.modules
