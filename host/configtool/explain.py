"""``dialtone config explain`` and ``diff``: which value wins and why, and what a change of files does to a phone."""

import json

from dialtone.config import explaining, parameters
from dialtone.config.winning import value_of

from host.configtool import files

_EFFECTS = {"live": "at once", "reconnect": "with the next connection", "restart": "after a restart"}


def explain(name, paths, model=None, mac=None):
    """[(layer, value, locked, origin, wins)] from the default up. FileProblem for files and unknown names."""
    model = model or files.model_of(files.expand(paths))
    if parameters.find(name, model) is None:
        meant = parameters.nearest(name, model)
        raise files.FileProblem("no parameter %s" % name + (' (did you mean "%s"?)' % meant if meant else ""))
    return files.read_store(paths, model, mac).explain(name)


def explain_text(name, told):
    """The same as a table to print."""
    width = max([len(origin) for _, _, _, origin, _ in told] + [len("from")])
    lines = [name]
    for _, value, locked, origin, wins in told:
        sign = "->" if wins else "  "
        lines.append("%s %-*s  %s%s" % (sign, width, origin, value or "(empty)", "  [locked]" * locked))
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
        lines.append("  + %s   (%s; in force %s)" % (each.new or "(empty)", each.origin, _EFFECTS[each.effect]))
    restart = [each.name for each in found if each.effect == "restart"]
    count = "%d change%s" % (len(found), "s" * (len(found) != 1)) if found else "No value changes"
    lines.append(
        count + (", the phone restarts for: " + ", ".join(restart) if restart else ", no restart" * bool(found))
    )
    return "\n".join(lines)
