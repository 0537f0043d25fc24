from dialtone.errors import CallerError
from dialtone.lcd.page import Page
from dialtone.lcd.panel import KEYS, Panel, wrap
from support import raises, run


class Host:
    def __init__(self):
        self.pressed = []
        self.unloaded = []

    def key(self, name):
        self.pressed.append(name)

    def cancel(self):
        self.pressed.append("cancel")

    def unload(self, *names):
        self.unloaded.extend(names)


def _large(**more):
    return Panel(24, 8, **more)


def _small(**more):
    return Panel(16, 3, **more)


def test_wrap_breaks_at_blanks_and_line_ends_and_cuts_long_words():
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("exactly8 x", 8) == ["exactly8", "x"]
    assert wrap("a\n\nb", 8) == ["a", "", "b"]
    assert wrap("0123456789abcdef!", 8) == ["01234567", "89abcdef", "!"]
    assert wrap("", 8) == [""]


def test_wrap_is_bounded():
    assert len(wrap("x\n" * 5000, 8)) == 120
    assert len(wrap("x" * 10000, 8)) == 120


def test_idle_large():
    panel = _large()
    idle = panel.idle
    idle.title = "Aastra 57i"
    idle.status = "Ready"
    idle.address = "192.168.178.123"
    idle.warning = "Config server down - using saved"
    idle.advice = "Check cable, server and address: Options, 2"
    idle.labels = ("Weather", "News")
    assert panel.rows() == [
        "Aastra 57i",
        "192.168.178.123",
        "Ready",
        "",
        "! Config server down -",
        "using saved",
        "Check cable, server and",
        "address: Options, 2",
    ]
    idle.advice += " and 3"
    assert panel.rows()[0] == "Aastra 57i             v"
    assert panel.softkeys() == ["Weather", "News", "", "", "", ""]


def test_a_key_whose_frame_has_no_memory_has_been_taken():
    frames = []

    def show(rows, labels):
        if not frames:
            frames.append(rows)
            raise MemoryError
        frames.append(rows)

    panel = Panel(16, 3, show)
    panel.idle.title = "Aastra 53i"
    panel.idle.warning = "Config server down"
    with raises(MemoryError):
        panel.press("down")
    assert panel.taken, "another press would move on once more"
    panel.changed()
    assert frames[1] == frames[0]
    with raises(CallerError):
        panel.press("nonsense")
    assert not panel.taken


def test_idle_small_shows_the_warning_first_and_scrolls_within_bounds():
    panel = _small()
    idle = panel.idle
    idle.title = "Aastra 53i"
    idle.address = "10.0.0.5"
    idle.warning = "Config server down"
    idle.advice = "Check the cable"
    assert panel.rows() == ["Aastra 53i     v", "! Config", "server down"]
    for _ in range(20):
        panel.press("down")
    assert panel.rows() == ["Check the      ^", "cable", "10.0.0.5"]
    panel.press("up")
    assert panel.rows() == ["server down   ^v", "Check the", "cable"]
    panel.idle.warning = ""
    assert panel.rows() == ["Aastra 53i", "10.0.0.5", ""]


def test_rows_are_exact_in_number_and_width_and_hold_no_controls():
    for panel in (_large(), _small()):
        panel.idle.title = "\x1b[31mred\x07" + "x" * 400
        panel.idle.address = "a\rb\x9bc"
        panel.idle.labels = ("bell\x07", "a label that is long", "", "", "", "six", "seven")
        rows = panel.rows()
        assert len(rows) == panel.lines
        assert rows[0].startswith("?[31mred?x")
        assert rows[1] == "a?b?c"
        assert max(len(row) for row in rows) == panel.columns
        assert panel.softkeys() == ["bell?", "a label that", "", "", "", "six"]


def test_softkeys_on_the_idle_screen_reach_the_host():
    host = Host()
    panel = _large(host=host)
    panel.press("softkey1")
    panel.press("softkey6")
    panel.press("goodbye")
    assert host.pressed == ["softkey1", "softkey6", "goodbye"]


def test_every_key_is_known_and_another_is_refused():
    panel = _large()
    for key in KEYS.split():
        panel.press(key)
    for key in ("", "softkey7", "softkey", "home", "up down", "\x1b"):
        with raises(CallerError) as caught:
            panel.press(key)
        assert "\x1b" not in str(caught.value)


def test_message_large_scrolls_and_closes():
    panel = _large()
    panel.message("Bad Certificate", ["The name does not match.", "one two three four five " * 8])
    assert panel.rows()[:3] == ["Bad Certificate        v", "The name does not match.", "one two three four five"]
    assert panel.softkeys() == ["", "", "", "", "", "Done"]
    panel.press("down")
    assert panel.rows()[0] == "Bad Certificate       ^v"
    for _ in range(30):
        panel.press("down")
    assert panel.rows()[0] == "Bad Certificate        ^"
    panel.press("softkey6")
    assert panel.top() is panel.idle


def test_message_small_has_a_command_line():
    panel = _small()
    panel.message("Bad Certificate", ["Wrong name"])
    assert panel.rows() == ["Bad Certificate", "Wrong name", "           Done>"]
    panel.message("Bad Certificate", ["The name does not match"])
    assert panel.rows() == ["Bad Certificate", "The name does", " v         Done>"]
    panel.press("down")
    assert panel.rows() == ["The name does", "not match", " ^         Done>"]
    panel.press("enter")
    panel.press("right")
    assert panel.top() is panel.idle


def test_a_question_runs_its_action():
    asked = []
    panel = _small()
    panel.push(Page("Restart?", [], "Restart", lambda panel: asked.append(panel)))
    assert panel.rows() == ["Restart?", "", "<Back   Restart>"]
    assert panel.softkeys() == ["Restart", "", "", "", "", "Back"]
    panel.press("softkey1")
    assert asked == [panel]
    panel.press("left")
    assert panel.top() is panel.idle


def test_progress_shows_until_it_ends_and_messages_go_over_it():
    panel = _large()
    panel.progress("Aastra 57i", "Fetching aastra.cfg")
    assert panel.rows()[:2] == ["Aastra 57i", "Fetching aastra.cfg"]
    panel.message("Note", ["text"])
    panel.progress("Aastra 57i", "Fetching 57i.cfg")
    assert panel.rows()[0] == "Note"
    panel.press("goodbye")
    assert panel.rows()[1] == "Fetching 57i.cfg"
    panel.progress(None)
    assert panel.top() is panel.idle


def test_goodbye_ends_what_progress_tells_about_and_no_other_key_does():
    host = Host()
    panel = _large(host=host)
    panel.progress("Configuration", "Checking aastra.cfg...")
    for key in ("select", "softkey1", "down", "left"):
        panel.press(key)
    assert host.pressed == []
    panel.press("goodbye")
    assert host.pressed == ["cancel"] and panel.rows()[0] == "Configuration"


def test_each_change_is_handed_out_as_a_frame():
    frames = []
    panel = _small(on_change=lambda rows, labels: frames.append((rows, labels)))
    panel.message("Hello", ["there"])
    panel.press("goodbye")
    assert frames[0] == (["Hello", "there", "           Done>"], ["", "", "", "", "", "Done"])
    assert frames[-1] == (["", "", ""], [""] * 6)


class Owner:
    """A screen that owns something that must end with it."""

    def __init__(self):
        self.ended = 0

    def render(self, panel):
        return ["owner"], ()

    def key(self, panel, key):
        return False

    def closed(self):
        self.ended += 1


def test_the_stack_is_bounded_and_what_falls_off_is_told():
    panel = _large()
    owner = Owner()
    panel.push(owner)
    for number in range(100):
        panel.message("Page", [str(number)])
    assert owner.ended == 1
    presses = 0
    while panel.top() is not panel.idle:
        panel.press("left")
        presses += 1
    assert presses == 8


def test_home_ends_screens_and_unloads_what_they_needed():
    host = Host()
    panel = _large(host=host)
    owner = Owner()
    panel.push(owner)
    panel.press("goodbye")
    assert owner.ended == 1 and panel.top() is panel.idle
    assert "dialtone.lcd.menu" in host.unloaded and "dialtone.xml.reader" in host.unloaded
    assert "dialtone.lcd.panel" not in host.unloaded


def test_a_late_screen_waits_until_the_person_is_done():
    panel = _large()
    owner = Owner()
    panel.push_later(owner)
    assert panel.top() is owner
    panel.home()
    panel.message("Menu", ["busy"])
    panel.push_later(owner)
    assert panel.rows()[0] == "Menu"
    panel.press("goodbye")
    assert panel.top() is owner
    panel.press("goodbye")
    assert panel.top() is panel.idle and owner.ended == 2


def test_the_mark_stands_at_the_edge_behind_letters_with_accents_too():
    panel = _large()
    panel.message("F\xfcr M\xfcnchen", ["\xe4\xf6\xfc"] * 9)
    assert panel.rows()[0] == "F\xfcr M\xfcnchen" + " " * 12 + "v"
    assert len(panel.rows()[0]) == 24


def test_a_page_that_nobody_asked_for_closes_itself():
    from dialtone.lcd import page

    async def hurry(ms):
        waited.append(ms)

    waited = []
    panel = _large()
    before, page.sleep_ms = page.sleep_ms, hurry
    try:
        shown = page.Page("Settings not changed", ["The flash is full"])
        panel.push_later(shown)
        assert panel.rows()[0].startswith("Settings not changed")
        run(shown.leave(panel))
        assert waited == [45000] and not panel.screens()
        panel.message("Another", ["one"])
        run(shown.leave(panel))  # somebody has closed it meanwhile
        assert panel.rows()[0].startswith("Another")
    finally:
        page.sleep_ms = before
