"""Gives the tracebacks of a compiled image the names of the sources again, which tools/shrink.py has shortened."""

import json
import re

from host.places import ROOT

_TABLE = ROOT / "build" / "short" / "names.json"
_PLACE = re.compile(r'( *File ")([\w.]+)(", line \d+, in )(\w+)$')
_QUOTED = re.compile(r"'([A-Za-z_]\w*)'")


class Tracebacks:
    """``line(text)`` gives each line of a log as people should read it."""

    def __init__(self, table=None):
        self._table = table  # see tools/shrink.py; read when the first traceback comes
        self._names = {}  # those of the module whose line came last: the message that follows means them

    def line(self, text):
        place = _PLACE.match(text)
        if place:
            if self._table is None:
                self._table = _read()
            self._names = self._table.get(place.group(2), {})
            start, module, line, name = place.groups()
            return start + self._names.get("", module) + line + self._names.get(name, name)
        if self._names:
            names, self._names = self._names, {}
            return _QUOTED.sub(lambda found: "'%s'" % names.get(found.group(1), found.group(1)), text)
        return text


def _read():
    try:
        return json.loads(_TABLE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # a board may carry an image that was made elsewhere
