"""What each object looks like on 24 x 8 and on 16 x 3 characters: written by hand, as a person should see it."""

from dialtone.lcd.panel import Panel
from script_support import Host, shown

HEAP = "256k"  # the pictures of all objects as text, and the code of all of them at once


def looks(panel, golden):
    """Rows between bars; on the large display the last line names the softkeys that have a label."""
    lines = [line.strip() for line in golden.strip().split("\n")]
    keys = lines.pop() if lines[-1][:1] != "|" else ""
    width = panel.columns
    rows = ["|%-*s|" % (width, row) for row in panel.rows()]
    labels = ["%d %s" % pair for pair in enumerate(panel.softkeys(), 1) if pair[1]]
    rows += [""] * (len(lines) - len(rows))
    lines += ["|%*s|" % (width, "")] * (len(rows) - len(lines))
    assert rows == lines, "\n" + "\n".join(rows)
    if not panel.small:
        assert ", ".join(labels) == keys, labels


TEXT = """<AastraIPPhoneTextScreen><Title>Today's menu</Title>
<Text>Tomato soup, bread and a small salad with it. Served from 11:30 until it is gone.</Text>
<Text Color="red">Coffee: $$LOCALIP$$</Text></AastraIPPhoneTextScreen>"""


def test_text_screen():
    looks(
        shown(TEXT),
        """
        |Today's menu            |
        |Tomato soup, bread and a|
        |small salad with it.    |
        |Served from 11:30 until |
        |it is gone.             |
        |Coffee: 10.0.0.5        |
        |                        |
        |                        |
        6 Done""",
    )
    looks(
        shown(TEXT, small=True),
        """
        |Today's menu    |
        |Tomato soup,    |
        |<Exit v    Done>|""",
    )
    looks(
        shown(TEXT, small=True, keys="down down down down down down down down down"),
        """
        |is gone.        |
        |Coffee: 10.0.0.5|
        |<Exit ^    Done>|""",
    )


def test_text_screen_longer_than_the_display():
    xml = TEXT.replace("<Text>", "<Text>" + "Line of words here now. " * 6)
    looks(
        shown(xml, keys="down down"),
        """
        |Today's menu          ^v|
        |Line of words here now. |
        |Line of words here now. |
        |Line of words here now. |
        |Line of words here now. |
        |Tomato soup, bread and a|
        |small salad with it.    |
        |Served from 11:30 until |
        6 Done""",
    )


TITLES = """<AastraIPPhoneTextScreen><TopTitle icon="1">Lunch</TopTitle><Title wrap="yes">A title that is much too
long for one row</Title><Text>x</Text><IconList><Icon index="1">Icon:Home</Icon></IconList>
<SoftKey index="2" icon="1"><Label>Again</Label><URI>http://h/</URI></SoftKey></AastraIPPhoneTextScreen>"""


def test_titles():
    panel = shown(TITLES)
    looks(
        panel,
        """
        |A title that is much too|
        |long for one row        |
        |x                       |
        2 Again""",
    )
    assert panel.hints == {0: ("", "", "", "Icon:Home", False), -2: ("", "", "", "Icon:Home", False)}
    looks(
        shown(TITLES.replace('<Title wrap="yes">', "<Odd>").replace("</Title>", "</Odd>")),
        """
        |Lunch                   |
        |x                       |
        2 Again""",
    )


FORMATTED = """<AastraIPPhoneFormattedTextScreen>
<Line Size="double" Align="center" Color="red">Alarm</Line>
<Line Align="right">Room 12</Line>
<Scroll Height="2"><Line>one</Line><Line>two</Line><Line Size="small">three</Line><Line>four</Line></Scroll>
<Line>A footer that is longer than a row of it</Line>
</AastraIPPhoneFormattedTextScreen>"""


def test_formatted_text():
    panel = shown(FORMATTED)
    looks(
        panel,
        """
        |         Alarm         v|
        |                        |
        |                 Room 12|
        |one                     |
        |two                     |
        |A footer that is longer |
        |                        |
        |                        |
        6 Done""",
    )
    assert panel.hints == {0: ("double", "center", "red", "", False), 2: ("", "right", "", "", False)}
    panel = shown(FORMATTED, keys="down down down down")
    looks(
        panel,
        """
        |         Alarm         ^|
        |                        |
        |                 Room 12|
        |three                   |
        |four                    |
        |A footer that is longer |
        |                        |
        |                        |
        6 Done""",
    )
    assert panel.hints[3] == ("small", "", "", "", False)
    looks(
        shown(FORMATTED, small=True),
        """
        |     Alarm      |
        |                |
        |<Exit      Done>|""",
    )


def test_formatted_lines_are_never_cut_in_half():
    xml = """<AastraIPPhoneFormattedTextScreen><Scroll Height="3"><Line Size="double">First</Line>
    <Line Size="large" Align="center">Second</Line></Scroll><Line>foot</Line></AastraIPPhoneFormattedTextScreen>"""
    looks(
        shown(xml),
        """
        |First                  v|
        |                        |
        |                        |
        |foot                    |
        6 Done""",
    )
    looks(
        shown(xml, keys="down"),
        """
        |                       ^|
        |         Second         |
        |                        |
        |foot                    |
        6 Done""",
    )


MENU = """<AastraIPPhoneTextMenu%s><Title>Main menu</Title>
<MenuItem icon="1"><Prompt Color="blue">Weather</Prompt><URI>http://h/1</URI><Dial line="1">100</Dial></MenuItem>
<MenuItem><Prompt split="8">Lunch, today and tomorrow in town</Prompt><URI>http://h/2</URI></MenuItem>
<MenuItem><Prompt>Call</Prompt><URI>Dial:123</URI></MenuItem>
<IconList><Icon index="1">00FE8282FE00</Icon></IconList></AastraIPPhoneTextMenu>"""


def test_menu_numbered():
    panel = shown(MENU % ' defaultIndex="2"')
    looks(
        panel,
        """
        |Main menu               |
        | 1.Weather              |
        |>2.Lunch, today and tomo|
        | 3.Call                 |
        1 Select, 6 Done""",
    )
    assert panel.hints == {
        0: ("title", "", "", "", False),
        1: ("", "", "blue", "00FE8282FE00", False),
        2: ("", "", "", "", True),
        3: ("", "", "", "", False),
    }
    looks(
        shown(MENU % ' defaultIndex="2"', small=True),
        """
        |Main menu       |
        |2.Lunch, today a|
        |<Exit ^v Select>|""",
    )


def test_menu_wrapped_and_split():
    looks(
        shown(MENU % ' defaultIndex="3" wrapList="yes" style="none"'),
        """
        |Main menu               |
        | Weather                |
        | Lunch,                 |
        | today and tomorrow in  |
        | town                   |
        |>Call                   |
        1 Select, 6 Done""",
    )
    looks(
        shown(MENU % ' defaultIndex="2" wrapList="yes" style="none"', small=True),
        """
        |Lunch,          |
        |today and       |
        |<Exit ^v Select>|""",
    )


def test_menu_radio_and_constrained():
    looks(
        shown(MENU % ' style="radio" scrollConstrain="yes"', keys="up down down down"),
        """
        |Main menu               |
        | (*) Weather            |
        | ( ) Lunch, today and to|
        |>( ) Call               |
        1 Select, 6 Done""",
    )
    looks(
        shown(MENU % ' style="radio"', keys="up", small=True),
        """
        |Main menu       |
        |( ) Call        |
        |<Exit ^  Select>|""",
    )


DIRECTORY = """<AastraIPPhoneDirectory next="http://h/n"%s><Title>People</Title>
<MenuItem><Prompt>Ada Lovelace</Prompt><URI>1001</URI></MenuItem>
<MenuItem><Prompt>Grace Hopper</Prompt><URI>1002</URI></MenuItem></AastraIPPhoneDirectory>"""


def test_directory():
    looks(
        shown(DIRECTORY % "", keys="down"),
        """
        |People                  |
        | Ada Lovelace           |
        |>Grace Hopper           |
        1 Dial, 2 Next, 6 Done""",
    )
    looks(
        shown(DIRECTORY % ' previous="http://h/p"', small=True),
        """
        |People          |
        |Ada Lovelace    |
        |<Exit v    Dial>|""",
    )
    looks(
        shown(DIRECTORY % ' previous="http://h/p"', keys="softkey2"),
        """
        |Loading Page.......     |
        6 Cancel""",
    )
    looks(
        shown(DIRECTORY % "", keys="select"),
        """
        |Not available           |
        |Dial:1001               |
        6 Done""",
    )


CALLS = """<AastraIPPhoneCallLog deleteUri="http://h/d" dialUri="http://h/c?a=1"><TopTitle>Callers</TopTitle>
<LogItem type="missed" count="3" line="1"><Name>Jane Doe</Name><Number>408-555-1234</Number><Date>01-05-2026</Date>
<Time>10:01</Time><Selection>7</Selection></LogItem>
<LogItem duration="60" type="incoming"><Number>555</Number><Date>01-04-2026</Date><Time>09:00</Time></LogItem>
</AastraIPPhoneCallLog>"""


def test_call_log():
    looks(
        shown(CALLS),
        """
        |Callers                 |
        |>Jane Doe (3)           |
        | 01-05 10:01 missed     |
        | 555                    |
        | 01-04 09:00 incoming   |
        1 Dial, 2 Delete, 6 Done""",
    )
    looks(
        shown(CALLS, small=True),
        """
        |Jane Doe (3)    |
        |01-05 10:01     |
        |<Exit v    Dial>|""",
    )
    shown(CALLS, keys="softkey2")
    assert Host.asked == ["http://h/d?selection=7"]
    shown(CALLS, keys="select")
    assert Host.asked == ["http://h/c?a=1&selection=7"]


IMAGE = """<AastraIPPhoneImageScreen imageAction="http://h/a"><Image height="8" width="3" verticalAlign="top"
horizontalAlign="5">FF 81
FF</Image></AastraIPPhoneImageScreen>"""


def test_image():
    panel = shown(IMAGE)
    looks(
        panel,
        """
        |[image]                 |
        6 Done""",
    )
    assert panel.picture == (b"\xff\x81\xff", 3, 8, "top", "5", "")
    looks(
        shown(IMAGE, small=True),
        """
        |[image]         |
        |                |
        |<Exit      Done>|""",
    )
    looks(
        shown(IMAGE.replace("FF</", "</")),
        """
        |[image]                 |
        |The image is shorter    |
        |than its height and     |
        |width say.              |
        6 Done""",
    )
    panel = shown(IMAGE.replace("FF 81\nFF", "http://h/a.png"))
    looks(
        panel,
        """
        |[image]                 |
        |This display shows      |
        |images of one bit for a |
        |pixel, no PNG and no    |
        |JPEG.                   |
        6 Done""",
    )
    assert panel.picture is None


def test_image_menu():
    xml = """<AastraIPPhoneImageMenu><Image height="8" width="1">FF</Image><URIList base="http://h/">
    <URI key="1">one</URI><URI key="#">hash</URI><URI base="http://i/?a" key="3">&amp;b</URI></URIList>
    </AastraIPPhoneImageMenu>"""
    for keys, asked in (
        ("1", ["http://h/one"]), ("#", ["http://h/hash"]), ("3", ["http://i/?a&b"]), ("2 *", [])
    ):  # fmt: skip
        shown(xml, keys=keys)
        assert Host.asked == asked, keys


STATUS = """<AastraIPPhoneStatus><Session>%s</Session>%s<IconList><Icon index="1">Icon:Information</Icon>
<Icon index="2">Icon:None</Icon></IconList></AastraIPPhoneStatus>"""


def _idle(small):
    panel = Panel(16, 3) if small else Panel(24, 8)
    panel.idle.title, panel.idle.address, panel.idle.status = "Aastra 57i", "10.0.0.5", "Ready"
    return panel


def test_status():
    messages = '<Message index="0">Forwarded to 1234</Message><Message index="1">Two new voice mails</Message>'
    panel = shown(STATUS % ("a", messages), panel=_idle(False))
    looks(
        panel,
        """
        |Aastra 57i              |
        |Forwarded to 1234       |
        |Two new voice mails     |
        |10.0.0.5                |
        |Ready                   |
        """.strip()
        + "\n ",
    )
    shown(
        STATUS % ("b", '<Message index="1" icon="1" type="icon"/><Message type="alert" index="9">Fire</Message>'),
        panel=panel,
    )
    looks(
        panel,
        """
        |Aastra 57i              |
        |Fire                    |
        |Forwarded to 1234       |
        |Two new voice mails     |
        |[Information]           |
        |10.0.0.5                |
        |Ready                   |
        """.strip()
        + "\n ",
    )
    assert panel.hints == {1: ("", "", "red", "", False), 4: ("", "", "", "Icon:Information", False)}
    gone = '<Message index="1" icon="2"/><Message type="alert"/><Message index="7"/>'
    shown(STATUS % ("b", gone), panel=panel)
    shown(STATUS % ("a", '<Message index="0"/><Message index="1">One new voice mail</Message>'), panel=panel)
    looks(
        panel,
        """
        |Aastra 57i              |
        |One new voice mail      |
        |10.0.0.5                |
        |Ready                   |
        """.strip()
        + "\n ",
    )


def test_status_small():
    panel = shown(STATUS % ("", '<Message index="0">A long message that is cut</Message>'), panel=_idle(True))
    looks(
        panel,
        """
        |Aastra 57i     v|
        |A long message t|
        |10.0.0.5        |""",
    )


INPUT = """<AastraIPPhoneInputScreen type="%s"%s><Title>Search</Title><Prompt>Name of the person</Prompt>
<URL>http://h/s?x=1</URL><Parameter>name</Parameter><Default>%s</Default></AastraIPPhoneInputScreen>"""


def test_input_string():
    panel = shown(INPUT % ("string", "", "Al"), keys="2 2")
    looks(
        panel,
        """
        |Search                  |
        |Name of the person      |
        |Alb_                    |
        |                        |
        |                        |
        |                        |
        |                        |
        |abc   # for ABC, * for .|
        1 Backspace, 2 ABC, 5 Done, 6 Cancel""",
    )
    looks(
        shown(INPUT % ("string", "", "Al"), small=True, keys="2 2"),
        """
        |Name of the     |
        |Alb_            |
        |<Del abc   Next>|""",
    )
    looks(
        shown(INPUT % ("string", "", ""), small=True),
        """
        |Name of the     |
        |_               |
        |<Back abc  Done>|""",
    )


def test_input_others():
    looks(
        shown(INPUT % ("IP", "", "192.168."), keys="1 *"),
        """
        |Search                  |
        |Name of the person      |
        |192.168.1._             |
        |                        |
        |                        |
        |                        |
        |                        |
        |                        |
        1 Backspace, 2 Dot, 5 Done, 6 Cancel""",
    )
    looks(
        shown(INPUT % ("timeUS", "", "10:3"), keys="0 5 9 #"),
        """
        |Search                  |
        |Name of the person      |
        |10:30:59_ PM            |
        |                        |
        |                        |
        |                        |
        |                        |
        |                        |
        1 Backspace, 2 AM/PM, 5 Done, 6 Cancel""",
    )
    looks(
        shown(INPUT % ("dateInt", ' password="no"', ""), small=True, keys="3 1 1 2 2 0"),
        """
        |Name of the     |
        |31/12/20_       |
        |<Del       Done>|""",
    )
    looks(
        shown(INPUT % ("number", ' password="yes" LockIn="yes"', "1"), keys="2 * #"),
        """
        |Search                  |
        |Name of the person      |
        |****_                   |
        |                        |
        |                        |
        |                        |
        |                        |
        |                        |
        1 Backspace, 5 Done""",
    )
    looks(
        shown(INPUT % ("string", ' editable="no"', "fixed"), keys="2"),
        """
        |Search                  |
        |Name of the person      |
        |fixed                   |
        5 Done, 6 Cancel""",
    )


FIELDS = """<AastraIPPhoneInputScreen type="string" %s><Title>Log in</Title><URL>http://h/l</URL>
<InputField><Prompt>Name</Prompt><Parameter>user</Parameter><Default>ada</Default><Selection>1</Selection></InputField>
<InputField type="number" password="yes"><Prompt>PIN</Prompt><Parameter>pin</Parameter>
<SoftKey index="3"><Label>Help</Label><URI>http://h/help</URI></SoftKey></InputField>
<InputField type="empty"/>
<InputField editable="no"><Prompt>Phone</Prompt><Parameter>mac</Parameter><Default>00 08</Default></InputField>
</AastraIPPhoneInputScreen>"""


def test_input_fields():
    looks(
        shown(FIELDS % ""),
        """
        |Log in                 v|
        |Name                    |
        |>ada_                   |
        |PIN                     |
        |                        |
        |                        |
        |Phone                   |
        |abc   # for ABC, * for .|
        1 Backspace, 2 ABC, 5 Done, 6 Cancel""",
    )
    looks(
        shown(FIELDS % 'displayMode="condensed" defaultFocus="2"', keys="4 2"),
        """
        |Log in                ^v|
        | Name ada               |
        |>PIN **_                |
        |                        |
        | Phone 00 08            |
        |                        |
        |                        |
        |                        |
        3 Help""",
    )
    looks(
        shown(FIELDS % "", small=True, keys="down"),
        """
        |PIN             |
        |_               |
        |<Back ^v   Done>|""",
    )
    looks(
        shown(FIELDS % "", keys="down down"),
        """
        |Log in                 ^|
        |Name                    |
        | ada                    |
        |PIN                     |
        |                        |
        |                        |
        |Phone                   |
        |>00 08                  |
        5 Done, 6 Cancel""",
    )


def test_a_problem():
    looks(
        shown(INPUT % ("IP", "", "300.1.1.1"), keys="softkey5"),
        """
        |Please enter an IP      |
        |address, such as        |
        |192.168.0.100           |
        6 Done""",
    )
