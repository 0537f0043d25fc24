"""The image that simulators share: made once, and anew when a source or a product is another."""

import os

import pytest

from host import compile


class Made(Exception):
    pass


@pytest.fixture
def made(monkeypatch):
    compile.compile_firmware()
    import shrink

    def raises(*_):
        raise Made

    monkeypatch.setattr(shrink, "shrink_trees", raises)


def test_nothing_is_done_for_the_same_sources(made):
    assert compile.compile_firmware() == compile.IMAGE / "firmware"


def test_a_source_that_was_touched_is_looked_at(made):
    path = compile.ROOT / "firmware" / "dialtone" / "version.py"
    before = path.stat()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))
    try:
        with pytest.raises(Made):
            compile.compile_firmware()
    finally:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_product_that_is_missing_is_made(made):
    path = compile.IMAGE / "firmware" / "dialtone" / "names.mpy"
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        with pytest.raises(Made):
            compile.compile_firmware()
    finally:
        aside.rename(path)
    assert compile.compile_firmware() == compile.IMAGE / "firmware"
