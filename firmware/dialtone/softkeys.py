"""The phone's keys: which of them show on the idle screen and on which page, their lamps, and what a press does."""

from dialtone.errors import CallerError
from micropython import const

_PLACES = const(6)  # keys of a row beside the display; with more than that to show the last one turns the page
_MODULE = const(60)  # keys of an expansion module
_MORE = "More"
_NEEDS_CALLING = "%s need%s calling, which this firmware does not do."
# Keys with a name on them, and the parameter with the script behind each (facts page, 5).
_SCRIPTS = "services directory callers redial voicemail conf xfer icom"
_ROWS = "softkey topsoftkey prgkey"
_CALLS = "hold mute speaker headset volup voldown save delete line1 line2 line3 line4"


def changed(phone):
    """The configuration has changed: keys, lamps and polling follow."""
    show(phone)
    if phone.poller or phone.store.get("action uri poll"):
        from dialtone import polling

        polling.changed(phone)


def show(phone):
    """Works out the labels of the idle screen and of the upper row, and which lamps are lit."""
    idle = phone.panel.idle
    platform = phone.platform
    lamps = phone.lamps or {}
    lit = {}
    idle.labels = platform.top_labels = ()
    for prefix, count in phone.store.keys:
        labels = []
        for number in range(1, count + 1) if prefix == "prgkey" else _row(phone, prefix, count):
            name = prefix + str(number)
            labels.append(_label(phone.store, name) if number else _MORE)
            if name in lamps:
                lit[prefix + str(len(labels))] = lamps[name]
        if prefix == "topsoftkey":
            platform.top_labels = labels
        elif not idle.labels:  # programmable keys have a paper label: a simulated phone shows it
            idle.labels = labels
    for name in lamps:
        if name[:6] == "expmod":  # modules do not turn their pages here: each key is at its own place
            lit[name] = lamps[name]
    platform.lamps = lit


def _label(store, name):
    kind = store.get(name + " type")
    return "" if kind in ("none", "empty") else store.get(name + " label") or kind


def _row(phone, prefix, count):
    """Numbers of the keys of a family at the places of its row, from the left; 0 stands for More.

    Keys of type none take no place, those of type empty do; keys for other call states do not show (guide 57i, p. 56).
    """
    get = phone.store.get
    numbers = []
    for number in range(1, count + 1):
        name = prefix + str(number) + " "
        if get(name + "type") != "none" and "idle" in (get(name + "states") or "idle"):
            numbers.append(number)
    if len(numbers) <= _PLACES:
        return numbers
    pages = phone.panel.idle.pages
    first = pages.get(prefix, 0) if pages else 0
    if first >= len(numbers):
        first = 0
    return numbers[first : first + _PLACES - 1] + [0]


def known(key):
    """Whether some phone has a key of that name, beside those of ``lcd.panel.KEYS``."""
    name = key.rstrip("0123456789")
    if name[:6] == "expmod":
        number = key[len(name) :]
        if name[7:8] != " " or name[8:] != "key" or not 48 < ord(name[6:7]) < 52 or number[:1] == "0":
            return False
        return 0 < int(number or 0) <= _MODULE
    return name != key and name in _ROWS.split() or key in _SCRIPTS.split() or key in _CALLS.split()


def press(phone, key):
    """A key of the phone itself was pressed: one beside the display, or one with a name. CallerError for any other."""
    panel = phone.panel
    if key == "goodbye":
        if phone.action:
            phone.action.cancel()  # what an action URI fetches in the background
        return
    if not known(key):
        raise CallerError("No such key: " + key[:20], "Look the names of the keys up in docs/xml.md")
    name = key.rstrip("0123456789")
    action = _place(phone, name, int(key[len(name) :])) if name in _ROWS.split() else key
    if panel.idle.locked:
        panel.idle.key(panel, key)
    elif action:
        for screen in panel.screens():
            if getattr(screen, "private", False):
                panel.home()  # whoever presses this key has left the menus
                break
        _act(phone, action)


def _place(phone, prefix, place):
    """The name of the key at a place of its row, "" when there is none; More turns the page."""
    families = dict(phone.store.keys)
    if prefix == "softkey" and "softkey" not in families:
        prefix = "prgkey"
    count = families.get(prefix, 0)
    if prefix == "prgkey":
        return prefix + str(place) if 0 < place <= count else ""
    row = _row(phone, prefix, count)
    if not 0 < place <= len(row):
        return ""
    if row[place - 1]:
        return prefix + str(row[place - 1])
    if not phone.panel.idle.locked:
        idle = phone.panel.idle
        idle.pages = idle.pages or {}
        idle.pages[prefix] = idle.pages.get(prefix, 0) + _PLACES - 1
        if not _row(phone, prefix, count)[0] > row[0]:
            idle.pages[prefix] = 0
        show(phone)
    return ""


def _act(phone, name):
    get = phone.store.get
    kind = name
    if name[-1].isdigit() and name[:4] != "line":
        kind = get(name + " type")
        if kind == "xml":
            return _fetch(phone, name + " value")
    if kind in ("none", "empty"):
        return
    if kind == "phonelock":
        from dialtone.lcd import locked

        return locked.lock(phone)
    if kind == "services" and get("xml application uri") and not get("services script"):
        return _services(phone)
    if kind in _SCRIPTS.split():
        return _fetch(phone, kind.replace("callers", "callers list") + " script")
    what = "Keys of type " + kind if kind is not name else "The key " + kind
    phone.panel.message("Not available", [_NEEDS_CALLING % (what, "" if kind is not name else "s")])


def _fetch(phone, name):
    uri = phone.store.get(name)
    if uri:
        return _open(phone, uri)
    phone.panel.message("Not set", ["This key opens %s, which is empty." % name])


def _services(phone):
    """The Services menu: of its entries this firmware has the XML application."""
    from dialtone.lcd.menu import Menu

    title = phone.store.get("xml application title") or "Custom Feature"
    menu = Menu("Services", [title], lambda panel, index: _open(phone, phone.store.get("xml application uri")))
    menu.private = False
    phone.panel.push(menu)


def _open(phone, uri):
    from dialtone import keys

    keys.open(phone, uri)
