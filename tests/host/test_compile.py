"""The image that simulators share: made once, and anew when a source or a product is another."""

import os
import shutil

import pytest

from host import compile


@pytest.fixture
def made(monkeypatch, tmp_path):
    """A copy of the sources and of the image, for others use the real ones at this moment; and no compiler."""
    compile.compile_firmware()
    for name in ("firmware", "host", "tools"):
        shutil.copytree(compile.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(compile.IMAGE, tmp_path / "image")
    monkeypatch.setattr(compile, "ROOT", tmp_path)
    monkeypatch.setattr(compile, "IMAGE", tmp_path / "image")
    monkeypatch.setattr(compile, "_STAMP", tmp_path / "image" / ".stamp")
    compile._STAMP.write_text(compile._sources() + compile._products(), encoding="utf-8")
    return tmp_path


def test_nothing_is_done_for_the_same_sources(made):
    assert compile.compile_firmware() == made / "image" / "firmware"
    assert not (made / "build").exists()


@pytest.mark.parametrize("name", ["firmware/dialtone/version.py", "host/shims/sim_main.py", "tools/shrink.py"])
def test_a_source_or_a_maker_that_was_touched_is_looked_at(made, name):
    before = (made / name).stat()
    os.utime(made / name, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))
    assert not compile._is_made()


def test_a_product_that_is_missing_is_made(made):
    (made / "image" / "firmware" / "dialtone" / "names.mpy").unlink()
    assert not compile._is_made()


def test_a_product_of_other_makers_is_made_anew(tmp_path, monkeypatch):
    """By a mpy.py of another time, and for a source that an older one has replaced."""
    import mpy

    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "one.py").write_text("VALUE = 1\n")
    compiled = []
    one = mpy._compile_one
    monkeypatch.setattr(mpy, "_compile_one", lambda *job: compiled.append(job) or one(*job))
    makers = shutil.copy2(mpy.__file__, tmp_path / "mpy.py")
    monkeypatch.setattr(mpy, "__file__", makers)
    for expected in (1, 1):
        assert not mpy.compile_tree(source, target) and len(compiled) == expected
    os.utime(makers, ns=(0, os.stat(makers).st_mtime_ns - 1000))
    assert not mpy.compile_tree(source, target) and len(compiled) == 2
    os.utime(source / "one.py", (0, 1_000_000))
    for expected in (3, 3):
        assert not mpy.compile_tree(source, target) and len(compiled) == expected
