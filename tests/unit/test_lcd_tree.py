"""The Administrator Menu and the preferences: made from the table, edited by keypad on both sizes of display."""

from dialtone.config import parameters
from dialtone.lcd import tree
from menu_support import IN, all_rows, large, press, small

HEAP = "128k"  # the names of the tests make MicroPython's table of identifiers grow once more: 4.5 KB in one piece


def test_sections_come_from_the_table_once_each():
    panel = large()
    press(panel, IN + " up up up up")
    shown = " ".join([row.strip(" >") for row in all_rows(panel, "")])
    for title in ("HTTPS Settings", "Firmware Update", "Basic Network Settings", "Troubleshooting", "XML and Push"):
        assert title in shown, title
    assert "Softkeys" not in shown and shown.count("Time and Language") == 0


def test_every_parameter_is_in_one_group():
    for section in {name for name, _, _ in parameters.sections()}:
        groups = tree._GROUPS.get(section)
        names = [row.name for row in parameters.rows(section)]
        found = [tree._group(groups, name) for name in names]
        assert max(found) < len(groups or (1,))
        for at in range(len(groups or ())):
            assert at in found or groups[at][1] == "", (section, groups[at][0])


def test_https_settings_large():
    panel = large()
    assert press(panel, IN + " 1") == [
        "HTTPS Settings", ">1.HTTPS Client", " 2.HTTPS Server", " 3.Certificates", "", "", "", ""
    ]  # fmt: skip
    assert press(panel, "1") == [
        "HTTPS Client           v",
        ">1.HTTPS Client Method",
        " 2.Validate Certificates",
        " 3.Check Certificate",
        " Expiration",
        " 4.Check Certificate",
        " Hostnames",
        " 5.Server Key Pin",
    ]
    assert press(panel, "left 2")[:5] == [
        "HTTPS Server", ">1.HTTPS Server -", " Redirect HTTP to HTTPS", " 2.HTTPS Server - Block", " XML HTTP POSTs"
    ]  # fmt: skip


def test_https_settings_small():
    panel = small()
    assert press(panel, IN + " 1") == ["HTTPS Settings", "1.HTTPS Client", "<Back v  Select>"]
    assert press(panel, "select") == ["HTTPS Client", "1.Client method", "<Back v  Select>"]
    assert press(panel, "left down select") == ["HTTPS Server", "1.HTTP to HTTPS", "<Back v  Select>"]


def test_a_file_only_parameter_is_not_offered():
    panel = large()
    rows = press(panel, IN + " 4")
    shown = []
    for _ in range(6):
        shown += rows
        rows = press(panel, "down")
    assert not [row for row in shown if "Web Interface" in row]


def test_a_locked_value_is_marked_and_refuses_editing():
    panel = large()
    draft = panel.host.store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"!https block http post xml: 1\n")
    draft.commit()
    assert " 2.!HTTPS Server - Block" in press(panel, IN + " 1 2")
    assert press(panel, "2")[:4] == ["HTTPS Server - Block XML", "HTTP POSTs", "On", "Locked by aastra.cfg"]
    assert press(panel, "select") == [
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


def test_an_address_a_choice_and_a_negative_number_by_keypad():
    panel = large()
    store = panel.host.store
    assert "IP Settings" in " ".join(press(panel, IN + " 5"))
    shown = press(panel, "1 4")
    assert shown[0] == "IP Address" and shown[1] == "(empty)" and shown[2] == "Default"
    assert press(panel, "select")[6] == "123   * for ."
    press(panel, "1 0 * 0 * 0 * 7 enter")
    assert store.get("ip") == "10.0.0.7" and panel.rows()[1:3] == ["10.0.0.7", "Set on this phone"]
    assert "must be four numbers" in " ".join(press(panel, "select 1 * 2 enter"))
    assert store.get("ip") == "10.0.0.7"
    panel.home()
    press(panel, "options 4 1 3 select * 6 0 enter")
    assert store.get("time zone minutes") == "-60"
    press(panel, "left 2 select down enter")
    assert store.get("dst config") == "0"
    panel = small()
    press(panel, IN + " 5 1 4 select")
    assert press(panel, "1 0 * 1") == ["IP Address", "10.1_", "<Del 123   Done>"]


def test_a_switch_that_nobody_has_set_is_off():
    panel = large()
    press(panel, IN + " 5 2 1")
    assert panel.rows()[:3] == ["VLAN Enable", "Off", "Default"]
    assert ">Off" in press(panel, "select")
    press(panel, "up enter")
    assert panel.host.store.get("tagging enabled") == "1"


def test_the_user_password_is_changed_at_the_keys():
    panel = large()
    store = panel.host.store
    store.random = lambda count: b"s" * count
    store.set_local("user password", "77", "lcd")
    assert press(panel, "options 5 1 enter")[0] == "Wrong password"
    assert press(panel, "7 7 enter")[0] == "New password"
    assert press(panel, "8 8 enter")[0] == "Once more"
    assert "not the same" in " ".join(press(panel, "8 9 enter"))
    before = store.get("user password")
    press(panel, "enter 5 7 7 enter 8 8 enter 8 8 enter")
    assert panel.rows()[0] == "Password Changed" and store.get("user password") not in (before, "")
    assert panel.host.done[-1] == "user password"
    assert press(panel, "enter 5 8 8 enter")[0] == "New password"


def test_erasing_asks_first():
    panel = large()
    store = panel.host.store
    store.set_local("https port", "8443", "lcd")
    press(panel, IN + " up up enter")
    assert panel.rows()[0] == "Erase local settings?"
    press(panel, "left")
    assert store.get("https port") == "8443" and "restart" not in panel.host.done
    press(panel, "enter softkey1")
    assert store.get("https port") == "443" and panel.host.done[-1] == "restart" and panel.top() is panel.idle


def test_looking_for_updates_closes_the_menu():
    panel = large()
    rounds = []
    panel.host.refresh = lambda: rounds.append(panel.top())
    press(panel, IN + " up up up up enter")
    assert rounds == [panel.idle]


def test_the_set_up_is_offered_where_there_is_a_radio():
    assert not [row for row in all_rows(large(), IN) if "Wi-Fi" in row]
    panel = large()
    host = panel.host
    host.storage, host.wireless = host, True
    host.write_atomic = lambda name, pieces: host.done.append(name)
    rows = press(panel, IN + " up enter")
    assert "Wi-Fi" in "".join(rows) and "setup" not in host.done, "it asks first"
    press(panel, "softkey1")
    assert [word for word in host.done if word != "unload"] == ["setup", "restart"]
