"""Who has fetched what: phones by their User-Agent, and whether they have the newest files."""

import re
import time

_AGENT = re.compile(r"(?:Aastra|Mitel)(\w+) MAC:([0-9A-F]{2}(?:-[0-9A-F]{2}){5}) V:(\S+)")
_MOST = 20000  # phones that are remembered: whoever invents User-Agents must not fill the memory
_TAKEN = (200, 206, 304)


class Phone:
    """``had``: name -> (status, time, the file's own time of change then)."""

    def __init__(self, model, mac):
        self.model = model
        self.mac = mac
        self.version = ""
        self.seen = 0.0
        self.had = {}


class Visitors:
    """``changed(name)`` is the time of change of a file, None when there is none."""

    def __init__(self, changed):
        self._changed = changed
        self.phones = {}

    def note(self, agent, name, status):
        """Takes down one answer. The Phone that asked, None for whoever is no phone."""
        match = _AGENT.match(agent)
        if not match:
            return None
        model, mac, version = match.group(1), match.group(2).replace("-", ""), match.group(3)
        if mac not in self.phones:
            if len(self.phones) >= _MOST:
                return None
            self.phones[mac] = Phone(model, mac)
        phone = self.phones[mac]
        phone.model, phone.version, phone.seen = model, version, time.time()
        if name in self._files(phone):
            phone.had[name] = status, phone.seen, self._changed(name)
        return phone

    @staticmethod
    def _files(phone):
        return "aastra.cfg", phone.model + ".cfg", phone.mac + ".cfg"

    def missing(self, phone):
        """Names of files that the phone has not got as they are now; none: it is up to date."""
        found = []
        for name in self._files(phone):
            now, had = self._changed(name), phone.had.get(name)
            current = had and had[2] == now and (had[0] in _TAKEN if now is not None else had[0] == 404)
            if not current:
                found.append(name)
        return found

    def table(self):
        """Lines of text, the last visitor first."""
        rows = [("MAC", "model", "firmware", "last seen", "configuration")]
        for phone in sorted(self.phones.values(), key=lambda each: -each.seen):
            missing = self.missing(phone)
            seen = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(phone.seen))
            state = "up to date" if not missing else "has not fetched " + ", ".join(missing)
            rows.append((phone.mac, phone.model, phone.version, seen, state))
        widths = [max(len(row[column]) for row in rows) for column in range(4)] + [0]
        return [" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
