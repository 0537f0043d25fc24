"""Lets CPython run firmware from a slot's file: an importer for such an entry of ``sys.path``.

It reads with the boot code itself, ``firmware/choose.py`` and ``slotfs.py``. ``open`` and ``os.stat`` of a module in a
slot know the files beside it, as they do under MicroPython, where the slot is mounted.
"""

import functools
import importlib.abc
import importlib.util
import io
import os
import sys

_ENDING = ".romfs"
_FIRMWARE = os.path.join(os.path.dirname(__file__), "..", "..", "..", "firmware")


class SlotFinder(importlib.abc.PathEntryFinder):
    """What ``sys.path_hooks`` calls for each entry: ImportError for what lies in no slot."""

    def __init__(self, entry):
        root, mark, folder = entry.partition(_ENDING)
        if not mark:
            raise ImportError(entry)
        self._root = root + mark
        self._folder = folder

    def find_spec(self, fullname, target=None):
        """Looks for a package or a module, in Python source."""
        base = self._folder + "/" + fullname.rpartition(".")[2]
        for name in (base + "/__init__.py", base + ".py"):
            if _there(self._root, name):
                loader = _Loader(self._root, name)
                spec = importlib.util.spec_from_file_location(fullname, self._root + name, loader=loader)
                if name != base + ".py":
                    spec.submodule_search_locations = [self._root + base]
                return spec
        return None


class _Loader(importlib.abc.SourceLoader):
    def __init__(self, root, name):
        self._root = root
        self._name = name

    def get_filename(self, fullname):
        return self._root + self._name

    def get_data(self, path):
        with open(self._root, "rb") as file:  # its ``stat`` knows no sources: no board has them
            slot = _slot(self._root)
            size = slot._find(path[len(self._root) :])
            file.seek(slot._at)
            return file.read(size)

    def path_stats(self, path):
        raise OSError(path)  # there is no place beside it for compiled code

    def exec_module(self, module):
        module.open = self._open
        super().exec_module(module)
        if getattr(module, "os", None) is os:
            module.os = _Os(self._root)

    def _open(self, path, mode="r", *more, **options):
        if not str(path).startswith(self._root + "/"):
            return open(path, mode, *more, **options)
        _slot(self._root).open(path[len(self._root) :]).close()  # raises what it should when there is none
        data = io.BytesIO(self.get_data(path))
        return data if "b" in mode else io.TextIOWrapper(data, "utf-8")


class _Os:
    """The module ``os``, but for ``stat`` of what is in the slot ``root``."""

    def __init__(self, root):
        self._root = root

    def __getattr__(self, name):
        return getattr(os, name)

    def stat(self, path):
        if str(path).startswith(self._root + "/"):
            return _slot(self._root).stat(path[len(self._root) :])
        return os.stat(path)


@functools.cache
def _slot(path):
    for name in ("slotfs", "choose"):
        spec = importlib.util.spec_from_file_location(name, os.path.join(_FIRMWARE, name + ".py"))
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules["choose"].look(path)


def _there(root, name):
    return _slot(root)._find(name) >= 0


def install():
    """For a process whose ``sys.path`` names a slot's file: it has asked other importers about that by now."""
    sys.path_hooks.insert(0, SlotFinder)
    sys.path_importer_cache.clear()
