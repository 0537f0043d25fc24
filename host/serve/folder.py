"""The files that are served: those of one folder, and per-phone files made from a CSV. Nothing else can be named."""

import csv
import re
from pathlib import Path

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")  # no dot first: neither hidden files nor a way out
_DEPTH = 8
_TOLD = 20  # faults of a table: more are told when these have been mended


class BadTable(Exception):
    """The CSV cannot be used; the text says where."""


class Folder:
    """``root``: a folder. ``table``: path of a CSV whose head is ``mac`` and names of parameters; each line of it makes
    a ``<MAC>.cfg`` where the folder has no such file. It is read again when it has changed; one with a fault is told to
    ``tell(text)``, and the last good one stays. What a phone would make of its cells is told, too."""

    def __init__(self, root, table=None, tell=print):
        self.root = Path(root).resolve()
        self._table = Path(table) if table else None
        self._tell = tell
        self._at = self._table.stat().st_mtime_ns if table else None
        self._made = _read(table) if table else {}
        self._tags = dict.fromkeys(self._made, 1)
        self._judge()

    def _refresh(self):
        try:
            at = self._table.stat().st_mtime_ns
            if at == self._at:
                return
            self._at = at
            made = _read(self._table)
        except (BadTable, OSError) as error:
            self._tell("the table of phones stays as it was: %s" % error)
            return
        for name in made:  # only phones whose lines have changed have something to fetch
            if made[name] != self._made.get(name):
                self._tags[name] = self._tags.get(name, 0) + 1
        self._made = made
        self._tell("the table of phones was read anew: %d phones" % len(made))
        self._judge()

    def _judge(self):
        """Tells each reason for which phones would not take a cell, once."""
        from host.configtool import lint

        told = {}
        for name, data in self._made.items():
            for each in lint.lost(name, data):
                told.setdefault(each.text().partition("error: ")[2], name)
        for text, name in list(told.items())[:_TOLD]:
            self._tell("%s, %s: %s" % (self._table, name, text))
        if len(told) > _TOLD:
            self._tell("%s: and %d more" % (self._table, len(told) - _TOLD))

    def path(self, name):
        """The file of that name below the folder, None when there is none that may be served."""
        parts = name.split("/")
        if len(parts) > _DEPTH or not all(_PART.fullmatch(part) for part in parts):
            return None
        path = self.root.joinpath(*parts)
        try:
            if path.is_file() and path.resolve().is_relative_to(self.root):  # links may not lead out either
                return path
        except OSError:
            pass
        return None

    def made(self, name):
        """Bytes of a phone's file that the CSV gives, None without."""
        if self._table:
            self._refresh()
        return None if self.path(name) else self._made.get(name)

    def changed(self, name):
        """What changes when that file does, None when there is none."""
        path = self.path(name)
        if path:
            return path.stat().st_mtime_ns
        return self._tags[name] if self.made(name) is not None else None


def _read(path):
    """{name of a file: its bytes}; BadTable."""
    try:
        return _made(path)
    except (UnicodeError, csv.Error) as error:
        raise BadTable("%s: %s" % (path, error)) from None


def _made(path):
    from host.configtool import files  # noqa: F401  first: with it the firmware can be imported
    from dialtone.config.saving import quoted

    found = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if "mac" not in names or len(set(names)) != len(names):
            raise BadTable("%s: the first line must name the columns, each once, one of them mac" % path)
        for row in reader:
            mac = re.sub("[:.-]", "", str(row[reader.fieldnames[names.index("mac")]] or "")).strip().upper()
            if not re.fullmatch("[0-9A-F]{12}", mac) or mac + ".cfg" in found:
                raise BadTable("%s:%d: %r is no MAC address, or comes twice" % (path, reader.line_num, mac))
            lines = []
            for name, value in zip(names, list(row.values()), strict=False):
                if name == "mac" or not value or isinstance(value, list):
                    continue
                if re.search(r"[\x00-\x1f\x7f]", value):
                    raise BadTable("%s:%d: %s holds a control character" % (path, reader.line_num, name))
                lines.append("%s: %s\n" % (name, quoted(value.strip())))
            found[mac + ".cfg"] = "".join(lines).encode()
    return found
