"""tools/shrink.py and tools/names.py: shorter names must never change what a program does."""

import subprocess
import sys
from pathlib import Path

import names
import shrink

ROOT = Path(__file__).resolve().parents[2]


def _run(sources):
    """The output of a program of several modules, in their order."""
    program = ["import sys, types"]
    for name, text in sources.items():
        program.append("m = sys.modules[%r] = types.ModuleType(%r)" % (name, name))
        program.append("exec(%r, m.__dict__)" % text)
    done = subprocess.run([sys.executable, "-c", "\n".join(program)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout


BASE = """
class Base:
    def __init__(self, value):
        self._value = value
        self.shown = value

    def _double(self):
        return self._value * 2

    def total(self, extra, times=1):
        return self._double() + extra * times
"""
CHILD = """
from base import Base


def _helper(amount, step):
    return amount + step


class Child(Base):
    def __init__(self, value):
        super().__init__(value)
        self._other = _helper(value, 1)

    def _double(self):
        return self._other * 10

    def look(self, name):
        return getattr(self, "_other"), hasattr(self, "_value"), name
"""
MAIN = "from child import Child; c = Child(4); print(c.total(1, times=3), c.look('x'), c.shown)"


def test_programs_do_the_same_afterwards():
    sources = {"base": BASE, "child": CHILD, "main": MAIN}
    short = shrink.shrink(sources)
    assert short["base"] != BASE and "_double" not in short["base"]
    assert _run(sources) == _run(short) == "53 (5, True, 'x') 4\n"


def test_inherited_attributes_share_one_mapping():
    short = shrink.shrink({"base": BASE, "child": CHILD})
    double = [line.split("def ")[1].split("(")[0] for line in short["base"].splitlines() if "def _" in line][1]
    assert "def %s(self)" % double in short["child"]


def test_names_that_texts_or_keywords_mention_stay():
    text = 'def f(_kept=1, times=2):\n    return "%s" % _kept\n\n\n'
    text += 'def g(value):\n    return f(_kept=value, times=3), "_word"\n\n\n_word = 1\n'
    short = shrink.shrink({"m": text})["m"]
    assert "_kept" in short and "times" in short and "_word = 1" in short and "def g(value)" not in short


def test_foreign_private_names_stay():
    short = shrink.shrink({"m": "def f(socket):\n    return socket._foreign\n"})["m"]
    assert "._foreign" in short


def test_lines_stay_where_they_are():
    for path in (ROOT / "firmware/dialtone").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert shrink.shrink({path.stem: text})[path.stem].count("\n") == text.count("\n"), path


def test_the_names_module_holds_every_identifier_of_what_most_phones_load():
    from host.compile import compile_firmware

    image = compile_firmware()
    known = set(names.identifiers((image / "dialtone/names.mpy").read_bytes()))
    for path in (image / "dialtone").rglob("*.mpy"):
        seldom = path.relative_to(image).as_posix().startswith(names._SELDOM)
        if path.name not in ("names.mpy", "board.mpy", "prelude.mpy") and not seldom:
            missing = set(names.identifiers(path.read_bytes())) - known
            assert not missing, (path, missing)
