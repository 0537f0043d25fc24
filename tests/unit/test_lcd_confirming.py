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
    from dialtone.storage import boots

    for trouble, safe, says in ((1, False, "time before"), (2, False, "without its local"), (3, True, "Safe mode")):
        host = _host()
        panel = host.panel = Panel(24, 8, None, host)
        host.trouble, host.safe = trouble, safe
        boots.write(host.storage, [1, trouble, trouble, []])
        assert _press(panel, _IN)[1] == ">1.Start Problems"
        assert says in " ".join(_press(panel, "1"))
        _press(panel, "softkey6")
        assert host.trouble, "read, but not acknowledged"
        _press(panel, "1 softkey1")
        assert host.trouble == 0 and boots.read(host.storage) == [1, 0, 0, []]
        assert host.restarts == (1 if safe else 0) and panel.top() is panel.idle
