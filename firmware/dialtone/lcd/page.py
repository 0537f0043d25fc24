"""A page of text, or a question."""

from asyncio import sleep_ms

from dialtone.lcd.panel import wrap
from micropython import const

_UNASKED_MS = const(45000)  # as an object of a script that does not say


class Page:
    """A title and wrapped text that scrolls; Done, Enter, Left or Goodbye closes it.

    ``label`` and ``action`` (a function of the panel) make it a question: the first softkey runs the action.
    """

    def __init__(self, title, lines, label="", action=None):
        self.title = title
        self.lines = lines
        self.label = label
        self.action = action
        self._top = 0

    async def leave(self, panel):
        """Closes it after a while: it tells of what no person has asked for, and maybe none is there."""
        await sleep_ms(_UNASKED_MS)
        panel.back(self)

    def render(self, panel):
        rows = []
        for line in self.lines:
            rows += wrap(line, panel.columns)
        title = self.title
        if panel.small:  # two rows are too few to spend one on a title that never moves
            rows = wrap(title, panel.columns) + rows
            title = None
        self._top = max(0, min(self._top, len(rows) - panel.height(title)))
        if self.action:
            return panel.frame(title, rows, self._top, "Back", self.label), (self.label, "", "", "", "", "Back")
        return panel.frame(title, rows, self._top, "", "Done"), ("", "", "", "", "", "Done")

    def key(self, panel, key):
        if key == "up" or key == "down":
            self._top += 1 if key == "down" else -1
        elif key in ("select", "enter", "right", "softkey1") and self.action:
            self.action(panel)
        elif key in ("select", "enter", "right", "softkey6", "left"):
            panel.back()
        else:
            return False
        return True
