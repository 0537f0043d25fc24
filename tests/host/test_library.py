"""What other projects may use: package.json lists all that its parts import, and the page of docs/library.md runs."""

import ast
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request

import pytest
from emulated_board import MICROPYTHON, ROOT, EmulatedBoard
from host.firmtool import flashfs
from test_deploy import free_port

FIRMWARE = ROOT / "firmware"
PARTS = (
    "dialtone.net.listener",
    "dialtone.net.serving",
    "dialtone.net.heap",
    "dialtone.net.supervisor",
    "dialtone.net.table",
    "dialtone.server.service",
    "dialtone.server.access",
    "dialtone.client.http_client",
    "dialtone.config.store",
    "dialtone.platform",
)


def file_of(module):
    path = FIRMWARE / (module.replace(".", "/") + ".py")
    return path if path.exists() else FIRMWARE / module.replace(".", "/") / "__init__.py"


def imported(module):
    """What a module imports, also inside functions; and the parameter tables, which are imported by their names."""
    for node in ast.walk(ast.parse(file_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (node.module + "." + name.name for name in node.names)
        elif isinstance(node, ast.Constant) and str(node.value).startswith("dialtone.config."):
            yield node.value


def needed():
    """All modules that the parts need, with the packages around them."""
    found, waiting = set(), list(PARTS)
    while waiting:
        module = waiting.pop()
        if module and module.partition(".")[0] == "dialtone" and module not in found and file_of(module).exists():
            found.add(module)
            waiting += imported(module)
            waiting.append(module.rpartition(".")[0])
    return found


def package():
    return json.loads((ROOT / "package.json").read_text())


def test_the_package_is_complete():
    wanted = sorted(file_of(module).relative_to(FIRMWARE).as_posix() for module in needed())
    listed = [target for target, source in package()["urls"]]
    assert listed == wanted, "package.json lacks %s and has too much: %s" % (
        sorted(set(wanted) - set(listed)),
        sorted(set(listed) - set(wanted)),
    )
    assert all(source == "firmware/" + target for target, source in package()["urls"])
    assert package()["version"] == re.search(r'metadata\(version="(.+)"\)', (FIRMWARE / "manifest.py").read_text())[1]


def example(port, state):
    text = (ROOT / "docs/library.md").read_text().split("```python\n")[1].split("```")[0]
    for old, new in (("8080", str(port)), ('"/state"', repr(str(state)))):
        assert old in text
        text = text.replace(old, new)
    return text


def check_page(process, port):
    """The program says that it serves and what its own client got; then a client of another kind asks."""
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("200 "):
            break
    assert said[-1:] == ["200 b'<h1>Hello</h1>'\n"], "".join(said)
    with urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=10) as answer:
        assert answer.read() == b"<h1>Hello</h1>" and answer.headers["Server"] == "Aragorn"


def run_example(command, port, **options):
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    try:
        check_page(process, port)
    finally:
        process.kill()
        process.communicate(timeout=10)


@pytest.mark.parametrize("name", ["micropython", "micropython32"])
def test_the_example_runs_from_the_listed_files_alone(tmp_path, name):
    for target, source in package()["urls"]:
        place = tmp_path / "lib" / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, place)
    port = free_port()
    (tmp_path / "page.py").write_text(example(port, tmp_path / "state"))
    path = ":".join(map(str, (tmp_path / "lib", ROOT / "host/shims/micropython", ".frozen")))
    command = [MICROPYTHON.with_name(name), "-X", "heapsize=400k", tmp_path / "page.py"]
    run_example(command, port, env=dict(os.environ, MICROPYPATH=path))


class Site(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.mark.long
def test_mip_installs_it_on_a_board(tmp_path):
    handler = functools.partial(Site, directory=ROOT)
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    flash = tmp_path / "flash.bin"
    flash.write_bytes(flashfs.build({}, 2 << 20))
    board = EmulatedBoard(flash)
    mpremote = [sys.executable, "-m", "mpremote", "connect", board.port]
    try:
        url = "http://127.0.0.1:%d/package.json" % site.server_port
        done = subprocess.run([*mpremote, "mip", "install", url], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        there = flashfs.read(flash.read_bytes())
        assert there == {"/lib/" + target: (ROOT / source).read_bytes() for target, source in package()["urls"]}
        port = free_port()
        (tmp_path / "page.py").write_text(example(port, "/state"))
        run_example([*mpremote, "run", tmp_path / "page.py"], port)
    finally:
        board.close()
        site.shutdown()
        site.server_close()
