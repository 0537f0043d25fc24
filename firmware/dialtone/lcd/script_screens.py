"""Scripts on the display: one screen that shows whatever its Player has."""

from dialtone.lcd.panel import wrap
from dialtone.scripts.player import Player

_LOADING = "Loading Page......."  # the phones' own words (facts page, 5.1)
_FORWARD = ("select", "enter", "right")


def visit(panel, fetch, spawn, lookup, get_timeout_s=30):
    """The Player of the visit that is open on ``panel``, else that of a new one; parameters as in Player."""
    for screen in panel.screens():
        if isinstance(screen, ScriptScreen) and not screen.player.over:
            return screen.player
    screen = ScriptScreen(panel)
    screen.player = Player(fetch, spawn, screen.changed, lookup, get_timeout_s)
    return screen.player


class ScriptScreen:
    """What a Player has to show."""

    def __init__(self, panel):
        self.player = None
        self._panel = panel
        self._script = None  # the object that the position belongs to
        self._at = 0  # chosen item, or top row

    def changed(self, player):
        """For the Player: there is something else to show."""
        if player.over:
            self._panel.back(self)
            return
        if player.script is not self._script:
            script = self._script = player.script
            self._at = 0
            if script and script.items:
                self._at = max(0, min(script.number("defaultIndex", 1), len(script.items)) - 1)
        self._panel.push_later(self)

    def closed(self):
        """For the panel: the screen is gone."""
        self.player.close()

    def render(self, panel):
        player = self.player
        if player.loading:
            return panel.frame(_LOADING[: panel.columns], [], 0, "Cancel"), ("", "", "", "", "", "Cancel")
        if player.problem:
            return self._problem(panel, *player.problem), ("", "", "", "", "", "Done")
        script = player.script
        if not script:
            return (), ()
        labels = ("Select" if script.items else "", "", "", "", "", "Done")
        if script.softkeys:
            labels = [script.softkeys.get(number, ("", ""))[0] for number in range(1, 7)]
        return self._menu(panel, script) if script.items else self._text(panel, script), labels

    def _problem(self, panel, title, lines):
        rows = wrap(title, panel.columns)
        for line in lines:
            rows += wrap(line, panel.columns) if line else []
        return self._window(panel, None, rows, "", "Done")

    def _text(self, panel, script):
        title = script.title
        rows = []
        if panel.small or script.wrap_title or not title:
            rows = wrap(title, panel.columns) if title else []
            title = None
        for text in script.texts:
            rows += wrap(text, panel.columns)
        return self._window(panel, title, rows, "Exit", "Done")

    def _window(self, panel, title, rows, left, right):
        self._at = max(0, min(self._at, len(rows) - panel.height(title)))
        return panel.frame(title, rows, self._at, left, right)

    def _menu(self, panel, script):
        style = script.get("style")
        default = script.number("defaultIndex", 1)
        prompts = []
        for number, item in enumerate(script.items, 1):
            mark = "%d." % number
            if style == "none":
                mark = ""
            elif style == "radio":
                mark = "(*) " if number == default else "( ) "
            prompts.append(mark + item[1])
        from dialtone.lcd import listing

        return listing.render(panel, script.title, prompts, self._at, "Exit", "Select", script.yes("wrapList"))

    def key(self, panel, key):
        player = self.player
        player.touched()
        if key == "goodbye" or player.loading and key in ("softkey6", "left"):
            player.goodbye()
        elif player.loading:
            return key != "options"
        elif player.problem:
            if key in _FORWARD or key == "softkey6" or key == "left":
                player.back()
            else:
                return self._scroll(key)
        elif key[:-1] == "softkey" and player.script.softkeys:
            player.softkey(int(key[7]), self._at)
        elif key == "softkey6":
            player.leave() if player.script.items else player.done()
        elif key == "left":
            player.leave()
        elif player.script.items:
            return self._menu_key(player, key)
        elif key in _FORWARD:
            player.done()
        else:
            return self._scroll(key)
        return True

    def _scroll(self, key):
        if key == "up" or key == "down":
            self._at += 1 if key == "down" else -1
        return key != "options"

    def _menu_key(self, player, key):
        script = player.script
        from dialtone.lcd import listing

        to = listing.move(key, self._at, len(script.items))
        if to is not None:
            self._at = to
            if key.isdigit() and script.yes("numberLaunch"):
                player.choose(to)
        elif key in _FORWARD or key == "softkey1":
            player.choose(self._at)
        else:
            return False
        return True
