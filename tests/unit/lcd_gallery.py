"""Every kind of screen on both sizes of display, as frames for the renderer. Used by tests and by tools/screens.py."""

from dialtone.config.store import Store
from dialtone.lcd.panel import Panel

SIZES = {"57i": (144, 128, 24, 8), "53i": (128, 64, 16, 3), "57i-oled": (128, 64, 24, 5)}


class _Host:
    """What the menus work on."""

    stranger = unconfirmed = None
    found = ()
    wireless = False
    trouble = 0
    why = ""

    def __init__(self):
        self.store = Store("57i")
        self.platform = self

    def status(self):
        return {
            "version": "1.0.0.1-SIP",
            "mac": "00085D123456",
            "address": "192.168.1.20",
            "configuration": {"source": "https://pbx/phones/", "files": [{"name": "aastra.cfg", "status": 200}]},
            "certificate_sha256": "0123456789abcdef" * 4,
        }

    def unload(self, *names):
        pass

    def saved(self, name):
        pass


class _Visit:
    """What the player of a script works on; nothing is ever fetched."""

    get_timeout_s = 30

    def spawn(self, name, coroutine):
        coroutine.close()
        return self

    def cancel(self):
        pass

    def lookup(self, name):
        return ""

    def beep(self):
        pass


def _idle(panel):
    idle = panel.idle
    idle.title, idle.address, idle.status = "Aastra 57i", "192.168.1.20", "Ready"
    idle.labels = ("Try me", "Menu", "People", "Security", "", "More")


def _warning(panel):
    _idle(panel)
    panel.idle.warning, panel.idle.advice = "Bad Certificate", "The server's certificate has expired. Renew it"


def _progress(panel):
    panel.progress("Downloading firmware", "57i.st 40 %")


def _message(panel):
    panel.message("Not available", ["Keys of type blf need calling, which this firmware does not do."])


def _options(panel):
    _idle(panel)
    panel.press("options")
    panel.press("down")


def _status_page(panel):
    _options(panel)
    panel.press("1")
    panel.press("down")


def _value(panel):
    from dialtone.lcd.editor import Value

    panel.push(Value("https client method", "57i"))


def _administrator(panel):
    from dialtone.lcd import tree

    tree.administrator(panel)
    panel.press("down")


def _group(panel):
    from dialtone.lcd import tree

    draft = panel.host.store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"!auto resync time: 02:30\n")
    draft.commit()
    tree.section(panel, "configuration server", "Configuration Server")
    panel.press("6")
    panel.press("down")


def _address(panel):
    from dialtone.lcd.editor import Entry

    panel.push(Entry("IP Address", "192.168.1.", "ip", None))
    for key in "20":
        panel.press(key)


def _text_editor(panel):
    from dialtone.lcd.editor import Entry

    panel.push(Entry("Server", "pbx.example", "text", None))
    for key in "227":
        panel.press(key)


def _password(panel):
    from dialtone.lcd.editor import Entry

    panel.push(Entry("Password", "22222", "secret", None))


def _script(xml):
    def show(panel):
        from dialtone.lcd.script_screen import visit
        from dialtone.scripts.objects import Builder

        builder = Builder()
        builder.feed(xml.encode())
        visit(panel, _Visit).push(builder.finish())

    return show


def _status(panel):
    from dialtone.scripts import status
    from dialtone.scripts.objects import Builder

    _idle(panel)
    builder = Builder()
    builder.feed(
        b'<AastraIPPhoneStatus><Session>a</Session><Message index="0" icon="1">2 new messages</Message>'
        b'<Message index="1" type="icon" icon="2"/><Message index="2" type="alert">Fire drill at 12</Message>'
        b'<IconList><Icon index="1">Icon:Envelope</Icon><Icon index="2">Icon:Lock</Icon></IconList>'
        b"</AastraIPPhoneStatus>"
    )
    status.perform(panel, builder.finish(), _Visit().spawn, 5)


def _locked(panel):
    from dialtone.lcd.locked import lock

    class Phone:
        def changed(self, names):
            pass

    _idle(panel)
    phone = Phone()
    phone.panel = panel
    lock(phone, False)


def _broken(panel):
    from dialtone.lcd.script_screen import visit

    visit(panel, _Visit).refuse("XML line 3: <Text> is not closed", "Mend the script")


def _image():
    """A pixmap of 48 x 40 in the phones' format: a frame, a ring and a diagonal, column by column."""
    columns = []
    for x in range(48):
        bits = 0
        for y in range(40):
            ring = (x - 24) * (x - 24) + (y - 20) * (y - 20)
            on = x in (0, 47) or y in (0, 39) or 190 < ring < 260 or x == y + 4 or (x < 4 and y < 8)
            bits = bits << 1 | (1 if on else 0)
        columns.append("%010X" % bits)
    return "".join(columns)


_KEYS = (
    '<SoftKey index="1" icon="3"><Label>Reply</Label><URI>http://h/r</URI></SoftKey>'
    '<SoftKey index="4"><Label>Forward</Label><URI>http://h/f</URI></SoftKey>'
    '<SoftKey index="6" icon="4"><Label>Exit</Label><URI>SoftKey:Exit</URI></SoftKey>'
)
_ICONS = (
    '<IconList><Icon index="1">Icon:Envelope</Icon><Icon index="2">Icon:PhoneRinging</Icon>'
    '<Icon index="3">Icon:Edit</Icon><Icon index="4">Icon:Prohibit</Icon>'
    '<Icon index="5">000038383838FE7C38100000</Icon></IconList>'
)


def _items(*items):
    form = "<MenuItem%s><Prompt%s>%s</Prompt><URI>http://h/x</URI></MenuItem>"
    return "".join([form % item for item in items])


SHOTS = (
    ("idle", _idle),
    ("idle, top keys", _idle),
    ("idle, warning", _warning),
    ("progress", _progress),
    ("message", _message),
    ("options", _options),
    ("options, top keys", _options),
    ("status, scrolled", _status_page),
    ("value", _value),
    ("editor", _text_editor),
    ("password", _password),
    ("administrator", _administrator),
    ("group, locked", _group),
    ("address", _address),
    ("TextScreen", _script(
        "<AastraIPPhoneTextScreen><Title>Wetter f\xfcr M\xfcnchen</Title><Text>Today sunny, 21 degrees in the afternoon"
        ", wind from the north. Tomorrow rain, heavy at times, with thunder in the evening hours and \u201chail\u201d."
        "</Text><Text>Sources: \u0141\xf3d\u017a \u2026 5 \u20ac</Text></AastraIPPhoneTextScreen>"
    )),
    ("FormattedTextScreen", _script(
        '<AastraIPPhoneFormattedTextScreen><Line Size="double" Align="center">Lunch</Line>'
        '<Line Align="right">right</Line><Line Align="center">centre</Line><Line Size="large">12:30</Line>'
        "<Line>Soup and salad</Line><Line>Pancakes</Line>" + _KEYS + _ICONS + "</AastraIPPhoneFormattedTextScreen>"
    )),
    ("TextMenu", _script(
        '<AastraIPPhoneTextMenu defaultIndex="2"><Title>What next?</Title>'
        + _items(("", "", "Weather"), ("", "", "A gypsy's jumping quiz"), ("", "", "Phone book"), ("", "", "News"),
                 ("", "", "Trains"), ("", "", "Traffic"), ("", "", "Canteen"), ("", "", "Lights"))
        + "</AastraIPPhoneTextMenu>"
    )),
    ("TextMenu, icons", _script(
        '<AastraIPPhoneTextMenu style="none" wrapList="yes" defaultIndex="3"><Title>Messages</Title>'
        + _items((' icon="1"', "", "Anna Berg"), (' icon="2"', "", "Reception"),
                 (' icon="5"', "", "A very long entry that needs two rows"), ("", "", "No icon"))
        + _KEYS + _ICONS + "</AastraIPPhoneTextMenu>"
    )),
    ("TextMenu, radio", _script(
        '<AastraIPPhoneTextMenu style="radio" defaultIndex="2"><Title>Ringer</Title>'
        + _items(("", "", "Off"), ("", "", "Low"), ("", "", "Loud")) + "</AastraIPPhoneTextMenu>"
    )),
    ("InputScreen", _script(
        '<AastraIPPhoneInputScreen type="string"><Title>Search</Title><Prompt>Name:</Prompt><URL>http://h/s</URL>'
        "<Parameter>q</Parameter><Default>Berg</Default></AastraIPPhoneInputScreen>"
    )),
    ("InputScreen, fields", _script(
        '<AastraIPPhoneInputScreen><Title>Log in</Title><URL>http://h/l</URL><InputField type="number">'
        "<Prompt>Extension:</Prompt><Parameter>e</Parameter><Default>100</Default></InputField>"
        '<InputField type="number" password="yes"><Prompt>PIN:</Prompt><Parameter>p</Parameter><Default>1234</Default>'
        "</InputField></AastraIPPhoneInputScreen>"
    )),
    ("Directory", _script(
        '<AastraIPPhoneDirectory next="http://h/2"><Title>Sales</Title>'
        + _items(("", "", "Anna Berg"), ("", "", "Bela Kov\xe1cs"), ("", "", "Chlo\xe9 Dubois"))
        + "</AastraIPPhoneDirectory>"
    )),
    ("CallLog", _script(
        '<AastraIPPhoneCallLog><Title>Calls</Title><LogItem type="missed" count="2"><Name>Anna Berg</Name>'
        "<Number>200</Number><Date>11-25</Date><Time>09:41</Time></LogItem><LogItem><Number>0891234</Number>"
        "<Date>11-24</Date><Time>17:03</Time></LogItem></AastraIPPhoneCallLog>"
    )),
    ("ImageScreen", _script(
        '<AastraIPPhoneImageScreen><Image height="40" width="48">%s</Image></AastraIPPhoneImageScreen>' % _image()
    )),
    ("ImageScreen, fullscreen", _script(
        '<AastraIPPhoneImageScreen mode="fullscreen"><Image verticalAlign="bottom" horizontalAlign="right" height="40"'
        ' width="48">%s</Image></AastraIPPhoneImageScreen>' % _image()
    )),
    ("ImageMenu", _script(
        '<AastraIPPhoneImageMenu><Image verticalAlign="top" horizontalAlign="left" height="40" width="48">%s</Image>'
        '<URIList><URI key="1">http://h/1</URI></URIList>%s</AastraIPPhoneImageMenu>' % (_image(), _KEYS + _ICONS)
    )),
    ("Status", _status),
    ("locked", _locked),
    ("PNG", _script("<AastraIPPhoneImageScreen><Image>http://h/a.png</Image></AastraIPPhoneImageScreen>")),
    ("XML error", _broken),
)  # fmt: skip


def frame(model, name):
    """Arguments of ``Picture.draw`` for one screen on one display."""
    _, _, columns, lines = SIZES[model]
    panel = Panel(columns, lines, None, _Host())
    dict(SHOTS)[name](panel)
    rows, labels = panel.rows(), panel.softkeys()
    top = ("Line 1", "Line 2", "Voicemail", "Boss", "Secretary", "Park") if "top keys" in name else ()
    return rows, labels, panel.hints, panel.picture, top


def draw(model, name, fonts="build/fonts"):
    """The picture of one screen: a bytearray, rows from the top, the leftmost pixel in the highest bit."""
    import framebuf
    from dialtone.lcd.pixels import Picture

    width, height, columns, _ = SIZES[model]
    data = bytearray(width * height // 8)
    canvas = framebuf.FrameBuffer(data, width, height, framebuf.MONO_HLSB)
    picture = Picture(canvas, width, height, columns, fonts)
    picture.draw(*frame(model, name))
    picture.close()
    return data
