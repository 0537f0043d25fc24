"""TextScreen and FormattedTextScreen."""

from dialtone.lcd.panel import lines, wrap
from dialtone.scripts.script import number

_DONE = {6: "Done\0SoftKey:Exit\0\0"}


def softkeys(script):
    return script.softkeys or _DONE


def command(panel, player, name):
    number = player.script.get("dial")
    if number and name.lower() in ("dial", "dial2"):
        player.follow("Dial:" + number)


def linked(script, uri):
    return uri


def title(panel, script):
    """The title of a screen: (what ``panel.frame`` draws above the body, or None; rows that scroll with the body)."""
    text = script.get("title") or script.get("toptitle")
    rows = []
    if panel.small or script.yes("title.wrap") or not text:
        rows = wrap(text, panel.columns) if text else []
        text = None
    colour = script.get("title.color") or script.get("toptitle.color")
    icon = script.icons.get(script.get("toptitle.icon"), "")
    if colour or icon:
        panel.hints[0] = ("", "", colour, icon, False)
    return text, rows


def render(panel, script):
    if script.kind != "TextScreen":
        return _formatted(panel, script)
    head, first = title(panel, script)
    height = panel.height(head)
    # Row by row: all rows of a long text at once would not fit into the heap beside it.
    while True:
        top = script.top
        window = first[top : top + height]
        count = len(first)
        for index in range(len(script.items)):
            text, colour = script.item(index)
            for row in lines(text, panel.columns):
                if top <= count < top + height:
                    if colour:
                        panel.hints[len(window) + (0 if head is None else 1)] = ("", "", colour, "", False)
                    window.append(row)
                count += 1
        if count >= top + height or not top:
            break
        script.top = max(0, count - height)
    more = ("^" if top else "") + ("v" if count > top + height else "")
    return panel.frame(head, window, 0, "Exit", "Done", more)


def _formatted(panel, script):
    """Fixed lines, a zone that scrolls, fixed lines. What is below the last row does not show (facts page, 6.2)."""
    head, zone, foot = [], [], []
    size = 0
    for index in range(len(script.items)):
        line = script.item(index)
        if line[4]:
            size = number(line[4], 1)
        rows = zone if line[4] else foot if zone else head
        rows.append(line)
        if line[1] in ("double", "large"):
            rows.append(None)  # it covers the row below, too
    height = panel.height(None)
    size = max(0, min(size or len(zone), height - len(head)))
    script.top = top = max(0, min(script.top, len(zone) - size))
    lines_ = (head + zone[top : top + size] + foot)[:height]
    rows = []
    for at, line in enumerate(lines_):
        tall = line and line[1] in ("double", "large")
        if not line or tall and (at + 1 == len(lines_) or lines_[at + 1]):
            rows.append("")  # half a line is none
            continue
        text = next(lines(line[0], panel.columns))
        align = line[2].lower()
        room = panel.columns - len(text)
        rows.append(" " * (room if align == "right" else room // 2 if align == "center" else 0) + text)
        if align or line[1] or line[3]:
            panel.hints[at] = (line[1].lower(), align, line[3], "", False)
    more = ("^" if top else "") + ("v" if top + size < len(zone) else "") if size else ""
    return panel.frame(None, rows, 0, "Exit", "Done", more)


def key(panel, player, key):
    script = player.script
    if key == "up" or key == "down":
        top = script.top
        script.top = max(0, top + (1 if key == "down" else -1))
        if script.get("scroll" + key):
            render(panel, script)  # it knows where the end is
        return script.top != top
    if key not in ("select", "enter", "right"):
        return False
    player.done()
    return True
