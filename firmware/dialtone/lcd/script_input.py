"""InputScreen: one or more fields, and the GET that tells what was entered (facts page, 6.2)."""

from dialtone.lcd.keypad import LOWER, MARKS, MODES, Keypad
from dialtone.lcd.panel import wrap

# A field is a list in the order of ``KINDS``.
_PROMPT, _PARAMETER, _DEFAULT, _TYPE, _PASSWORD, _EDITABLE, _SELECTION, _CHOICE = range(8)
# What digits fill, and how it is said that they do not fit.
_MASKS = {
    "timeint": ("##:##:##", "HH:MM:SS"),
    "timeus": ("##:##:##", "HH:MM:SS AM"),
    "dateint": ("##/##/####", "DD/MM/YYYY"),
    "dateus": ("##/##/####", "MM/DD/YYYY"),
}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _Form:
    """What was entered so far: the texts of all fields, and the keys that are at work on one of them."""

    def __init__(self, script):
        self.texts = [_shaped(field[_TYPE], field[_DEFAULT]) for field in _fields(script)]
        self.pad = Keypad(LOWER)


def _fields(script):
    """The fields of an object; what one leaves out is as the object says."""
    get = script.get
    names = ("prompt", "parameter", "default", "type", "password", "editable", "selection")
    common = [get(name) for name in names] + [""]
    fields = [script.item(index) for index in range(len(script.items))] or [common]
    for field in fields:
        for at in (_TYPE, _PASSWORD, _EDITABLE):
            field[at] = (field[at] or common[at]).lower()
        if field[_TYPE] == "stringn":
            field[_TYPE] = "string"
    return fields


def _form(script):
    """(fields, form, index of the field that the keys work on)."""
    fields = _fields(script)
    if script.values is None:
        script.values = _Form(script)
        script.at = script.number("defaultfocus", script.number("defaultindex", 1)) - 1
    script.at = max(0, min(script.at, len(fields) - 1))
    if fields[script.at][_TYPE] == "empty":
        _move(script, fields, 1)
    return fields, script.values, script.at


def _move(script, fields, step):
    """To the next field in that direction that is one; whether there is any."""
    at = script.at
    while 0 <= at + step < len(fields):
        at += step
        if fields[at][_TYPE] != "empty":
            script.at = at
            script.values.pad.key = ""
            return True
    return False


def _editable(field):
    return field[_EDITABLE] != "no" and field[_TYPE] not in ("choice", "empty")


def _shaped(kind, text):
    """``text`` in the form of its kind: the digits of a time or date fill its mask."""
    if kind not in _MASKS:
        return text
    digits = [chr(byte) for byte in text.encode() if 48 <= byte < 58]
    shape = ""
    for char in _MASKS[kind][0]:
        if not digits:
            break
        shape += digits.pop(0) if char == "#" else char
    if kind == "timeus":
        shape += " PM" if text[-2:].upper() == "PM" else " AM"
    return shape


def _problem(kind, text):
    """What is wrong with the text of a field, "" when nothing is."""
    if kind == "ip":
        parts = text.split(".")
        good = len(parts) == 4 and not [1 for part in parts if not part.encode().isdigit() or len(part) > 3]
        return "" if good and max([int(part) for part in parts]) < 256 else "an IP address, such as 192.168.0.100"
    if kind not in _MASKS:
        return ""
    mask, wanted = _MASKS[kind]
    if len(text) != len(wanted):
        return wanted
    one, two, three = [int(part) for part in text[: len(mask)].replace("/", ":").split(":")]
    if kind == "dateint":
        one, two = two, one
    if kind[:4] == "time":
        good = (one < 24 if kind == "timeint" else 0 < one < 13) and two < 60 and three < 60
    else:
        leap = three % 4 == 0 and (three % 100 != 0 or three % 400 == 0)
        good = 0 < one < 13 and 0 < two <= (_DAYS[one - 1] if one != 2 or leap else 28) and three > 0
    return "" if good else wanted


def softkeys(script):
    fields, form, at = _form(script)
    own = {}
    for number in script.softkeys:
        if number < 100 or number // 100 == at + 1:
            own[number % 100] = script.softkeys[number]
    if own:
        return own
    kind = fields[at][_TYPE]
    keys = {5: "Done\0SoftKey:Submit\0\0", 6: "Cancel\0SoftKey:Exit\0\0"}
    if _editable(fields[at]):
        keys[1] = "Backspace\0SoftKey:BackSpace\0\0"
        if kind == "ip":
            keys[2] = "Dot\0SoftKey:Dot\0\0"
        elif kind == "timeus":
            keys[2] = "AM/PM\0SoftKey:ChangeMode\0\0"
        elif kind in ("", "string"):
            keys[2] = MODES[(form.pad.mode + 1) % 3] + "\0SoftKey:ChangeMode\0\0"
    elif fields[at][_CHOICE]:
        keys[1] = "Choose\0SoftKey:Choose\0\0"
    return keys


def linked(script, uri):
    return uri


def _value(field, text, focused):
    text = "*" * len(text) if field[_PASSWORD] == "yes" else text
    if focused and _editable(field):
        return text[:-3] + "_" + text[-3:] if field[_TYPE] == "timeus" else text + "_"
    return text


def render(panel, script):
    fields, form, at = _form(script)
    right = "Next" if form.pad.key else "Done"
    mode = MODES[form.pad.mode] if fields[at][_TYPE] in ("", "string") and _editable(fields[at]) else ""
    if panel.small:
        field = fields[at]
        left = "Del" if form.texts[at] and _editable(field) else "Back"
        rows = [wrap(field[_PROMPT], panel.columns)[0], _value(field, form.texts[at], True)[-panel.columns :]]
        return panel.frame(None, rows, 0, left + (" " + mode if mode else ""), right, _more(fields, at))
    title = script.get("title") or script.get("toptitle") or None
    height = panel.height(title)
    body = []
    for index, field in enumerate(fields):
        text = _value(field, form.texts[index], index == at)
        mark = ">" if index == at and len(fields) > 1 else " " if len(fields) > 1 else ""
        if script.get("displaymode").lower() == "condensed":
            text = field[_PROMPT] + " " + text
            body.append(mark + text[-(panel.columns - len(mark)) :] if index == at else (mark + text)[: panel.columns])
        else:
            body += wrap(field[_PROMPT], panel.columns) if field[_PROMPT] else []
            body.append(mark + text[-(panel.columns - len(mark)) :])
        if index == at:
            last = len(body)
    if mode:
        height -= 1
    rows = body[max(0, last - height) :][:height]
    if mode:
        rows += [""] * (height - len(rows)) + [mode + "   # for %s, * for ." % MODES[(form.pad.mode + 1) % 3]]
    return panel.frame(title, rows, 0, "", "", _more(fields, at))


def _more(fields, at):
    return ("^" if at else "") + ("v" if at + 1 < len(fields) else "")


def command(panel, player, name):
    script = player.script
    fields, form, at = _form(script)
    lower = name.lower()
    kind = fields[at][_TYPE]
    if lower == "submit":
        _submit(player, fields, form)
    elif lower == "dial":
        player.follow("Dial:" + form.texts[at])
    elif lower == "choose":
        player.follow(fields[at][_CHOICE])
    elif not _editable(fields[at]):
        pass
    elif lower == "backspace":
        _delete(kind, form, at)
    elif lower in ("dot", "nextspace"):
        _dot(form, at, "." if lower == "dot" else " ")
    elif lower[:10] == "symbollist" and kind in ("", "string"):
        form.texts[at] = form.pad.press(form.texts[at], "symbols", name[10:].strip('="') or MARKS)
    elif kind == "timeus":
        form.texts[at] = form.texts[at][:-2] + ("AM" if form.texts[at][-2:] == "PM" else "PM")
    else:
        form.pad.switch()


def _dot(form, at, char):
    if form.pad.key and char == " ":
        form.pad.key = ""  # the next character
    else:
        form.texts[at] = form.pad.press(form.texts[at], "", char)


def _delete(kind, form, at):
    form.pad.key = ""
    text = form.texts[at]
    if kind not in _MASKS:
        form.texts[at] = text[:-1]
        return
    end = text[-3:] if kind == "timeus" else ""
    digits = text[: len(text) - len(end)].rstrip(":/")
    form.texts[at] = _shaped(kind, digits[:-1] + end)


def _submit(player, fields, form):
    from dialtone.scripts.variables import quote

    script = player.script
    form.pad.key = ""
    uri = script.get("url")
    for index, field in enumerate(fields):
        if field[_TYPE] == "empty":
            continue
        text = form.texts[index]
        problem = _problem(field[_TYPE], text)
        if problem:
            script.at = index
            return player.fail("Please enter " + problem)
        if field[_PARAMETER]:
            uri += ("&" if "?" in uri else "?") + quote(field[_PARAMETER]) + "=" + quote(text)
    selection = fields[script.at][_SELECTION]
    if selection:
        uri += ("&" if "?" in uri else "?") + "selection=" + quote(selection, "&=")
    if script.get("url"):
        player.follow(uri)


def key(panel, player, key):
    script = player.script
    fields, form, at = _form(script)
    field = fields[at]
    if len(key) == 1:
        if _editable(field):
            _press(field[_TYPE], form, at, key)
    elif key == "up" or key == "down":
        return _move(script, fields, 1 if key == "down" else -1)
    elif key == "left":
        if not form.texts[at] or not _editable(field):
            return False
        _delete(field[_TYPE], form, at)
    elif key == "right" and form.pad.key:
        form.pad.key = ""
    elif field[_CHOICE] and key == "right":
        player.follow(field[_CHOICE])
    elif key != "right" or not _move(script, fields, 1):
        _submit(player, fields, form)
    return True


def _press(kind, form, at, key):
    text = form.texts[at]
    digit = key not in "*#"
    if kind in _MASKS:
        if digit:
            end = text[-3:] if kind == "timeus" else ""
            form.texts[at] = _shaped(kind, text[: len(text) - len(end)] + key + end)
        elif kind == "timeus":
            form.texts[at] = text[:-2] + ("AM" if text[-2:] == "PM" else "PM")
    elif kind == "ip":
        form.texts[at] = form.pad.press(text, key, "." if key == "*" else key if digit else ":")
    elif kind == "number":
        form.texts[at] = form.pad.press(text, key, key)
    elif key == "#":
        form.pad.switch()
    else:
        form.texts[at] = form.pad.press(text, key, None if digit else MARKS)
