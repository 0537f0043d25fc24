import asyncio

from dialtone.errors import DialtoneError
from dialtone.lcd.panel import Panel
from dialtone.lcd.script_screen import visit
from dialtone.scripts.objects import Builder
from script_support import Host, shown
from support import raises, run

HEAP = "160k"  # all families beside the parser, which the phone unloads


def _script(text):
    builder = Builder()
    builder.feed(text.encode())
    return builder.finish()


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


def _text(attributes, texts="one"):
    return "<AastraIPPhoneTextScreen %s><Title>T</Title><Text>%s</Text></AastraIPPhoneTextScreen>" % (attributes, texts)


def test_scroll_actions_wait_for_the_end_of_a_text():
    actions = "scrollUp='http://h/u' scrollDown='http://h/d' scrollLeft='http://h/l' scrollRight='http://h/r'"
    for key in ("up", "down", "left", "right"):
        shown(_text(actions), False, key)
        assert Host.asked == ["http://h/" + key[0]], key
    text = _text(actions, "\n".join(["x"] * 9))  # two rows more than there are
    shown(text, False, "down down")
    assert Host.asked == []
    shown(text, False, "down down down")
    assert Host.asked == ["http://h/d"]
    shown(text, False, "down up up")
    assert Host.asked == ["http://h/u"]


def test_scroll_actions_of_a_menu():
    menu = _menu(["One", "Two"], "scrollUp='http://h/u' scrollDown='http://h/d' scrollLeft='http://h/l'")
    panel = shown(menu, False, "down up down")
    assert panel.rows()[2] == ">2.Two" and Host.asked == []
    for keys, asked in (("up", "u"), ("down down", "d"), ("down left", "l")):
        shown(menu, False, keys)
        assert Host.asked == ["http://h/" + asked], keys


def test_actions_of_a_text():
    actions = "doneAction='http://h/d' cancelAction='http://h/c'"
    for key, asked in (("softkey6", "d"), ("select", "d"), ("right", "d"), ("left", "c"), ("goodbye", "c")):
        shown(_text(actions), False, key)
        assert Host.asked == ["http://h/" + asked], key


def test_a_locked_screen():
    panel = shown(_text("LockIn='yes'"), False, "left options softkey6")
    assert panel.rows()[0] == "T" and panel.softkeys() == [""] * 6
    panel.press("goodbye")
    assert panel.top() is panel.idle
    keys = "<SoftKey index='2'><Label>Out</Label><URI>SoftKey:Exit</URI></SoftKey></AastraIPPhoneTextScreen>"
    own = _text("LockIn='yes'").replace("</AastraIPPhoneTextScreen>", keys)
    panel = shown(own, False, "left select")
    assert panel.softkeys()[1] == "Out" and panel.rows()[0] == "T"
    panel.press("softkey2")
    assert panel.top() is panel.idle
    own = _text("LockIn='yes' cancelAction='http://h/c'").replace("</AastraIPPhoneTextScreen>", keys)
    panel = shown(own, False, "softkey2")
    assert Host.asked == ["http://h/c"]
    shown(_text("LockIn='yes' GoodbyeLockInURI='http://h/g'"), False, "goodbye")
    assert Host.asked == ["http://h/g"]


def test_softkeys_of_a_menu_tell_the_selection():
    keys = "".join(
        [
            "<SoftKey index='%d'><Label>K</Label><URI>%s</URI></SoftKey>" % pair
            for pair in enumerate(("http://h/a", "http://h/b?c", "SoftKey:Dial", "SoftKey:Dial2", "Dial:9", ""), 1)
        ]
    )
    menu = _menu(["One"]).replace("</URI></MenuItem>", "</URI><Selection>s 1</Selection><Dial>77</Dial></MenuItem>")
    menu = menu.replace("</AastraIPPhoneTextMenu>", keys + "</AastraIPPhoneTextMenu>")
    for key, asked in (("softkey1", "a?selection=s%201"), ("softkey2", "b?c&selection=s%201"), ("softkey3", "x")):
        shown(menu, False, key)
        assert Host.asked == ["http://h/" + asked], key
    several = menu.replace("s 1</Selection>", "&amp;msg=1-a%#b&amp;n=ü</Selection>")
    shown(several, False, "softkey1")
    assert Host.asked == ["http://h/a?selection=&msg=1-a%25%23b&n=%C3%BC"]
    assert shown(menu, False, "softkey4").rows()[1] == "Dial:77"
    assert shown(menu, False, "softkey5").rows()[1] == "Dial:9"
    assert shown(menu, False, "softkey6").rows()[0] == "Main menu"


def test_a_text_has_a_number_to_dial():
    keys = "<Dial line='2'>4711</Dial><SoftKey index='1'><Label>Call</Label><URI>SoftKey:Dial</URI></SoftKey>"
    for kind, line in (("TextScreen", "<Text>x</Text>"), ("FormattedTextScreen", "<Line>x</Line>")):
        xml = "<AastraIPPhone%s>%s%s</AastraIPPhone%s>" % (kind, line, keys, kind)
        builder = Builder()
        builder.feed(xml.encode())
        builder.finish()
        assert not builder.notes
        assert shown(xml, False, "softkey1").rows()[1] == "Dial:4711"
    assert shown(xml.replace("<Dial line='2'>4711</Dial>", ""), False, "softkey1").rows()[0] == "x"


def test_own_softkeys_of_a_small_display():
    keys = "<SoftKey index='1'><Label>K</Label><URI>http://h/a</URI></SoftKey></AastraIPPhoneTextMenu>"
    panel = shown(_menu(["One"]).replace("</AastraIPPhoneTextMenu>", keys), True)
    assert panel.rows() == ["Main menu", "1.One", "<Exit    Select>"]


def test_a_position_is_kept_on_the_way_back():
    panel = shown(_menu(["One", "Two", "Three"]), False, "down down")
    shown(_text(""), False, "", panel)
    panel.press("left")
    assert panel.rows()[3] == ">3.Three"


class Counting(Panel):
    """A panel whose host remembers what it was to forget."""

    worn = 0

    def __init__(self):
        self.gone = []
        self.heap = self
        super().__init__(24, 8, None, self)

    def wear(self):
        self.worn += 1

    def unload(self, *names):
        self.gone += names


def test_a_screen_rests_and_comes_back():
    panel = Counting()
    shown(_menu(["One", "Two"]), False, "down", panel)
    screen = panel.top()
    assert not panel.gone
    screen._second()
    assert screen._player and not panel.gone
    screen._second()
    assert screen._player is None and "dialtone.scripts.player" in panel.gone and "dialtone.keys" in panel.gone
    assert panel.rows()[2] == ">2.Two"  # the last frame
    panel.press("up")
    assert panel.rows()[1] == ">1.One" and screen._player
    panel.gone.clear()
    assert panel.rest() and screen._player is None and "dialtone.keys" not in panel.gone
    for _ in range(43):
        screen._second()
    assert panel.gone.count("dialtone.keys") == 1  # nobody else would
    assert screen._player is None and panel.top() is screen
    screen._second()
    assert panel.top() is screen
    screen._second()
    assert panel.top() is panel.idle and screen.over


def test_the_clock_of_a_screen_closes_it_and_ends():
    """With a real task: under MicroPython none may cancel itself, and what threw there left a black display."""

    class Running(Host):
        tasks = []

        def spawn(self, name, coroutine):
            self.tasks.append(asyncio.create_task(coroutine))
            return self.tasks[-1]

    async def main():
        panel = Panel(24, 8)
        visit(panel, Running).push(_script(_TEXT % (" Timeout='1'", "")))
        assert panel.rows()[0] == "Weather report for today"
        await asyncio.sleep(1.2)
        assert panel.top() is panel.idle and not panel.screens() and panel.rows()[0] == ""
        await Running.tasks[0]  # raises what ended it
        visit(panel, Running).push(_script(_TEXT % ("", "")))
        panel.press("goodbye")
        await asyncio.sleep(0)
        assert panel.top() is panel.idle and len(Running.tasks) == 2
        with raises(asyncio.CancelledError):
            await Running.tasks[1]

    run(main())


def test_the_clock_outlives_a_full_heap():
    """It once stood still for good, and what it showed stayed in the heap with it."""

    class Running(Host):
        def spawn(self, name, coroutine):
            self.tasks.append(asyncio.create_task(coroutine))

    async def main():
        panel = Counting()
        Running.tasks = []
        visit(panel, Running).push(_script(_TEXT % (" Timeout='2'", "")))
        screen = panel.top()
        second = screen._second

        def full():
            screen._second = second
            raise MemoryError

        screen._second = full
        await asyncio.sleep(1.2)
        assert panel.worn == 1 and panel.top() is screen
        await asyncio.sleep(2)
        assert panel.top() is panel.idle and screen.over and not screen._ticking

    run(main())


def test_a_worn_heap_takes_the_way_back():
    for awake in (True, False):
        panel = Counting()
        for text in ("One", "Two", "Three"):
            shown(_menu([text]), False, "", panel)
        screen = panel.top()
        assert panel.rest() and len(screen._kept[2]) == 2
        if awake:
            screen.player()
        panel.wear()
        assert panel.rest() and screen._kept[2] == []
        assert screen._kept[0].items and panel.rows()[1] == ">1.Three", "what shows stays"


def test_a_visit_that_ends_below_another_screen_leaves_no_code():
    panel = Counting()
    panel.message("Somebody reads", ["this"])
    shown(_menu(["One"]), False, "", panel)
    screen = panel.screens()[1]
    assert panel.rest()
    panel.gone.clear()
    for _ in range(46):
        screen._second()
    assert screen.over and len(panel.screens()) == 1
    assert "dialtone.keys" in panel.gone and "dialtone.scripts.player" in panel.gone


def test_a_screen_that_loads_rests_and_keeps_what_the_fetch_uses():
    panel = Counting()
    shown(_menu(["One"]), False, "select", panel)
    screen = panel.top()
    for _ in range(5):
        screen._second()
    assert screen._player is None and not panel.rest()
    assert "dialtone.scripts.player" in panel.gone
    assert "dialtone.keys" not in panel.gone and "dialtone.http.url" not in panel.gone
    assert panel.rows()[0] == "Loading Page......."
    for _ in range(26):
        screen._second()
    assert panel.rows()[0][:17] == "The script server"
    panel.press("left")
    assert panel.rows()[0] == "Main menu" and panel.rest()


def test_an_object_without_a_screen_leaves_no_clock_behind():
    panel = Counting()
    shown("<AastraIPPhoneStatus><Message index='0'>Hi</Message></AastraIPPhoneStatus>", False, "", panel)
    assert panel.top() is panel.idle and panel.rows()[1] == "Hi" and not panel.screens()


def test_a_full_menu_is_drawn_in_pieces():
    """Only the entries that show are formatted: the others are not even looked at."""
    from dialtone.lcd import listing

    class Prompts:
        asked = 0

        def __len__(self):
            return 30

        def __getitem__(self, index):
            self.asked += 1
            return "Entry %d" % index

    prompts = Prompts()
    rows = listing.render(Panel(24, 8), "T", prompts, 20, "", "")
    assert rows[7] == ">Entry 20" and prompts.asked == 7
