"""The browser of the tests: Chromium with a font, unpacked from Debian's packages or taken from PATH."""

import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import debs

_SECONDS = 120  # the first start of a browser on a cold disk
_NODE_LIBRARIES = ["libatomic1", "libstdc++6"]  # Playwright brings its own node, which needs them
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
# A page with text, style and script: blank pictures and missing fonts show as too few colours
_PROOF = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], headless=True)
    page = browser.new_page(viewport={"width": 320, "height": 200})
    page.set_content("<h1 style='background:#036;color:#fff'>Dialtone</h1><p id=p></p>"
                     "<script>p.textContent = 6 * 7</script>")
    assert page.inner_text("#p") == "42"
    page.screenshot(path=sys.argv[2])
    print(browser.version)
    browser.close()
"""


def set_up(system_apt, packages, root, write_launcher, python):
    """Write the launchers `chromium` and `playwright-node`, prove them with a picture, say what is there.

    `system_apt` is called only when something is missing on the machine. Raises DebError.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    node = _playwright_node(python)
    wanted = [] if found else list(packages)
    if not _runs(node):
        wanted += _NODE_LIBRARIES
    if wanted:
        apt = system_apt()
        apt.unpack(apt.closure(wanted), root, debs.is_not_libc)
    if found:
        write_launcher("chromium", [found])
    else:
        _write_own_launcher(root, write_launcher)
    libraries = [("LD_LIBRARY_PATH", debs.library_path(root))] if wanted else []
    write_launcher("playwright-node", [node], libraries)
    version = _prove(root.parent / "bin", python)
    return f"Chromium {version}, {'from PATH' if found else 'unpacked'}"


def _playwright_node(python):
    program = "import playwright, os; print(os.path.join(os.path.dirname(playwright.__file__), 'driver', 'node'))"
    return subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def _runs(program):
    return subprocess.run([program, "--version"], capture_output=True).returncode == 0


def _write_own_launcher(root, write_launcher):
    program = root / "usr/lib/chromium/chromium"
    if not program.exists():
        raise debs.DebError(f"Debian's chromium holds no {program}: install chromium yourself and run again")
    cache = root.parent / "font-cache"
    cache.mkdir(exist_ok=True)
    (root / "fonts.conf").write_text(_FONTS.format(root=root, cache=cache))
    environment = [
        ("LD_LIBRARY_PATH", debs.library_path(root)),
        ("FONTCONFIG_FILE", root / "fonts.conf"),
        ("CHROME_WRAPPER", root.parent / "bin/chromium"),
    ]
    write_launcher("chromium", [program], environment)


def _prove(folder_of_launchers, python):
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "proof.png"
        done = subprocess.run(
            [str(python), "-c", _PROOF, str(folder_of_launchers / "chromium"), str(picture)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env=dict(os.environ, HOME=folder, PLAYWRIGHT_NODEJS_PATH=str(folder_of_launchers / "playwright-node")),
        )
        if done.returncode or not picture.exists():
            raise debs.DebError(f"Chromium does not take a picture:\n{done.stdout}{done.stderr[-3000:]}")
        width, height = struct.unpack(">II", picture.read_bytes()[16:24])
        if (width, height) != (320, 200) or picture.stat().st_size < 1000:
            raise debs.DebError(f"Chromium took a picture of {width}x{height} in {picture.stat().st_size} bytes")
    return done.stdout.strip()
