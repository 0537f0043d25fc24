"""TextMenu, Directory and CallLog: items as ``KINDS`` of scripts/objects.py orders their fields."""

from dialtone.lcd import listing
from dialtone.lcd.script_text import title
from dialtone.scripts.script import number

_DONE = "Done\0SoftKey:Exit\0\0"


def softkeys(script):
    if script.softkeys:
        return script.softkeys
    if script.kind == "TextMenu":
        return {1: "Select\0SoftKey:Select\0\0", 6: _DONE}
    keys = {1: "Dial\0SoftKey:Select\0\0", 6: _DONE}
    at = 2
    for label, name in (
        ("Previous", "previous"), ("Next", "next"), ("Add", "adduri"), ("Delete", "deleteuri"),
        ("Delete all", "deletealluri"),
    ):  # fmt: skip
        if script.get(name):
            keys[at] = label + "\0" + script.get(name) + "\0\0"
            at += 1
    return keys


class _Prompts:
    """The entries as texts, made when they are asked for: all at once would double the menu in the heap."""

    def __init__(self, script):
        self._script = script
        self._style = script.get("style").lower()
        self._split = script.yes("wraplist")
        self._default = script.number("defaultindex", 1) - 1

    def __len__(self):
        return len(self._script.items)

    def __getitem__(self, index):
        item = self._script.item(index)
        text = item[0] or item[1]
        if self._script.kind == "CallLog":
            count = " (%s)" % item[8] if number(item[8], 1) > 1 else ""
            return "%s%s\n%s %s %s" % (text, count, item[2][:5], item[3], item[6])
        if self._script.kind == "Directory":
            return text
        split = number(item[6], 0) - 1 if self._split else 0
        if 0 < split < len(item[0]):
            text = item[0][:split].rstrip() + "\n" + item[0][split:]
        if self._style == "radio":
            return ("(*) " if index == self._default else "( ) ") + text
        return text if self._style == "none" else "%d." % (index + 1) + text


def render(panel, script):
    script.at = max(0, min(script.at, len(script.items) - 1))
    wrapped = script.yes("wraplist") or script.kind == "CallLog"
    title(panel, script)
    hint = None
    if script.kind == "TextMenu" and not panel.small:

        def hint(index):
            item = script.item(index)
            return item[7], script.icons.get(item[5], "")

    head = script.get("title") or script.get("toptitle") or None
    right = "Select" if script.kind == "TextMenu" else "Dial"
    return listing.render(panel, head, _Prompts(script), script.at, "Exit", right, wrapped, hint)


def linked(script, uri):
    """``uri`` of a softkey, which tells the Selection of the chosen entry."""
    selection = script.item(script.at)
    selection = selection[2] if script.kind == "TextMenu" else selection[4] if script.kind == "CallLog" else ""
    if not selection or uri[:4].lower() != "http":
        return uri
    from dialtone.scripts.variables import quote

    return uri + ("&" if "?" in uri else "?") + "selection=" + quote(selection, "&=")


def command(panel, player, name):
    name = name.lower()
    script = player.script
    item = script.item(script.at)
    if name == "select":
        _select(player, item)
    elif name == "dial":
        player.follow(item[1])
    elif name == "dial2" and script.kind == "TextMenu" and item[3]:
        player.follow("Dial:" + item[3])


def _select(player, item):
    kind = player.script.kind
    if kind == "TextMenu":
        player.follow(item[1], item[4])
    elif kind == "CallLog" and player.script.get("dialuri"):
        player.follow(linked(player.script, player.script.get("dialuri")))
    elif item[1]:
        player.follow("Dial:" + item[1])


def key(panel, player, key):
    script = player.script
    to = listing.move(key, script.at, len(script.items))
    if to is not None:
        edge = key == "up" and to > script.at or key == "down" and to < script.at
        if edge or to == script.at and not key.isdigit():
            if script.get("scroll" + key) or script.yes("scrollconstrain"):
                return False
        script.at = to
        if key.isdigit() and script.yes("numberlaunch"):
            _select(player, script.item(to))
    elif key in ("select", "enter", "right"):
        _select(player, script.item(script.at))
    else:
        return False
    return True
