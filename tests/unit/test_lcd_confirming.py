"""Settings that a web page has changed, confirmed at the keys."""

from dialtone.config.store import Store
from dialtone.lcd.panel import Panel
from dialtone.provisioning import pending
from fake_phone import FakePhone

HEAP = "144k"  # store, menus and the code that changes and confirms side by side, which a phone has in turn
_IN = "options 2 2 2 2 2 2 enter"


class _Platform:
    hostname = "57i-123456"
    stranger = None
    found = ()
    wireless = False


def _host():
    host = FakePhone(Store("57i"))
    host.platform = _Platform
    host.unload = lambda *names: None
    return host


def _press(panel, keys):
    for key in keys.split():
        panel.press(key)
    return panel.rows()


def test_changed_settings_are_confirmed_or_undone():
    for key, name in (("2", "desk"), ("3", "")):
        host = _host()
        panel = host.panel = Panel(24, 8, None, host)
        before = host.store.layers[3]
        host.store.set_local("hostname", "desk", "https page")
        pending.save(host, 600, before, ["hostname"], False)
        assert "Settings not confirmed" in "".join(panel.rows())
        assert _press(panel, _IN)[1] == ">1.Confirm Settings"
        assert _press(panel, "enter 1")[:4] == ["Changed on the web", "hostname:", "was -", "is desk"]
        _press(panel, "goodbye " + _IN + " 1 " + key)
        assert host.unconfirmed is None and host.store.get("hostname") == name, key
        assert panel.top() is panel.idle and panel.idle.warning == ""
        assert "Confirm" not in "".join(_press(panel, _IN))


def test_what_is_not_in_force_is_not_confirmed():
    host = _host()
    panel = Panel(16, 3, None, host)
    host.unconfirmed = [600, True, False]
    assert "1.Confirm Settings" in " ".join(_press(panel, _IN))
    _press(panel, "1 2")
    assert "Restart the" in "".join(panel.rows()) and host.unconfirmed


def test_too_late():
    host = _host()
    panel = Panel(24, 8, None, host)
    host.unconfirmed = [600, False, True]
    _press(panel, _IN)
    host.unconfirmed = None
    assert "Nothing waits" in "".join(_press(panel, "1"))
    panel.home()
    host.unconfirmed = [600, False, True]
    _press(panel, _IN + " 1")
    host.unconfirmed = None
    _press(panel, "3")
    assert panel.top() is panel.idle and not host.saves


def test_start_problems_are_read_and_acknowledged():
    from dialtone.update import record

    for trouble, safe, says in ((1, False, "time before"), (2, False, "without its local"), (3, True, "Safe mode")):
        host = _host()
        panel = host.panel = Panel(24, 8, None, host)
        host.trouble, host.safe = trouble, safe
        record.save(host.storage, {"starts": 1, "rung": trouble, "told": trouble})
        assert _press(panel, _IN)[1] == ">1.Start Problems"
        assert says in " ".join(_press(panel, "1"))
        _press(panel, "softkey6")
        assert host.trouble, "read, but not acknowledged"
        _press(panel, "1 softkey1")
        assert host.trouble == 0 and record.load(host.storage) == {"starts": 1}
        assert host.restarts == (1 if safe else 0) and panel.top() is panel.idle


def test_why_an_update_was_taken_back_is_read_and_acknowledged():
    from dialtone.update import record

    host = _host()
    panel = host.panel = Panel(24, 8, None, host)
    host.why = "Firmware 3: it has no network"
    record.save(host.storage, {"run": "a", "why": host.why, "bad": "3"})
    assert _press(panel, _IN)[1] == ">1.Start Problems"
    said = " ".join(_press(panel, "1"))
    assert "taken back. Firmware 3: it has no network" in said and "kept ending" not in said
    _press(panel, "softkey6")
    assert host.why, "read, but not acknowledged"
    _press(panel, "1 softkey1")
    assert host.why == "" and record.load(host.storage) == {"run": "a", "bad": "3"} and not host.restarts


def _firmware(host):
    panel = host.panel = Panel(24, 8, None, host)
    _press(panel, _IN)
    for _ in range(40):
        rows = _press(panel, "down")
        if [1 for row in rows if row[:1] == ">" and row.endswith(".Check Firmware")]:
            break
    return panel, " ".join(_press(panel, "enter"))


def test_the_firmware_page_asks_the_server_now():
    from dialtone.version import VERSION

    host = _host()
    panel, said = _firmware(host)
    assert VERSION in said and "Nothing new" in said
    _press(panel, "softkey1")
    assert host.rounds == [2] and panel.top() is panel.idle
    host.outcome = ("applied", "", (), None, "2.0.0.1-SIP", None)
    assert "2.0.0.1-SIP starts with the next" in _firmware(host)[1]
    host.round = host
    host.outcome = ("applied", "", (), None, "", "no image")
    panel, said = _firmware(host)
    assert "no image" in said
    _press(panel, "softkey1")
    assert "under way already" in " ".join(panel.rows())
