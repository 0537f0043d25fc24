"""The rules of docs/architecture.md that a machine can see, checked over every firmware module."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
# Ground is what every floor may import; phone, startup and report compose (floor 5); platform is given to them.
FLOORS = {"http": 1, "config": 1, "tls": 1, "x509": 1, "xml": 1, "net": 2, "storage": 2}
FLOORS |= {"server": 3, "client": 3, "provisioning": 3, "update": 3, "scripts": 3, "identity": 3, "webui": 4, "lcd": 4}
FLOORS |= dict.fromkeys(
    (
        "phone",
        "startup",
        "downloads",
        "authorities",
        "alarm",
        "around",
        "changes",
        "importing",
        "localtime",
        "refresh",
        "resync",
        "schedule",
        "report",
        "keys",
        "softkeys",
        "actions",
        "settings",
        "polling",
        "platform",
        "prelude",
        "board",
        "timekeeping",
    ),
    5,
)
FLOORS |= dict.fromkeys(("display", "keypad", "leds", "button"), 5)  # what board.py finds on its board
FLOORS |= dict.fromkeys(("joining", "setup", "tending"), 5)  # ... and does before the phone is there
GROUND = {"errors", "log", "text", "version", "crypto"}
# Floor 1: tls may use x509. Floor 3 packages see each other through objects, or by the imports that are named here.
NEIGHBOURS = {("tls", "x509"), ("server", "scripts"), ("provisioning", "update")}
MODULE_LINES = 300
FUNCTION_LINES = 40


def modules():
    for path in sorted(FIRMWARE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def part(path):
    parts = path.relative_to(FIRMWARE).with_suffix("").parts
    return parts[1] if parts[0] == "dialtone" and len(parts) > 1 else ""


def imported(tree):
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "dialtone" else ["dialtone." + a.name for a in node.names]
        for name in names:
            if name.startswith("dialtone."):
                yield node.lineno, name.split(".")[1]


def test_imports_go_down():
    wrong = []
    for path, tree in modules():
        here = part(path)
        if here not in FLOORS and here not in GROUND:
            continue
        for line, there in imported(tree):
            mine, other = FLOORS.get(here, 0), FLOORS.get(there, 0)
            sideways = mine == other and here != there and mine in (1, 3) and (here, there) not in NEIGHBOURS
            if other > mine or sideways:
                wrong.append("%s:%d: %s (floor %d) imports %s (floor %d)" % (path, line, here, mine, there, other))
    assert not wrong, "\n".join(wrong)


def test_modules_and_functions_are_short():
    wrong = []
    for path, tree in modules():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > MODULE_LINES and "lines because" not in (ast.get_docstring(tree) or ""):
            wrong.append("%s: %d lines and no reason in its docstring" % (path, lines))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LINES:
                    wrong.append("%s:%d: %s has %d lines" % (path, node.lineno, node.name, size))
    assert not wrong, "\n".join(wrong)


def test_differences_between_targets_live_in_the_shims():
    for path, _ in modules():
        if path.parts[-2:] == ("net", "seam.py"):
            continue  # the socket seam, which the shims replace
        text = path.read_text(encoding="utf-8")
        assert "sys.implementation" not in text and "sys.platform" not in text, path


def test_only_the_supervisor_creates_tasks():
    for path, _ in modules():
        if path.name != "supervisor.py":
            assert "create_task(" not in path.read_text(encoding="utf-8"), path


def test_no_bare_except_and_no_mutable_module_state():
    wrong = []
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                wrong.append("%s:%d: bare except" % (path, node.lineno))
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else ()
            mutable = targets and isinstance(node.value, (ast.List, ast.Dict, ast.Set))
            if mutable and not isinstance(targets[0], ast.Tuple):
                name = getattr(targets[0], "id", "")
                if not name.isupper():  # upper case is a table by convention, and nobody writes to it
                    wrong.append("%s:%d: module-level state %s" % (path, node.lineno, name))
            if isinstance(node, ast.Global):
                wrong.append("%s:%d: global" % (path, node.lineno))
    assert not wrong, "\n".join(wrong)


def test_every_public_function_says_what_it_is():
    wrong = []
    for path, tree in modules():
        if not ast.get_docstring(tree):
            wrong.append("%s: no docstring" % path)
    assert not wrong, "\n".join(wrong)


def defined(tree):
    """The names that a module has when it is loaded."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def test_what_is_imported_from_the_firmware_is_there():
    """Most imports stand inside functions: one that is wrong would wait for its day."""
    wrong = []
    known = {path: defined(tree) for path, tree in modules()}
    for path, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("dialtone"):
                continue
            place = FIRMWARE.joinpath(*node.module.split("."))
            for alias in node.names:
                if (place / (alias.name + ".py")).exists() or (place / alias.name).is_dir():
                    continue
                module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
                if alias.name not in known.get(module, ()) and (node.module, alias.name) != ("dialtone", "names"):
                    wrong.append("%s:%d: %s has no %s" % (path, node.lineno, node.module, alias.name))
    assert not wrong, "\n".join(wrong)
