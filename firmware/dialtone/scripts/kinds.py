"""What the objects of the phones' XML interface have: the table that objects.py reads (facts page, 6.2).

A module of its own, so that it can leave the heap as soon as an object's root is known.
"""

_SCREEN = (
    "destroyonexit cancelaction doneaction beep timeout lockin goodbyelockinuri allowanswer allowdrop allowxfer"
    " allowconf allowdtmf scrollup scrolldown scrollleft scrollright title title.wrap title.color toptitle"
    " toptitle.icon toptitle.color "
)
_ACTION = "beep triggerdestroyonexit "
_IMAGE = "imageaction mode image image.verticalalign image.horizontalalign image.height image.width"
# Kind: (module lcd.script_<screen>, "" for what is no screen; fields of the root; what repeats: its element, how many,
# its fields in the order of Script.item). An item's own text has its element's name, an attribute of its child
# child.attribute, an attribute of the element around it parent.attribute. Names are compared in lower case: the
# vendor's own examples write both index and Index.
KINDS = {
    "TextScreen": ("text", "dial dial.line", "text 60 text color"),
    "FormattedTextScreen": ("text", "dial dial.line", "line 60 line size align color scroll.height"),
    "TextMenu": (
        "menu",
        "defaultindex style wraplist scrollconstrain numberlaunch unitscroll bcolor",
        "menuitem 30 prompt uri selection dial base icon prompt.split prompt.color dial.line",
    ),
    "InputScreen": (
        "input",
        "type password editable defaultindex defaultfocus inputlanguage displaymode prompt url parameter default"
        " selection",
        "inputfield 10 prompt parameter default type password editable selection choiceurl",
    ),
    "Directory": ("menu", "previous next", "menuitem 30 prompt uri"),
    "ImageScreen": ("image", _IMAGE, ""),
    "ImageMenu": ("image", _IMAGE, "uri 12 uri key urilist.base base"),
    "CallLog": (
        "menu",
        "scrollconstrain deleteuri deletealluri dialuri adduri",
        "logitem 50 name number date time selection duration type callingterminal count line",
    ),
    "Status": ("", "session", "message 16 message index type timeout uri icon color"),
    "Execute": ("", "", "executeitem 30 uri interruptcall"),
    "Configuration": (
        "",
        "settype",
        "configurationitem 60 parameter value settype parameter.firstitem parameter.lastitem",
    ),
}


def find(name):
    """(kind, screen, fields of the root, what repeats) of a kind in lower case, None when there is none."""
    for kind in KINDS:
        if kind.lower() == name:
            screen, root, repeated = KINDS[kind]
            return kind, screen, (_SCREEN if screen else _ACTION) + root, repeated
    return None
