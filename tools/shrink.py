"""Shortens identifiers before the firmware is compiled for a board, whose heap keeps each of them for good.

MicroPython holds every identifier that a loaded .mpy mentions in tables that double when they are full, and each .mpy
file repeats those that it mentions. So what only the firmware itself knows gets a short name, and two of them share one
wherever that cannot be noticed: when no module mentions both, and none that mentions the one inherits a class from one
that mentions the other. Then no scope and no object has both.

What is seen from outside keeps its name: what the interpreters define themselves (an object of theirs may stand in for
one of ours), modules, errors, keywords of calls, words that a text consists of, what the plain files of a board and
board.py mention, and all of a module that looks names up at run time.

Modules move as well: ``dialtone.net.stream`` is ``qx`` on a board, from the file ``d/qx.mpy``, since each name of a
module is written into every file that imports it, and the path of its file stays in the heap, too. They belong to no
package: it would keep a second name of each. prelude.py lets MicroPython look into the folder. Not moved are those that
a plain file imports, that look at their own ``__file__``, or whose name the firmware puts together: write such names in
full.
"""

import ast
import builtins
import io
import json
import keyword
import re
import symtable
import tokenize
import zlib
from itertools import chain, product
from pathlib import Path

# Beside the shortened trees, for host/tracebacks.py: new module -> {short name: long name, "": old name of the module}
TABLE = "names.json"
FOLDER = "d"  # of the modules that move
_TAKEN = ("gc", "io", "os", "re", "js")  # names of MicroPython's own modules
_AS_THEY_ARE = ("boot", "main")  # a board compiles them itself
_PLAIN = (*_AS_THEY_ARE, "dialtone.board")  # they talk to a board's own modules: whatever they mention stays
# Names that every MicroPython has in its table, so that a .mpy refers to them by number (qstrs of mpy format 6.3).
# Those that the firmware never mentions are the shortest there are. Left out: what the compiler treats in its own way.
_NUMBERED = """
    all any append args bool bytearray bytes callable chr classmethod clear close copy count dict dir divmod end
    endswith extend find format from_bytes get hash id index insert int isalpha isdigit islower isspace issubclass
    isupper items iter join key keys len list little lower lstrip map next object open ord pop popitem pow range
    read readinto readline remove replace repr reverse rfind rindex round rsplit rstrip self send sep set setdefault
    sort sorted split start startswith staticmethod step stop str strip sum throw to_bytes tuple type update upper
    value values write zip ArithmeticError AssertionError AttributeError BaseException EOFError Ellipsis
    GeneratorExit ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError NameError NoneType
    NotImplementedError OverflowError RuntimeError StopIteration SyntaxError SystemExit TypeError ZeroDivisionError
""".split()
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORD = re.compile(r"[A-Za-z_]\w*")
_BUILT_IN = re.compile(rb"(?<=\0)[A-Za-z_]\w*(?=\0)")
_LOOKS_UP = ("getattr", "setattr", "hasattr", "delattr")
# What a board's own modules have besides (MicroPython's documentation of machine, network, esp32 and espnow; the
# display driver of micropython-lib), and those of cryptolib and of a file system: a linker may keep one as the end of
# another text.
_BOARDS = """
    aes decrypt encrypt
    chdir getcwd ilistdir ioctl mount open readinto seek stat umount
    I2C IN OPEN_DRAIN OUT PULL_UP Pin SSD1306_I2C height rotate scl sda show ssd1306 value width
    AP_IF LAN STA_IF STAT_BEACON_TIMEOUT STAT_HANDSHAKE_TIMEOUT STAT_NO_AP_FOUND STAT_WRONG_PASSWORD WLAN
    active ap_if blockdev_erase config connect datetime deinit disable disconnect duty feed freq get_next_update
    hostname idf_heap_info idle ifconfig info init irq isconnected lightsleep mark_app_valid_cancel_rollback memory off
    on phy reset rssi scan set_boot state status timeout toggle unique_id
"""
_INTERPRETERS = "build/root-micropython*/usr/bin/micropython"


def _foreign():
    """Names of what is not ours: what CPython's modules and objects have, and all that MicroPython was built with."""
    import array
    import asyncio
    import binascii
    import collections
    import errno
    import gc
    import hashlib
    import math
    import os
    import random
    import select
    import socket
    import ssl
    import struct
    import sys
    import time

    modules = [array, asyncio, binascii, builtins, collections, errno, gc, hashlib, io, json, math, os, random, select]
    kinds = [socket.socket, ssl.SSLSocket, ssl.SSLContext, asyncio.Task, asyncio.Event, asyncio.Lock, select.poll]
    kinds += [io.BufferedRandom, io.TextIOWrapper, io.BytesIO, array.array, collections.deque, type(hashlib.sha256())]
    kinds += [value for value in vars(builtins).values() if isinstance(value, type)]
    kinds += [type(_foreign), type(name for name in ())]
    names = set(_BOARDS.split()) | set(keyword.kwlist) | {"const"}
    for binary in Path(__file__).resolve().parent.parent.glob(_INTERPRETERS):
        names |= {name.decode() for name in _BUILT_IN.findall(binary.read_bytes())}
    return names.union(*[dir(thing) for thing in [*modules, socket, ssl, struct, sys, time, *kinds]])


class _Module:
    """One source file: the words it mentions, and how."""

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.words = set(_WORD.findall(text))
        self.defined = set()  # by this module: functions, classes, parameters, variables, attributes
        self.seen = set()  # outside of its functions' own variables
        self.keep = set()
        self.spelled = set()  # keywords of calls and words of f-strings: they stay even where they are local variables
        self.folded = set()  # constants that the compiler puts in and forgets, because of their underscore
        self.parents = set()  # modules from which its classes inherit
        self.imported = {}  # local name -> (module, full name) of what it stands for
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        for node in nodes:
            self._look(node)
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._inherit(node)
        self._scopes()
        looks_up = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") in _LOOKS_UP]
        if [call for call in looks_up if not isinstance(call.args[1], ast.Constant)] or name in _PLAIN:
            self.keep |= self.seen

    def _look(self, node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.defined.add(node.name)
        elif isinstance(node, ast.arg):
            self.defined.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.defined.add(node.id)
        elif isinstance(node, ast.Assign) and getattr(getattr(node.value, "func", None), "id", "") == "const":
            self.folded |= {name.id for name in node.targets if name.id[0] == "_"}
        elif isinstance(node, ast.Attribute):
            self.seen.add(node.attr)
            if isinstance(node.ctx, ast.Store):
                self.defined.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            self.spelled.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.keep.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            self.spelled |= set(_WORD.findall(ast.unparse(node)))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node)

    def _import(self, node):
        base = getattr(node, "module", None)
        for alias in node.names:
            full = base + "." + alias.name if base else alias.name
            self.seen |= set(full.split(".")) | {alias.asname or alias.name.split(".")[0]}
            if alias.asname:
                self.defined.add(alias.asname)
            self.imported[alias.asname or alias.name] = (base or full, full)

    def _inherit(self, node):
        for base in node.bases:
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self.parents |= set(self.imported.get(base.id, ()))
        if node.name.endswith("Error"):
            self.keep.add(node.name)

    def _scopes(self):
        """Which words are a variable of a function wherever they stand."""
        tables = [symtable.symtable(self.text, self.name, "exec")]
        self.parameters = set()
        while tables:
            table = tables.pop()
            tables += table.get_children()
            for symbol in table.get_symbols():
                if table.get_type() == "function" and not symbol.is_global():
                    if symbol.is_parameter():
                        self.parameters.add(symbol.get_name())
                else:
                    self.seen.add(symbol.get_name())


def _moved(modules):
    """Module name -> its new name, for those that move. The name hangs on the old one alone, so that a new module does
    not move all others."""
    texts = set().union(*[module.keep for module in modules.values()])
    parts = tuple([text for text in texts if text.endswith(".") and any(name.startswith(text) for name in modules)])
    stay = {name for name in modules if "." not in name or name.startswith(parts)}
    for name, module in modules.items():
        if "__file__" in module.words:
            stay.add(name)
        if name in _AS_THEY_ARE:
            stay |= set(chain(*module.imported.values()))
    pairs = ["".join(pair) for pair in product(_LETTERS[:26], repeat=2)]
    free = dict.fromkeys([pair for pair in pairs if not keyword.iskeyword(pair) and pair not in _TAKEN])
    moved = {}
    for name in sorted(set(modules) - stay):
        at = zlib.crc32(name.encode()) % len(pairs)
        stem = next(pair for pair in pairs[at:] + pairs[:at] if pair in free)
        del free[stem]
        moved[name] = stem
    return moved


def _outside(modules, moved):
    """Names that must stay in all modules."""
    keep = _foreign().union(*[module.keep for module in modules.values()])
    for name, module in modules.items():
        if name not in moved:
            keep |= set(name.split("."))
        for local, (base, full) in module.imported.items():
            if full in moved:
                module.defined.add(local)
            elif base not in modules and full not in modules:  # what foreign modules have
                keep |= {local, full.rpartition(".")[2]}
    defined = set().union(*[module.defined for module in modules.values()])
    return keep | (set().union(*[module.words for module in modules.values()]) - defined)


def _symbols(modules, moved):
    """(word, modules) for each identifier that can be renamed in these modules, and only together."""
    spelled = set().union(*[module.spelled for module in modules.values()]) | set(keyword.kwlist)
    keep = _outside(modules, moved) | spelled
    group = _groups(modules)
    symbols = []
    everywhere = {}
    for name, module in modules.items():
        for word in module.words - spelled - module.folded:
            if word not in module.seen:
                if word in module.parameters:  # variables that are no parameters have no name in a .mpy
                    symbols.append((word, {name}))
            elif word not in keep:
                everywhere.setdefault(word, set()).add(name)
    for word, names in everywhere.items():
        defining = {group[name] for name in names if word in modules[name].defined}
        if word[0] == "_" and word[:2] != "__" and names <= set().union(*defining):
            symbols += [(word, names & members) for members in defining]  # private: each module has its own
        elif word[:2] != "__":
            symbols.append((word, names))
    return symbols, group


def shorten(sources):
    """``sources``: module name -> text. Returns module name -> {long name: short name}."""
    modules = {name: _Module(name, text) for name, text in sources.items()}
    return _shorten(modules, _moved(modules))


def _shorten(modules, moved):
    symbols, group = _symbols(modules, moved)
    words = set().union(*[module.words for module in modules.values()])
    numbered = [name for name in _NUMBERED if name not in words]
    taken = {name: set().union(*[modules[member].words for member in group[name]]) for name in modules}
    mappings = {name: {} for name in modules}
    # Those that most modules mention come first and get the shortest; the order depends on the sources alone
    for word, names in sorted(symbols, key=lambda pair: (-len(pair[1]), -len(pair[0]), pair[0], sorted(pair[1]))):
        around = set().union(*[group[name] for name in names])
        if word in _NUMBERED:
            continue
        for short in chain(numbered, _short_names()):
            if len(short) >= len(word) and short not in numbered:
                break
            if not any(short in taken[name] for name in around):
                for name in around:
                    taken[name].add(short)
                for name in names:
                    mappings[name][word] = short
                break
    return mappings


_NEVER = set(keyword.kwlist) | set(dir(builtins))


def _short_names():
    longer = map("".join, chain(product(_LETTERS, repeat=2), product(_LETTERS, repeat=3)))
    return chain(_LETTERS, (name for name in longer if name not in _NEVER))


def shrink(sources):
    """``sources``: module name -> text. Returns the same by their new names with short names."""
    return {place: text for place, text, _ in _shrunk(sources).values()}


def _shrunk(sources):
    """Module name -> (its new name, its new text, {long name: short name})."""
    modules = {name: _Module(name, text) for name, text in sources.items()}
    moved = _moved(modules)
    mappings = _shorten(modules, moved)
    made = {}
    for name, text in sources.items():
        made[name] = moved.get(name, name), _rewrite(text, mappings[name], moved), mappings[name]
    return made


def _groups(modules):
    """Module name -> frozenset of those that are connected with it by inheritance."""
    group = {name: {name} for name in modules}
    for name, module in modules.items():
        for parent in module.parents & set(modules):
            joined = group[name] | group[parent]
            for member in joined:
                group[member] = joined
    return {name: frozenset(members) for name, members in group.items()}


def _rewrite(text, mapping, moved):
    """The text with names and modules replaced."""
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    edits = []  # (row, first column, row, column behind the last, new text), columns in bytes
    for node in ast.walk(ast.parse(text)):
        new = None
        if isinstance(node, ast.ImportFrom):
            new = _import_from(node, mapping, moved)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in moved:
            new = repr(moved[node.value])
        if new:
            edits.append((node.lineno - 1, node.col_offset, node.end_lineno - 1, node.end_col_offset, new))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        new = mapping.get(token.string) if token.type == tokenize.NAME else None
        if new:
            row, start = token.start[0] - 1, len(token.line[: token.start[1]].encode())
            place = row, start, row, start + len(token.string.encode()), new
            if not any((one[0], one[1]) <= place[:2] and place[2:4] <= (one[2], one[3]) for one in edits):
                edits.append(place)
    for first, start, last, end, new in sorted(edits, reverse=True):
        lines[first : last + 1] = [lines[first][:start] + new.encode() + lines[last][end:]]
    return b"".join(lines).decode()


def _import_from(node, mapping, moved):
    """The statement in terms of new modules and names; None when nothing in it has moved."""
    found = {}
    for alias in node.names:
        module, name = node.module, alias.name
        local = mapping.get(alias.asname or name, alias.asname or name)
        whole = moved.get(module + "." + name)
        if whole:
            module, name = "", whole
        else:
            module, name = moved.get(module, module), mapping.get(name, name)
        found.setdefault(module, []).append(name if name == local else name + " as " + local)
    if list(found) == [node.module]:
        return None
    made = [("from %s import " % module if module else "import ") + ", ".join(names) for module, names in found.items()]
    return "; ".join(made)


def _has_code(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return bool(body[1:] if body and isinstance(body[0], ast.Expr) else body)


def module_of(path):
    """The name of the module in a file, relative to its tree."""
    parts = Path(path).with_suffix("").parts
    return parts[1] if parts[0] == FOLDER else ".".join(parts)


def shrink_trees(trees, target):
    """``trees``: name -> (folder, pattern). Writes ``target/name/...`` where it differs; removes what has no source."""
    paths = {}
    for tree, (folder, pattern) in trees.items():
        for path in sorted(Path(folder).glob(pattern)):
            if path.name == "manifest.py" or path.name == "__init__.py" and not _has_code(path):
                continue  # MicroPython takes a folder for a package, and a module less is a name less
            paths[Path(tree) / path.relative_to(folder)] = path
    sources = {}
    for made in paths:
        parts = made.with_suffix("").parts[1:]
        sources[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = made
    shrunk = _shrunk({name: paths[made].read_text(encoding="utf-8") for name, made in sources.items()})
    target = Path(target)
    made, table = {}, {}
    for name, (place, text, mapping) in shrunk.items():
        if name in _AS_THEY_ARE:
            continue
        path = sources[name] if place == name else Path(sources[name].parts[0], FOLDER, place + ".py")
        made[path] = text
        table[place] = {short: long for long, short in mapping.items()} | {"": name}
    for old in target.rglob("*.py"):
        if old.relative_to(target) not in made:
            old.unlink()
    for path, text in made.items():
        _write(target / path, text)
    _write(target / TABLE, json.dumps(table, indent=0, sort_keys=True))


def _write(path, text):
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
