"""Scripts on the display: draws whatever a Player has, and takes the keys.

Each family of objects has a module ``script_<family>``, imported when it shows: ``render(panel, script)`` gives the
rows, ``softkeys(script)`` position -> packed label, URI, icon, colour; ``key(panel, player, key)`` takes what is no
softkey (False: not for me); ``command(panel, player, name)`` does what a softkey ``SoftKey:<name>`` says, Exit
excepted; ``linked(script, uri)`` adds to the http URI of a softkey what the object has to tell.
"""

from dialtone.lcd.panel import wrap

_LOADING = "Loading Page......."  # the phones' own words (facts page, 5.1)
_ARROWS = ("up", "down", "left", "right")
_LAST = ("", "", "", "", "")


def family(script):
    """The module that shows ``script``."""
    if script.screen == "menu":
        from dialtone.lcd import script_menu as module
    elif script.screen == "input":
        from dialtone.lcd import script_input as module
    elif script.screen == "image":
        from dialtone.lcd import script_image as module
    else:
        from dialtone.lcd import script_text as module
    return module


def render(panel, player):
    """(rows, labels) of what ``player`` has to show."""
    if player.loading:
        return panel.frame(_LOADING[: panel.columns], [], 0, "Cancel"), _LAST + ("Cancel",)
    if player.problem:
        rows = wrap(player.problem[0], panel.columns)
        for line in player.problem[1]:
            rows += wrap(line, panel.columns) if line else []
        player.top = max(0, min(player.top, len(rows) - panel.height(None)))
        return panel.frame(None, rows, player.top, "", "Done"), _LAST + ("Done",)
    script = player.script
    if not script:
        return (), ()
    module = family(script)
    labels = [""] * 6
    keys = module.softkeys(script)
    for number in keys:
        label, uri, icon, colour = keys[number].split("\0")
        if not (player.locked() and not script.softkeys and uri == "SoftKey:Exit"):
            labels[number - 1] = label
            if icon or colour:
                panel.hints[-number] = ("", "", colour, script.icons.get(icon, ""), False)
    return module.render(panel, script), labels


def key(panel, player, key):
    """Takes a key; False: the panel may do its default."""
    player.touched()
    if key == "goodbye" or player.loading and key in ("softkey6", "left"):
        player.goodbye()
    elif player.loading:
        return key != "options"
    elif player.problem:
        if key in ("select", "enter", "right", "left", "softkey6"):
            player.back()
        elif key == "up" or key == "down":
            player.top += 1 if key == "down" else -1
        else:
            return key != "options"
    else:
        return _script_key(panel, player, player.script, key)
    return True


def _script_key(panel, player, script, key):
    module = family(script)
    if key[:-1] == "softkey":
        packed = module.softkeys(script).get(int(key[7]))
        uri = packed.split("\0")[1] if packed else ""
        if script.softkeys or uri != "SoftKey:Exit" or not player.locked():
            _softkey(panel, player, module, uri)
        return True
    if key == "options":
        return player.locked()
    # A text or list scrolls to its end before an arrow means what the script says.
    if key in ("left", "right") and script.get("scroll" + key):
        player.follow(script.get("scroll" + key))
    elif module.key(panel, player, key):
        pass
    elif key in _ARROWS and script.get("scroll" + key):
        player.follow(script.get("scroll" + key))
    elif key == "left":
        player.leave()
    return True


def _softkey(panel, player, module, uri):
    name = uri.lower()
    if name == "softkey:exit":
        player.exit()
    elif name[:8] == "softkey:":
        module.command(panel, player, uri[8:])
    else:
        player.follow(module.linked(player.script, uri))
