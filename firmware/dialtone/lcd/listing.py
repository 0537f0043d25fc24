"""A list to choose from, on both sizes of display."""

from dialtone.lcd.panel import wrap


def render(panel, title, prompts, index, left, right, wrapped=True):
    """The rows of a list with entry ``index`` chosen; ``left`` and ``right`` are for a small display's command line.

    A small display shows the chosen entry only: under the title, or alone when it needs two rows.
    """
    if panel.small and (not wrapped or len(prompts[index]) <= panel.columns):
        return panel.frame(title, prompts, index, left, right)
    room = panel.columns - (0 if panel.small else 1)
    body = []
    for at in range(len(prompts)):
        mark = "" if panel.small else ">" if at == index else " "
        if at == index:
            first = len(body)
        for row in wrap(prompts[at], room) if wrapped else [prompts[at]]:
            body.append(mark + row)
            mark = "" if panel.small else " "
        if at == index:
            last = len(body)
    if panel.small:
        return panel.frame(None, body, first, left, right)
    return panel.frame(title, body, max(0, last - panel.height(title)), left, right)


def move(key, index, count):
    """The index after ``up``, ``down`` or a digit, with the ends joined; None when the key is another."""
    if key == "up" or key == "down":
        return (index + (1 if key == "down" else -1)) % count
    if key.isdigit() and 0 < int(key) <= count:
        return int(key) - 1
    return None
