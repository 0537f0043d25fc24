"""The tests of tests/device/, which a real board runs with `make device`: some of them on an emulated one."""

import os
import subprocess
import sys

from emulated_board import ROOT, EmulatedBoard

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/device"]


def run(port, *words):
    environment = dict(os.environ, DIALTONE_PORT=port)
    return subprocess.run(
        [*PYTEST, *words], capture_output=True, text=True, timeout=120, cwd=ROOT, env=environment
    ).stdout


def test_units_run_on_a_board_over_its_serial_line(tmp_path):
    board = EmulatedBoard(tmp_path / "flash", binary=True)
    (tmp_path / "flash/main.py").write_text("print('main')\n")
    try:
        said = run(board.port, "-k", "http_url or storage_files")
    finally:
        board.close()
    assert "2 passed" in said and "failed" not in said, said
    assert [path.name for path in (tmp_path / "flash").iterdir()] == ["main.py"], "nothing is left on the board"


def test_without_a_port_they_are_skipped():
    said = run("", "-k", "http_url")
    assert "1 skipped" in said and "passed" not in said, said
