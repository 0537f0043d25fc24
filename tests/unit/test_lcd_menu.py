from dialtone.config.store import Store
from dialtone.lcd.panel import Panel

HEAP = "128k"  # a score of stores and menus one after the other wear it out, which a phone has but once


class Host:
    stranger = unconfirmed = None
    trouble = 0

    def __init__(self):
        self.platform = self
        self.store = Store("57i")
        self.done = []

    def status(self):
        return {
            "version": "1.0.0.1-SIP",
            "mac": "00085D123456",
            "address": "10.0.0.5",
            "configuration": {
                "source": "server",
                "files": [{"name": "aastra.cfg", "status": 200}, {"name": "57i.cfg", "status": 404}],
            },
            "certificate_sha256": ":".join(["AB"] * 32),
        }

    def saved(self, name):
        self.done.append(name)

    def restart(self):
        self.done.append("restart")

    def key(self, name):
        self.done.append(name)

    def unload(self, *names):
        if names:  # without names it only makes room
            self.done.append("unload")


def _large():
    return _titled(Panel(24, 8, None, Host()))


def _small():
    return _titled(Panel(16, 3, None, Host()))


def _titled(panel):
    panel.idle.title = "Aastra 57i"
    return panel


def _press(panel, keys):
    for key in keys.split():
        panel.press(key)
    return panel.rows()


_IN = "options 2 2 2 2 2 2 enter"


def test_options_large():
    panel = _large()
    assert _press(panel, "options")[:4] == ["Options", ">1.Status", " 2.Administrator Menu", " 3.Restart"]
    assert panel.softkeys() == ["Select", "", "", "", "", "Back"]
    assert _press(panel, "down down")[3] == ">3.Restart"
    assert _press(panel, "down")[1] == ">1.Status"
    assert _press(panel, "left") == ["Aastra 57i"] + [""] * 7


def test_options_small():
    panel = _small()
    assert _press(panel, "options") == ["Options", "1.Status", "<Back v  Select>"]
    assert _press(panel, "down") == ["2.Administrator", "Menu", "<Back ^v Select>"]
    assert _press(panel, "up") == ["Options", "1.Status", "<Back v  Select>"]
    assert _press(panel, "options") == ["Aastra 57i", "", ""]


def test_status_shows_the_certificate_in_short_groups():
    panel = _large()
    assert _press(panel, "options 1") == [
        "Status                 v",
        "Aastra 57i 1.0.0.1-SIP",
        "MAC 00085D123456",
        "IP 10.0.0.5",
        "Configuration: server",
        "aastra.cfg: loaded",
        "57i.cfg: not there",
        "Certificate SHA-256:",
    ]
    panel = _small()
    rows = _press(panel, "options 1 " + "down " * 30)
    assert rows == ["ABAB ABAB ABAB", "ABAB", " ^         Done>"]


def test_the_administrator_menu_asks_for_the_password():
    panel = _large()
    assert _press(panel, "options 2 2 2") == [
        "Password", "**_", "", "", "", "", "123   # for abc, * for .", "<Del               Done>",
    ]  # fmt: skip
    rows = _press(panel, "2 2 2 softkey1")
    assert rows[:3] == ["Administrator Menu     v", ">1.HTTPS Settings", " 2.Configuration Server"]
    panel = _small()
    assert _press(panel, "options 2 2 2") == ["Password", "**_", "<Del 123   Done>"]
    assert _press(panel, "2 2 2 right") == ["Administrator", "1.HTTPS Settings", "<Back v  Select>"]


def test_three_wrong_passwords_end_at_the_idle_screen():
    panel = _large()
    assert _press(panel, "options 2 1 enter")[:2] == ["Wrong password", "_"]
    assert _press(panel, "enter")[0] == "Wrong password"
    assert _press(panel, "2 2 2 2 2 2 enter")[0] == "Aastra 57i"
    assert panel.top() is panel.idle and "unload" in panel.host.done


def test_one_entry_does_not_outlast_the_menu():
    panel = _large()
    _press(panel, _IN)
    assert _press(panel, "goodbye options 2")[0] == "Password"


def test_options_password():
    panel = _large()
    panel.host.store.set_local("options password enabled", "1", "lcd")
    panel.host.store.set_local("user password", "77", "lcd")
    assert _press(panel, "options")[0] == "Password"
    assert _press(panel, "7 7 enter")[0] == "Options"
    assert _press(panel, "2")[0] == "Password"
    assert _press(panel, "7 7 enter")[0] == "Wrong password"


def test_sections_come_from_the_table_once_each():
    panel = _large()
    rows = _press(panel, _IN + " up")
    assert rows[0] == "Administrator Menu     ^" and rows[7] == ">8.XML and Push"
    shown = " ".join(rows + _press(panel, "down"))  # the end of the list, then its beginning
    assert "Softkeys" not in shown and shown.count("Configuration") == 1


def test_https_settings_large():
    panel = _large()
    assert _press(panel, _IN + " 1") == [
        "HTTPS Settings         v",
        ">1.HTTPS Client Method",
        " 2.HTTPS Server -",
        " Redirect HTTP to HTTPS",
        " 3.HTTPS Server - Block",
        " XML HTTP POSTs",
        " 4.Validate Certificates",
        " 5.Check Certificate",
    ]


def test_https_settings_small():
    panel = _small()
    assert _press(panel, _IN + " 1") == ["HTTPS Settings", "1.Client method", "<Back v  Select>"]
    assert _press(panel, "down") == ["HTTPS Settings", "2.HTTP to HTTPS", "<Back ^v Select>"]


def test_a_file_only_parameter_is_not_offered():
    panel = _large()
    rows = _press(panel, _IN + " 4")
    shown = []
    for _ in range(6):
        shown += rows
        rows = _press(panel, "down")
    assert not [row for row in shown if "Web Interface" in row]


def test_a_locked_value_is_marked_and_refuses_editing():
    panel = _large()
    draft = panel.host.store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"!https block http post xml: 1\n")
    draft.commit()
    assert " 3.!HTTPS Server - Block" in _press(panel, _IN + " 1")
    assert _press(panel, "3")[:4] == ["HTTPS Server - Block XML", "HTTP POSTs", "On", "Locked by aastra.cfg"]
    assert _press(panel, "select") == [
        "Locked",
        "HTTPS Server - Block XML",
        "HTTP POSTs is fixed by",
        "aastra.cfg line 1.",
        "Change it there.",
        "",
        "",
        "",
    ]
    assert panel.host.store.get("https block http post xml") == "1" and not panel.host.done


def test_restart_asks_first():
    panel = _small()
    assert _press(panel, "options 3") == ["Restart the", "phone?", "<Back v Restart>"]
    assert _press(panel, "down")[1] == "Settings stay."
    assert _press(panel, "left")[0] == "Options" and panel.host.done == []
    _press(panel, "3 softkey1")
    assert panel.host.done == ["unload", "restart"] and panel.top() is panel.idle


def test_an_unknown_server_is_trusted_at_the_keys_behind_the_password():
    panel = _large()
    host = panel.host
    key = "".join(["%02x" % number for number in range(32)])
    assert "Trust the Server" not in "".join(_all(panel, _IN))
    panel.home()
    host.stranger = "config.example", key, "ab" * 32
    assert _press(panel, "options 2 1 enter")[0] == "Wrong password"
    panel.home()
    assert _press(panel, _IN)[1] == ">1.Trust the Server"
    shown = _all(panel, "enter")
    text = " ".join(shown)
    assert "Trust this server?" in shown[0] and "config.example" in text
    assert "ABAB ABAB ABAB ABAB ABAB" in text and "0001 0203 0405 0607" in text
    assert host.store.get("https server pin") == ""
    _press(panel, "softkey6")
    assert host.store.get("https server pin") == "" and host.stranger
    _press(panel, "enter softkey1")
    assert host.store.get("https server pin") == key and host.stranger is None
    assert host.done[-1] == "restart" and "https server pin" in host.done and panel.top() is panel.idle


def test_what_was_shown_is_pinned_whoever_answers_meanwhile():
    """A push can make the phone ask its server while somebody compares: another key then is not the one he saw."""
    for meanwhile in (("config.example", "ee" * 32, "cd" * 32), None):
        panel = _large()
        host = panel.host
        host.stranger = "config.example", "0a" * 32, "ab" * 32
        assert "ABAB ABAB" in " ".join(_all(panel, _IN + " enter"))
        host.stranger = meanwhile
        _press(panel, "softkey1")
        assert host.store.get("https server pin") == "0a" * 32 and panel.top() is panel.idle


def test_a_server_that_is_known_by_now_needs_no_trust():
    panel = _large()
    panel.host.stranger = "config.example", "0a" * 32, "ab" * 32
    _press(panel, _IN)
    panel.host.stranger = None
    assert "It has proved itself" in " ".join(_press(panel, "enter"))
    _press(panel, "softkey1 enter")
    assert panel.host.store.get("https server pin") == "" and "restart" not in panel.host.done


def test_a_full_flash_pins_nothing_for_good():
    from dialtone.errors import DeviceError

    panel = _large()
    panel.host.stranger = "config.example", "00" * 32, "ab" * 32

    def full(name):
        raise DeviceError("Flash is full", "Remove a slot")

    panel.host.saved = full
    assert "Flash is full" in " ".join(_press(panel, _IN + " enter softkey1"))
    assert "restart" not in panel.host.done


def _all(panel, keys):
    """All rows of what a screen shows, down to its end."""
    shown = _press(panel, keys)
    for _ in range(12):
        shown = shown + _press(panel, "down")
    return shown


def test_a_hashed_password_opens_the_menu():
    panel = _large()
    panel.host.store.random = lambda count: b"s" * count
    panel.host.store.set_local("admin password", "77", "lcd")
    assert panel.host.store.get("admin password")[:1] == "$"
    assert _press(panel, "options 2 2 2 2 2 2 enter")[0] == "Wrong password"
    assert _press(panel, "7 7 enter")[0] == "Administrator Menu     v"
