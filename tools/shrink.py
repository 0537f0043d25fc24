"""Shortens private names before the firmware is compiled for a board, whose heap keeps each identifier for good.

MicroPython holds every identifier that a loaded .mpy mentions in tables that double when they are full. A name with one
leading underscore is private to its module, so all modules can share one small set of such names. Classes of different
modules that inherit from each other share their attributes, and so one mapping. A name that is seen outside the module
that defines it (another module, a string, an f-string, a keyword) is left alone. Parameters that nobody passes by
keyword get one-letter names, which all functions share as well.
"""

import ast
import io
import re
import string
import symtable
import tokenize
from pathlib import Path

_PRIVATE = re.compile(r"^_[A-Za-z]\w*$")
_LETTERS = string.ascii_letters


class _Module:
    """One source file: the private names it defines, those it only uses, and the modules its classes inherit from."""

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.defined = set()
        self.seen = set()
        self.keep = set()
        self.parents = set()
        self.keywords = set()
        self.attributes = set()
        self.words = set(re.findall(r"[A-Za-z_]\w*", text))
        self._imported = {}
        tree = ast.parse(text)
        for node in ast.walk(tree):
            self._look(node)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                self._inherit(node)
        self.keep |= self.seen - self.defined

    def _look(self, node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._note(node.name, True)
        elif isinstance(node, ast.arg):
            self._note(node.arg, True)
        elif isinstance(node, ast.Name):
            self._note(node.id, isinstance(node.ctx, ast.Store))
        elif isinstance(node, ast.Attribute):
            self.attributes.add(node.attr)
            self._note(node.attr, isinstance(node.ctx, ast.Store))
        elif isinstance(node, ast.keyword) and node.arg:
            self.keywords.add(node.arg)
            if _PRIVATE.match(node.arg):
                self.keep.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _PRIVATE.match(node.value):
            self.keep.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            self.keep |= set(re.findall(r"\b_[A-Za-z]\w*", ast.unparse(node)))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node)

    def _note(self, name, defines):
        if _PRIVATE.match(name) and not name.endswith("__"):
            self.seen.add(name)
            if defines:
                self.defined.add(name)

    def _import(self, node):
        base = getattr(node, "module", None)
        self.attributes |= set((base or "").split("."))
        for alias in node.names:
            self.attributes |= set(alias.name.split("."))
            full = base + "." + alias.name if base else alias.name
            self._imported[alias.asname or alias.name] = (base or full, full)
            if _PRIVATE.match(alias.name):
                self.keep.add(alias.name)

    def _inherit(self, node):
        for base in node.bases:
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self.parents |= set(self._imported.get(base.id, ()))


    def parameters(self):
        """Names of parameters that mean a local variable wherever this module mentions them."""
        found, other = set(), set(self._imported) | self.attributes
        tables = [symtable.symtable(self.text, self.name, "exec")]
        while tables:
            table = tables.pop()
            tables += table.get_children()
            for symbol in table.get_symbols():
                local = table.get_type() == "function" and not symbol.is_global()
                (found if local and symbol.is_parameter() else set() if local else other).add(symbol.get_name())
        return {name for name in found - other if not name.startswith("_") and name != "self" and len(name) > 1}


def shrink(sources):
    """``sources``: module name -> text. Returns the same with private names shortened; lines stay where they are."""
    modules = {name: _Module(name, text) for name, text in sources.items()}
    keep = set().union(*[module.keep for module in modules.values()])
    mappings = {}
    for group in _groups(modules):
        names = set().union(*[modules[name].defined for name in group]) - keep
        fresh = _short_names(keep | set().union(*[modules[name].seen for name in group]) - names)
        # Two passes over the same order give the same names: the product only depends on the sources
        mapping = {old: next(fresh) for old in sorted(names)}
        mappings.update({name: mapping for name in group})
    keywords = set().union(*[module.keywords for module in modules.values()])
    texts = {}
    for name, module in modules.items():
        letters = [letter for letter in _LETTERS if letter not in module.words]
        texts[name] = _rename(module.text, {**mappings[name], **_letters(module.parameters() - keywords, letters)})
    return texts


def _letters(names, letters):
    """The longest names get a letter; those for which none is left keep theirs."""
    return dict(zip(sorted(names, key=lambda name: (-len(name), name)), letters, strict=False))


def _groups(modules):
    """Sets of module names that are connected by inheritance."""
    group = {name: {name} for name in modules}
    for name, module in modules.items():
        for parent in module.parents & set(modules):
            joined = group[name] | group[parent]
            for member in joined:
                group[member] = joined
    return {frozenset(members) for members in group.values()}


def _short_names(taken):
    for first in [""] + list(_LETTERS):
        for second in _LETTERS:
            name = "_" + first + second
            if name not in taken:
                yield name


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
    texts = shrink({name: paths[made].read_text(encoding="utf-8") for name, made in sources.items()})
    target = Path(target)
    for old in target.rglob("*.py"):
        if old.relative_to(target) not in paths:
            old.unlink()
    for name, made in sources.items():
        out = target / made
        if not out.exists() or out.read_text(encoding="utf-8") != texts[name]:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(texts[name], encoding="utf-8")
