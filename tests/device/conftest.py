"""A board that does not answer is told once, not by each test."""

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

import deploy  # noqa: E402  the path above comes first

PORT = os.environ.get("DIALTONE_PORT", "")


@pytest.fixture(scope="session", autouse=True)
def board():
    if PORT:
        try:
            deploy.wait_for_prompt(PORT)
        except deploy.DeployError as error:
            pytest.exit("make device: %s" % error, 1)
