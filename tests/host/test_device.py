"""The tests of tests/device/, which a real board runs with `make device`: some of them on an emulated one."""

import os
import subprocess
import sys

from emulated_board import ROOT, EmulatedBoard
from host.firmtool import flashfs

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/device"]


def run(port, *words):
    environment = dict(os.environ, DIALTONE_PORT=port)
    return subprocess.run(
        [*PYTEST, *words], capture_output=True, text=True, timeout=120, cwd=ROOT, env=environment
    ).stdout


def test_units_run_on_a_board_over_its_serial_line(tmp_path):
    flash = tmp_path / "flash.bin"
    files = {"/main.py": b"print('main')\n"}
    flash.write_bytes(flashfs.build(files, 1 << 20))
    board = EmulatedBoard(flash, binary=True)
    try:
        said = run(board.port, "-k", "http_url or storage_files or test_platform")
    finally:
        board.close()
    assert "3 passed" in said and "failed" not in said, said
    assert flashfs.read(flash.read_bytes()) == files, "nothing is left on the board"


def test_without_a_port_they_are_skipped():
    said = run("", "-k", "http_url")
    assert "1 skipped" in said and "passed" not in said, said
