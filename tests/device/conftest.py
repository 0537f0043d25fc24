"""A board that does not answer is told once, not by each test."""

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

import board_link  # noqa: E402  the path above comes first

PORT = os.environ.get("DIALTONE_PORT", "")


@pytest.fixture(scope="session", autouse=True)
def board():
    if PORT:
        try:
            board_link.wait_for_prompt(PORT)
        except board_link.DeployError as error:
            pytest.exit("make device: %s" % error, 1)
