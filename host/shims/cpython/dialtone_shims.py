"""Importing this module lets CPython run the firmware: it adds the names that MicroPython has and CPython lacks.

Put this folder in front of ``sys.path`` (then ``micropython``, ``machine`` and ``tls`` are found beside this file) and
import this module before any firmware module; ``micropython`` imports it too, as nearly every firmware module does.
Only names that CPython does not have are added, nothing of its own is changed. Two finders of modules are added, too.
"""

import asyncio
import functools
import gc
import importlib.machinery
import importlib.util
import os
import sys
import time
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))
_TICKS_PERIOD = 1 << 62  # MicroPython's 64-bit ports wrap here; differences below half of it are exact

# firmware module -> file of this folder that takes its place
_OVERLAYS = {"dialtone.net.seam": "cpython_seam.py", "dialtone.net.datagram": "cpython_datagram.py"}


class _OverlayFinder:
    """Finds the few firmware modules that have a CPython edition (see ``_OVERLAYS``)."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        file_name = _OVERLAYS.get(name)
        return file_name and importlib.util.spec_from_file_location(name, os.path.join(_HERE, file_name))


class _TableFinder:
    """Keeps the rows of the parameter table, whose modules are forgotten after each look: here is memory for them."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "dialtone.config.rowtext":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if not spec or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None  # a slot's file may change
        spec.loader = _Remembering(name, spec.origin)
        return spec


class _Remembering(importlib.machinery.SourceFileLoader):
    """Loads ``rowtext``, whose ``read`` depends on the module's name alone."""

    def exec_module(self, module):
        super().exec_module(module)
        module.read = functools.cache(module.read)


def _ticks_ms():
    return time.monotonic_ns() // 1_000_000


def _ticks_us():
    return time.monotonic_ns() // 1_000


def _ticks_add(ticks, delta):
    return (ticks + delta) % _TICKS_PERIOD


def _ticks_diff(end, start):
    half = _TICKS_PERIOD // 2
    return (end - start + half) % _TICKS_PERIOD - half


def _sleep_ms(milliseconds):
    return asyncio.sleep(milliseconds / 1000)


def _print_exception(error, file=None):
    traceback.print_exception(error, file=file or sys.stderr)


def _add(module, **names):
    for name, value in names.items():
        if not hasattr(module, name):
            setattr(module, name, value)


def _install():
    _add(
        time,
        ticks_ms=_ticks_ms,
        ticks_us=_ticks_us,
        ticks_cpu=_ticks_us,
        ticks_add=_ticks_add,
        ticks_diff=_ticks_diff,
        sleep_ms=lambda milliseconds: time.sleep(milliseconds / 1000),
    )
    _add(asyncio, sleep_ms=_sleep_ms, wait_for_ms=lambda task, ms: asyncio.wait_for(task, ms / 1000))
    _add(gc, mem_free=lambda: -1, mem_alloc=lambda: -1, threshold=lambda amount=-1: None)
    _add(sys, print_exception=_print_exception)
    if _OverlayFinder not in sys.meta_path:
        sys.meta_path[:0] = [_OverlayFinder, _TableFinder]
        if [entry for entry in sys.path if entry.endswith(".romfs")]:
            import slot_importer

            slot_importer.install()


_install()
