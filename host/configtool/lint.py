"""``dialtone config lint``: everything that a phone would find wrong with files, at once, and what it would not use."""

import json

from host.configtool import files  # first: with it the firmware can be imported

from dialtone.config import parameters, sense, strict, values  # isort: skip
from dialtone.config.nearest import nearest  # isort: skip
from dialtone.config.store import family  # isort: skip
from dialtone.errors import CallerError  # isort: skip

ERROR, WARNING, NOTE = "error", "warning", "note"
_MEANT = "Did you mean "
_LAYERS = ("aastra", "model", "mac", "local")
_DEFAULTS = {row.name: row.default for row in parameters.rows()}
_RANKS = {ERROR: 0, WARNING: 1, NOTE: 2}


class Finding:
    """One thing to know about a line: ``level`` is ERROR (the line is lost), WARNING (it works, but) or NOTE."""

    def __init__(self, path, line, column, level, reason, known=""):
        self.path, self.line, self.column, self.level = path, line, column, level
        self.reason, self.known = reason, known

    def place(self):
        """What findings of a file are sorted by."""
        return self.line, self.column, _RANKS[self.level]

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
    models = [model] if model else files.models_of(paths)
    found, kept = {}, {}
    for path in paths:
        kept[path] = {}
        own = [] if model else files.models_of([path], [])
        found[path] = _file(path, files.data(path), own or models, kept[path])
    for each in _together(paths, kept):
        found[each.path].append(each)
    return [each for path in paths for each in sorted(found[path], key=Finding.place)]


def lost(path, content):
    """The findings for which a phone would lose a line of one file, whatever its model."""
    return [each for each in _file(path, content, files.families.models(), {}) if each.level == ERROR]


def _file(path, content, models, kept):
    """[Finding] of one file for phones of ``models``; ``kept`` gets (value, Line) of each row that one takes."""
    rows, problems = files.lines(content)
    found = [Finding(path, line, column, ERROR, reason) for line, column, reason in problems]
    found += _coding(path, content)
    unknown = []
    for each in rows:
        row = next((row for row in [parameters.find(each.name, model) for model in models] if row), None)
        if row is None:
            unknown.append(each)
            continue
        told = [Finding(path, each.line, each.column, *told) for told in _row(row, each)]
        found += told
        if any(each.level == ERROR for each in told):
            continue
        if row.name in kept:
            reason = "%s stands in line %d already: this one counts" % (row.name, kept[row.name][1].line)
            found.append(Finding(path, each.line, each.column, WARNING, reason))
        kept[row.name] = values.canonical(row, each.value), each
    return found + list(_unknown(path, unknown, models))


def _coding(path, content):
    """Yields a note where a file begins to be something else than UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if b"\0" not in content:  # that has been told as an error
            line = content.count(b"\n", 0, error.start) + 1
            yield Finding(path, line, 1, NOTE, "not UTF-8, so it is read as ISO-8859-1: save the file as UTF-8")


def _together(paths, kept):
    """Yields what is odd about rows beside those of the other files that a phone reads with them, once each. Its own
    file does not say which model a phone is: what is right with one of them is right.
    """
    layers = {name: [path for path in paths if files.layer_of(path) == name] for name in _LAYERS}
    told = set()
    for own in layers["mac"] or [None]:
        views = [_odd([*layers["aastra"], model, own, *layers["local"]], kept) for model in layers["model"] or [None]]
        for path, line, reason in dict.fromkeys(each for view in views for each in view):
            most = 1 if path in layers["model"] else len(views)
            if (path, line, reason) not in told and sum((path, line, reason) in view for view in views) == most:
                told.add((path, line, reason))
                yield Finding(path, line.line, line.column, WARNING, reason)


def _odd(paths, kept):
    """[(path, Line, what is odd about it)] of a phone that reads these files."""
    places = {}
    for path in paths:
        places.update({name: (path, *row) for name, row in kept.get(path, {}).items()})
    found = [(name, reason) for name, reason in [*sense.odd(_getter(places)), *_keys(places)] if name in places]
    return [(places[name][0], places[name][2], "%s %s" % (name, reason)) for name, reason in found]


def _getter(places):
    def get(name):
        return places[name][1] if name in places else _DEFAULTS[name]

    return get


def _keys(places):
    """Yields (name, reason) of keys that show nothing or open nothing."""
    for name, (_, value, _) in places.items():
        key, _, field = name.rpartition(" ")
        if family(name) == name:
            continue
        if field == "type" and value == "xml" and not places.get(key + " value", ("", ""))[1]:
            yield name, "opens nothing: %s value is empty" % key
        elif field in ("label", "value") and value and places.get(key + " type", ("", "none"))[1] == "none":
            yield name, "does not show: %s type is none" % key


def _row(row, each):
    """Yields (level, reason) for a line with a known name, for a zone also the nearest one."""
    try:
        value = values.canonical(row, each.value)
    except CallerError as error:
        known = error.advice[len(_MEANT) : -1] if error.advice.startswith(_MEANT) else ""
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


def _unknown(path, unknown, models):
    """A name close to a known one is a slip; any other is a setting of the real phones that nothing here reads."""
    names = [each.name for each in unknown]
    meant = [next(filter(None, each), "") for each in zip(*[nearest(names, model) for model in models], strict=True)]
    for each, known in zip(unknown, meant, strict=True):
        if known:
            reason = 'unknown parameter "%s"' % each.name
            yield Finding(path, each.line, each.column, ERROR, reason, known)
        elif family(each.name) != each.name:
            reason = "%s: the %s has no such key" % (each.name, " or ".join(models))
            yield Finding(path, each.line, each.column, NOTE, reason)
        elif each.name.startswith("action uri "):
            yield Finding(path, each.line, each.column, WARNING, "%s: there is no such event" % each.name)
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
