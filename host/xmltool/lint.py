"""``dialtone xml lint``: everything that is wrong with XML objects, at once, by the phone's own table and parser.

``dialtone.scripts.kinds`` says which elements and attributes each object has and how many it takes,
``dialtone.scripts.objects`` decides whether a phone would take the document at all. Only what is about the
real phones alone (their spelling, the release that brought something) is in this module (facts page, 6 and 10).
"""

import re
from xml.parsers import expat

from host.configtool import files  # noqa: F401  first of all: it lets the phone's modules be imported
from host.configtool.lint import ERROR, NOTE, WARNING, Finding
from dialtone import actions  # noqa: E402
from dialtone.config import parameters, values  # noqa: E402
from dialtone.config.nearest import nearest as nearest_parameter  # noqa: E402
from dialtone.errors import CallerError, PeerError  # noqa: E402
from dialtone.http import url as urls  # noqa: E402
from dialtone.scripts import kinds, objects  # noqa: E402

LEVELS = actions.LEVELS.split()
_PREFIX = "AastraIPPhone"
# How the real phones spell what this firmware takes in any letter case (tests check that the table has all of them).
SPELLINGS = """
destroyOnExit cancelAction doneAction Beep Timeout LockIn GoodbyeLockInURI allowAnswer allowDrop allowXfer allowConf
allowDTMF scrollUp scrollDown scrollLeft scrollRight Title wrap Color TopTitle icon SoftKey index Label URI IconList
Icon Text Line Size Align Scroll Height defaultIndex style wrapList scrollConstrain numberLaunch unitScroll Bcolor
MenuItem base Prompt split Selection Dial line type password editable defaultFocus inputLanguage displayMode URL
Parameter Default InputField choiceURL previous next imageAction mode Image verticalAlign horizontalAlign height width
URIList key triggerDestroyOnExit Session Message ExecuteItem interruptCall setType ConfigurationItem firstItem lastItem
Value deleteUri deleteAllUri dialUri addUri LogItem Name Number Date Time duration callingTerminal count
"""
_SPELLED = {}
for _word in SPELLINGS.split():
    _SPELLED.setdefault(_word.lower(), set()).add(_word)

# What came with a later release than 2.0: (object, name of element or attribute) -> release; "" stands for any.
GATES = {
    ("configuration", ""): "2.0.1",
    ("", "lockin"): "2.0.1",
    ("", "triggerdestroyonexit"): "2.0.1",
    ("", "timeout"): "2.0.1",
    ("", "inputfield"): "2.0.2",
    ("", "icon"): "2.0.2",
    ("", "iconlist"): "2.0.2",
    ("", "doneaction"): "2.1.0",
    ("", "allowanswer"): "2.1.0",
    ("", "wraplist"): "2.2.0",
    ("imagescreen", ""): "2.2.0",
    ("imagemenu", ""): "2.2.0",
    ("", "allowdtmf"): "2.3.0",
    ("", "settype"): "2.4.0",
    ("", "color"): "3.0.1",
}
_ITEMS_BEFORE_2_2 = 15
_PUSH_BEFORE_2_4 = 2150
_YES = (
    "destroyonexit beep allowanswer allowdrop allowxfer allowconf allowdtmf wraplist scrollconstrain numberlaunch"
    " unitscroll password editable interruptcall triggerdestroyonexit wrap"
).split()
_CHOICES = {
    "style": "numbered none radio",
    "lockin": "yes no call",
    "size": "small regular normal double large",
    "align": "left right center",
    "verticalalign": "top middle bottom",
    "horizontalalign": "left middle right",
    "mode": "normal extended fullscreen regular",
}
_NUMBERS = ("timeout", "defaultindex", "defaultfocus", "firstitem", "lastitem")
_LAMPS = re.compile(r"(?:softkey|topsoftkey|prgkey)[1-9]\d?|expmod[1-3] key[1-9]\d?")
_LINE = re.compile(r"(?:XML )?line (\d+): ?")


def release(text):
    """``2.3.1.26-SIP`` as (2, 3, 1, 26), 2.3 as (2, 3, 0, 0). ValueError when it is none."""
    numbers = re.fullmatch(r"(\d+(?:\.\d+)*)(?:-SIP)?", text)
    if not numbers:
        raise ValueError("%r is no release (such as 2.3.1)" % text)
    parts = [int(part) for part in numbers[1].split(".")]
    return tuple(parts + [0] * (4 - len(parts)))


def _near(name, known):
    """The one of ``known`` that ``name`` is a slip of, "" without."""
    best, least = "", 3
    for each in known:
        cost = _distance(name, each)
        if cost < min(least, (max(len(name), len(each)) + 2) // 3):
            best, least = each, cost
    return best


def _distance(a, b):
    """Letters to change, leave out, add or exchange with their neighbour."""
    rows = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        rows.append([i] + [0] * len(b))
        for j in range(1, len(b) + 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def spelled(name):
    """How the real phones spell a name of the table."""
    return min(_SPELLED.get(name, {name}))


class _Walk:
    """One document through expat, beside the table of the phone's parser."""

    def __init__(self, path, model, firmware):
        self.path, self.model, self.firmware = path, model, firmware
        self.found = []
        self.kind = None
        self._rows = {}  # element -> its fields, as in objects.Builder
        self._stack = []  # (element, spelled, its fields, line, column)
        self._text = []
        self._counts = {}
        self._repeated, self._room = None, 0
        self._skip = 0
        self._level = LEVELS[0]
        self._item = {}

    def tell(self, level, reason, known="", place=None):
        line, column = place or (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        self.found.append(Finding(self.path, line, column, level, reason, known))

    def run(self, data):
        parser = self._parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            place = error.lineno, error.offset + 1
            self.tell(ERROR, "not well-formed: " + expat.errors.messages[error.code], place=place)

    # -- elements

    def _start(self, name, pairs):
        del self._text[:]
        if self._skip:
            self._skip += 1
            return
        low = name.lower()
        if not self._stack:
            if not self._root(name, low):
                self._skip = 1
                return
            known, prefix = self._rows[""], ""
            self._stack.append(("", name, known, self._here()))
        else:
            around, _, fields, _ = self._stack[-1]
            if around is not None and low in fields and around not in objects._AROUND:
                known, prefix = fields, low + "."
                self._stack.append((None, name, fields, self._here()))
            elif around is not None and low in self._rows:
                known, prefix = self._rows[low], ""
                self._stack.append((low, name, known, self._here()))
                self._count(low, name)
            else:
                self._unknown(name, low, fields, around)
                self._skip = 1
                return
            self._case(name, low, "<%s>")
        self._gate(low, "<%s>" % name)
        seen = dict(zip(pairs[::2], pairs[1::2], strict=True))
        for key, value in seen.items():
            self._attribute(name, key, key.lower(), value, known, prefix)
        if low == "configurationitem":
            self._item = {key.lower(): value for key, value in seen.items()}
        elif low == "parameter" and self.kind == "configuration":
            self._item.update({key.lower(): value for key, value in seen.items()})

    def _here(self):
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _root(self, name, low):
        row = kinds.find(low[len(_PREFIX) :]) if low.startswith(_PREFIX.lower()) else None
        if row is None:
            all_names = [_PREFIX + kind for kind in kinds.KINDS]
            near = _near(low, [each.lower() for each in all_names])
            known = next((each for each in all_names if each.lower() == near), "")
            self.tell(ERROR, "<%s> is not an object for phones" % name, known)
            return False
        if name != _PREFIX + row[0]:
            self.tell(WARNING, "real phones want <%s%s>" % (_PREFIX, row[0]))
        self.kind = row[0].lower()
        self._rows = {**objects._AROUND, "": row[2].split(), "softkey": objects._SOFTKEY, "icon": objects._ICON}
        if row[3]:
            repeated, room, *fields = row[3].split()
            self._repeated, self._room = repeated, int(room)
            self._rows[repeated] = fields
        return True

    def _unknown(self, name, low, fields, around):
        inside = [each for each in fields if "." not in each and each in _SPELLED] + list(self._rows)
        near = _near(low, [each for each in inside if each])
        text = "<%s> means nothing here and is skipped with all that it holds" % name
        self.tell(ERROR if near else WARNING, text, "<%s>" % spelled(near) if near else "")

    def _count(self, low, name):
        count = self._counts[low] = self._counts.get(low, 0) + 1
        if low == self._repeated and count == self._room + 1:
            self.tell(ERROR, "more than %d <%s>: the rest is left out" % (self._room, name))
        elif low == "icon" and count == objects._ICONS + 1:
            self.tell(ERROR, "more than %d icons: the phone refuses the object" % objects._ICONS)
        old = self.firmware and self.firmware < (2, 2) and self.kind == "textmenu"
        if old and low == self._repeated and count == _ITEMS_BEFORE_2_2 + 1:
            self.tell(WARNING, "more than %d entries need firmware 2.2.0" % _ITEMS_BEFORE_2_2)

    def _attribute(self, element, key, low, value, known, prefix):
        if prefix + low not in known:
            inside = [each[len(prefix) :] for each in known if each.startswith(prefix)]
            near = _near(low, [each for each in inside if "." not in each])
            text = "attribute %s of <%s> means nothing here" % (key, element)
            self.tell(ERROR if near else WARNING, text, spelled(near) if near else "")
            return
        self._case(key, low, "%s")
        self._gate(low, key)
        self._value(key, low, value.strip())

    def _case(self, name, low, form):
        right = _SPELLED.get(low)
        if right and name not in right:
            self.tell(WARNING, "real phones want %s" % " or ".join(form % each for each in sorted(right)))

    def _gate(self, low, told):
        if self.firmware:
            kind = self.kind if not self._stack or len(self._stack) == 1 and low.startswith("aastra") else None
            needed = GATES.get((kind, "")) if kind else GATES.get(("", low))
            if needed and self.firmware < release(needed):
                self.tell(WARNING, "%s needs firmware %s" % (told, needed))

    def _end(self, _):
        if self._skip:
            self._skip -= 1
            return
        element, name, _, place = self._stack.pop()
        text = "".join(self._text).strip()
        del self._text[:]
        low = name.lower()
        if low in ("uri", "url", "choiceurl") and text:
            self._uri(text, place)
        if self.kind == "configuration" and low in ("parameter", "value"):
            self._item["#" + low] = text
        elif low == "configurationitem":
            self._setting(place)

    # -- values

    def _value(self, key, low, value):
        if low in _YES and value.lower() not in ("yes", "no"):
            self.tell(WARNING, '%s="%s" is neither yes nor no' % (key, value))
        elif low in _CHOICES and value.lower() not in _CHOICES[low].split():
            wanted = _CHOICES[low].split()
            self.tell(WARNING, '%s="%s" is none of %s' % (key, value, ", ".join(wanted)), _near(value.lower(), wanted))
        elif low in _NUMBERS and not re.fullmatch("[0-9]{1,5}", value):
            self.tell(WARNING, '%s="%s" is no number' % (key, value))
        elif low == "settype":
            if value.lower() not in LEVELS:
                self.tell(ERROR, "setType %s is not known" % value, _near(value.lower(), LEVELS))
            elif len(self._stack) == 1:
                self._level = value.lower()
        elif low.endswith(("action", "uri")) or low.startswith("scroll") and low != "scrollconstrain":
            self._uri(value, self._here())
        elif low == "index" and self._stack[-1][0] == "softkey":
            if not value.isdigit() or not 0 < int(value) <= objects._SOFTKEYS:
                self.tell(ERROR, "a <SoftKey> has an index from 1 to %d" % objects._SOFTKEYS)

    def _uri(self, text, place):
        kind = actions.scheme(text)
        if not kind:
            try:
                urls.parse(text) if "://" in text else urls.join(urls.parse("http://phone/"), text)
            except CallerError as error:
                self.tell(ERROR, "%s: %s" % (text, error.text), place=place)
        elif kind == "key":
            try:
                actions.key_name(text)
            except CallerError:
                self.tell(ERROR, "%s: no such key" % text, place=place)
        elif kind == "led":
            if not actions.lamp(text.partition(":")[2]):
                self.tell(ERROR, "%s: write Led: softkey1=on, off, slowflash or fastflash" % text, place=place)
            elif not _LAMPS.fullmatch(actions.lamp(text.partition(":")[2])[0]):
                self.tell(ERROR, "%s: no key has this name, such as softkey1 or expmod1 key2" % text, place=place)
        elif kind == "command":
            known = actions.COMMANDS.split()
            name = text.partition(":")[2].strip().lower()
            if name not in known:
                self.tell(ERROR, "%s is no command" % text, _near(name, known), place)
        elif kind == "softkey":
            if text.partition(":")[2].strip().lower() not in "select exit submit dial dial2 done".split():
                self.tell(NOTE, "%s does nothing on this firmware" % text, place=place)
        elif kind in actions.AUDIO.split():
            self.tell(NOTE, "%s needs audio: not on this board" % text, place=place)
        elif kind in ("dial", "dialline", "tel"):
            self.tell(NOTE, "%s needs calling, which this firmware does not do" % text, place=place)
        else:
            known = ["http", "https", "key", "led", "command", "softkey", "dial"]
            near = _near(kind, known)
            self.tell(ERROR, "%s: this kind of URI is not known" % text, near and near.capitalize() + ":", place)

    def _setting(self, place):
        """One ConfigurationItem, as config/levels.py would take it."""
        item = self._item
        name, value = item.get("#parameter", "").lower(), item.get("#value", "")
        level = item.get("settype", self._level).lower()
        if "#" in name:
            first, last = item.get("firstitem", ""), item.get("lastitem", "")
            if not (first.isdigit() and last.isdigit() and int(first) <= int(last)):
                self.tell(ERROR, "%s: give firstItem and lastItem for the #" % name, place=place)
                return
            name = name.replace("#", first)
        row = parameters.find(name, self.model)
        if row is None:
            known = nearest_parameter([name], self.model)[0]
            self.tell(ERROR if known else NOTE, 'unknown parameter "%s" on a %s' % (name, self.model), known, place)
        elif parameters.NO_XML in row.flags or level == "local" and parameters.FILE_ONLY in row.flags:
            self.tell(ERROR, "%s is not set by XML objects" % row.name, place=place)
        else:
            try:
                values.canonical(row, value)
            except CallerError as error:
                self.tell(ERROR, "%s %s" % (row.name, error), place=place)
            if parameters.TRUST in row.flags:
                self.tell(NOTE, "%s is taken only where it makes the phone stricter" % row.name, place=place)


def _accepted(path, data):
    """A Finding when the phone's own parser refuses the document, else None."""
    builder = objects.Builder()
    try:
        for at in range(0, len(data), 512):
            builder.feed(data[at : at + 512])
        builder.finish()
    except PeerError as error:
        line = _LINE.match(error.text)
        reason = "a phone refuses it: " + (error.text[line.end() :] if line else error.text)
        return Finding(path, int(line[1]) if line else 1, 1, ERROR, reason)
    return None


def lint(path, data, model="57i", firmware=None):
    """[Finding] of one document: ``data`` bytes, ``firmware`` a release as a tuple, None for this one."""
    walk = _Walk(path, model, firmware)
    walk.run(data)
    refused = _accepted(path, data)
    if refused and not any(each.level == ERROR and "not well-formed" in each.reason for each in walk.found):
        told = [each for each in walk.found if each.line == refused.line and each.level == ERROR]
        walk.found += [] if told else [refused]
    if firmware and firmware < (2, 4) and len(data) > _PUSH_BEFORE_2_4:
        reason = "longer than %d bytes: firmware before 2.4.0 takes it by GET only" % _PUSH_BEFORE_2_4
        walk.found.append(Finding(path, 1, 1, WARNING, reason))
    return sorted(walk.found, key=lambda each: (each.line, each.column))
