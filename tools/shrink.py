"""Shortens identifiers before the firmware is compiled for a board, whose heap keeps each of them for good.

MicroPython holds every identifier that a loaded .mpy mentions in tables that double when they are full, and each .mpy
file repeats those that it mentions. So what only the firmware itself knows gets a short name, and two of them share one
wherever that cannot be noticed: when no module mentions both, and none that mentions the one inherits a class from one
that mentions the other. Then no scope and no object has both.

What is seen from outside keeps its name: what the interpreters define themselves (an object of theirs may stand in for
one of ours), modules, errors, keywords of calls, words that a text consists of, what the plain files of a board and
board.py mention, and all of a module that looks names up at run time. Lines stay where they are.
"""

import ast
import builtins
import io
import json
import keyword
import re
import symtable
import tokenize
from itertools import chain, product
from pathlib import Path

TABLE = "names.json"  # beside the shortened trees: module -> {short name: long name}, for host/tracebacks.py
# A board carries them as they are, or they talk to its own modules: whatever they mention stays.
_PLAIN = ("boot", "main", "manifest", "dialtone.board")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORD = re.compile(r"[A-Za-z_]\w*")
_BUILT_IN = re.compile(rb"(?<=\0)[A-Za-z_]\w*(?=\0)")
_LOOKS_UP = ("getattr", "setattr", "hasattr", "delattr")
# What a board's own modules have besides (MicroPython's documentation of machine, network, esp32 and espnow; the
# display driver of micropython-lib).
_BOARDS = """
    I2C IN OPEN_DRAIN OUT PULL_UP Pin SSD1306_I2C height rotate scl sda show ssd1306 value width
    active ap_if blockdev_erase config datetime deinit disable duty feed freq get_next_update hostname idle ifconfig
    info init irq isconnected lightsleep mark_app_valid_cancel_rollback memory off on phy reset rssi scan set_boot
    state status timeout toggle unique_id
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
        self._imported = {}
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
            self._imported[alias.asname or alias.name] = (base or full, full)

    def _inherit(self, node):
        for base in node.bases:
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self.parents |= set(self._imported.get(base.id, ()))
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


def _outside(modules):
    """Names that must stay in all modules."""
    keep = _foreign().union(*[module.keep for module in modules.values()])
    for name, module in modules.items():
        keep |= set(name.split("."))
        for local, (base, full) in module._imported.items():
            if base not in modules and full not in modules:  # what foreign modules have
                keep |= {local, full.rpartition(".")[2]}
    defined = set().union(*[module.defined for module in modules.values()])
    return keep | (set().union(*[module.words for module in modules.values()]) - defined)


def _symbols(modules):
    """(word, modules) for each identifier that can be renamed in these modules, and only together."""
    spelled = set().union(*[module.spelled for module in modules.values()]) | set(keyword.kwlist)
    keep = _outside(modules) | spelled
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
    symbols, group = _symbols(modules)
    taken = {name: set().union(*[modules[member].words for member in group[name]]) for name in modules}
    mappings = {name: {} for name in modules}
    # Those that most modules mention come first and get the shortest; the order depends on the sources alone
    for word, names in sorted(symbols, key=lambda pair: (-len(pair[1]), -len(pair[0]), pair[0], sorted(pair[1]))):
        around = set().union(*[group[name] for name in names])
        for short in _short_names():
            if len(short) >= len(word):
                break
            if short not in _NEVER and not any(short in taken[name] for name in around):
                for name in around:
                    taken[name].add(short)
                for name in names:
                    mappings[name][word] = short
                break
    return mappings


_NEVER = set(keyword.kwlist) | set(dir(builtins))


def _short_names():
    return chain(_LETTERS, map("".join, product(_LETTERS, _LETTERS)), map("".join, product(_LETTERS, repeat=3)))


def shrink(sources):
    """``sources``: module name -> text. Returns the same with short names; lines stay where they are."""
    mappings = shorten(sources)
    return {name: _rename(text, mappings[name]) for name, text in sources.items()}


def _groups(modules):
    """Module name -> frozenset of those that are connected with it by inheritance."""
    group = {name: {name} for name in modules}
    for name, module in modules.items():
        for parent in module.parents & set(modules):
            joined = group[name] | group[parent]
            for member in joined:
                group[member] = joined
    return {name: frozenset(members) for name, members in group.items()}


def _rename(text, mapping):
    lines = text.splitlines(keepends=True)
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.NAME]
    for token in reversed(tokens):
        new = mapping.get(token.string)
        if new:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + new + line[start + len(token.string) :]
    return "".join(lines)


def _has_code(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return bool(body[1:] if body and isinstance(body[0], ast.Expr) else body)


def shrink_trees(trees, target):
    """``trees``: name -> (folder, pattern). Writes ``target/name/...`` where it differs; removes what has no source."""
    paths = {}
    for tree, (folder, pattern) in trees.items():
        for path in sorted(Path(folder).glob(pattern)):
            if path.name == "__init__.py" and not _has_code(path):
                continue  # MicroPython takes a folder for a package, and a module less is a name less
            paths[Path(tree) / path.relative_to(folder)] = path
    sources = {}
    for made in paths:
        parts = made.with_suffix("").parts[1:]
        sources[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = made
    texts = {name: paths[made].read_text(encoding="utf-8") for name, made in sources.items()}
    mappings = shorten(texts)
    target = Path(target)
    for old in target.rglob("*.py"):
        if old.relative_to(target) not in paths:
            old.unlink()
    for name, made in sources.items():
        _write(target / made, _rename(texts[name], mappings[name]))
    table = {name: {short: long for long, short in mapping.items()} for name, mapping in mappings.items()}
    _write(target / TABLE, json.dumps(table, indent=0, sort_keys=True))


def _write(path, text):
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
