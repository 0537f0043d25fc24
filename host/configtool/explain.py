"""``dialtone config explain`` and ``diff``: which value wins and why, and what a change of files does to a phone."""

import json
import os

from host.configtool import files  # first of all: it lets the phone's modules be imported
from dialtone.config import explaining, parameters  # noqa: E402
from dialtone.config.winning import value_of  # noqa: E402

_EFFECTS = {
    "": "without effect",
    "live": "in force at once",
    "reconnect": "in force with the next connection",
    "restart": "in force after a restart",
}


def explain(name, paths, model=None, mac=None):
    """[(layer, value, locked, origin, wins)] from the default up; of a setting that this firmware does not use, where
    the files have it. FileProblem for files and for names that nobody knows.
    """
    name = " ".join(name.lower().split())
    model = model or files.model_of(files.expand(paths))
    if parameters.find(name, model) is None:
        foreign = _foreign(name, files.of_phone(files.expand(paths), model, mac))
        if foreign:
            return foreign
        meant = parameters.nearest(name, model)
        raise files.FileProblem("no parameter %s" % name + (' (did you mean "%s"?)' % meant if meant else ""))
    return files.read_store(paths, model, mac).explain(name)


def _foreign(name, paths):
    """The lines of the files with a name that is none of the table's; nothing of it is in force."""
    found = []
    for path in paths:
        for row in files.lines(files.data(path))[0]:
            if row.name == name:
                origin = "%s line %d" % (os.path.basename(path), row.line)
                secret = "pass" in name or "secret" in name
                value = parameters.MASK if secret else row.value
                found.append((files.layer_of(path), value, row.mark == "!", origin, False))
    return found


def explain_text(name, told, as_json=False):
    """The same as a table to print, or for programs."""
    if as_json:
        fields = ("layer", "value", "locked", "origin", "wins")
        return json.dumps([dict(zip(fields, each, strict=True)) for each in told], indent=2, ensure_ascii=False)
    used = [1 for each in told if each[4]]
    width = max([len(origin) for _, _, _, origin, _ in told] + [len("from")])
    lines = [name]
    for _, value, locked, origin, wins in told:
        sign = "->" if wins else "  "
        lock = "  [locked]" if locked and (wins or not used) else "  [a later file lifts its lock]" if locked else ""
        lines.append("%s %-*s  %s%s" % (sign, width, origin, value or "(empty)", lock))
    if not used:
        lines.append("It is not used by this firmware.")
    return "\n".join(lines)


class Change:
    """A parameter whose effective value differs: ``name``, ``old``, ``new``, ``origin`` and ``effect`` of the new."""

    def __init__(self, row, old, new, origin):
        self.name, self.effect = row.name, row.effect
        self.old, self.new, self.origin = explaining.shown(row, old), explaining.shown(row, new), origin

    def fields(self):
        """For JSON."""
        return dict(vars(self))


def diff(old, new, model=None, mac=None):
    """[Change] from the files or folders ``old`` to ``new`` (lists of paths), sorted by name. Raises FileProblem."""
    model = model or files.model_of(files.expand(new))
    one, two = files.read_store(old, model, mac), files.read_store(new, model, mac)
    names = {row[0] for store in (one, two) for layer in store.layers for row in layer.rows()}
    found = []
    for name in sorted(names):
        row = parameters.find(name, model)
        before, after = (value_of(store.winner(name)[1]) for store in (one, two))
        if row is not None and before != after:
            found.append(Change(row, before, after, two.origin(name)))
    return found


def diff_text(found, as_json):
    """What to print about the changes; the last line says whether a phone would restart."""
    if as_json:
        return json.dumps([each.fields() for each in found], indent=2, ensure_ascii=False)
    lines = []
    for each in found:
        lines.append(each.name)
        lines.append("  - %s" % (each.old or "(empty)"))
        lines.append("  + %s   (%s; %s)" % (each.new or "(empty)", each.origin, _EFFECTS[each.effect]))
    restart = [each.name for each in found if each.effect == "restart"]
    count = "%d change%s" % (len(found), "s" * (len(found) != 1)) if found else "No value changes"
    lines.append(
        count + (", the phone restarts for: " + ", ".join(restart) if restart else ", no restart" * bool(found))
    )
    return "\n".join(lines)
