"""The page of settings that wait, and the note about them on every page."""

from dialtone.config.store import Store
from fake_phone import FakePhone
from webui_support import ask

HEAP = "512k"  # holds whole pages as text, which the phone never does
_PATH = "/confirm.html"
_SERVER = "/configurationServer.html"
_NETWORK = "/provis.html"


def _changed(path=_NETWORK, body=b"hostname=desk"):
    phone = FakePhone(Store("57i"))
    assert ask(path, "POST", body, phone)[0] == 200
    return phone


def _host(phone, host, body):
    """(status, text) of a POST to the page under that Host."""
    import webui_support

    made = webui_support.context(_PATH, "POST", body, phone)
    made.request.host = host
    from dialtone.webui import confirming

    answer = confirming.serve(made)
    return answer.status, webui_support.joined(answer.body)


def test_nothing_waits_on_a_phone_where_nothing_was_changed():
    phone = FakePhone(Store("57i"))
    assert "No settings wait" in ask(_PATH, phone=phone)[1]
    assert "No settings wait" in ask(_PATH, "POST", b"do=undo", phone)[1]
    assert "not confirmed" not in ask(_NETWORK, phone=phone)[1]


def test_each_page_tells_it_with_its_buttons_to_the_administrator():
    phone = _changed()
    for path in (_NETWORK, _SERVER, "/reset.html", _PATH):
        text = ask(path, phone=phone)[1]
        assert "Changed settings are not confirmed" in text and "in 10 min" in text, path
        assert 'value="keep"' in text and 'value="undo"' in text and 'action="/confirm.html"' in text
    assert "not confirmed" not in ask("/sysinfo.html", phone=phone, role="user")[1]
    phone.unconfirmed[0] = 160
    assert "in 60 s" in ask(_PATH, phone=phone)[1]


def test_the_page_shows_what_was_and_is():
    text = ask(_PATH, phone=_changed())[1]
    assert "<td>Hostname</td><td>-</td><td>desk</td>" in text
    text = ask(_PATH, phone=_changed(_SERVER, b"httpDigestPass=hush-hush&httpspath=a%3Cb"))[1]
    assert "hush" not in text and "********" in text and "a&lt;b" in text
    phone = _changed(_SERVER, b"httpsport=8443")
    assert "<td>443</td><td>8443</td>" in ask(_PATH, phone=phone)[1]


def test_keep_and_undo():
    phone = _changed()
    status, text = ask(_PATH, "POST", b"do=keep", phone)[:2]
    assert status == 200 and "The settings stay" in text and "not confirmed" not in text
    assert phone.store.get("hostname") == "desk" and not phone.unconfirmed and not phone.storage.files
    phone = _changed()
    status, text = ask(_PATH, "POST", b"do=undo", phone)[:2]
    assert status == 200 and "as before" in text and "not confirmed" not in text
    assert phone.store.get("hostname") == "" and not phone.unconfirmed and not phone.storage.files
    assert not phone.store.layers[3].size()


def test_nothing_happens_without_a_word_for_it():
    phone = _changed()
    for body in (b"", b"do=", b"do=perhaps", b"keep=1", b"\xff%=&"):
        status, text = ask(_PATH, "POST", body, phone)[:2]
        assert status == 400 and "Not confirmed" in text and phone.unconfirmed, body
    assert ask(_PATH, phone=phone)[0] == 200 and phone.unconfirmed, "a GET changes nothing"


def test_the_old_name_confirms_nothing():
    phone = _changed()
    status, text = _host(phone, "57i-123456.local", b"do=keep")
    assert status == 409 and "desk.local" in text and phone.unconfirmed
    assert _host(phone, "desk.local", b"do=keep")[0] == 200 and not phone.unconfirmed


def test_what_is_not_in_force_is_not_confirmed():
    phone = _changed(_SERVER, b"httpsserv=config.example")
    text = ask(_PATH, phone=phone)[1]
    assert "/reset.html" in text and 'value="keep"' not in text and 'value="undo"' in text
    status, text = ask(_PATH, "POST", b"do=keep", phone)[:2]
    assert status == 409 and "Restart the phone first" in text and phone.unconfirmed


def test_other_settings_and_a_timeout_of_zero_last_at_once():
    assert not _changed(_NETWORK, b"https_block_http_post_xml=1").unconfirmed
    assert not _changed("/actionURI.html", b"action_uri_startup=http://a.example/").unconfirmed
    phone = FakePhone(Store("57i"))
    draft = phone.store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"change confirm timeout: 0\n")
    draft.commit()
    assert ask(_NETWORK, "POST", b"hostname=desk", phone)[0] == 200
    assert not phone.unconfirmed and phone.saves == 1 and phone.store.get("hostname") == "desk"


def test_the_timeout_of_before_counts():
    phone = _changed(_NETWORK, b"change_confirm_timeout=0&hostname=desk")
    assert phone.unconfirmed[0] == 700
    assert ask(_PATH, "POST", b"do=keep", phone)[0] == 200
    assert ask(_NETWORK, "POST", b"hostname=table", phone)[0] == 200 and not phone.unconfirmed


def test_what_the_crash_ladder_left_out_is_told_until_somebody_acknowledges_it():
    from dialtone.update import record

    for trouble, safe, says in ((1, False, "time before"), (2, False, "without its local"), (3, True, "safe mode")):
        phone = FakePhone(Store("57i"))
        phone.trouble, phone.safe = trouble, safe
        record.save(phone.storage, {"starts": 1, "rung": trouble, "told": trouble})
        for path in (_NETWORK, "/sysinfo.html", _PATH):
            text = ask(path, phone=phone)[1]
            assert "kept ending soon after its start" in text and says in text and 'value="seen"' in text
            assert ("Leave Safe Mode" in text) == safe
        assert "kept ending" not in ask("/sysinfo.html", phone=phone, role="user")[1]
        assert ask(_PATH, "POST", b"do=keep", phone)[0] == 200 and phone.trouble
        status, text = ask(_PATH, "POST", b"do=seen", phone)[:2]
        assert status == 200 and "kept ending" not in text and phone.trouble == 0
        assert record.load(phone.storage) == {"starts": 1}
        assert phone.supervisor.names == (["restart"] if safe else [])
        assert "No settings wait" in ask(_PATH, "POST", b"do=seen", phone)[1]


def test_why_an_update_was_taken_back_is_told_until_somebody_acknowledges_it():
    from dialtone.update import record

    why = "Firmware 3<: it has no network"
    for what, left in ((b"do=seen", {"bad": "3<"}), (b"do=again", {})):
        phone = FakePhone(Store("57i"))
        phone.why, phone.log.lines = why, []
        record.save(phone.storage, {"why": why, "bad": "3<"})
        for path in (_NETWORK, "/sysinfo.html", "/upgrade.html"):
            text = ask(path, phone=phone)[1]
            assert "taken back" in text and "Firmware 3&lt;: it has no network" in text and 'value="seen"' in text
            assert "kept ending" not in text and ('value="again"' in text) == (path == "/upgrade.html")
        assert "taken back" not in ask("/sysinfo.html", phone=phone, role="user")[1]
        assert ask(_PATH, "POST", b"do=keep", phone)[0] == 200 and phone.why
        status, text = ask(_PATH, "POST", what, phone)[:2]
        assert status == 200 and "Acknowledged" in text and "no network" not in text and phone.why == ""
        assert record.load(phone.storage) == left and "acknowledged: " + why in phone.log.lines[-1]
        assert ('value="again"' in ask("/upgrade.html", phone=phone)[1]) == bool(left)
        assert phone.panel.warning == "" and not phone.supervisor.names


def test_what_was_acknowledged_may_be_allowed_later():
    from dialtone.update import record

    phone = FakePhone(Store("57i"))
    record.save(phone.storage, {"bad": "3"})
    assert "Allow 3 Again" in ask("/upgrade.html", phone=phone)[1]
    assert "Acknowledged" in ask(_PATH, "POST", b"do=again", phone)[1] and record.load(phone.storage) == {}
