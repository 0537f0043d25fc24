from dialtone.config.store import Store
from dialtone.webui.export import masked
from fake_phone import FakePhone
from webui_support import ask

HEAP = "768k"  # holds whole files as text, which the phone never does: test_webui_heap has the phone's own


def phone():
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b'admin password: 4711\n!https port: 8443\nsoftkey1 label: "a # b"\nno colon\nhttps server: a.example\n')
    draft.layer("mac", "00085D123456.cfg", True)
    draft.feed(b"https server: b.example\nfirmware server: https://me:geheim@fw.example/x\n")
    draft.commit()
    made = FakePhone(store)
    store.set_local("http digest password", "hush", "https page")
    store.set_local("https path", "phones", "https page")
    made.platform.tls_events = ["2026-11-25 18:00:00\tconfig.example"]
    made.log.lines = ["12 web: a line"]
    return made


def test_local_cfg_is_what_was_set_here_and_tells_no_secret():
    status, text, answer = ask("/local.cfg", phone=phone())
    assert status == 200 and dict(answer.fields)["Content-Disposition"] == 'attachment; filename="local.cfg"'
    assert text.startswith("#") and "\nhttps path: phones\n" in text
    assert "\nhttp digest password: ********\n" in text and "hush" not in text and "4711" not in text


def test_server_cfg_is_one_file_that_reads_back_as_the_same():
    one = phone()
    text = ask("/server.cfg", phone=one)[1]
    assert "geheim" not in text and "4711" not in text and "\nadmin password: ********\n" in text
    assert "\n!https port: 8443\n" in text and "a.example" not in text and "\nhttps server: b.example\n" in text
    assert "\nfirmware server: https://me:********@fw.example/x\n" in text and "\n# 00085D123456.cfg\n" in text
    other = Store("57i")
    draft = other.begin_server()
    draft.layer("mac", "server.cfg", True)
    draft.feed(text.encode())
    draft.commit()
    for name in ("https port", "https server", "softkey1 label"):
        assert other.get(name) == one.store.get(name)
        assert other.locked(name) == one.store.locked(name)


def test_the_support_bundle_tells_all_but_secrets():
    text = ask("/support.txt", phone=phone())[1]
    for secret in ("4711", "geheim", "hush"):
        assert secret not in text
    assert '"model": "57i"' in text
    assert "\nhttps port: 8443  # aastra.cfg line 2 (locked)\n" in text
    assert "\nhttps path: phones  # set here\n" in text and "\nhttp port: 80  # default\n" in text
    assert "\nadmin password: ********  # aastra.cfg line 1\n" in text
    assert "\naastra.cfg:5: https server: a.example\n" in text, "values that lose, too"
    assert "\naastra.cfg:3: softkey1 label: a # b\n" in text
    assert "aastra.cfg:4:1: " in text
    assert "config.example" in text and "12 web: a line" in text


def test_passwords_in_addresses_are_masked():
    for value, shown in (
        ("http://a:b@c/d", "http://a:********@c/d"),
        ("http://a@c/d", "http://a@c/d"),
        ("http://c/d:e@f", "http://c/d:e@f"),
        ("http://a:b@c", "http://a:********@c"),
        ("http://a:b@b@c/", "http://a:********@c/"),
        ("http://c:80/", "http://c:80/"),
        ("a:b@c", "a:b@c"),
        ("", ""),
    ):
        assert masked((), "x", value) == shown, value
    assert masked(("x",), "x", "1") == "********" and masked(("x",), "x", "") == ""
