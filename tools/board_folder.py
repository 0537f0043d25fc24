"""Check the files of every board folder: `tools/board_folder.py [BOARD]...`.

What MicroPython's build and the flash tool would otherwise find out much later: partitions that do not add up, files
that a manifest or a CMake file names and nobody wrote, pins that are not there or named twice.
"""

import json
import re
import sys
from pathlib import Path

import boards

from host.firmtool import partitions

FILES = (
    "board.json",
    "board.toml",
    "manifest.py",
    "mpconfigboard.cmake",
    "mpconfigboard.h",
    "pins.csv",
    "sdkconfig.board",
)
_JSON = {"deploy", "deploy_options", "docs", "features", "images", "mcu", "product", "thumbnail", "url", "vendor"}
_OWN = re.compile(r"\$\{MICROPY_BOARD_DIR\}/([\w./-]+)")
_CSV = re.compile(r"set\(DIALTONE_PARTITIONS ([\w.-]+)\)")
_FLASH = re.compile(r"^CONFIG_ESPTOOLPY_FLASHSIZE_(\d+)MB=y$", re.M)
_MB = 1 << 20


def manifest(path):
    """(Python files, assets) that the manifest at ``path`` and those that it includes name, as Paths.

    ``include`` of what the port brings and ``require`` are left to MicroPython's build.
    """
    files, assets = [], []

    def read(path):
        folder = path.parent

        def include(name):
            if not name.startswith("$("):
                read((folder / name).resolve())

        def module(name, base_path=".", **options):
            files.append((folder / base_path / name).resolve())

        def package(name, files, base_path=".", **options):
            for each in files:
                module(name + "/" + each, base_path)

        names = {"include": include, "module": module, "package": package, "metadata": _nothing, "require": _nothing}
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
        assets.extend((folder / name).resolve() for name in names.get("ASSETS", ()))

    read(Path(path).resolve())
    return files, assets


def _nothing(*words, **options):
    pass


def problems(board, root=boards.ROOT):
    """What is wrong with a board's folder, as sentences; [] when nothing is."""
    folder = root / "boards" / board
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        return ["%s is missing" % name for name in missing]
    try:
        boards.settings(board, root / "boards")
        variants = boards.variants(board, root / "boards")
        kinds = {name: boards.hardware(board, name, root / "boards") for name in (None, *variants)}
    except boards.BoardError as error:
        return [str(error)]
    found = _json(folder, kinds[None], variants)
    found += _manifests(folder, root)
    found += _pins(folder, kinds[None].chip)
    for variant, hardware in kinds.items():
        found += _cmake(folder, variant, hardware)
    return found + _leftovers(folder, kinds)


def _json(folder, hardware, variants):
    try:
        fields = json.loads((folder / "board.json").read_text(encoding="utf-8"))
    except ValueError as error:
        return ["board.json is not JSON: %s" % error]
    found = ["board.json lacks %s" % name for name in sorted(_JSON - set(fields))]
    if fields.get("mcu") != hardware.chip:
        found.append("board.json says mcu %s, board.toml chip %s" % (fields.get("mcu"), hardware.chip))
    if int(fields.get("deploy_options", {}).get("flash_offset", "-1"), 0) != hardware.image_offset:
        found.append("board.json's flash_offset is not board.toml's image_offset")
    if sorted(fields.get("variants", {})) != variants:
        found.append("board.json and board.toml do not name the same variants")
    return found


def _manifests(folder, root):
    """The phone's files: the folder's manifest lists each one, and no other."""
    found = []
    firmware = root / "firmware"
    there = {path.resolve() for path in firmware.rglob("*.py")} - {(firmware / "manifest.py").resolve()}
    for path in sorted(folder.glob("manifest*.py")):
        files, assets = manifest(path)
        for each in [*files, *assets]:
            if not each.is_file():
                found.append("%s names %s, which is not there" % (path.name, each.name))
        if len(files) != len(set(files)):
            found.append("%s names a file twice" % path.name)
        lacking = sorted(there - set(files)) if path.name == "manifest.py" else ()
        found += ["%s does not name %s" % (path.name, each.relative_to(root.resolve())) for each in lacking]
    return found


def _pins(folder, chip):
    """pins.csv: names that are there once, for pins that the chip has and that are there once."""
    found, names, pins = [], set(), set()
    known = boards.CHIPS[chip]
    for number, line in enumerate((folder / "pins.csv").read_text(encoding="utf-8").splitlines(), 1):
        match = re.fullmatch(r"([A-Z][A-Z0-9_]*),GPIO(\d+)", line)
        if not match:
            found.append("pins.csv line %d is no NAME,GPIOn" % number)
            continue
        name, pin = match.group(1), int(match.group(2))
        if name in names or pin in pins:
            found.append("pins.csv line %d: %s is there twice" % (number, name if name in names else "GPIO%d" % pin))
        if pin not in known["pins"] | known["console"]:
            found.append("pins.csv line %d: the chip has no GPIO%d for that" % (number, pin))
        names.add(name)
        pins.add(pin)
    return found


def _cmake(folder, variant, hardware):
    """The CMake file of a variant: what it names exists, and it says of chip and partitions what board.toml says."""
    name = "mpconfigvariant_%s.cmake" % variant if variant else "mpconfigboard.cmake"
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except OSError:
        return ["%s is missing" % name]
    found = []
    for source in (folder / name, *(folder / each for each in _OWN.findall(text) if each.endswith(".cmake"))):
        for each in _OWN.findall(source.read_text(encoding="utf-8")) if source.is_file() else ():
            if not (folder / each).is_file():
                found.append("%s names %s, which is not there" % (source.name, each))
    bare = "#define MICROPY_PY_BLUETOOTH (0)" in (folder / "mpconfigboard.h").read_text(encoding="utf-8")
    if not variant and bare == ("/sdkconfig.ble" in text):
        found.append("%s must have boards/sdkconfig.ble unless mpconfigboard.h leaves Bluetooth out" % name)
    target = re.search(r"set\(IDF_TARGET (\w+)\)", text)
    if not variant and (not target or target.group(1) != hardware.chip):
        found.append("%s must set IDF_TARGET %s" % (name, hardware.chip))
    table = _CSV.search(text)
    try:
        same = table and partitions.read_csv(folder / table.group(1)) == hardware.partitions
    except (OSError, partitions.TableError):
        same = False
    if not same:
        found.append("%s must set DIALTONE_PARTITIONS to board.toml's" % name)
    if any(row.name == "romfs_a" for row in hardware.partitions) != ("/../flashmap.cmake)" in text):
        found.append("%s must include flashmap.cmake when there are slots in partitions, and else not" % name)
    sizes = _FLASH.findall((folder / "sdkconfig.board").read_text(encoding="utf-8"))
    if [int(size) * _MB for size in sizes] != [hardware.flash_bytes]:
        found.append("sdkconfig.board must set the flash size of board.toml, %d MB" % (hardware.flash_bytes // _MB))
    return found


def _leftovers(folder, kinds):
    """Files that nothing names."""
    named = set(FILES) | {"mpconfigvariant_%s.cmake" % name for name in kinds if name}
    for path in [*folder.glob("*.cmake"), folder / "board.toml"]:
        named |= set(re.findall(r"[\w-]+\.(?:py|csv|board)", path.read_text(encoding="utf-8")))
    return ["%s is named nowhere" % path.name for path in sorted(folder.iterdir()) if path.name not in named]


def main(arguments):
    """Check the boards named in ``arguments``, or all; return the exit code."""
    bad = 0
    for board in arguments or boards.names():
        found = problems(board)
        bad += bool(found)
        print("%s: %s" % (board, "good" if not found else ""))
        for each in found:
            print("  " + each)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
