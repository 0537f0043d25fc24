"""Where things are in the checkout, and how the PC side imports modules of the firmware."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
SHIMS = ROOT / "host" / "shims"
MPY = ROOT / "build" / "mpy"
FONTS = ROOT / "build" / "fonts"  # of the phone's pixel display; made by set-up


def allow_firmware_imports():
    """Lets this process import ``dialtone``: puts the firmware and the names it needs behind our own modules."""
    for folder in (str(SHIMS / "cpython"), str(FIRMWARE)):
        if folder not in sys.path:
            sys.path.append(folder)


def default_state(runtime):
    """The state folder of a simulator that was started without ``--state``."""
    return ROOT / "build" / ("sim-" + runtime)
