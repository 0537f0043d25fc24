"""Configuration files of a PC as the phone would read them: which layer a file is, and what each of its lines says."""

import os
import re

from host.places import allow_firmware_imports

allow_firmware_imports()
import dialtone_shims  # noqa: E402, F401  importing it installs MicroPython's names
from dialtone.config import families  # noqa: E402
from dialtone.config.lexer import Lexer  # noqa: E402
from dialtone.config.store import Store  # noqa: E402

FILE_BYTES = 2 * 1024 * 1024  # the phone takes no longer file (provisioning/run.py)
_MAC = re.compile(r"[0-9A-F]{12}\.cfg", re.IGNORECASE)
_MANY = 1 << 30  # diagnostics: a person at a PC wants all of them


class FileProblem(Exception):
    """A file or folder that cannot be read; the text says why."""


class Line:
    """One row of a file: ``line`` and ``column`` from 1, ``mark`` "-", "!" or "^", ``name`` and ``value`` as read."""

    def __init__(self, line, column, mark, name, value):
        self.line, self.column, self.mark, self.name, self.value = line, column, mark, name, value


class _Sink:
    def __init__(self):
        self.rows, self.problems = [], []

    def row(self, line, column, mark, name, value):
        self.rows.append(Line(line, column, mark, name, value))

    def problem(self, line, column, reason):
        self.problems.append((line, column, reason))


def data(path):
    """The bytes of a file. Raises FileProblem."""
    try:
        with open(path, "rb") as file:
            content = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise FileProblem("%s: %s" % (path, error.strerror)) from None
    if len(content) > FILE_BYTES:
        raise FileProblem("%s: longer than 2 MB, the phone would not take it" % path)
    return content


def lines(content):
    """``(rows, problems)`` of a file's bytes: [Line], [(line, column, reason)]."""
    sink = _Sink()
    lexer = Lexer(sink)
    lexer.feed(content)
    lexer.finish()
    return sink.rows, sink.problems


def expand(paths):
    """The paths, with each folder replaced by its .cfg files in the phone's order. Raises FileProblem."""
    found = []
    for path in paths:
        if os.path.isdir(path):
            inside = sorted(name for name in os.listdir(path) if name.lower().endswith(".cfg"))
            if not inside:
                raise FileProblem("%s: no .cfg file in this folder" % path)
            found += [os.path.join(path, name) for name in inside]
        else:
            found.append(path)
    return sorted(found, key=lambda path: ("aastra", "model", "mac", "local").index(layer_of(path)))


def layer_of(path):
    """The layer that a file fills, by its name: ``aastra.cfg`` or ``startup.cfg``, a MAC address, ``local.cfg``; any
    other name is a model's, as ``57i.cfg``.
    """
    name = os.path.basename(path).lower()
    if name in ("aastra.cfg", "startup.cfg"):
        return "aastra"
    if name == "local.cfg":
        return "local"
    return "mac" if _MAC.fullmatch(name) else "model"


def models_of(paths, default=("57i",)):
    """The phone models that the names of ``paths`` speak of, ``default`` when none does."""
    names = [os.path.basename(path)[:-4].lower() for path in paths]
    return [model for model in families.models() if model.lower() in names] or list(default)


def model_of(paths):
    """The first of them."""
    return models_of(paths)[0]


def of_phone(paths, model, mac=None):
    """Those of the expanded ``paths`` that the phone of this model and MAC address would read (None: any one)."""
    chosen = []
    for path in paths:
        name = os.path.basename(path)[:-4]
        layer = layer_of(path)
        if layer == "mac" and mac and name.upper() != mac:
            continue
        if (
            layer == "model"
            and name.lower() != model.lower()
            and name.lower() in [m.lower() for m in families.models()]
        ):
            continue
        chosen.append(path)
    return chosen


def read_store(paths, model, mac=None):
    """A Store with the files loaded as a phone would, fetched over verified HTTPS. Raises FileProblem, also for two
    files that no one phone would read.
    """
    store = Store(model)
    seen = {}
    draft = store.begin_server(_MANY)
    for path in of_phone(expand(paths), model, mac):
        layer = layer_of(path)
        if layer in seen:
            raise FileProblem("no phone reads both %s and %s: say which with --mac or --model" % (seen[layer], path))
        seen[layer] = path
        draft.layer(layer, os.path.basename(path), True)
        draft.feed(data(path))
    draft.commit()
    return store
