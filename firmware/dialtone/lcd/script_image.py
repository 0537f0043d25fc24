"""ImageScreen and ImageMenu: the picture is handed to the display as ``panel.picture``; rows of text only name it."""

from dialtone.lcd.panel import wrap

_DONE = {6: "Done\0SoftKey:Exit\0\0"}


def softkeys(script):
    return script.softkeys or _DONE


def linked(script, uri):
    return uri


def command(panel, player, name):
    pass


def render(panel, script):
    if script.picture:
        get = script.get
        height = script.number("image.height", 40)
        width = script.number("image.width", 144)
        column = (height + 7) // 8  # bytes: the data goes down column by column, top pixel in the highest bit
        if column and 0 < width * column <= len(script.picture):
            across, mode = get("image.horizontalalign"), get("mode")
            panel.picture = (script.picture, width, height, get("image.verticalalign"), across, mode)
            return panel.frame(None, ["[image]"], 0, "Exit", "Done")
        text = "The image is shorter than its height and width say."
    elif script.get("image"):
        text = "This display shows images of one bit for a pixel, no PNG and no JPEG."
    else:
        text = "The image is empty."
    return panel.frame(None, ["[image]"] + wrap(text, panel.columns), 0, "Exit", "Done")


def key(panel, player, key):
    script = player.script
    if len(key) == 1:
        for index in range(len(script.items)):
            uri, wanted, around, base = script.item(index)
            if wanted == key:
                player.follow(uri, base or around)
    elif key in ("select", "enter", "right"):
        action = script.get("imageaction")
        player.follow(action) if action and key != "right" else player.done()
    else:
        return False
    return True
