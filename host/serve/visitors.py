"""Who has fetched what: phones by their User-Agent, and whether they have the newest files."""

import re
import time

_AGENT = re.compile(r"(?:Aastra|Mitel)(\w+) MAC:([0-9A-F]{2}(?:-[0-9A-F]{2}){5}) V:(\S+)")
_OWN = re.compile(r"([0-9A-F]{12})\.cfg")
_MODEL = re.compile(r"(\d\w+)\.cfg")
_ONE_ROUND_S = 60  # what came over TFTP from one address so short before, the same phone has fetched
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
        self._rounds = {}
        self.phones = {}

    def note(self, agent, name, status):
        """Takes down one answer. The Phone that asked, None for whoever is no phone."""
        match = _AGENT.match(agent)
        if not match:
            return None
        model, mac, version = match.group(1), match.group(2).replace("-", ""), match.group(3)
        phone = self._phone(model, mac)
        if not phone:
            return None
        phone.model, phone.version, phone.seen = model, version, time.time()
        if name in self._files(phone):
            phone.had[name] = status, phone.seen, self._changed(name)
        return phone

    def note_tftp(self, address, name, found):
        """Takes down one answer over TFTP, where nobody says who he is: a phone is who asks for a file of his own, and
        then what that address fetched just before was his, too. The Phone, None while it is not known."""
        now = time.time()
        if address not in self._rounds:
            if len(self._rounds) >= _MOST:
                self._rounds.clear()
            self._rounds[address] = []
        had = self._rounds[address] = [each for each in self._rounds[address] if now - each[1] < _ONE_ROUND_S][-8:]
        had.append((name, now, 200 if found else 404, self._changed(name)))
        own = _OWN.fullmatch(name)
        if not own:
            return None
        models = [_MODEL.fullmatch(each[0]) for each in had if not _OWN.fullmatch(each[0])]
        phone = self._phone(([match.group(1) for match in models if match] or ["?"])[-1], own.group(1))
        if phone:
            phone.version, phone.seen = phone.version or "?", now
            for file, then, status, changed in had:
                if file in self._files(phone):
                    phone.had[file] = status, then, changed
            del self._rounds[address]
        return phone

    def _phone(self, model, mac):
        """The phone with that MAC, a new one if need be; None when there is no more room."""
        if mac not in self.phones and len(self.phones) < _MOST:
            self.phones[mac] = Phone(model, mac)
        return self.phones.get(mac)

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
