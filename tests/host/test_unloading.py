"""What a page loads, the faces' idle timer can forget: a module that stays behind is heap that a small phone lacks."""

import ast
from pathlib import Path

from dialtone.config.store import ON_DEMAND
from dialtone.platform import _MESSAGE, _SHARED
from dialtone.webui import faces

FIRMWARE = Path(faces.__file__).parents[2]
# What forgets itself: whoever loads these says so there
ELSEWHERE = {
    "dialtone.lcd.page",  # of a message on the display; the panel drops it
    "dialtone.provisioning.trusted",  # the page that loads it
    "dialtone.server.streaming",  # and these
    "dialtone.update.incoming",
    "dialtone.startup",
    "dialtone.around",
    "dialtone.changes",
    "dialtone.refresh",
    "dialtone.resync",
    "dialtone.softkeys",
    "dialtone.keys",
    "dialtone.settings",
}


def imports(name, deep):
    """The modules that ``name`` imports: at its top, and with ``deep`` inside functions, too."""
    path = FIRMWARE.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree) if deep else tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dialtone"):
            for alias in node.names:
                inner = "%s.%s" % (node.module, alias.name)
                found.add(inner if is_module(inner) else node.module)
    return found


def is_module(name):
    path = FIRMWARE.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def closure(names, deep):
    seen = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += imports(name, deep)
    return seen


def test_nothing_that_a_page_imports_stays_behind():
    tops = "phone platform webui.faces server.service net.listener server.access net.tls"
    resident = closure(["dialtone." + name for name in tops.split()], False)
    resident |= {"dialtone.version"}  # five lines that each start leaves
    dropped = set(faces._LOGIN + faces._PAGES + faces._FRAME + faces._SERVER + faces._RARE)
    dropped |= set(ON_DEMAND + _SHARED + _MESSAGE)
    pages = [name for name in faces._PAGES + faces._FRAME if is_module(name)]
    left = {}
    for page in pages:
        for name in closure([page], False) | imports(page, True):
            if name not in resident | dropped | ELSEWHERE:
                left.setdefault(name, []).append(page)
    assert not left, left


def test_the_check_sees_what_stays():
    assert "dialtone.x509.skim" in imports("dialtone.webui.trusting", False)
    assert "dialtone.storage.defaults" in imports("dialtone.webui.reset", True)
