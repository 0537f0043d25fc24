"""A list to choose from, on both sizes of display."""

from dialtone.lcd.panel import lines


def render(panel, title, prompts, index, left, right, wrapped=True, hint=None):
    """The rows of a list with entry ``index`` chosen; ``left`` and ``right`` are for a small display's command line.

    ``prompts`` has a length and texts by index: only those that show are asked for. ``hint(index)`` gives an entry's
    colour and icon. A small display shows the chosen entry only: under the title, or alone when it needs two rows.
    """
    room = panel.columns - (0 if panel.small else 1)
    rows = _entry(prompts, index, room, wrapped)
    if panel.small and len(rows) > 1:
        title = None
    height = panel.height(title)
    first = last = index
    if not panel.small:
        while first and len(rows) < height:
            first -= 1
            rows = _entry(prompts, first, room, wrapped) + rows
    above = first > 0 or len(rows) > height and not panel.small
    rows = rows[:height] if panel.small else rows[-height:]
    while last + 1 < len(prompts) and len(rows) < height:
        last += 1
        rows += _entry(prompts, last, room, wrapped)
    below = last + 1 < len(prompts) or len(rows) > height and not panel.small
    body = []
    seen = -1
    for at, text in rows[:height]:
        if at == index and not panel.small or hint:
            colour, icon = hint(at) if hint else ("", "")
            if icon and seen == at:
                icon = " "  # no picture, but its room: the rows of an entry lie below each other
            panel.hints[len(body) + (0 if title is None else 1)] = ("", "", colour, icon, at == index)
        body.append(text if panel.small else (">" if at == index and seen != at else " ") + text)
        seen = at
    return panel.frame(title, body, 0, left, right, ("^" if above else "") + ("v" if below else ""))


def _entry(prompts, index, room, wrapped):
    text = prompts[index]
    return [(index, row) for row in (lines(text, room) if wrapped else [text[:room]])]


def move(key, index, count):
    """The index after ``up``, ``down`` or a digit, with the ends joined; None when the key is another."""
    if key == "up" or key == "down":
        return (index + (1 if key == "down" else -1)) % count
    if key.isdigit() and 0 < int(key) <= count:
        return int(key) - 1
    return None
