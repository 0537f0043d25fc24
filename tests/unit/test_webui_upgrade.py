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
    assert "No server was asked yet" in text_with("kept")
