"""``dialtone config lint``: everything that a phone would find wrong with files, at once, and what it would not use."""

import json

from host.configtool import files  # first: with it the firmware can be imported

from dialtone.config import parameters, strict, values, zones  # isort: skip
from dialtone.config.nearest import nearest  # isort: skip
from dialtone.config.store import family  # isort: skip
from dialtone.errors import CallerError  # isort: skip

ERROR, WARNING, NOTE = "error", "warning", "note"
_RANKS = {ERROR: 0, WARNING: 1, NOTE: 2}


class Finding:
    """One thing to know about a line: ``level`` is ERROR (the line is lost), WARNING (it works, but) or NOTE."""

    def __init__(self, path, line, column, level, reason, known=""):
        self.path, self.line, self.column, self.level = path, line, column, level
        self.reason, self.known = reason, known

    def text(self):
        """One line: ``file:line:column: level: reason``."""
        hint = ' (did you mean "%s"?)' % self.known if self.known else ""
        return "%s:%d:%d: %s: %s%s" % (self.path, self.line, self.column, self.level, self.reason, hint)

    def fields(self):
        """The same for JSON; ``nearest`` is the known name that was probably meant."""
        names = ("path", "line", "column", "level", "reason")
        return {name.replace("path", "file"): getattr(self, name) for name in names} | {"nearest": self.known}


def lint(paths, model=None):
    """[Finding] of all files, in the order of files and lines. Raises files.FileProblem."""
    paths = files.expand(paths)
    model = model or files.model_of(paths)
    found = []
    for path in paths:
        found += _file(path, files.data(path), model)
    return found


def _file(path, content, model):
    rows, problems = files.lines(content)
    found = [Finding(path, line, column, ERROR, reason) for line, column, reason in problems]
    unknown, seen = [], {}
    for each in rows:
        row = parameters.find(each.name, model)
        if row is None:
            unknown.append(each)
            continue
        found += [Finding(path, each.line, each.column, *told) for told in _row(row, each)]
        before = seen.get(row.name)
        if before:
            reason = "%s stands in line %d already: this one counts" % (row.name, before)
            found.append(Finding(path, each.line, each.column, WARNING, reason))
        seen[row.name] = each.line
    found += _unknown(path, unknown, model)
    return sorted(found, key=lambda each: (each.line, each.column, _RANKS[each.level]))


def _row(row, each):
    """Yields (level, reason) for a line with a known name, for a zone also the nearest one."""
    try:
        value = values.canonical(row, each.value)
    except CallerError as error:
        known = zones.meant(each.value) if row.kind == "zone" else ""
        yield ERROR, "%s %s" % (row.name, error.text if known else error), known
        return
    if row.kind == "method" and value in ("TLSv1", "SSLv3"):
        means = "TLS 1.0 exactly" if value == "TLSv1" else "SSL 3.0 exactly"
        yield WARNING, "%s means %s, which protects nothing any more; TLS is the safe value" % (value, means)
    if not row.effect:
        yield NOTE, "%s is kept, but this release does not act on it" % row.name
    if parameters.SECRET in row.flags and value == row.default != "":
        yield WARNING, "%s is the built-in one that everybody knows" % row.name
    if parameters.TRUST in row.flags and strict.lowers(row, row.default, value) and row.kind == "bool":
        yield WARNING, "%s 0 lets others read and change what the phone downloads" % row.name


def _unknown(path, unknown, model):
    """A name close to a known one is a slip; any other is a setting of the real phones that nothing here reads."""
    meant = nearest([each.name for each in unknown], model)
    for each, known in zip(unknown, meant, strict=True):
        if known:
            reason = 'unknown parameter "%s"' % each.name
            yield Finding(path, each.line, each.column, ERROR, reason, known)
        elif family(each.name) != each.name:
            yield Finding(path, each.line, each.column, NOTE, "%s: the %s has no such key" % (each.name, model))
        else:
            yield Finding(path, each.line, each.column, NOTE, "%s is not used by this firmware" % each.name)


def report(found, count, as_json):
    """The text to print about the findings in ``count`` files."""
    if as_json:
        return json.dumps([each.fields() for each in found], indent=2, ensure_ascii=False)
    totals = [(level, sum(each.level == level for each in found)) for level in _RANKS]
    told = ", ".join("%d %s%s" % (number, level, "s" * (number != 1)) for level, number in totals)
    return "\n".join([each.text() for each in found] + ["%d file%s: %s" % (count, "s" * (count != 1), told)])


def failed(found):
    """Whether a phone would lose a line: the exit status for CI."""
    return any(each.level == ERROR for each in found)
