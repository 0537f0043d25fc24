"""tools/shrink.py and tools/names.py: shorter names must never change what a program does."""

import json
import subprocess
import sys
from pathlib import Path

import names
import shrink
from host.tracebacks import Tracebacks

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
    sources = {"base": BASE, "child": CHILD, "top": MAIN}
    short = shrink.shrink(sources)
    assert short["base"] != BASE and "_double" not in short["base"] and "shown" not in short["top"]
    assert _run(sources) == _run(short) == "53 (5, True, 'x') 4\n"


def test_inherited_attributes_are_shared_with_the_base():
    short = shrink.shrink({"base": BASE, "child": CHILD})
    double = shrink.shorten({"base": BASE, "child": CHILD})["base"]["_double"]
    assert "def %s(" % double in short["base"] and "def %s(" % double in short["child"]


def test_names_that_texts_or_keywords_mention_stay():
    text = 'def f(_kept=1, times=2):\n    return "%s" % _kept\n\n\n'
    text += 'def g(value):\n    return f(_kept=value, times=3), "_word"\n\n\n_word = 1\n'
    short = shrink.shrink({"m": text})["m"]
    assert "_kept" in short and "times" in short and "_word = 1" in short and "def g(value)" not in short


def test_foreign_names_stay():
    text = "from socket import socket as made\n\n\nclass C:\n    def recv(self, made, wanted):\n"
    text += "        self.wanted = made.recv(wanted)\n        made._foreign = wanted.other\n"
    short = shrink.shrink({"m": text})["m"]
    assert "from socket import socket as " in short and ".recv(" in short and "def recv(" in short
    assert ".other" in short and "wanted" not in short


def test_a_constant_keeps_the_underscore_that_lets_it_vanish():
    text = "_SIZE = const(5)\n_other = 5\n"
    assert "_SIZE = const(5)" in shrink.shrink({"m": text})["m"]


def test_two_names_share_one_only_where_no_module_and_no_class_has_both():
    table = shrink.shorten(_firmware())
    modules = {name: shrink._Module(name, text) for name, text in _firmware().items()}
    for name, mapping in table.items():
        assert len(set(mapping.values())) == len(mapping), name
        clash = set(mapping.values()) & modules[name].words
        assert not clash, (name, clash)
        for parent in modules[name].parents & set(modules):
            words = set(mapping) & modules[parent].seen & modules[name].seen
            assert all(table[parent].get(word, word) == mapping[word] for word in words), (name, parent)


def test_what_an_interpreter_has_keeps_its_name():
    """An object of MicroPython may stand where one of ours stands."""
    text = "class C:\n    def %s(self):\n        self.mine = 1\n"
    for name in ("readinto", "queue_read", "ticks_ms", "isconnected", "popitem", "sleep_ms"):
        short = shrink.shrink({"m": text % name})["m"]
        assert "def %s(" % name in short and "mine" not in short


def _firmware():
    sources = {}
    for path in (ROOT / "firmware").rglob("*.py"):
        sources[".".join(path.relative_to(ROOT / "firmware").with_suffix("").parts)] = path.read_text(encoding="utf-8")
    return sources


def test_tracebacks_have_the_long_names_again():
    tracebacks = Tracebacks({"dialtone.net.stream": {"ab": "write_now", "c": "entry"}})
    lines = ["Traceback:", '  File "dialtone.net.stream", line 1, in ab', "AttributeError: no attribute 'c'", "in 'c'"]
    assert [tracebacks.line(line) for line in lines] == [
        "Traceback:",
        '  File "dialtone.net.stream", line 1, in write_now',
        "AttributeError: no attribute 'entry'",
        "in 'c'",
    ]


def test_tracebacks_of_an_image_find_its_table(tmp_path):
    from host.compile import IMAGE, compile_firmware

    compile_firmware()
    code = "from dialtone.http.message import check_host\ncheck_host(b' ')"
    table = json.loads((ROOT / "build/short/names.json").read_text())["dialtone.http.message"]
    short = {long: name for name, long in table.items()}.get("check_host", "check_host")
    command = [ROOT / "build/bin/micropython", "-c", code.replace("check_host", short)]
    environment = {"MICROPYPATH": "%s:.frozen" % (IMAGE / "firmware"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, env=environment)
    tracebacks = Tracebacks()
    said = [tracebacks.line(line) for line in done.stderr.splitlines()]
    assert any(line.endswith("in check_host") for line in said) and "Bad Host" in done.stderr, done.stderr


def test_lines_stay_where_they_are():
    sources = _firmware()
    for name, text in shrink.shrink(sources).items():
        assert [line.strip() == "" for line in text.split("\n")] == [
            line.strip() == "" for line in sources[name].split("\n")
        ], name


def test_the_names_module_holds_every_identifier_of_what_most_phones_load():
    from host.compile import compile_firmware

    image = compile_firmware()
    known = set(names.identifiers((image / "dialtone/names.mpy").read_bytes()))
    for path in (image / "dialtone").rglob("*.mpy"):
        seldom = path.relative_to(image).as_posix().startswith(names._SELDOM)
        if path.name not in ("names.mpy", "board.mpy", "prelude.mpy") and not seldom:
            missing = set(names.identifiers(path.read_bytes())) - known
            assert not missing, (path, missing)
