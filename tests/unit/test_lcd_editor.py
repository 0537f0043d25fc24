from dialtone.config.store import Store
from dialtone.errors import DeviceError
from dialtone.lcd.editor import Entry, Value
from dialtone.lcd.menu import Menu
from dialtone.lcd.panel import Panel


class Host:
    def __init__(self):
        self.store = Store("57i")
        self.names = []
        self.full = False

    def saved(self, name):
        if self.full:
            raise DeviceError("Flash is full", "Remove a slot")
        self.names.append(name)

    def unload(self, *names):
        self.names.append("unload")


def _open(name, small=False):
    panel = Panel(16, 3, None, Host()) if small else Panel(24, 8, None, Host())
    panel.push(Value(name, "57i"))
    return panel


def _press(panel, keys):
    for key in keys.split():
        panel.press(key)
    return panel.rows()


def _typed(kind, keys, text=""):
    """What comes out of an Entry after ``keys``."""
    out = []
    panel = Panel(24, 8)
    panel.push(Entry("Title", text, kind, lambda panel, text: out.append(text)))
    _press(panel, keys + " softkey1")
    return out[0]


def test_value_large():
    panel = _open("https client method")
    assert panel.rows() == [
        "HTTPS Client Method",
        "TLS 1.2 or 1.3",
        "(recommended)",
        "Default",
        "",
        "Protocol version that",
        "the phone offers when it",
        "downloads over HTTPS.",
    ]
    assert panel.softkeys() == ["Change", "", "", "", "", "Back"]


def test_value_small_scrolls():
    panel = _open("https redirect http get", small=True)
    assert panel.rows() == ["HTTP to HTTPS", "On", "<Back v  Change>"]
    assert _press(panel, "down") == ["On", "Default", "<Back ^v Change>"]
    assert _press(panel, "left") == ["", "", ""]


def test_choice_is_saved_at_once():
    panel = _open("https client method")
    assert _press(panel, "select")[:5] == [
        "HTTPS Client Method", ">TLS 1.2 or 1.3", " (recommended)", " TLS 1.3 only", " TLS 1.2 only",
    ]  # fmt: skip
    assert _press(panel, "down down enter")[:3] == ["HTTPS Client Method", "TLS 1.2 only", "Set on this phone"]
    assert panel.host.store.get("https client method") == "TLSv1.2"
    assert panel.host.names == ["https client method"]
    assert _press(panel, "select")[4] == ">TLS 1.2 only"


def test_old_methods_are_called_unsafe_before_and_after_the_choice():
    for small in (False, True):
        for down, method in ((3, "TLSv1"), (4, "SSLv3")):
            panel = _open("https client method", small)
            assert "unsafe" not in " ".join(panel.rows())
            chosen = " ".join(_press(panel, "enter " + "down " * down))
            assert "unsafe" in chosen[chosen.find(">") + 1 if not small else 0 :]
            shown = _press(panel, "enter")
            shown = " ".join(shown + _press(panel, "down"))
            assert panel.host.store.get("https client method") == method and "unsafe" in shown, shown


def test_digits_do_nothing_in_a_list_without_numbers():
    panel = _open("https redirect http get")
    assert _press(panel, "select 2 0")[1] == ">On"
    assert panel.host.store.get("https redirect http get") == "1" and not panel.host.names


def test_a_zone_is_found_by_the_letters_of_its_country():
    for small in (False, True):
        panel = _open("time zone name", small)
        at = 1 if small else -1
        assert "UTC" in _press(panel, "select")[1] and "DE-Berlin" in _press(panel, "3")[at]
        assert "DO-Santo Domingo" in _press(panel, "3 3")[at] and "SV-El Salvador" in _press(panel, "8 up")[at]
        assert not panel.host.names
        assert _press(panel, "3 enter")[:2] == ["Time Zone", "DE-Berlin"]
        assert panel.host.store.get("time zone name") == "DE-Berlin" and panel.host.names == ["time zone name"]


def test_an_entry_without_a_name_begins_with_no_letter():
    panel = Panel(24, 8)
    panel.push(Menu("List", ["", "Two", ""], None, numbered=False))
    assert ">Two" in " ".join(_press(panel, "8")) and ">Two" in " ".join(_press(panel, "0 5"))


def test_on_and_off_small():
    panel = _open("https redirect http get", small=True)
    assert _press(panel, "right") == ["HTTP to HTTPS", "On", "<Back v  Select>"]
    assert _press(panel, "down right") == ["HTTP to HTTPS", "Off", "<Back v  Change>"]
    assert not panel.host.store.flag("https redirect http get")


def test_number_and_restart_note():
    panel = _open("https port")
    assert _press(panel, "select") == ["HTTPS Port", "443_", "", "", "", "", "123", "<Del               Done>"]
    assert _press(panel, "left left left 8 4 * # 4 3 softkey1")[:3] == [
        "Saved",
        "It takes effect after a",
        "restart: Options, 3.",
    ]
    assert _press(panel, "enter")[:3] == ["HTTPS Port", "8443", "Set on this phone"]


def test_what_cannot_be_says_why_and_keeps_the_text():
    panel = _open("https port")
    rows = _press(panel, "select 9 9 9 softkey1")
    assert rows[0] == "Not saved" and "65535" in " ".join(rows)
    assert _press(panel, "left")[:2] == ["HTTPS Port", "443999_"]
    assert panel.host.store.get("https port") == "443" and not panel.host.names


def test_a_full_flash_is_told():
    panel = _open("https redirect http get")
    panel.host.full = True
    before = panel.top()._row.name, panel.host.store.get(panel.top()._row.name)
    assert _press(panel, "select down select")[:3] == ["Not saved", "Flash is full", "Remove a slot"]
    assert panel.host.store.get(before[0]) == before[1], "what could not be stored is not in force"


def test_the_keys_that_help_are_named():
    assert _press(_open("http server"), "select")[6] == "123   # for abc, * for ."
    assert _press(_open("http path"), "select #")[6] == "ABC   # for 123, * for ."
    assert _press(_open("auto resync time"), "select")[6] == "123   * for :"


def test_secrets_are_never_shown():
    panel = _open("http digest password")
    assert "aastra" not in " ".join(panel.rows()) and "****" in panel.rows()
    assert _press(panel, "select 1 2")[1] == "**_"
    _press(panel, "softkey1")
    assert panel.host.store.get("http digest password") == "12"


def test_address_by_keypad():
    assert _typed("host", "1 0 * 2 0 * 3 * 4") == "10.20.3.4"
    panel = _open("http server", small=True)
    assert _press(panel, "select 1 0 *") == ["HTTP Server", "10._", "<Del 123   Next>"]


def test_letters_by_pressing_again():
    assert _typed("text", "2 2 2 3 3") == "ce"
    assert _typed("text", "2 right 2 2") == "ab"
    assert _typed("text", "7 7 7 7 7 7 9") == "pw"
    assert _typed("text", "# 2 2 # 2 2 # 2") == "B22a"
    assert _typed("text", "* right * * right * * *") == ".:/"
    assert _typed("host", "# 7 7 7 8 8 * 1 right 1 1") == "ru.1@"
    assert _typed("text", "0 1") == "01"


def test_deleting():
    assert _typed("text", "left left", "abc") == "a"
    assert _typed("text", "2 2 softkey2 3", "x") == "xd"
    panel = Panel(24, 8)
    panel.push(Entry("Title", "a", "text", lambda panel, text: None))
    _press(panel, "left")
    assert panel.softkeys()[1] == ""
    _press(panel, "left")
    assert panel.top() is panel.idle


def test_right_goes_on_and_then_is_done():
    out = []
    panel = Panel(16, 3)
    panel.push(Entry("Name", "", "text", lambda panel, text: out.append(text)))
    assert _press(panel, "2 2") == ["Name", "b_", "<Del abc   Next>"]
    assert _press(panel, "right") == ["Name", "b_", "<Del abc   Done>"]
    _press(panel, "right")
    assert out == ["b"]


def test_time_and_numbers_stay_with_digits():
    assert _typed("time", "0 2 * 3 0") == "02:30"
    assert _typed("int", "# 2 2") == "22"


def test_long_text_shows_its_end_and_is_bounded():
    panel = Panel(24, 8)
    panel.push(Entry("URL", "x" * 250, "url", lambda panel, text: panel.message("len", [str(len(text))])))
    rows = _press(panel, "2 3 4 5 6 7 8 9")
    assert rows[5].endswith("xadgjm_") and len(rows) == 8
    assert _press(panel, "softkey1")[1] == "255"
    panel = Panel(16, 3)
    panel.push(Entry("URL", "0123456789abcdefXYZ", "url", None))
    assert panel.rows()[1] == "456789abcdefXYZ_"


def test_back_and_goodbye_save_nothing():
    panel = _open("http server")
    _press(panel, "select 1 1 softkey6")
    assert panel.rows()[1] == "(empty)"
    _press(panel, "select 1 1 goodbye")
    assert panel.host.store.get("http server") == "" and panel.host.names == ["unload"]
