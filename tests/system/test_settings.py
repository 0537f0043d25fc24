"""Row 8: the three settings, each from a file, from the LCD and from the web page; at once, and after a restart."""

import base64
import os
import pathlib
import re

import pytest
from config_server import ConfigServer
from simulated import wait_for

SETTINGS = {
    # name: (field, value to set, key in status, status value before, after)
    "https client method": ("https_client_method", "TLSv1.2", "method", "TLS", "TLSv1.2"),
    "https redirect http get": ("https_redirect_http_get", "0", "redirect", True, False),
    "https block http post xml": ("https_block_http_post_xml", "1", "block", False, True),
}


def felt(phone, key):
    """What a setting does to somebody outside, as the value that the status has for it."""
    if key == "redirect":
        return phone.get("/sysinfo.html", secure=False).status == 301
    if key == "block":
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = phone.request("POST", "/", b"xml=<a/>", form, secure=False)
        assert answer.status == 403  # the sender is on no list, which is another reason
        return phone.ready["https"].rstrip("/") in answer.text
    return phone.status()["https"]["method"]  # felt with the next download: test_boot.py


def _before(phone):
    """All three are felt as they are without a word about them."""
    for _, _, key, before, after in SETTINGS.values():
        assert before != after and phone.status()["https"][key] == before == felt(phone, key), key


def _after(phone):
    for _, _, key, _, after in SETTINGS.values():
        assert phone.status()["https"][key] == after == felt(phone, key), key


def test_from_a_file(runtime, phones, server):
    rows = ["%s: %s\n" % (name, value) for name, (_, value, *_) in SETTINGS.items()]
    server.files["/00085D123456.cfg"] = "".join(rows).encode()
    phone = phones(runtime, server.url)
    _after(phone)
    assert phone.get("/provis.html").text.count("00085D123456.cfg") >= len(SETTINGS)


def test_from_the_web_page_at_once_and_after_a_restart(runtime, phones, server, tmp_path):
    phone = phones(runtime, server.url, state=tmp_path / "s")
    _before(phone)
    for field, value, key, before, after in SETTINGS.values():
        assert phone.status()["https"][key] == before
        saved = phone.post("/provis.html", {field: value})
        assert saved.status == 200 and "Provisioning complete" in saved.text
        assert phone.status()["https"][key] == after == felt(phone, key)
    phone.stop()
    _after(phones(runtime, server.url, state=tmp_path / "s"))


def _marked(screen):
    """The marked item of a menu: all rows of a numbered one, the first row of a choice."""
    found = re.search(r"^>(\d+\..*(?:\n [^\d\n].*)*|.*)", screen, re.M)
    return found.group(1).replace("\n", "") if found else ""


def _menu_keys(phone, *words):
    """Walks the menu by its visible words: presses down until the marked item holds the word, then enter."""
    for word in words:
        for _ in range(20):
            if word.lower() in _marked(phone.lcd()).lower():
                break
            phone.press("down")
        else:
            raise AssertionError("no menu row %r on\n%s" % (word, phone.lcd()))
        phone.press("enter")
    return phone.lcd()


def open_admin(phone, *words):
    phone.press("goodbye", "goodbye", "goodbye", "options")
    _menu_keys(phone, "Admin")
    phone.press("2", "2", "2", "2", "2", "enter")
    return _menu_keys(phone, *words)


def test_from_the_lcd_at_once_and_after_a_restart(runtime, phones, server, tmp_path):
    phone = phones(runtime, server.url, state=tmp_path / "s")
    for _, value, key, before, after in SETTINGS.values():
        label = {"method": "Client Method", "redirect": "Redirect", "block": "Block"}[key]
        assert phone.status()["https"][key] == before
        open_admin(phone, "HTTPS", "HTTPS Client" if key == "method" else "HTTPS Server", label)
        wanted = {"TLSv1.2": "TLS 1.2 only", "0": "Off", "1": "On"}[value]
        assert "Change" in phone.lcd()  # the value, where it comes from and what it means; then the choice
        phone.press("softkey1")
        _menu_keys(phone, wanted)
        screen = phone.press("goodbye")
        assert phone.status()["https"][key] == after == felt(phone, key), screen
    phone.stop()
    _after(phones(runtime, server.url, state=tmp_path / "s"))


def test_lock_is_shown_and_holds_on_every_face(runtime, phones, server):
    server.files["/aastra.cfg"] = b"!https block http post xml: 1\n"
    phone = phones(runtime, server.url)
    answer = phone.post("/provis.html", {"https_block_http_post_xml": "0"})
    assert "Provisioning complete" not in answer.text and "locked" in answer.text.lower()
    assert phone.status()["https"]["block"] is True
    assert "disabled" in phone.get("/provis.html").text


def test_local_beats_files_and_equal_value_removes_it(runtime, phones, server, tmp_path):
    server.files["/aastra.cfg"] = b"https block http post xml: 1\n"
    phone = phones(runtime, server.url, state=tmp_path / "s")
    phone.post("/provis.html", {"https_block_http_post_xml": "0"})
    assert phone.status()["https"]["block"] is False
    phone.post("/provis.html", {"https_block_http_post_xml": "1"})
    with open(tmp_path / "s" / "local.cfg", encoding="utf-8") as file:
        assert "https block http post xml" not in file.read()


def test_wrong_admin_password_on_the_lcd(runtime, phones, server):
    phone = phones(runtime, server.url)
    phone.press("options")
    _menu_keys(phone, "Admin")
    phone.press("1", "enter")
    screen = phone.lcd()
    assert "22222" not in screen and "1" not in screen.replace("1.", "").split("\n")[0]
    assert phone.status()["https"]["method"] == "TLS"


def test_one_form_is_all_or_nothing(runtime, phones, server):
    phone = phones(runtime, server.url)
    fields = {"https_block_http_post_xml": "1", "https_client_method": "carrier pigeon"}
    answer = phone.post("/provis.html", fields)
    assert "Provisioning complete" not in answer.text and "carrier pigeon" in answer.text
    assert phone.status()["https"] == {"method": "TLS", "redirect": True, "block": False}


def test_control_characters_never_reach_the_store(runtime, phones, server, tmp_path):
    phone = phones(runtime, server.url, state=tmp_path / "s")
    for evil in ("a\r\nadmin password: 1", "a\x00b", "a\x1bc", "a\x7fb", "a\u0085b"):
        answer = phone.post("/configurationServer.html", {"httpspath": evil})
        assert "Provisioning complete" not in answer.text, evil
    local = tmp_path / "s" / "local.cfg"
    assert not local.exists() or "admin password" not in local.read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_server_fields_of_the_web_page_say_where_files_come_from(runtime, scheme, phones, server, leaf, tmp_path):
    other = ConfigServer(
        leaf if scheme == "https" else None, {"/my/phones/aastra.cfg": b"softkey1 type: xml\nsoftkey1 label: Moved\n"}
    )
    try:
        phone = phones(runtime, server.url, state=tmp_path / "s")
        fields = {"protocol": scheme.upper(), scheme + "_server": "127.0.0.1", scheme + "_path": "my/phones"}
        fields[scheme + "_port"] = str(other.port)
        saved = phone.post("/configurationServer.html", fields)
        assert saved.status == 200 and "Provisioning complete" in saved.text
        phone.stop()
        server.requests.clear()
        phone = phones(runtime, server.url, state=tmp_path / "s")
        assert "Moved" in phone.lcd() and server.requests == []
        names = ["security.tuz", "aastra.cfg", "57i.cfg", "00085D123456.cfg", "57i.st"]
        assert other.paths() == ["/my/phones/" + name for name in names]
        assert phone.status()["configuration"]["source"] == "%s://127.0.0.1:%d/my/phones/" % (scheme, other.port)
    finally:
        other.close()


def test_download_server_from_a_file_holds_from_the_next_start(runtime, phones, server, leaf, tmp_path):
    other = ConfigServer(leaf, {"/b/aastra.cfg": b"softkey1 type: xml\nsoftkey1 label: There\n"})
    try:
        config = "download protocol: HTTPS\nhttps server: 127.0.0.1\nhttps path: b\nhttps port: %d\n" % other.port
        server.files["/aastra.cfg"] = config.encode()
        phones(runtime, server.url, state=tmp_path / "s").stop()
        assert "/b/aastra.cfg" not in other.paths()
        assert "There" in phones(runtime, server.url, state=tmp_path / "s").lcd()
    finally:
        other.close()


def test_the_password_changes_on_the_page(runtime, phones, server):
    phone = phones(runtime, server.url)
    local = pathlib.Path(phone.state, "local.cfg")
    fields = {"account": "admin", "current": "22222", "password": "n3u & long", "confirm": "n3u & long"}
    assert phone.post("/password.html", {**fields, "current": "1"}).status == 400
    saved = phone.post("/password.html", fields)
    assert saved.status == 200 and "Provisioning complete" in saved.text and "Password Changed" in saved.text
    assert phone.get("/api/status").status == 401
    assert "$pbkdf2-sha256$800$" in local.read_text() and "n3u" not in local.read_text()
    login = {"Authorization": "Basic " + base64.b64encode(b"admin:n3u & long").decode()}
    for _ in range(3):
        assert phone.get("/api/status", headers=login).status == 200
    phone.stop()
    phone.start()
    assert phone.get("/api/status", headers=login).status == 200
    assert "n3u" not in phone.log()


def _certificate_names(phone):
    with open(os.path.join(phone.state, "certificate.for"), encoding="utf-8") as file:
        return file.read()


def test_an_unconfirmed_change_of_the_network_goes_back(phones, server):
    server.files["/aastra.cfg"] = b"change confirm timeout: 6\n"
    phone = phones("micropython", server.url)
    assert phone.post("/provis.html", {"hostname": "first"}).status == 200
    assert "not confirmed" in phone.get("/sysinfo.html").text
    assert phone.post("/confirm.html", {"do": "keep"}).status == 200
    saved = phone.post("/provis.html", {"hostname": "second", "https_block_http_post_xml": "1"})
    assert "Provisioning complete" in saved.text and "They go back in" in saved.text
    assert "not confirmed" in phone.lcd()
    wait_for(lambda: _certificate_names(phone), lambda text: "second" in text, 15, "a certificate for the new name")
    wait_for(lambda: _certificate_names(phone), lambda text: "first" in text, 15, "one for the old name again")
    page = wait_for(lambda: phone.get("/provis.html").text, lambda text: 'value="first"' in text, 15, "the old value")
    assert "second" not in page and "not confirmed" not in page + phone.lcd()
    assert phone.status()["https"]["block"] is True, "what is no network setting lasts"


def test_an_unconfirmed_server_goes_back_after_a_restart_too(phones, server, tmp_path):
    server.files["/aastra.cfg"] = b"change confirm timeout: 5\n"
    phone = phones("cpython", server.url, state=tmp_path / "s")
    saved = phone.post("/configurationServer.html", {"httpsserv": "nowhere.invalid"})
    assert saved.status == 200 and "not confirmed" in saved.text
    assert phone.post("/confirm.html", {"do": "keep"}).status == 409, "not in force yet"
    phone.stop()
    again = phones("cpython", server.url, state=tmp_path / "s")
    wait_for(again.log, lambda log: "as before again: https server" in log, 15, "the old server")
    assert "nowhere" not in again.get("/configurationServer.html").text
    wait_for(server.paths, lambda paths: paths.count("/aastra.cfg") > 1, 15, "the phone is back at its server")
