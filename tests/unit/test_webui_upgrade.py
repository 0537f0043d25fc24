from dialtone.errors import DeviceError
from dialtone.version import VERSION
from fake_phone import FakePhone
from webui_support import PageStore, ask

HEAP = "768k"  # holds whole pages as text, which the phone never does: test_webui_heap has the phone's own


def text_with(result="applied", pending="", error=None):
    phone = FakePhone(PageStore())
    phone.outcome = (result, "", (), None, pending, error)
    return ask("/upgrade.html", phone=phone)[1]


def test_what_runs_and_what_the_last_check_said():
    text = text_with()
    assert VERSION in text and "Nothing new" in text and "57i.st" in text
    assert 'name="firmware_server"' in text and 'name="resetOption" value="resync"' in text
    assert "2.0.0.1-SIP was stored" in text_with(pending="2.0.0.1-SIP")
    text = text_with(error=DeviceError("<no> answer", "try"))
    assert "&lt;no&gt; answer" in text and "Nothing new" not in text
    assert 'action="/api/firmware"' in text and 'src="/upgrade.js?%s"' % VERSION in text and "onclick" not in text
    assert "No server was asked yet" in text_with("kept")


def test_its_script_is_a_file_and_no_other_page_may_have_one():
    for path, allowed in (("/upgrade.html", True), ("/preferences.html", False), ("/sysinfo.html", False)):
        answer = ask(path)[2]
        head = b"".join(answer.head(None, True, True))
        assert (b"script-src 'self'; connect-src 'self'\r\n\r\n" in head) == allowed, path
        assert b"default-src 'none'" in head and b"unsafe" not in head and head.endswith(b"\r\n\r\n")
    assert b"script-src" in b"".join(ask("/upgrade.html", "POST", b"firmware_server=")[2].head(None, True, True))
    status, text, answer = ask("/upgrade.js")
    assert status == 200 and answer.kind == "text/javascript" and "XMLHttpRequest" in text and "innerHTML" not in text


def test_it_follows_what_is_under_way():
    phone = FakePhone(PageStore())
    assert not ask("/upgrade.html", phone=phone)[2].fields
    phone.round = phone
    status, text, answer = ask("/upgrade.html", phone=phone)
    assert answer.fields == (("Refresh", "3;url=/upgrade.html"),) and "Firmware Loading &lt;57i.st&gt;." in text
