"""Documents of the phones' XML interface to Script values (facts page, 6.2)."""

from micropython import const

from dialtone.errors import PeerError
from dialtone.scripts.script import SHOWN, Script
from dialtone.xml.reader import DONE, END, START, TEXT, Reader

LIMIT = 10000  # bytes of an object: what the vendor's own script library keeps to
_ITEMS = const(30)  # entries of a menu, since release 2.2.0
_SOFTKEYS = const(6)  # a phone of the 5i series has six
_PREFIX = "AastraIPPhone"


class Builder:
    """Makes a Script of the bytes of a document: ``feed`` in any split, then ``finish``. PeerError names the line."""

    def __init__(self):
        self._reader = Reader(LIMIT)
        self._script = None
        self._path = []
        self._text = []
        self._fields = {}
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
                if len(self._path) > 1:
                    self._text.append(event[1])
            elif event[0] == START:
                self._start(event[1], dict(event[2]))
            elif event[0] == END:
                self._end()

    def finish(self):
        """The complete object."""
        self.feed(b"")
        script = self._script
        if script.kind == "TextMenu" and not script.items:
            raise PeerError("The menu has no MenuItem")
        return script

    def _start(self, name, attributes):
        self._path.append(name)
        self._text = []
        if len(self._path) == 1:
            if name[: len(_PREFIX)] != _PREFIX:
                raise PeerError("XML line %d: <%s> is not an object for phones" % (self._reader.line, name))
            self._script = Script(name[len(_PREFIX) :], attributes)
        elif len(self._path) == 2:
            self._fields = attributes
            if name == "Title":
                self._script.wrap_title = attributes.get("wrap") == "yes"
            elif name == "MenuItem":
                self._base = attributes.get("base", self._base)  # it holds for the items that follow, too

    def _end(self):
        name = self._path.pop()
        text, self._text = "".join(self._text).strip(), []
        script = self._script
        if script.kind not in SHOWN:
            return
        if len(self._path) == 2:
            self._fields[name] = text
        elif len(self._path) == 1:
            if name == "Title":
                script.title = text
            elif name == "Text":
                script.texts.append(text)
            elif name == "MenuItem" and len(script.items) < _ITEMS:
                get = self._fields.get
                script.items.append((self._base, get("Prompt", ""), get("URI", ""), get("Selection", "")))
            elif name == "SoftKey":
                self._softkey()

    def _softkey(self):
        get = self._fields.get
        index = get("index", "")
        if index.encode().isdigit() and len(index) < 3 and 0 < int(index) <= _SOFTKEYS:
            self._script.softkeys[int(index)] = (get("Label", ""), get("URI", ""))
