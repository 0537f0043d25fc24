from dialtone.errors import DialtoneError
from dialtone.lcd.panel import Panel
from dialtone.lcd.script_screen import visit
from dialtone.scripts.objects import Builder


def _script(text):
    builder = Builder()
    builder.feed(text.encode())
    return builder.finish()


class Task:
    def cancel(self):
        pass


class Host:
    """Nothing loads here: the player's tests do that. ``asked`` keeps what would be loaded."""

    get_timeout_s = 30

    def __init__(self):
        self.asked = []

    def spawn(self, name, coroutine):
        coroutine.close()
        return Task()

    def fetch(self, url):
        self.asked.append(str(url))
        return self._nothing()

    async def _nothing(self):
        pass

    def lookup(self, name):
        return ""

    def scheme(self, player, uri):
        player.fail("Not available", uri)

    def beep(self):
        pass


def _open(xml, small=False, panel=None):
    panel = panel or (Panel(16, 3) if small else Panel(24, 8))
    player = visit(panel, Host)
    try:
        player.push(_script(xml))
    except DialtoneError as error:
        player.refuse(error.text, error.advice)
    return panel, player


def _press(panel, keys):
    for key in keys.split():
        panel.press(key)
    return panel.rows()


_TEXT = (
    "<AastraIPPhoneTextScreen%s><Title%s>Weather report for today</Title>"
    "<Text>Sunny, 21 degrees in the afternoon</Text><Text>Wind: north</Text></AastraIPPhoneTextScreen>"
)
_ITEM = "<MenuItem><Prompt>%s</Prompt><URI>http://h/x</URI></MenuItem>"


def _menu(prompts, attributes=""):
    items = "".join([_ITEM % prompt for prompt in prompts])
    return "<AastraIPPhoneTextMenu %s><Title>Main menu</Title>%s</AastraIPPhoneTextMenu>" % (attributes, items)


def test_text_large():
    panel, _ = _open(_TEXT % ("", ""))
    assert panel.rows() == [
        "Weather report for today",
        "Sunny, 21 degrees in the",
        "afternoon",
        "Wind: north",
        "",
        "",
        "",
        "",
    ]
    assert panel.softkeys() == ["", "", "", "", "", "Done"]


def test_text_small_scrolls():
    panel, _ = _open(_TEXT % ("", " wrap='yes'"), small=True)
    assert panel.rows() == ["Weather report", "for today", "<Exit v    Done>"]
    assert _press(panel, "down down down down down down") == ["afternoon", "Wind: north", "<Exit ^    Done>"]


def test_text_done_and_left_close():
    for key in ("softkey6", "select", "right", "left", "goodbye", "options"):
        panel, player = _open(_TEXT % ("", ""))
        _press(panel, key)
        assert panel.top() is panel.idle and player.over, key


def test_menu_large():
    panel, _ = _open(_menu(["One", "Two", "Three"], 'defaultIndex="2"'))
    assert panel.rows() == ["Main menu", " 1.One", ">2.Two", " 3.Three", "", "", "", ""]
    assert panel.softkeys() == ["Select", "", "", "", "", "Done"]
    assert _press(panel, "down")[3] == ">3.Three"
    assert _press(panel, "down")[1] == ">1.One"
    assert _press(panel, "3")[3] == ">3.Three"


def test_menu_small():
    panel, _ = _open(_menu(["One", "Two"]), small=True)
    assert panel.rows() == ["Main menu", "1.One", "<Exit v  Select>"]
    assert _press(panel, "down") == ["Main menu", "2.Two", "<Exit ^  Select>"]


def test_menu_of_thirty_scrolls():
    panel, _ = _open(_menu(["Entry"] * 30))
    assert panel.rows()[0] == "Main menu              v"
    rows = _press(panel, "down " * 15)
    assert rows[0] == "Main menu             ^v" and rows[7] == ">16.Entry"
    assert _press(panel, "up " * 16)[7] == ">30.Entry"


def test_menu_styles_and_wrapping():
    long = "A long prompt that needs two rows"
    panel, _ = _open(_menu([long, "B"], 'style="none"'))
    assert panel.rows()[1:3] == [">A long prompt that need", " B"]
    panel, _ = _open(_menu([long, "B"], 'style="radio" defaultIndex="2" wrapList="yes"'))
    assert panel.rows()[1:4] == [" ( ) A long prompt that", " needs two rows", ">(*) B"]
    panel, _ = _open(_menu(["A", "B"], 'defaultIndex="99"'))
    assert panel.rows()[2] == ">2.B"


def test_choosing_loads_and_goodbye_stops():
    for small, rows in (
        (False, ["Loading Page......."] + [""] * 7),
        (True, ["Loading Page....", "", "<Cancel         "]),
    ):
        panel, player = _open(_menu(["One"]), small)
        assert _press(panel, "select") == rows
        assert player.loading and panel.softkeys()[5] == "Cancel"
        _press(panel, "1 down select")
        assert player.loading
        assert _press(panel, "goodbye")[0] == "Main menu"


def test_number_launch():
    panel, player = _open(_menu(["One", "Two"], 'numberLaunch="yes"'))
    _press(panel, "2")
    assert player.loading


def test_own_softkeys_replace_ours():
    keys = (
        '<SoftKey index="1"><Label>Go</Label><URI>SoftKey:Select</URI></SoftKey>'
        '<SoftKey index="4"><Label>Leave</Label><URI>SoftKey:Exit</URI></SoftKey></AastraIPPhoneTextMenu>'
    )
    panel, player = _open(_menu(["One"]).replace("</AastraIPPhoneTextMenu>", keys))
    assert panel.softkeys() == ["Go", "", "", "Leave", "", ""]
    _press(panel, "softkey6 softkey2")
    assert panel.rows()[0] == "Main menu"
    _press(panel, "softkey1")
    assert player.loading
    _press(panel, "goodbye softkey4")
    assert panel.top() is panel.idle


def test_problem_shows_reason_and_returns_to_the_last_object():
    panel, _ = _open(_menu(["One"]))
    _open("<AastraIPPhoneTextScreen>\n<Text>a & b</Text>", panel=panel)
    assert panel.rows()[:2] == ["XML line 2: & must be", "written &amp;"]
    assert panel.softkeys()[5] == "Done"
    assert _press(panel, "softkey6")[0] == "Main menu"
    _open("<AastraIPPhoneMovie/>", panel=panel)
    assert panel.rows()[:2] == ["XML line 1:", "<AastraIPPhoneMovie> is"]


def test_problem_small():
    panel, _ = _open("<html/>", small=True)
    assert panel.rows() == ["XML line 1:", "<html> is not an", " v         Done>"]


def test_control_characters_never_reach_a_row():
    panel, _ = _open(_menu(["&#x9b;31mred", "a&#10;b&#x7f;"]).replace("Main", "M&#x85;in"))
    assert panel.rows()[:3] == ["M?in menu", ">1.?31mred", " 2.a b?"]


def test_a_second_object_uses_the_same_visit():
    panel, first = _open(_menu(["One"]))
    _, second = _open(_TEXT % ("", ""), panel=panel)
    assert first is second and panel.rows()[0] == "Weather report for today"
    assert _press(panel, "left")[0] == "Main menu"
    _press(panel, "goodbye")
    _, third = _open(_menu(["One"]), panel=panel)
    assert third is not first


def test_a_push_waits_while_somebody_uses_a_menu():
    panel = Panel(24, 8)
    panel.message("Settings", ["busy"])
    _, player = _open(_menu(["One"]), panel=panel)
    _, again = _open(_TEXT % ("", ""), panel=panel)
    assert player is again and panel.rows()[0] == "Settings"
    assert _press(panel, "goodbye")[0] == "Weather report for today"
