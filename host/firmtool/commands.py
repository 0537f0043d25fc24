"""The commands ``dialtone firmware build|inspect|verify|sign`` and ``dialtone keys new|show``."""

import getpass
import os
import sys
from pathlib import Path

from host.places import ROOT

DEFAULT_KEY = "~/.config/dialtone/firmware-key.pem"
_BUILD = """\
Compiles the firmware, puts it into an image for `<model>.st` and signs it: for a board, with your key (`dialtone keys
new`); with --runtime for a simulator, with the demo key, which no board takes."""
_INSPECT = "Tells version, models, keys and content of an image, and checks each block. Whose key it is: verify."
_VERIFY = "Checks an image as a phone does that trusts one key: each block, and the signature. Exit code 1: not good."
_SIGN = "Takes the signature off an image and puts one of another key on it; the payload stays."


def add(commands):
    """Adds both commands to the argument parser's ``commands``."""
    about = "Builds, looks into, checks and signs firmware images (docs/firmware.md)."
    firmware = commands.add_parser(
        "firmware", help="build, look into, check and sign firmware images", description=about
    )
    own = firmware.add_subparsers(dest="what", metavar="WHAT", required=True)
    build = own.add_parser("build", help="build an image of this checkout", description=_BUILD)
    build.add_argument("--kind", choices=("application", "system"), default="application", help="what it is made of")
    build.add_argument("--micropython", metavar="FILE", help="with --kind system: MicroPython's .app-bin for the board")
    build.add_argument("--board", metavar="NAME", help="folder below boards/; its partitions are the budget")
    build.add_argument("--runtime", choices=("cpython", "micropython", "micropython32"), help="for a simulator on that")
    text = "private key of `dialtone keys new` (for a board: %s)" % DEFAULT_KEY
    build.add_argument("--key", metavar="FILE", help=text)
    build.add_argument("--version", metavar="V", help="such as 1.4.0.23-SIP (default: that of the sources)")
    build.add_argument("--oldest", metavar="V", default="", help="the oldest version that may be updated to it")
    build.add_argument("--model", metavar="M[,M]", help="models or boards, * for all (default: 57i,53i, or the board)")
    build.add_argument("--next-key", metavar="FILE", help="the key that phones trust, too, once they run this image")
    build.add_argument("--revoke", action="store_true", help="with --next-key: and no more the one of --key")
    build.add_argument("--anyway", action="store_true", help="although it is too large for the board's partition")
    build.add_argument("--output", metavar="FILE", help="default: build/firmware/57i.st, one file for each model")
    build.set_defaults(run=_run(_build))
    text = "tell what an image says of itself, and what is in it"
    inspect = own.add_parser("inspect", help=text, description=_INSPECT)
    inspect.add_argument("file", metavar="FILE", help="image, such as build/firmware/57i.st")
    inspect.set_defaults(run=_run(_inspect))
    verify = own.add_parser("verify", help="check an image as a phone does that trusts --key", description=_VERIFY)
    verify.add_argument("file", metavar="FILE", help="image, such as build/firmware/57i.st")
    verify.add_argument("--key", metavar="FILE", help="private or public key (default: the simulators' demo key)")
    verify.set_defaults(run=_run(_verify))
    sign = own.add_parser("sign", help="sign an image with another key", description=_SIGN)
    sign.add_argument("file", metavar="FILE", help="image, such as build/firmware/57i.st")
    sign.add_argument("--key", metavar="FILE", required=True, help="private key of `dialtone keys new`")
    sign.add_argument("--output", metavar="FILE", help="default: FILE itself")
    sign.set_defaults(run=_run(_sign))
    _add_keys(commands)


def _add_keys(commands):
    about = "The key that your firmware is signed with: one for all your phones, made once (docs/firmware.md)."
    keys = commands.add_parser("keys", help="make the key that firmware is signed with", description=about)
    own = keys.add_subparsers(dest="what", metavar="WHAT", required=True)
    new = own.add_parser(
        "new",
        help="make a key",
        description="Makes a private key (ECDSA P-256) that only you can read (0600). It never leaves this computer; "
        "phones get its public half. A passphrase is asked for in a terminal; empty is none.",
    )
    new.add_argument("file", nargs="?", default=DEFAULT_KEY, help="default: " + DEFAULT_KEY)
    new.set_defaults(run=_run(_new))
    show = own.add_parser("show", help="print a key's public half, as a phone keeps it")
    show.add_argument("file", nargs="?", default=DEFAULT_KEY, help="default: " + DEFAULT_KEY)
    show.set_defaults(run=_run(_show))


def _run(command):
    """``command`` with its errors told in one line."""

    def run(options):
        from host.compile import CompileError
        from host.firmtool.payload import PayloadError
        from host.images import DialtoneError
        from host.signing import SigningError

        try:
            return command(options) or 0
        except (SigningError, PayloadError, CompileError) as error:
            text = str(error)
        except DialtoneError as error:  # its advice is for who stands before a phone
            text = "%s%s." % (options.file + ": " if "file" in options else "", error.text)
        except OSError as error:
            text = "%s: %s." % (error.filename, error.strerror)
        except (KeyboardInterrupt, EOFError):
            print("\ndialtone %s %s: stopped." % (options.command, options.what), file=sys.stderr)
            return 130
        print("dialtone %s %s: %s" % (options.command, options.what, text), file=sys.stderr)
        return 1

    return run


def passphrase(text="Passphrase of the key: "):
    """From DIALTONE_PASSPHRASE or the terminal: never an argument, which everybody on this computer can read."""
    if "DIALTONE_PASSPHRASE=" in os.environ.get("MAKEFLAGS", ""):
        from host.signing import SigningError

        text = "DIALTONE_PASSPHRASE was an argument of make, which everybody on this computer can read. Leave it out."
        raise SigningError(text)
    if "DIALTONE_PASSPHRASE" in os.environ:
        return os.environ["DIALTONE_PASSPHRASE"].encode()
    return getpass.getpass(text).encode() if sys.stdin.isatty() else b""


def _new(options):
    from host import signing

    secret = passphrase("Passphrase for the new key (empty: none): ")
    if secret and sys.stdin.isatty() and "DIALTONE_PASSPHRASE" not in os.environ:
        if getpass.getpass("Once more: ").encode() != secret:
            raise signing.SigningError("Those were two different ones.")
    key = signing.new(options.file, secret)
    print("%s is your private key%s. Keep a copy: phones take no other." % (
        options.file, "" if secret else ", without a passphrase"
    ))  # fmt: skip
    print("Its public half, as phones keep it: " + signing.public(key).hex())


def _show(options):
    from host import signing

    print(signing.read_public(options.file, passphrase).hex())


def _key(options):
    """The private key to sign with, and whether it is for boards."""
    from host import signing

    for_board = not options.runtime
    if not for_board and not options.key:
        return signing.demo()
    path = Path(options.key or DEFAULT_KEY).expanduser()
    if not path.exists():
        raise signing.SigningError("There is no key %s. Make one with `dialtone keys new`." % path)
    key = signing.load(path, passphrase)
    if for_board and signing.is_demo(signing.public(key)):
        raise signing.SigningError("That is the simulators' demo key: everybody has it. Make one: `dialtone keys new`.")
    return key


def _build(options):
    from host.firmtool import payload

    if options.kind == "system":
        return _build_system(options)
    if not options.runtime:
        options.board = options.board or "ESP32_GENERIC"
    key = _key(options)
    files = {None: payload.board, "cpython": payload.sources}.get(options.runtime, payload.simulated)()
    data = payload.romfs(files, payload.with_version(files, options.version))
    from dialtone.version import VERSION

    from host import images

    abi = images.ABIS[options.runtime] if options.runtime else images.MPY
    models = _models(options.model or "57i,53i")
    version = options.version or VERSION
    made = _signed(options, key, data, version, models, abi, images.image.APPLICATION)
    _report(options, files, data, made)
    _write(options.output, _targets(models), version, made)


def _build_system(options):
    from host import images
    from host.firmtool import payload, system

    if not options.micropython or not options.board or options.runtime:
        raise payload.PayloadError("--kind system needs --micropython FILE and --board NAME.")
    key = _key(options)
    found = system.read(Path(options.micropython).read_bytes())
    system.check_board(found, options.board, options.anyway)
    version = options.version or system.version_of(found)
    models = _models(options.model or options.board)
    made = _signed(options, key, found.data, version, models, images.MPY, images.image.SYSTEM)
    for label, text in system.rows(found):
        print("%-12s %s" % (label, text))
    _write(options.output, _targets(["system-" + name for name in models]), version, made)


def _models(text):
    return [name.strip() for name in text.split(",")]


def _signed(options, key, data, version, models, abi, kind):
    """The image of ``data``, with what the options say of keys and versions."""
    from host import images, signing

    more = {"next_key": signing.read_public(options.next_key, passphrase)} if options.next_key else {}
    if options.revoke and not more:
        raise signing.SigningError("--revoke goes together with --next-key: a phone without a key takes nothing more.")
    return images.build_image(
        data, version, models, key, abi, kind, oldest=options.oldest, revokes=options.revoke, **more
    )


def _write(output, targets, version, made):
    for target in [output] if output else targets:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_bytes(made)
        print("%s  %s  %d bytes" % (target, version, len(made)))


def _targets(models):
    if "*" in models:
        models = ["all"]
    return [os.path.relpath(ROOT / "build" / "firmware" / (name + ".st")) for name in models]


def _report(options, files, data, made):
    """The table of sizes. Raises PayloadError when a partition is too small."""
    from host.firmtool import payload

    print("%-16s %5s %8s" % ("package", "files", "bytes"))
    for name, count, size in payload.sizes(files):
        print("%-16s %5d %8d" % (name, count, size))
    total = {name: path.stat().st_size for name, path in files.items()}
    print("%-16s %5d %8d  payload %d, with head and signature %d" % (
        "all", len(files), sum(total.values()), len(data), len(made)
    ))  # fmt: skip
    if not options.board:
        return
    code = [size for name, size in total.items() if name.endswith(".mpy")]
    text = "%-16s %5d %8d  the architecture page has %d: %+d"
    print(text % ("of it .mpy", len(code), sum(code), payload.CODE_BUDGET, sum(code) - payload.CODE_BUDGET))
    there, needs = payload.flash(options.board, len(data))
    print("\n%-30s %8d" % ("littlefs of " + options.board, there))
    for what, size in needs:
        print("  %-28s %8d" % (what, size))
    left = there - sum(size for _, size in needs)
    print("%-30s %8d" % ("left", left))
    for name, there in payload.rom(options.board):
        print("%-30s %8d  left %d" % ("ROMFS partition of " + name, there, there - len(data)))
        left = min(left, there - len(data))
    if left < 0 and not options.anyway:
        raise payload.PayloadError("It does not fit into the flash of %s." % options.board)


def _inspect(options):
    from host import images, signing
    from host.firmtool import payload, system

    data = Path(options.file).read_bytes()
    header, body = images.parts(data)
    kinds = {images.image.APPLICATION: "application", images.image.SYSTEM: "system"}
    demo = signing.key_id(signing.public(signing.demo()))
    rows = [
        ("kind", kinds[header.kind]),
        ("version", header.version),
        ("from", header.oldest or "any version"),
        ("models", ", ".join(header.models)),
        ("ABI", _abi(header.abi)),
        ("payload", "%d bytes in %d blocks, all as their hashes say" % (header.payload_length, header.blocks)),
        ("signed with", header.signer.hex() + (" (the simulators' demo key)" if header.signer == demo else "")),
        ("next key", header.next_key.hex() or "none"),
        ("revokes", "the key that signed it" if header.revokes else "none"),
    ]
    if header.kind == images.image.SYSTEM:
        rows += system.rows(system.read(body))
    else:
        files = payload.read(body)
        rows.append(("files", "%d, %d bytes" % (len(files), sum(map(len, files.values())))))
    for label, text in rows:
        print("%-12s %s" % (label, text))


def _abi(number):
    from host import images

    if number == images.SOURCES:
        return "Python sources, for simulators on CPython"
    text = "MicroPython .mpy version %d" % (number & 0xFF)
    return text + ", for simulators" if number & images.SIMULATED else text


def _verify(options):
    from host import images, signing

    data = Path(options.file).read_bytes()
    key = signing.read_public(options.key, passphrase) if options.key else signing.public(signing.demo())
    header, _ = images.parts(data)
    if not images.is_signed_by(data, key):
        text = "%s is not signed with that key (%s) but, as it says, with %s."
        if not options.key:
            text = "%s is not signed with the simulators' demo key (%s) but, as it says, with %s: --key FILE."
        raise signing.SigningError(text % (options.file, signing.key_id(key).hex(), header.signer.hex()))
    print("%s is whole, and signed with key %s." % (header.version, signing.key_id(key).hex()))


def _sign(options):
    from host import images, signing

    data = Path(options.file).read_bytes()
    key = signing.load(options.key, passphrase)
    header = images.image.parse_header(data)
    if header.abi == images.MPY and signing.is_demo(signing.public(key)):
        raise signing.SigningError("An image for boards is not signed with the simulators' demo key.")
    made = images.signed_again(data, key)
    target = Path(options.output or options.file)
    fresh = target.with_name(target.name + ".new")
    fresh.write_bytes(made)
    fresh.replace(target)
    print("%s is signed with key %s." % (target, signing.key_id(signing.public(key)).hex()))
