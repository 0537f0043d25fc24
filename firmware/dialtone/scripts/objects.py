"""Documents of the phones' XML interface to Script values (facts page, 6.2)."""

from micropython import const

from dialtone.errors import PeerError
from dialtone.scripts.script import Script, number
from dialtone.xml.reader import DONE, END, START, TEXT, Reader

LIMIT = 10000  # bytes of an object (facts page, 6.1)
_SOFTKEYS = const(6)  # a phone of the 5i series has six
_ICONS = const(21)  # more are a parse error on the real phone, too
_NOTES = const(8)  # diagnostics of one document: the rest would say the same
_BLANK = " \t\n"  # the vendor's scripts pad with U+00A0, which CPython's strip() would take, and MicroPython's not
_PREFIX = "aastraipphone"

# Elements around others, and those that every object may have.
_AROUND = {"scroll": ["height"], "urilist": ["base"], "iconlist": []}
_SOFTKEY = ["label", "uri", "icon", "label.color", "index"]
_ICON = ["icon", "index"]
_ADDRESSES = ("uri", "url", "choiceurl", "image", "icon")  # variables in these are expanded when they are asked for


class Builder:
    """Makes a Script of the bytes of a document: ``feed`` in any split, then ``finish``. PeerError names the line.

    ``lookup(name)`` gives the value of a ``$$NAME$$`` in texts. ``notes``: what was skipped, a few lines of text.
    """

    def __init__(self, lookup=None):
        self.notes = []
        self._reader = Reader(LIMIT)
        self._lookup = lookup
        self._script = None
        self._known = None  # element -> its fields
        self._open = []  # of the elements that have fields: (element, its fields by name)
        self._leaf = ""  # an element that is a field, while it is open
        self._text = []
        self._skipped = 0  # depth within an unknown element
        self._repeated = None
        self._room = 0
        self._base = ""

    def feed(self, data):
        """Takes the next bytes; an empty piece ends the document."""
        reader = self._reader
        reader.feed(data)
        while True:
            event = reader.next_event()
            if event is None or event[0] == DONE:
                return
            if event[0] == TEXT:
                if not self._skipped:
                    self._text.append(event[1])
            elif event[0] == START:
                if self._skipped:
                    self._skipped += 1
                else:
                    self._start(event[1], event[1].lower(), event[2])
            elif self._skipped:
                self._skipped -= 1
            elif event[0] == END:
                self._end()

    def finish(self):
        """The complete object."""
        self.feed(b"")
        script = self._script
        image = script.fields.pop("image", "")
        if image:
            self._image(script, "".join(image.split()))
        if script.screen == "menu":
            script.at = script.number("defaultindex", 1) - 1
        if script.screen == "menu" and not script.items:
            raise PeerError("The menu has no entry")
        return script

    def _note(self, text):
        if len(self.notes) < _NOTES:
            self.notes.append("line %d: %s" % (self._reader.line, text))

    def _start(self, spelled, name, pairs):
        if self._script is None:
            self._root(spelled, name)
            place = self._script.fields, self._known[""], ""
            self._open.append(("", place[0]))
        else:
            around, fields = self._open[-1]
            if not self._leaf and name in self._known[around] and around not in _AROUND:
                self._leaf = name
                place = fields, self._known[around], name + "."
            elif not self._leaf and name in self._known:
                inherited = {}
                if around in _AROUND:
                    for key in fields:
                        inherited[around + "." + key] = fields[key]
                self._open.append((name, inherited))
                place = inherited, self._known[name], ""
            else:
                self._skipped = 1
                return self._note("<%s> means nothing here" % spelled)
        self._text = []
        for attribute, value in pairs:
            key = place[2] + attribute.lower()
            if key in place[1]:
                place[0][key] = value.strip(_BLANK)
            else:
                self._note("attribute %s of <%s> means nothing here" % (attribute, spelled))

    def _root(self, spelled, name):
        from dialtone.scripts.kinds import find

        row = find(name[len(_PREFIX) :]) if name[: len(_PREFIX)] == _PREFIX else None
        if not row:
            raise PeerError("XML line %d: <%s> is not an object for phones" % (self._reader.line, spelled))
        kind, screen, root, repeated = row
        self._script = Script(kind, screen)
        known = self._known = dict(_AROUND)
        known[""] = root.split()
        known["softkey"] = _SOFTKEY
        known["icon"] = _ICON
        if repeated:
            fields = repeated.split()
            self._repeated = fields[0]
            self._room = int(fields[1])
            known[fields[0]] = fields[2:]

    def _end(self):
        name, fields = self._open[-1]
        own = self._leaf or name
        if own in self._known[name]:
            text = "".join(self._text).strip(_BLANK)
            if text:
                if own != "text" and "\n" in text:  # only there a line end is one
                    text = " ".join([part.strip(_BLANK) for part in text.split("\n")])
                if self._lookup and "$$" in text and own not in _ADDRESSES:
                    from dialtone.scripts.variables import expand

                    text = expand(text, self._lookup, False)
                fields[own] = text
        self._text = []
        if self._leaf:
            self._leaf = ""
            return
        self._open.pop()
        if name == self._repeated:
            self._item(name, fields)
        elif name == "softkey":
            self._softkey(fields)
        elif name == "icon":
            if len(self._script.icons) >= _ICONS:
                raise PeerError("XML line %d: more than %d icons" % (self._reader.line, _ICONS))
            self._script.icons[fields.get("index", "")] = fields.get("icon", "")

    def _packed(self, name, fields, count=99):
        return "\0".join([fields.get(key, "") for key in self._known[name][:count]])

    def _item(self, name, fields):
        if name == "menuitem":
            self._base = fields["base"] = fields.get("base", self._base)  # it holds for the items that follow, too
        if not self._room:
            return self._note("too many <%s>, the rest is left out" % name)
        self._room -= 1
        self._script.items.append(self._packed(name, fields))

    def _softkey(self, fields):
        index = number(fields.get("index", ""), 0)
        if not 0 < index <= _SOFTKEYS:
            return self._note("a <SoftKey> has the index 1 to %d" % _SOFTKEYS)
        if self._open[-1][0] == "inputfield":
            index += 100 * (len(self._script.items) + 1)
        self._script.softkeys[index] = self._packed("softkey", fields, 4)

    def _image(self, script, text):
        from binascii import unhexlify

        try:
            script.picture = unhexlify(text)
        except ValueError:
            script.fields["image"] = text[:300]
