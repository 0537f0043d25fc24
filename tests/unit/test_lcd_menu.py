"""The Options menu and its passwords."""

from menu_support import IN, large, press, small


def test_options_large():
    panel = large()
    assert press(panel, "options")[:4] == ["Options", ">1.Status", " 2.Administrator Menu", " 3.Restart"]
    assert panel.softkeys() == ["Select", "", "", "", "", "Back"]
    assert press(panel, "down down")[3] == ">3.Restart"
    assert panel.rows()[4:7] == [" 4.Preferences", " 5.User Password", " 6.Phone Lock"]
    assert press(panel, "down down down down")[1] == ">1.Status"
    assert press(panel, "left") == ["Aastra 57i"] + [""] * 7


def test_options_small():
    panel = small()
    assert press(panel, "options") == ["Options", "1.Status", "<Back v  Select>"]
    assert press(panel, "down") == ["2.Administrator", "Menu", "<Back ^v Select>"]
    assert press(panel, "up") == ["Options", "1.Status", "<Back v  Select>"]
    assert press(panel, "options") == ["Aastra 57i", "", ""]


def test_status_shows_the_certificate_in_short_groups():
    panel = large()
    assert press(panel, "options 1") == [
        "Status                 v",
        "Aastra 57i 1.0.0.1-SIP",
        "MAC 00085D123456",
        "IP 10.0.0.5",
        "Configuration: server",
        "aastra.cfg: loaded",
        "57i.cfg: not there",
        "Certificate SHA-256:",
    ]
    panel = small()
    rows = press(panel, "options 1 " + "down " * 30)
    assert rows == ["ABAB ABAB ABAB", "ABAB", " ^         Done>"]


def test_the_administrator_menu_asks_for_the_password():
    panel = large()
    assert press(panel, "options 2 2 2") == [
        "Password", "**_", "", "", "", "", "123   # for abc, * for .", "<Del               Done>",
    ]  # fmt: skip
    rows = press(panel, "2 2 2 softkey1")
    assert rows[:3] == ["Administrator Menu     v", ">1.HTTPS Settings", " 2.Configuration Server"]
    panel = small()
    assert press(panel, "options 2 2 2") == ["Password", "**_", "<Del 123   Done>"]
    assert press(panel, "2 2 2 right") == ["Administrator", "1.HTTPS Settings", "<Back v  Select>"]


def test_three_wrong_passwords_end_at_the_idle_screen():
    panel = large()
    assert press(panel, "options 2 1 enter")[:2] == ["Wrong password", "_"]
    assert press(panel, "enter")[0] == "Wrong password"
    assert press(panel, "2 2 2 2 2 2 enter")[0] == "Aastra 57i"
    assert panel.top() is panel.idle and "unload" in panel.host.done


def test_one_entry_does_not_outlast_the_menu():
    panel = large()
    press(panel, IN)
    assert press(panel, "goodbye options 2")[0] == "Password"


def test_options_password():
    panel = large()
    panel.host.store.set_local("options password enabled", "1", "lcd")
    panel.host.store.set_local("user password", "77", "lcd")
    assert press(panel, "options")[0] == "Password"
    assert press(panel, "7 7 enter")[0] == "Options"
    assert press(panel, "2")[0] == "Password"
    assert press(panel, "7 7 enter")[0] == "Wrong password"


def test_restart_asks_first():
    panel = small()
    assert press(panel, "options 3") == ["Restart the", "phone?", "<Back v Restart>"]
    assert press(panel, "down")[1] == "Settings stay."
    assert press(panel, "left")[0] == "Options" and panel.host.done == []
    press(panel, "3 softkey1")
    assert panel.host.done == ["unload", "restart"] and panel.top() is panel.idle


def test_a_hashed_password_opens_the_menu():
    panel = large()
    panel.host.store.random = lambda count: b"s" * count
    panel.host.store.set_local("admin password", "77", "lcd")
    assert panel.host.store.get("admin password")[:1] == "$"
    assert press(panel, "options 2 2 2 2 2 2 enter")[0] == "Wrong password"
    assert press(panel, "7 7 enter")[0] == "Administrator Menu     v"
