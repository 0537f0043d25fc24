"""Short runs of `make fuzz` (HTTP and XML have theirs beside their oracles), and inputs that once broke something."""

import os
import random
import subprocess

import fuzz
import old_worker
import pytest
from fuzz import ROOT

INPUTS = 600
LONG_INPUTS = 50000
MORE_INPUTS = {"old_messages": 10000, "old_wire": 10000}  # nobody else's code has tried these parsers
NAMES = [name for name in fuzz.TARGETS if name not in ("http", "xml")]

# target, input: what broke it is named behind it
KEPT = (
    ("push", b"L1.0\xc2\xb2"),  # a superscript is a digit to CPython's str, but no number
    ("push", b"L ,,0.0.0.0/00256"),  # the first three digits were taken for the length of the network
    ("script", b'<AastraIPPhoneTextScreen Timeout="\xc2\xb2"><SoftKey index="0017"><Label>x</Label></SoftKey>'
     b"</AastraIPPhoneTextScreen>"),  # the first three digits of an index were looked at, all were taken
    ("config", b"softkey\xc2\xb2 type: xml\n"),
)  # fmt: skip


def seed():
    value = int(os.environ.get("DIALTONE_SEED") or random.randrange(1 << 29))
    print(f"DIALTONE_SEED={value}")
    return value


@pytest.mark.parametrize("name", NAMES)
def test_hostile_input(name):
    assert not fuzz.run(name, MORE_INPUTS.get(name, INPUTS), seed())


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_hostile_input_long(name):
    assert not fuzz.run(name, LONG_INPUTS, seed())


@pytest.mark.parametrize(("name", "data"), KEPT)
def test_what_once_broke_holds(name, data):
    for number in range(20):
        assert fuzz.problems_of(name, data, random.Random(number)) == []


def beside_cpython(target, count):
    """Hostile servers of the old methods on a MicroPython: no other errors, and each byte as on CPython."""
    lot = random.Random(seed())
    lines = []
    for _ in range(count // 2):
        lines.append("m " + fuzz.old_messages_input(lot).hex())
        lines.append("w " + fuzz.old_wire_input(lot).hex())
    expected = [old_worker.answer(line) for line in lines]
    said = {line.partition("|")[0] for line in expected}
    assert "" in said and len(said) > 8, "some go well, and the others fail in many ways"
    path = ":".join(os.path.join(ROOT, folder) for folder in ("firmware", "tools", "tests/unit"))
    done = subprocess.run(
        [os.path.join(ROOT, "build/bin", target), "-X", "heapsize=1m", os.path.join(ROOT, "tests/host/old_worker.py")],
        input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, timeout=1200, check=True,
        env=dict(os.environ, MICROPYPATH=path + ":.frozen"),
    )  # fmt: skip
    for line, ours, theirs in zip(lines, expected, done.stdout.splitlines(), strict=True):
        assert ours == theirs, line


@pytest.mark.parametrize("target", ["micropython", "micropython32"])
def test_hostile_servers_of_the_old_methods_beside_cpython(target):
    beside_cpython(target, 1000)


@pytest.mark.long
@pytest.mark.parametrize("target", ["micropython", "micropython32"])
def test_hostile_servers_of_the_old_methods_beside_cpython_long(target):
    beside_cpython(target, 50000)


def test_a_broken_parser_is_found(monkeypatch):
    """The fuzzer itself: a parser that fails is reported with its input."""
    monkeypatch.setitem(fuzz.TARGETS, "pem", (fuzz.pem_input, lambda lot, data: [][: len(data) % 7 or 1 // 0]))
    found = fuzz.run("pem", 200, 1)
    assert found and all(len(data) % 7 == 0 and "ZeroDivisionError" in said[0] for data, said in found.items())
