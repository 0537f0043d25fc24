"""Trust on first use at the keys."""

from menu_support import IN, all_rows, large, press

HEAP = "128k"  # menus, store and table of several phones one after the other, which a phone drops in between


def test_an_unknown_server_is_trusted_at_the_keys_behind_the_password():
    panel = large()
    host = panel.host
    key = "".join(["%02x" % number for number in range(32)])
    assert "Trust the Server" not in "".join(all_rows(panel, IN))
    panel.home()
    host.stranger = "config.example", key, "ab" * 32
    assert press(panel, "options 2 1 enter")[0] == "Wrong password"
    panel.home()
    assert press(panel, IN)[1] == ">1.Trust the Server"
    shown = all_rows(panel, "enter")
    text = " ".join(shown)
    assert "Trust this server?" in shown[0] and "config.example" in text
    assert "ABAB ABAB ABAB ABAB ABAB" in text and "0001 0203 0405 0607" in text
    assert host.store.get("https server pin") == ""
    press(panel, "softkey6")
    assert host.store.get("https server pin") == "" and host.stranger
    press(panel, "enter softkey1")
    assert host.store.get("https server pin") == key and host.stranger is None
    assert host.done[-1] == "restart" and "https server pin" in host.done and panel.top() is panel.idle


def test_what_was_shown_is_pinned_whoever_answers_meanwhile():
    """A push can make the phone ask its server while somebody compares: another key then is not the one he saw."""
    for meanwhile in (("config.example", "ee" * 32, "cd" * 32), None):
        panel = large()
        host = panel.host
        host.stranger = "config.example", "0a" * 32, "ab" * 32
        assert "ABAB ABAB" in " ".join(all_rows(panel, IN + " enter"))
        host.stranger = meanwhile
        press(panel, "softkey1")
        assert host.store.get("https server pin") == "0a" * 32 and panel.top() is panel.idle


def test_a_server_that_is_known_by_now_needs_no_trust():
    panel = large()
    panel.host.stranger = "config.example", "0a" * 32, "ab" * 32
    press(panel, IN)
    panel.host.stranger = None
    assert "It has proved itself" in " ".join(press(panel, "enter"))
    press(panel, "softkey1 enter")
    assert panel.host.store.get("https server pin") == "" and "restart" not in panel.host.done


def test_a_full_flash_pins_nothing_for_good():
    from dialtone.errors import DeviceError

    panel = large()
    panel.host.stranger = "config.example", "00" * 32, "ab" * 32

    def full(name):
        raise DeviceError("Flash is full", "Remove a slot")

    panel.host.saved = full
    assert "Flash is full" in " ".join(press(panel, IN + " enter softkey1"))
    assert "restart" not in panel.host.done


def test_a_server_that_the_network_has_named_is_kept_at_the_keys():
    panel = large()
    host = panel.host
    assert "Servers Found" not in "".join(all_rows(panel, IN))
    panel.home()
    host.found = ("https://pbx.example:8443/phones/",)
    assert press(panel, IN)[1] == ">1.Servers Found"
    text = " ".join(all_rows(panel, "enter"))
    assert "Keep this server?" in text and "nobody vouches" in text and "pbx.example:8443" in text
    assert panel.top().private, "no script keeps one"
    press(panel, "softkey6")
    assert host.store.get("https server") == "" and "refresh" not in host.done
    press(panel, "enter softkey1")
    get = host.store.get
    assert (get("https server"), get("https port"), get("https path")) == ("pbx.example", "8443", "phones/")
    assert "https server" in host.done and host.done[-1] == "refresh" and panel.top() is panel.idle


def test_of_several_one_is_chosen():
    from dialtone.errors import DeviceError

    panel = large()
    host = panel.host
    host.found = ("tftp://10.0.0.7/", "tftp://10.0.0.8:6969/x/", "tftp://10.0.0.9/")
    rows = press(panel, IN + " enter")
    assert rows[1:4] == [">1.10.0.0.7/", " 2.10.0.0.8:6969/x/", " 3.10.0.0.9/"]
    assert "Configuration Server" in " ".join(press(panel, "2 softkey1")), "there is no parameter for that port"
    assert host.store.get("download protocol") == "HTTPS"

    def full(name):
        raise DeviceError("Flash is full", "Remove a slot")

    host.saved, saved = full, host.saved
    panel.home()
    assert "Flash is full" in " ".join(press(panel, IN + " enter 3 softkey1"))
    assert host.store.get("tftp server") == "0.0.0.0"
    host.saved = saved
    panel.home()
    press(panel, IN + " enter 3 softkey1")
    assert host.store.get("tftp server") == "10.0.0.9" and host.store.get("download protocol") == "TFTP"
