from fake_phone import FakePhone
from webui_support import PageStore, ask


def test_nothing_to_tell():
    status, text, _ = ask("/xmllog.html", phone=FakePhone(PageStore()))
    assert status == 200 and "No script has said anything" in text and "<pre>" not in text


def test_lines_are_escaped():
    phone = FakePhone(PageStore())
    phone.xml_log = ["3 push, line 1: <Odd> means nothing here", "9 h/menu.xml: XML line 2: & must be written &amp;"]
    _, text, _ = ask("/xmllog.html", phone=phone)
    assert "3 push, line 1: &lt;Odd&gt; means nothing here\n9 h/menu.xml" in text and "&amp;amp;" in text
